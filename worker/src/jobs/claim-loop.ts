import { availableParallelism, cpus, totalmem } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { claimRun, registerWorker, type ClaimedRun } from '@greenlight/shared/worker-protocol/contract.ts';
import { RefusedError } from '../report/client.ts';
import { findGraphicsAdapter } from '../runtime/graphics-adapter.ts';
import { RunWork, type WorkContext } from './train.ts';

/** The newest version of what this worker reports; the server shows it. */
const WORKER_VERSION = '0.1.0';

const WAIT_SECONDS = 20;
const AFTER_ERROR_MS = 5000;

async function register({ client, shutdown }: WorkContext, name: string): Promise<string> {
  const graphics = findGraphicsAdapter();
  const isUsed = graphics !== null && !graphics.software;
  const body = {
    name,
    version: WORKER_VERSION,
    device: isUsed ? 'webgpu' : 'cpu',
    adapter: isUsed ? graphics.name : cpus()[0]?.model.trim() || 'unknown processor',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
  };
  const { workerId } = await client.call(registerWorker, { body }, { signal: shutdown });
  return workerId;
}

/** Claims and works on runs, one at a time, until the process is asked to stop; throws when the server refuses the worker itself. */
export async function claimRuns(context: WorkContext, name: string): Promise<void> {
  const { client, terminal, shutdown } = context;
  let workerId = await register(context, name);
  terminal.line(`Worker ${name} is ready.`);
  while (!shutdown.aborted) {
    let run: ClaimedRun | null = null;
    try {
      run = (await client.call(claimRun, { body: { workerId, waitSeconds: WAIT_SECONDS } }, { signal: shutdown })).run;
    } catch (error) {
      if (shutdown.aborted) return;
      if (!(error instanceof RefusedError) || error.status !== 404) throw error;
      // The server does not know this worker any more: its database is another one.
      workerId = await register(context, name);
    }
    if (run === null) continue;
    try {
      await RunWork.perform(run, context);
    } catch (error) {
      terminal.line(`${run.name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      await delay(AFTER_ERROR_MS, undefined, { signal: shutdown }).catch(() => undefined);
    }
  }
}
