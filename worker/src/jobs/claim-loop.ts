import { setTimeout as delay } from 'node:timers/promises';
import type { MachineCalibration } from '@greenlight/shared/stages/training/plan/calibration.ts';
import { claimRun, type ClaimedRun } from '@greenlight/shared/worker-protocol/contract.ts';
import { claimJob, type ClaimedJob } from '@greenlight/shared/worker-protocol/jobs.ts';
import { RefusedError, type ServerAddress } from '../report/client.ts';
import { KINDS } from './job-performers.ts';
import { JobWork } from './job-work.ts';
import { Registration } from './registration.ts';
import { tellCopies } from './tell-copies.ts';
import { RunWork, type WorkContext } from './train.ts';
import { hasRoom, waitForRoom } from './wait-for-room.ts';

const WAIT_SECONDS = 20;
const AFTER_ERROR_MS = 5000;

/** Something that workers take from the server one at a time. */
interface Work<Item> {
  claim(workerId: string): Promise<Item | null>;
  perform(item: Item): Promise<void>;
  nameOf(item: Item): string;
}

/** With less room than this a worker takes nothing: a run would wait there, and a job end by it. */
const LEAST_ROOM_BYTES = 1024 * 1024;

async function roomToWork({ terminal, workerFolder, shutdown }: WorkContext): Promise<void> {
  if (await hasRoom(workerFolder, LEAST_ROOM_BYTES)) return;
  terminal.line(`The disk of ${workerFolder} is full: no work is taken until there is room.`);
  await waitForRoom(workerFolder, LEAST_ROOM_BYTES, shutdown);
  if (!shutdown.aborted) terminal.line('There is room again.');
}

/** Takes and does work, one item at a time, until the process is asked to stop. */
async function claimForever<Item>(
  context: WorkContext,
  registration: Registration,
  { claim, perform, nameOf }: Work<Item>,
): Promise<void> {
  const { terminal, shutdown } = context;
  while (!shutdown.aborted) {
    await roomToWork(context);
    const workerId = await registration.workerId;
    let item: Item | null = null;
    try {
      item = await claim(workerId);
    } catch (error) {
      if (shutdown.aborted) return;
      if (!(error instanceof RefusedError) || error.code !== 'not-found') throw error;
      // The server does not know this worker any more: its database is another one.
      await registration.renew(workerId);
    }
    if (item === null) continue;
    try {
      await perform(item);
    } catch (error) {
      terminal.line(`${nameOf(item)}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      await delay(AFTER_ERROR_MS, undefined, { signal: shutdown }).catch(() => undefined);
    }
  }
}

/**
 * Tells how quick the machine is, then claims and works on runs, and beside them on jobs, one of each at a time, until the process is asked to stop; throws
 * when the server refuses the worker itself.
 */
export async function claimWork(
  context: WorkContext,
  address: ServerAddress,
  name: string,
  calibration: Promise<MachineCalibration | null>,
): Promise<void> {
  const { client, terminal, shutdown } = context;
  const registration = new Registration(client, name, shutdown);
  await registration.workerId;
  // Work that is taken meanwhile would spoil the measurement.
  await registration.tellCalibration(await calibration);
  terminal.line(`Worker ${name} is ready.`);
  const patience = { signal: shutdown };
  const runs: Work<ClaimedRun> = {
    claim: async (workerId) =>
      (await client.call(claimRun, { body: { workerId, waitSeconds: WAIT_SECONDS } }, patience)).run,
    perform: (run) => RunWork.perform(run, context),
    nameOf: (run) => run.name,
  };
  const jobs: Work<ClaimedJob> = {
    claim: async (workerId) =>
      (await client.call(claimJob, { body: { workerId, kinds: [...KINDS], waitSeconds: WAIT_SECONDS } }, patience)).job,
    perform: (job) => JobWork.perform(job, context, address),
    nameOf: (job) => job.kind,
  };
  await Promise.all([
    claimForever(context, registration, runs),
    claimForever(context, registration, jobs),
    tellCopies(context, registration),
  ]);
}
