import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A worker as its own process, as the launcher starts it. */
export interface WorkerProcess {
  /** Everything it printed so far. */
  output(): string;
  /** Sends a signal and waits for the end; returns the exit code, null after a kill. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** Starts the worker's main program against a server. */
export function startWorker(serverUrl: string, folder: string): WorkerProcess {
  const main = fileURLToPath(new URL('../main.ts', import.meta.url));
  const child: ChildProcess = spawn(process.execPath, [main], {
    env: {
      PATH: process.env['PATH'],
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      GREENLIGHT_SERVER_URL: serverUrl,
      GREENLIGHT_WORKER_TOKEN: 'a-token-for-the-worker-under-test',
      GREENLIGHT_WORKER_DIR: folder,
      GREENLIGHT_WORKER_NAME: 'worker-under-test',
      GREENLIGHT_WORKER_CALIBRATION: 'off',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const ended = once(child, 'exit');
  return {
    output: () => text,
    end: async (signal) => {
      child.kill(signal);
      const [code] = (await ended) as [number | null];
      return code;
    },
  };
}
