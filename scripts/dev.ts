// npm run dev: the server restarts and the pages reload when their sources change; sign in on the pages' own address.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { readLauncherEnvironment } from '../server/src/env.ts';
import { startInstallation } from './launcher/installation.ts';
import { runUntilSignal } from './launcher/run-until-signal.ts';

const root = join(import.meta.dirname, '..');

await runUntilSignal(
  async () => {
    const installation = await startInstallation({
      environment: readLauncherEnvironment(process.env),
      prepareWeb: () => {},
      serverOptions: ['--watch', '--watch-preserve-output'],
      report: (sentence) => console.error(sentence),
    });
    const pages = spawn(process.execPath, [join(root, 'node_modules', 'vite', 'bin', 'vite.js')], {
      cwd: join(root, 'web'),
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    return {
      ...installation,
      stop: async () => {
        pages.kill();
        await installation.stop();
      },
    };
  },
  ({ ready }) => console.log(`The server is ready: ${ready.signInUrl ?? ready.url}`),
);
