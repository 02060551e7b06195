import { getProject } from '@greenlight/shared/projects/contract.ts';
import { getRun } from '@greenlight/shared/stages/training/contract.ts';
import { cancelSweep, getSweep, startSweep } from '@greenlight/shared/stages/training/sweep/contract.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Caller } from '../../testing/caller.ts';
import { startInstallation, type TestInstallation } from '../../testing/installation.ts';
import { signedInAdmin } from '../../testing/people.ts';
import { queueRun, seededProject, type SeededProject } from '../../testing/runs.ts';
import { train, type Curve } from '../../testing/trained-run.ts';
import { TestWorker } from '../../testing/worker.ts';

let installation: TestInstallation;
let admin: Caller;
let worker: TestWorker;
let project: SeededProject;

beforeAll(async () => {
  installation = await startInstallation();
  admin = await signedInAdmin(installation.url);
  worker = await TestWorker.register(installation.url);
  project = await seededProject(admin);
});
afterAll(() => installation.close());

/** Trains the run that waits longest, with a loss at its end and better ones before it where they are given; its evaluation's id. */
const trained = async (loss: number, before: Curve = []) =>
  train(worker, await worker.mustClaim(), [...before, [3, loss]], 3);

const counts = async () =>
  (await admin.call(getProject, { params: { projectId: project.projectId } })).verdict.evaluationId;

const sweepOf = (values: readonly number[]) =>
  admin.call(startSweep, {
    params: { projectId: project.projectId },
    body: {
      ...{ datasetVersionId: project.datasetVersionId, configuration: {}, objective: 'loss' },
      search: { strategy: 'grid', axes: [{ setting: 'dropout', values: [...values] }] },
    },
  });

test('of a sweep the evaluation of its best run counts, once all have ended, wherever it stands among them', async () => {
  const before = await trained(2);
  expect(await counts()).toBe(before);

  const sweep = await sweepOf([0, 0.1, 0.2]);
  const ids: string[] = [];
  // The first was better once, but that model was not kept.
  for (const [loss, earlier] of [
    [1.5, 0.1],
    [0.5, 0.6],
    [1, 2],
  ] as const) {
    expect(await counts()).toBe(before);
    ids.push(await trained(loss, [[1, earlier]]));
  }
  const { best } = await admin.call(getSweep, { params: { sweepId: sweep.id } });
  expect(await counts()).toBe(ids[1]);
  expect((await admin.call(getRun, { params: { runId: best?.runId ?? '' } })).evaluationId).toBe(ids[1]);

  await queueRun(admin, project);
  const after = await trained(3);
  expect(await counts()).toBe(after);
});

test('a sweep that was stopped counts by its finished runs, and one without any not at all', async () => {
  const before = await counts();
  const stopped = await sweepOf([0, 0.1]);
  const finished = await trained(1);
  expect(await counts()).toBe(before);
  await admin.call(cancelSweep, { params: { sweepId: stopped.id } });
  expect(await counts()).toBe(finished);
  const none = await sweepOf([0, 0.1]);
  await admin.call(cancelSweep, { params: { sweepId: none.id } });
  expect(await counts()).toBe(finished);
});
