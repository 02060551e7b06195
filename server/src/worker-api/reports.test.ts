import { getRun, getRunMetrics } from '@greenlight/shared/stages/training/contract.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Caller } from '../testing/caller.ts';
import { startInstallation, type TestInstallation } from '../testing/installation.ts';
import { signedInAdmin } from '../testing/people.ts';
import { queueRun, seededProject } from '../testing/runs.ts';
import { event, logEvent, lossEvent, progressAt, TestWorker } from '../testing/worker.ts';

let installation: TestInstallation;
let admin: Caller;
let worker: TestWorker;

beforeAll(async () => {
  installation = await startInstallation();
  admin = await signedInAdmin(installation.url);
  worker = await TestWorker.register(installation.url);
  const seeded = await worker.mustClaim();
  await worker.mustReport(seeded, [event(1, { type: 'cancelled' })]);
});
afterAll(() => installation.close());

async function claimNewRun() {
  const { id } = await queueRun(admin, await seededProject(admin));
  // On a slow machine the lease on the run of a test before may have ended: then that one waits again, too.
  for (;;) {
    const run = await worker.mustClaim();
    if (run.runId === id) return run;
  }
}

const storedPoints = (runId: string) => installation.database.metricPoint.findMany({ where: { runId } });

test('a batch that is sent twice changes nothing the second time', async () => {
  const run = await claimNewRun();
  const batch = [lossEvent(1, 1, 3.5), lossEvent(2, 2, 2.5)];
  expect(await worker.mustReport(run, batch)).toEqual({ acknowledgedSequence: 2, cancelRequested: false });
  expect(await worker.mustReport(run, batch)).toEqual({ acknowledgedSequence: 2, cancelRequested: false });
  expect(await storedPoints(run.runId)).toHaveLength(2);
  expect((await admin.call(getRun, { params: { runId: run.runId } })).finalMetrics).toEqual({ 'training/loss': 2.5 });
});

test('a batch that overlaps what is known adds only the rest', async () => {
  const run = await claimNewRun();
  await worker.mustReport(run, [lossEvent(1, 1, 3), lossEvent(2, 2, 2)]);
  const answer = await worker.mustReport(run, [lossEvent(2, 2, 99), lossEvent(3, 3, 1)]);
  expect(answer.acknowledgedSequence).toBe(3);
  const values = (await storedPoints(run.runId)).map(({ step, value }) => [step, value] as const);
  expect(values.toSorted(([first], [second]) => first - second)).toEqual([
    [1, 3],
    [2, 2],
    [3, 1],
  ]);
});

test('the same batch sent many times at once is stored once', async () => {
  const run = await claimNewRun();
  const batch = Array.from({ length: 50 }, (_, index) => lossEvent(index + 1, index + 1, index));
  const answers = await Promise.all(Array.from({ length: 8 }, () => worker.mustReport(run, batch)));
  expect(answers.map(({ acknowledgedSequence }) => acknowledgedSequence)).toEqual(Array(8).fill(50));
  expect(await storedPoints(run.runId)).toHaveLength(50);
});

test('a gap is refused with the number that is expected, and nothing of the batch is kept', async () => {
  const run = await claimNewRun();
  await worker.mustReport(run, [lossEvent(1, 1, 3)]);
  for (const events of [[lossEvent(3, 3, 1)], [lossEvent(2, 2, 2), lossEvent(4, 4, 1)]]) {
    const answer = await worker.report(run, events);
    expect(answer.status).toBe(409);
    expect(answer.body.error).toMatchObject({ code: 'sequence-gap', details: { expected: 2 } });
  }
  expect(await storedPoints(run.runId)).toHaveLength(1);
});

test('points that a resumed attempt repeats are taken out of what is stored and streamed', async () => {
  const run = await claimNewRun();
  await worker.mustReport(run, [lossEvent(1, 1, 3), lossEvent(2, 2, 2)]);
  await worker.mustReport(run, [lossEvent(3, 2, 7), lossEvent(4, 3, 1), lossEvent(5, 3, 8)]);
  const events = await installation.database.runEvent.findMany({
    where: { runId: run.runId },
    orderBy: { sequence: 'asc' },
  });
  const steps = events.map(({ payload }) => (payload as { points: { step: number }[] }).points.map(({ step }) => step));
  expect(steps).toEqual([[1], [2], [], [3], []]);
  const { series } = await admin.call(getRunMetrics, { params: { runId: run.runId } });
  expect(series[0]).toMatchObject({ name: 'training/loss', points: 3, step: [1, 2, 3], mean: [3, 2, 1] });
});

test('a value that was not finite stays a point without a value', async () => {
  const run = await claimNewRun();
  await worker.mustReport(run, [lossEvent(1, 1, null)]);
  const { series } = await admin.call(getRunMetrics, { params: { runId: run.runId } });
  expect(series[0]).toMatchObject({ points: 1, minimum: [null], maximum: [null], mean: [null] });
});

test('a run goes through its states and ends once', async () => {
  const run = await claimNewRun();
  const read = () => admin.call(getRun, { params: { runId: run.runId } });
  const device = { device: 'cpu', adapter: 'test', reason: { en: 'only one' }, parameterCount: 5 } as const;
  await worker.mustReport(run, [event(1, { type: 'started', device, progress: progressAt(0) })]);
  expect(await read()).toMatchObject({ state: 'running', device, progress: { step: 0 }, workerName: 'tester' });
  await worker.mustReport(run, [event(2, { type: 'evaluating' })]);
  expect((await read()).state).toBe('evaluating');
  await worker.mustReport(run, [event(3, { type: 'finished', reason: 'completed' })]);
  const finished = await read();
  expect(finished).toMatchObject({ state: 'finished', error: null, finishedAt: expect.any(String) });
  const error = { code: 'late', message: { en: 'late' }, advice: { en: 'none' } };
  await worker.mustReport(run, [event(4, { type: 'failed', error }), logEvent(5, 'bye')]);
  expect(await read()).toMatchObject({
    state: 'finished',
    error: null,
    finishedAt: finished.finishedAt,
    lastSequence: 5,
  });
});

test('what is reported of an ended run changes none of its results', async () => {
  const run = await claimNewRun();
  await worker.mustReport(run, [lossEvent(1, 1, 2.5), event(2, { type: 'finished', reason: 'completed' })]);
  await worker.mustReport(run, [lossEvent(3, 2, 0.1), logEvent(4, 'bye')]);
  expect(await storedPoints(run.runId)).toMatchObject([{ step: 1, value: 2.5 }]);
  const read = await admin.call(getRun, { params: { runId: run.runId } });
  expect(read).toMatchObject({ state: 'finished', finalMetrics: { 'training/loss': 2.5 }, lastSequence: 4 });
});

test('why and where a run failed is read as it was told', async () => {
  const run = await claimNewRun();
  const place = { step: 7, layer: 'encoder.0', batch: { rows: 4, sourceTokens: 16, targetTokens: 8 } };
  const error = { code: 'non-finite-loss', message: { en: 'unstable' }, advice: { en: 'lower it' }, place };
  await worker.mustReport(run, [event(1, { type: 'failed', error })]);
  expect(await admin.call(getRun, { params: { runId: run.runId } })).toMatchObject({ state: 'failed', error });
});

test('a wrong lease is refused, and so is one of another run', async () => {
  const [first, second] = [await claimNewRun(), await claimNewRun()];
  for (const lease of ['x'.repeat(43), second.lease]) {
    const answer = await worker.report({ ...first, lease }, [lossEvent(1, 1, 1)]);
    expect([answer.status, answer.body.error.code]).toEqual([409, 'lease-lost']);
  }
  expect(await storedPoints(first.runId)).toHaveLength(0);
});

test('a batch with more points than any worker sends at once is stored', async () => {
  const run = await claimNewRun();
  const points = (sequence: number) =>
    Array.from({ length: 1000 }, (_, index) => ({
      name: `training/layer-${index % 10}`,
      step: sequence * 100 + Math.floor(index / 10),
      epoch: 1,
      value: index,
      at: '2026-01-01T00:00:00.000Z',
    }));
  const events = Array.from({ length: 20 }, (_, index) =>
    event(index + 1, { type: 'metrics', points: points(index + 1), progress: null }),
  );
  await worker.mustReport(run, events);
  expect(await storedPoints(run.runId)).toHaveLength(20_000);
  const query = { names: 'training/layer-3', maxPoints: '10' };
  const { series } = await admin.call(getRunMetrics, { params: { runId: run.runId }, query });
  expect(series).toHaveLength(1);
  expect(series[0]?.points).toBe(2000);
  expect(series[0]?.step).toHaveLength(10);
  expect(series[0]?.step.at(-1)).toBe(2099);
});
