import { mkdir } from 'node:fs/promises';
import { calibrate } from './calibration/calibrate.ts';
import { EnvironmentError, readWorkerEnvironment } from './env.ts';
import { cleanWorkerFolder } from './jobs/clean-worker-folder.ts';
import { claimWork } from './jobs/claim-loop.ts';
import { Copies } from './jobs/copies.ts';
import { RefusedError, ServerClient } from './report/client.ts';
import { Terminal } from './report/terminal.ts';

/** Ends the process with one sentence. */
function exitWith(sentence: string): never {
  console.error(sentence);
  process.exit(1);
}

async function main(): Promise<void> {
  const environment = readWorkerEnvironment(process.env);
  const workerFolder = environment.GREENLIGHT_WORKER_DIR;
  await mkdir(workerFolder, { recursive: true, mode: 0o700 });
  await cleanWorkerFolder(workerFolder, Date.now());
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  const address = {
    serverUrl: environment.GREENLIGHT_SERVER_URL,
    token: environment.GREENLIGHT_WORKER_TOKEN,
  };
  const client = new ServerClient(address);
  const terminal = new Terminal(process.stdout);
  const context = { client, terminal, workerFolder, copies: new Copies(workerFolder), shutdown: stop.signal };
  const isMeasured = environment.GREENLIGHT_WORKER_CALIBRATION === 'measure';
  const calibration = isMeasured
    ? calibrate(workerFolder, stop.signal, (problem) =>
        context.terminal.line(`The machine was not measured: ${problem}`),
      )
    : Promise.resolve(null);
  try {
    await claimWork(context, address, environment.GREENLIGHT_WORKER_NAME, calibration);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  }
}

try {
  await main();
  process.exit(0);
} catch (error) {
  if (error instanceof EnvironmentError) exitWith(error.message);
  if (error instanceof RefusedError) exitWith(`The server refused this worker: ${error.message}`);
  throw error;
}
