import { listRuns } from '@greenlight/shared/stages/training/contract.ts';
import { cancelSweep, getSweep, listSweeps, startSweep } from '@greenlight/shared/stages/training/sweep/contract.ts';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Caller } from '../../testing/caller.ts';
import { startInstallation, type TestInstallation } from '../../testing/installation.ts';
import { signedInAdmin } from '../../testing/people.ts';
import { seededProject, type SeededProject } from '../../testing/runs.ts';
import { reportCurve, train } from '../../testing/trained-run.ts';
import { TestWorker } from '../../testing/worker.ts';
import { createSweepService } from './sweep-service.ts';
import { createSweepStore } from './sweep-store.ts';

let installation: TestInstallation;
let admin: Caller;
let worker: TestWorker;
let project: SeededProject;
let sweepId: string;

beforeAll(async () => {
  installation = await startInstallation();
  admin = await signedInAdmin(installation.url);
  project = await seededProject(admin);
  worker = await TestWorker.register(installation.url);
  // The run that comes with the installation.
  await worker.mustClaim();
});
// No run that waits is left to the next test.
afterEach(() => admin.ask(cancelSweep, { params: { sweepId } }));
afterAll(() => installation.close());

const params = () => ({ projectId: project.projectId });
const read = () => admin.call(getSweep, { params: { sweepId } });

async function start(dropouts: readonly number[], objective = 'loss') {
  const search = { strategy: 'grid', axes: [{ setting: 'dropout', values: [...dropouts] }] };
  const configuration = { epochs: 3 };
  const { datasetVersionId } = project;
  const sweep = await admin.call(startSweep, {
    params: params(),
    body: { datasetVersionId, configuration, search, objective },
  });
  sweepId = sweep.id;
  return sweep;
}

test('runs are ranked by what the models that they kept reached, not by what they had passed on the way', async () => {
  const { runs: made } = await start([0, 0.1, 0.2, 0.3, 0.4, 0.5]);
  // The best of all on its way, and the worst at its end, which is what it kept.
  await train(
    worker,
    await worker.mustClaim(),
    [
      [1, 0.1],
      [2, 3],
    ],
    2,
  );
  // Stopped early: what was kept is from before the last evaluation.
  await train(
    worker,
    await worker.mustClaim(),
    [
      [1, 2],
      [2, 1],
      [3, 1.8],
    ],
    2,
  );
  // Kept at a step without a value of its own.
  await train(
    worker,
    await worker.mustClaim(),
    [
      [1, 1.5],
      [2, 1.2],
      [4, 0.2],
    ],
    3,
  );
  // Kept where the loss is no number any more.
  await train(
    worker,
    await worker.mustClaim(),
    [
      [1, 0.3],
      [2, null],
    ],
    2,
  );
  const goesOn = await worker.mustClaim();
  await reportCurve(worker, goesOn, 'training/loss', [[1, 0.01]]);
  goesOn.lastSequence++;
  await reportCurve(worker, goesOn, 'validation/loss', [
    [1, 0.4],
    [2, 0.5],
  ]);

  const { runs, best, counts } = await read();
  expect(runs.map(({ reached }) => reached)).toEqual([
    { value: 3, step: 2 },
    { value: 1, step: 2 },
    { value: 1.2, step: 2 },
    null,
    { value: 0.5, step: 2 },
    null,
  ]);
  // The fifth is ahead, but nobody knows where it ends.
  expect(best).toEqual({ runId: made[1]?.run.id, runNumber: made[1]?.run.number, values: { dropout: 0.1 }, value: 1 });
  expect(counts).toMatchObject({ finished: 4, running: 1, queued: 1 });
  const { items } = await admin.call(listSweeps, { params: params() });
  expect(items[0]).toMatchObject({ id: sweepId, best, counts });
  expect(items[0]).not.toHaveProperty('runs');

  const cancelled = await admin.call(cancelSweep, { params: { sweepId } });
  expect(cancelled.counts).toMatchObject({ finished: 4, cancelled: 1, running: 1 });
  const again = await admin.call(listRuns, { params: params(), query: { limit: '100' } });
  expect(again.items.filter((run) => run.sweep?.id === sweepId)).toHaveLength(6);
});

test('where more is better, the largest value is the best', async () => {
  const { runs } = await start([0, 0.1], 'accuracy');
  for (const accuracy of [0.5, 0.75]) {
    const run = await worker.mustClaim();
    await reportCurve(worker, run, 'validation/accuracy', [[1, accuracy]]);
    await train(worker, { ...run, lastSequence: run.lastSequence + 1 }, [[1, 1]], 1);
  }
  expect((await read()).best).toMatchObject({ runId: runs[1]?.run.id, value: 0.75 });
});

test('a run that finishes while a sweep is read is told of as one or the other everywhere', async () => {
  const { runs } = await start([0, 0.1]);
  const run = await worker.mustClaim();
  const { database, services } = installation;
  const store = createSweepStore(database);
  const { runs: runService, plans, data, audit } = services;
  const reading = createSweepService({
    ...{ database, runs: runService, plans, data, audit },
    store: {
      ...store,
      async find(id) {
        const found = await store.find(id);
        await train(worker, run, [[1, 0.7]], 1);
        return found;
      },
    },
  });
  const sweep = await reading.get(sweepId);
  expect(sweep.runs.map((one) => one.run.state)).toEqual(['finished', 'queued']);
  expect(sweep.counts).toMatchObject({ finished: 1, queued: 1, running: 0 });
  expect(sweep.runs[0]?.reached).toEqual({ value: 0.7, step: 1 });
  expect(sweep.best?.runId).toBe(runs[0]?.run.id);
});

test('a kept sweep is read as it was carried out, whatever its search would be refused for or would draw by now', async () => {
  const { runs } = await start([0, 0.1]);
  await train(worker, await worker.mustClaim(), [[1, 2]], 1);
  const { search } = await read();
  const stricter = {
    ...{ strategy: 'random', runs: 2, seed: 5 },
    axes: [{ setting: 'dropout', low: 0, high: 0.95, scale: 'linear' }],
  };
  const { sweep: table } = installation.database;
  await table.update({ where: { id: sweepId }, data: { search: stricter } });
  try {
    const kept = await read();
    expect(kept.search).toEqual(stricter);
    expect(kept.runs.map(({ values }) => values)).toEqual([{ dropout: 0 }, { dropout: 0.1 }]);
    const { items } = await admin.call(listSweeps, { params: params() });
    expect(items[0]?.best).toMatchObject({ runId: runs[0]?.run.id, values: { dropout: 0 } });
  } finally {
    await table.update({ where: { id: sweepId }, data: { search } });
  }
});
