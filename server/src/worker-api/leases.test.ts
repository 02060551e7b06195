import { listWorkers } from '@greenlight/shared/across/governance/contract.ts';
import { cancelRun, getRun } from '@greenlight/shared/stages/training/contract.ts';
import { MAX_FRUITLESS_ATTEMPTS } from '@greenlight/shared/stages/training/rules.ts';
import { heartbeat, LEASE_SECONDS, type ClaimedRun } from '@greenlight/shared/worker-protocol/contract.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Caller } from '../testing/caller.ts';
import { startInstallation, type TestInstallation } from '../testing/installation.ts';
import { addPerson, signedInAdmin } from '../testing/people.ts';
import { queueRun, seededProject } from '../testing/runs.ts';
import { event, lossEvent, TestWorker } from '../testing/worker.ts';

let installation: TestInstallation;
let admin: Caller;
let worker: TestWorker;

beforeAll(async () => {
  installation = await startInstallation({}, { sweeper: false });
  admin = await signedInAdmin(installation.url);
  worker = await TestWorker.register(installation.url);
  await end(await worker.mustClaim());
});
afterAll(() => installation.close());

const queue = async () => queueRun(admin, await seededProject(admin));
const read = (runId: string) => admin.call(getRun, { params: { runId } });

async function end(run: ClaimedRun, holder = worker): Promise<void> {
  await holder.mustReport(run, [event(run.lastSequence + 1, { type: 'cancelled' })]);
}

/** Lets a lease end without waiting for it: the sweep is told of a moment after its end. */
async function letLeasesEnd(): Promise<number> {
  const later = new Date(Date.now() + 60_000);
  return installation.services.leases.releaseExpired(later);
}

test('of many workers that claim at once, one gets the run', async () => {
  const workers = await Promise.all([1, 2, 3, 4, 5, 6].map((n) => TestWorker.register(installation.url, `many-${n}`)));
  const { id } = await queue();
  const claims = await Promise.all(workers.map((one) => one.claim(0)));
  const winners = claims.filter((run) => run !== null);
  expect(winners.map(({ runId }) => runId)).toEqual([id]);
  const index = claims.findIndex((run) => run !== null);
  await end(winners[0]!, workers[index]);
});

test('many runs and many workers: each run has one holder', async () => {
  const workers = await Promise.all([1, 2, 3, 4].map((n) => TestWorker.register(installation.url, `lot-${n}`)));
  const queued = [];
  for (let count = 0; count < 12; count += 1) queued.push((await queue()).id);
  const claimed = await Promise.all(
    workers.map(async (one) => {
      const own: string[] = [];
      for (let run = await one.claim(0); run !== null; run = await one.claim(0)) {
        own.push(run.runId);
        await end(run, one);
      }
      return own;
    }),
  );
  expect(claimed.flat().sort()).toEqual(queued.sort());
});

test('a waiting worker gets a run as soon as it is queued', async () => {
  const waiting = worker.claim(20);
  const { id } = await queue();
  const run = await waiting;
  expect(run?.runId).toBe(id);
  await end(run!);
});

test('a claim for a worker that never registered is refused', async () => {
  const stranger = Object.assign(Object.create(TestWorker.prototype) as TestWorker, worker, {
    workerId: crypto.randomUUID(),
  });
  await expect(stranger.claim()).rejects.toThrow('404');
});

test('a run whose lease has ended goes to another worker, and the first one is told', async () => {
  const { id } = await queue();
  const first = await worker.mustClaim();
  await worker.mustReport(first, [lossEvent(1, 1, 3)]);
  expect(await letLeasesEnd()).toBe(1);
  expect(await read(id)).toMatchObject({ state: 'queued', workerName: null });

  const other = await TestWorker.register(installation.url, 'other');
  const second = await other.mustClaim();
  expect(second).toMatchObject({ runId: id, attempt: 2, lastSequence: 1 });
  const late = await worker.report(first, [lossEvent(2, 2, 2)]);
  expect([late.status, late.body.error.code]).toEqual([409, 'lease-lost']);
  const beat = await worker.caller.ask(heartbeat, { params: { runId: id }, body: { lease: first.lease } });
  expect([beat.status, beat.body.error.code]).toEqual([409, 'lease-lost']);
  await other.mustReport(second, [lossEvent(2, 2, 2)]);
  await end({ ...second, lastSequence: 2 }, other);
});

const HOUR_MS = 3_600_000;

test('after the clock was set back by an hour, a run whose worker is gone is free after one lease', async () => {
  const { id } = await queue();
  const run = await worker.mustClaim();
  const { leases } = installation.services;
  const hourBefore = new Date(Date.now() - HOUR_MS);
  expect(await leases.releaseExpired(hourBefore)).toBe(0);
  expect(await leases.releaseExpired(new Date(hourBefore.getTime() + LEASE_SECONDS * 1000))).toBe(0);
  expect((await read(id)).state).toBe('running');
  expect(await leases.releaseExpired(new Date(hourBefore.getTime() + LEASE_SECONDS * 1000 + 1))).toBe(1);
  const again = await worker.mustClaim();
  expect(again).toMatchObject({ runId: id, attempt: 2 });
  await end({ ...again, lastSequence: run.lastSequence });
});

test('after the clock was set ahead by an hour, a run keeps its worker, and is free where that one is gone', async () => {
  const { id } = await queue();
  const run = await worker.mustClaim();
  const { leases } = installation.services;
  const hourAfter = new Date(Date.now() + HOUR_MS);
  expect(await leases.releaseExpired(hourAfter, true)).toBe(0);
  await worker.mustReport(run, [lossEvent(1, 1, 3)]);
  expect((await read(id)).state).toBe('running');
  expect(await leases.releaseExpired(hourAfter, true)).toBe(0);
  expect(await leases.releaseExpired(new Date(hourAfter.getTime() + LEASE_SECONDS * 1000 + 1))).toBe(1);
  await end({ ...(await worker.mustClaim()), lastSequence: 1 });
});

test('a heartbeat keeps the lease', async () => {
  const { id } = await queue();
  const run = await worker.mustClaim();
  const kept = await worker.caller.call(heartbeat, { params: { runId: id }, body: { lease: run.lease } });
  expect(kept.cancelRequested).toBe(false);
  expect(Date.parse(kept.leaseExpiresAt)).toBeGreaterThanOrEqual(Date.parse(run.leaseExpiresAt));
  expect(await installation.services.leases.releaseExpired(new Date())).toBe(0);
  await end(run);
});

test('a worker that starts anew gets its own run back at once', async () => {
  const { id } = await queue();
  const before = await TestWorker.register(installation.url, 'restarting');
  const lost = await before.mustClaim();
  await before.mustReport(lost, [lossEvent(1, 1, 3)]);
  const after = await TestWorker.register(installation.url, 'restarting');
  expect(after.workerId).toBe(before.workerId);
  const again = await after.mustClaim();
  expect(again).toMatchObject({ runId: id, attempt: 2, lastSequence: 1 });
  await end({ ...again, lastSequence: 1 }, after);
});

test('a run that takes every worker down without a new point is given up, with what to try', async () => {
  const { id } = await queue();
  for (let attempt = 1; attempt <= MAX_FRUITLESS_ATTEMPTS; attempt += 1) {
    expect((await worker.mustClaim()).attempt).toBe(attempt);
    await letLeasesEnd();
  }
  expect(await worker.claim()).toBeNull();
  expect(await read(id)).toMatchObject({ state: 'failed', error: { code: 'worker-lost' } });
});

test('a run that gets on is not given up, however often its worker ends', async () => {
  const { id } = await queue();
  for (let attempt = 1; attempt <= MAX_FRUITLESS_ATTEMPTS + 2; attempt += 1) {
    const run = await worker.mustClaim();
    await worker.mustReport(run, [lossEvent(run.lastSequence + 1, attempt, 1)]);
    await letLeasesEnd();
  }
  expect((await read(id)).state).toBe('queued');
  await admin.call(cancelRun, { params: { runId: id } });
});

test('cancelling a waiting run ends it, and nobody gets it', async () => {
  const { id } = await queue();
  expect((await admin.call(cancelRun, { params: { runId: id } })).state).toBe('cancelled');
  expect(await worker.claim()).toBeNull();
  const again = await admin.ask(cancelRun, { params: { runId: id } });
  expect([again.status, again.body.error.code]).toEqual([409, 'run-not-active']);
});

test('cancelling a running run asks its worker, at its next word', async () => {
  const { id } = await queue();
  const run = await worker.mustClaim();
  const answers = await Promise.all([1, 2, 3].map(() => admin.call(cancelRun, { params: { runId: id } })));
  expect(answers.map(({ state }) => state)).toEqual(['running', 'running', 'running']);
  const beat = await worker.caller.call(heartbeat, { params: { runId: id }, body: { lease: run.lease } });
  expect(beat.cancelRequested).toBe(true);
  expect((await worker.mustReport(run, [lossEvent(1, 1, 1)])).cancelRequested).toBe(true);
  await end({ ...run, lastSequence: 1 });
  expect(await read(id)).toMatchObject({ state: 'cancelled', cancelRequestedAt: expect.any(String) });
  const { items } = await installation.services.audit.list(undefined, 100);
  expect(items.filter(({ action, target }) => action === 'run.cancelled' && target === `run:${id}`)).toHaveLength(1);
});

test('cancelling while a worker claims leaves either a cancelled run or one that was asked to end', async () => {
  for (let round = 0; round < 5; round += 1) {
    const { id } = await queue();
    const [claimed] = await Promise.all([worker.claim(), admin.call(cancelRun, { params: { runId: id } })]);
    const { state, cancelRequestedAt } = await read(id);
    expect(cancelRequestedAt).not.toBeNull();
    expect(state).toBe(claimed === null ? 'cancelled' : 'running');
    if (claimed !== null) await end(claimed);
  }
});

test('a cancelled run whose worker is gone ends instead of being queued again', async () => {
  const { id } = await queue();
  await worker.mustClaim();
  await admin.call(cancelRun, { params: { runId: id } });
  await letLeasesEnd();
  expect((await read(id)).state).toBe('cancelled');
});

test('a run that lost its ticket is queued again when a server starts', async () => {
  const { id } = await queue();
  await installation.database.$executeRaw`DELETE FROM pgboss.job WHERE data->>'runId' = ${id}`;
  expect(await worker.claim()).toBeNull();
  await installation.restart();
  const run = await worker.mustClaim();
  expect(run.runId).toBe(id);
  await end(run);
});

test('the list of workers shows who is at work, and at which run whoever may see it', async () => {
  await queue();
  const run = await worker.mustClaim();
  const { items } = await admin.call(listWorkers);
  expect(items.find(({ name }) => name === 'tester')).toMatchObject({ state: 'busy', currentRunId: run.runId });
  const { projectId } = await installation.database.run.findUniqueOrThrow({ where: { id: run.runId } });
  const outsider = await addPerson(installation, 'outsider@example.com');
  const member = await addPerson(installation, 'member@example.com', { projectId, roles: ['viewer'] });
  const seenBy = async (caller: Caller) => (await caller.call(listWorkers)).items.find(({ name }) => name === 'tester');
  expect(await seenBy(outsider)).toMatchObject({ state: 'busy', currentRunId: null });
  expect(await seenBy(member)).toMatchObject({ state: 'busy', currentRunId: run.runId });
  await end(run);
  const after = await admin.call(listWorkers);
  expect(after.items.find(({ name }) => name === 'tester')).toMatchObject({ state: 'idle', currentRunId: null });
});
