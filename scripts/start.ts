// npm start: the whole product on this machine, until Ctrl-C.
import { readLauncherEnvironment } from '../server/src/env.ts';
import { startInstallation } from './launcher/installation.ts';
import { runUntilSignal } from './launcher/run-until-signal.ts';
import { buildWeb } from './launcher/web-build.ts';

await runUntilSignal(
  async () =>
    startInstallation({
      environment: readLauncherEnvironment(process.env),
      prepareWeb: buildWeb,
      report: (sentence) => console.error(sentence),
    }),
  ({ ready }) =>
    console.log(
      ready.signInUrl === undefined
        ? `Greenlight is ready: ${ready.url}`
        : `Greenlight is ready. Sign in with this one-time link: ${ready.signInUrl}`,
    ),
);
