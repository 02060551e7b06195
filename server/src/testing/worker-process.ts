import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { WORKER_TOKEN } from './installation.ts';

const WORKER = join(import.meta.dirname, '..', '..', '..', 'worker', 'src', 'main.ts');

/** A real worker as its own process. */
export interface WorkerProcess {
  /** Kills it without a chance to say anything. */
  kill(): Promise<void>;
}

/** Starts a worker against a server, in a folder of its own. */
export function startWorkerProcess(serverUrl: string, folder: string, name: string): WorkerProcess {
  const child = spawn(process.execPath, [WORKER], {
    env: {
      PATH: process.env['PATH'],
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      GREENLIGHT_SERVER_URL: serverUrl,
      GREENLIGHT_WORKER_TOKEN: WORKER_TOKEN,
      GREENLIGHT_WORKER_DIR: folder,
      GREENLIGHT_WORKER_NAME: name,
      GREENLIGHT_WORKER_CALIBRATION: 'off',
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = once(child, 'exit');
  return {
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
