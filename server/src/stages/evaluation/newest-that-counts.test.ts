import { randomBytes } from 'node:crypto';
import { getProject } from '@greenlight/shared/projects/contract.ts';
import { getRun } from '@greenlight/shared/stages/training/contract.ts';
import { cancelSweep, getSweep, startSweep } from '@greenlight/shared/stages/training/sweep/contract.ts';
import { postEvaluation, type ClaimedRun } from '@greenlight/shared/worker-protocol/contract.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Caller } from '../../testing/caller.ts';
import { startInstallation, type TestInstallation } from '../../testing/installation.ts';
import { signedInAdmin } from '../../testing/people.ts';
import { queueRun, seededProject, type SeededProject } from '../../testing/runs.ts';
import { event, TestWorker } from '../../testing/worker.ts';

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

const AT = '2026-01-01T00:00:00.000Z';

/** Tells a validation loss and an evaluation of a run, and ends it; the evaluation's id. */
async function trained(run: ClaimedRun, loss: number): Promise<string> {
  const points = [{ name: 'validation/loss', step: 3, epoch: 1, value: loss, at: AT }];
  await worker.upload(run, 'tokenizer', randomBytes(10), { kind: 'tokenizer' });
  await worker.upload(run, 'checkpoint-3', randomBytes(10));
  await worker.mustReport(run, [event(run.lastSequence + 1, { type: 'metrics', points, progress: null })]);
  const uploaded = await worker.upload(run, 'predictions.npz', randomBytes(10), { kind: 'predictions' });
  const { artifactId: predictionsArtifactId } = uploaded.body as unknown as { artifactId: string };
  const result = {
    ...{ checkpointStep: 3, split: 'train' as const, sameAsTraining: true, items: 9, sentences: 3, classes: 5 },
    ...{ metrics: [], curves: [], confusion: [], samples: [], elapsedMs: 1 },
  };
  const { evaluationId } = await worker.caller.call(postEvaluation, {
    params: { runId: run.runId },
    body: { lease: run.lease, predictionsArtifactId, result },
  });
  await worker.mustReport(run, [event(run.lastSequence + 2, { type: 'finished', reason: 'completed' })]);
  return evaluationId;
}

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
  const before = await trained(await worker.mustClaim(), 2);
  expect(await counts()).toBe(before);

  const sweep = await sweepOf([0, 0.1, 0.2]);
  const ids: string[] = [];
  for (const loss of [1.5, 0.5, 1]) {
    expect(await counts()).toBe(before);
    ids.push(await trained(await worker.mustClaim(), loss));
  }
  const { best } = await admin.call(getSweep, { params: { sweepId: sweep.id } });
  expect(await counts()).toBe(ids[1]);
  expect((await admin.call(getRun, { params: { runId: best?.runId ?? '' } })).evaluationId).toBe(ids[1]);

  await queueRun(admin, project);
  const after = await trained(await worker.mustClaim(), 3);
  expect(await counts()).toBe(after);
});

test('a sweep that was stopped counts by its finished runs, and one without any not at all', async () => {
  const before = await counts();
  const stopped = await sweepOf([0, 0.1]);
  const finished = await trained(await worker.mustClaim(), 1);
  expect(await counts()).toBe(before);
  await admin.call(cancelSweep, { params: { sweepId: stopped.id } });
  expect(await counts()).toBe(finished);
  const none = await sweepOf([0, 0.1]);
  await admin.call(cancelSweep, { params: { sweepId: none.id } });
  expect(await counts()).toBe(finished);
});
