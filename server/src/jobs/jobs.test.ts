import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { cancelJob, defineJob, getJob } from '@greenlight/shared/jobs/contract.ts';
import { pathOf } from '@greenlight/shared/api/define-route.ts';
import {
  claimJob,
  endJob,
  getJobInput,
  jobHeartbeat,
  putJobFile,
  type ClaimedJob,
  type JobOutcome,
} from '@greenlight/shared/worker-protocol/jobs.ts';
import { LEASE_SECONDS } from '@greenlight/shared/worker-protocol/contract.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import type { Caller } from '../testing/caller.ts';
import { startInstallation, type TestInstallation } from '../testing/installation.ts';
import { signedInAdmin } from '../testing/people.ts';
import { seededProject } from '../testing/runs.ts';
import { openTestStorage } from '../testing/storage.ts';
import { TestWorker } from '../testing/worker.ts';
import { createJobLeaseService, onFinished, type FinishedJob, type JobLeaseService } from './job-lease-service.ts';
import { createJobStore } from './job-store.ts';
import { openLive } from '../plugins/live.ts';
import { openNotifications } from '../database/notifications.ts';

const count = defineJob({
  kind: 'count',
  payload: z.object({ upTo: z.number().int() }),
  result: z.object({ last: z.number().int() }),
});

let installation: TestInstallation;
let admin: Caller;
let worker: TestWorker;
let projectId: string;

beforeAll(async () => {
  installation = await startInstallation({}, { sweeper: false });
  admin = await signedInAdmin(installation.url);
  worker = await TestWorker.register(installation.url);
  projectId = (await seededProject(admin)).projectId;
});
afterAll(() => installation.close());

let keys = 0;

async function queue(key = `key-${++keys}`, inputs: { name: string; sha256: string; sizeBytes: number }[] = []) {
  const { jobs } = installation.services;
  const jobId = await installation.database.$transaction((transaction) =>
    jobs.enqueue(transaction, count, { projectId, key, payload: { upTo: 3 }, inputs, createdById: null }),
  );
  jobs.announceQueued();
  return jobId;
}

async function claim(waitSeconds = 0, kinds = ['count']): Promise<ClaimedJob | null> {
  const { job } = await worker.caller.call(claimJob, { body: { workerId: worker.workerId, kinds, waitSeconds } });
  return job;
}

async function mustClaim(): Promise<ClaimedJob> {
  const job = await claim(5);
  if (job === null) throw new Error('no job waits');
  return job;
}

const state = async (jobId: string) => (await admin.call(getJob, { params: { jobId } })).state;
const end = ({ jobId, lease }: ClaimedJob, outcome: JobOutcome) =>
  worker.caller.ask(endJob, { params: { jobId }, body: { lease, outcome } });
const checksum = (content: Uint8Array) => createHash('sha256').update(content).digest('hex');

test('a job is claimed once, by a worker that knows its kind, and ends with its result', async () => {
  const jobId = await queue();
  expect(await claim(0, ['other'])).toBeNull();
  const job = await mustClaim();
  expect(job).toMatchObject({ jobId, kind: 'count', payload: { upTo: 3 }, attempt: 1 });
  expect(await claim()).toBeNull();
  const progress = { share: 0.5, message: { en: 'half' } };
  const body = { lease: job.lease, progress };
  expect(await worker.caller.call(jobHeartbeat, { params: { jobId }, body })).toMatchObject({ cancelRequested: false });
  expect(await admin.call(getJob, { params: { jobId } })).toMatchObject({ state: 'running', progress });
  expect((await end(job, { state: 'finished', result: { last: 3 } })).status).toBe(200);
  // The answer to the first report may be lost on its way: the same report again changes nothing.
  expect(
    (await end(job, { state: 'failed', error: { code: 'late', message: { en: 'x' }, advice: { en: 'x' } } })).body,
  ).toEqual({ state: 'finished' });
  expect(await admin.call(getJob, { params: { jobId } })).toMatchObject({
    state: 'finished',
    result: { last: 3 },
    error: null,
  });
});

test('a waiting worker hears of a new job at once', async () => {
  const waiting = claim(20);
  const jobId = await queue();
  const job = await waiting;
  expect(job?.jobId).toBe(jobId);
  await end(job!, { state: 'cancelled' });
});

test('the same wish is the same job, and one that brought nothing is done anew', async () => {
  const jobId = await queue('once');
  expect(await queue('once')).toBe(jobId);
  const error = { code: 'broken', message: { en: 'It broke.' }, advice: { en: 'Mend it.' } };
  await end(await mustClaim(), { state: 'failed', error });
  expect(await admin.call(getJob, { params: { jobId } })).toMatchObject({ state: 'failed', error });
  expect(await queue('once')).toBe(jobId);
  expect(await admin.call(getJob, { params: { jobId } })).toMatchObject({ state: 'queued', error: null });
  await end(await mustClaim(), { state: 'finished', result: { last: 3 } });
  expect(await queue('once')).toBe(jobId);
  expect(await state(jobId)).toBe('finished');
});

test('many wishes for one job at the same moment queue it once', async () => {
  const ids = await Promise.all(Array.from({ length: 8 }, () => queue('together')));
  expect(new Set(ids).size).toBe(1);
  await end(await mustClaim(), { state: 'cancelled' });
  expect(await claim()).toBeNull();
});

test('a waiting job is cancelled at once, a running one when its worker hears of it', async () => {
  const waiting = await queue();
  expect((await admin.call(cancelJob, { params: { jobId: waiting } })).state).toBe('cancelled');
  expect(await claim()).toBeNull();
  expect((await admin.ask(cancelJob, { params: { jobId: waiting } })).body.error.code).toBe('job-not-active');

  const jobId = await queue();
  const job = await mustClaim();
  await admin.call(cancelJob, { params: { jobId } });
  const body = { lease: job.lease, progress: null };
  expect((await worker.caller.call(jobHeartbeat, { params: { jobId }, body })).cancelRequested).toBe(true);
  await end(job, { state: 'cancelled' });
  expect(await state(jobId)).toBe('cancelled');
});

test('a lost worker’s job goes to the next one, and after three it is given up', async () => {
  const jobId = await queue();
  const later = new Date(Date.now() + 60_000);
  const first = await mustClaim();
  for (const attempt of [2, 3]) {
    await installation.services.jobLeases.releaseExpired(later);
    expect((await mustClaim()).attempt).toBe(attempt);
  }
  expect((await end(first, { state: 'cancelled' })).body.error.code).toBe('lease-lost');
  await installation.services.jobLeases.releaseExpired(later);
  const given = await admin.call(getJob, { params: { jobId } });
  expect([given.state, given.error?.code]).toEqual(['failed', 'worker-lost']);
});

test.each([
  ['back', -3_600_000, false],
  ['ahead', 3_600_000, true],
])(
  'after the clock was set %s, a job keeps its worker for one lease and no longer',
  async (_way, byMs, isUncertain) => {
    const jobId = await queue();
    await mustClaim();
    const { jobLeases } = installation.services;
    const then = Date.now() + byMs;
    await jobLeases.releaseExpired(new Date(then), isUncertain);
    await jobLeases.releaseExpired(new Date(then + LEASE_SECONDS * 1000));
    expect(await state(jobId)).toBe('running');
    await jobLeases.releaseExpired(new Date(then + LEASE_SECONDS * 1000 + 1));
    expect(await state(jobId)).toBe('queued');
    await end(await mustClaim(), { state: 'cancelled' });
  },
);

test('a worker that starts anew gives back what it held', async () => {
  const jobId = await queue();
  await mustClaim();
  await installation.services.jobLeases.releaseHeldBy(worker.workerId);
  expect(await state(jobId)).toBe('queued');
  await end(await mustClaim(), { state: 'cancelled' });
});

test('files come in for the holder of the lease only, and go out as they came', async () => {
  const content = randomBytes(300_000);
  const sha256 = checksum(content);
  const headers = { 'content-type': 'application/octet-stream' };
  const jobId = await queue();
  const job = await mustClaim();
  const put = (name: string, announced: Record<string, string> = {}) => {
    const query = { lease: job.lease, sha256, sizeBytes: String(content.length), ...announced };
    return worker.caller.ask(putJobFile, { params: { jobId, name }, query, body: content, headers });
  };
  expect((await put('numbers.bin', { lease: 'x'.repeat(43) })).body.error.code).toBe('lease-lost');
  expect((await put('numbers.bin', { sha256: 'a'.repeat(64) })).body.error.code).toBe('checksum-mismatch');
  expect((await put('..%2fnumbers')).status).toBe(400);
  expect((await put('numbers.bin')).body).toEqual({ name: 'numbers.bin', sha256, sizeBytes: content.length });
  await end(job, { state: 'finished', result: { last: 3 } });
  expect((await put('late.bin')).body.error.code).toBe('lease-lost');

  const readerId = await queue(undefined, [{ name: 'numbers.bin', sha256, sizeBytes: content.length }]);
  const reader = await mustClaim();
  expect(reader.inputs).toEqual([{ name: 'numbers.bin', sha256, sizeBytes: content.length }]);
  const read = (name: string, lease: string) => {
    const path = `${pathOf(getJobInput.path, { jobId: readerId, name })}?lease=${lease}`;
    return fetch(installation.url + path, { headers: worker.caller.headers });
  };
  expect(checksum(new Uint8Array(await (await read('numbers.bin', reader.lease)).arrayBuffer()))).toBe(sha256);
  expect((await read('other.bin', reader.lease)).status).toBe(404);
  expect((await read('numbers.bin', job.lease)).status).toBe(409);
  await end(reader, { state: 'cancelled' });
});

test('what a job made and the end of the job are one transaction; a result of another form is refused', async () => {
  const { database, dataFolder, environment } = installation;
  const live = await openLive(openNotifications(environment.DATABASE_URL));
  const done: FinishedJob<{ upTo: number }, { last: number }>[] = [];
  const completions = [
    onFinished(count, async (transaction, job) => {
      done.push(job);
      await transaction.project.update({ where: { id: projectId }, data: { name: 'counted' } });
      if (job.result.last === 13) throw new Error('unlucky');
    }),
  ];
  const { storage } = await openTestStorage(dataFolder);
  const store = createJobStore(database);
  const leases: JobLeaseService = createJobLeaseService({ database, store, storage, live, completions });
  const jobId = await queue();
  const { lease } = await mustClaim();
  const name = async () => (await database.project.findUniqueOrThrow({ where: { id: projectId } })).name;
  const before = await name();
  const finish = (result: unknown) => leases.end(jobId, lease, { state: 'finished', result });
  await expect(finish({ last: 'three' })).rejects.toMatchObject({ code: 'bad-request' });
  await expect(finish({ last: 13 })).rejects.toThrow('unlucky');
  expect([await state(jobId), await name()]).toEqual(['running', before]);
  const full = { ...storage, freeBytes: () => Promise.resolve(2) };
  const crowded = createJobLeaseService({ database, store, storage: full, live, completions });
  const file = { name: 'three.bin', sha256: checksum(Buffer.from('abc')), sizeBytes: 3 };
  const sent = Readable.from([Buffer.from('abc')], { objectMode: false });
  await expect(crowded.receive(jobId, lease, file, sent)).rejects.toMatchObject({ code: 'storage-full' });
  expect(sent.readableFlowing).toBeNull();
  await finish({ last: 3 });
  expect([await state(jobId), await name()]).toEqual(['finished', 'counted']);
  expect(done.at(-1)).toMatchObject({ id: jobId, payload: { upTo: 3 }, result: { last: 3 }, files: [] });
  await live.close();
});
