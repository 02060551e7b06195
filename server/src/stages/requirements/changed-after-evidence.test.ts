import { getProject } from '@greenlight/shared/projects/contract.ts';
import { getEvaluation } from '@greenlight/shared/stages/evaluation/contract.ts';
import { getCurrentRequirement } from '@greenlight/shared/stages/requirements/contract.ts';
import { getTraceability } from '@greenlight/shared/stages/requirements/traceability-contract.ts';
import {
  traceabilityAsCsv,
  traceabilityAsMarkdown,
} from '@greenlight/shared/stages/requirements/traceability-export.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Caller } from '../../testing/caller.ts';
import { startInstallation, type TestInstallation } from '../../testing/installation.ts';
import { signedInAdmin } from '../../testing/people.ts';
import { approve, submittedRequirement } from '../../testing/requirements.ts';
import { queueRun, seededProject } from '../../testing/runs.ts';

let installation: TestInstallation;
let admin: Caller;

beforeAll(async () => {
  installation = await startInstallation();
  admin = await signedInAdmin(installation.url);
});
afterAll(() => installation.close());

test('criteria that change once a number is known mark every verdict, on every page and export, with what differs', async () => {
  const project = await seededProject(admin);
  const { projectId, datasetVersionId } = project;
  const run = await queueRun(admin, project);
  const artifact = { kind: 'other', name: 'a', sha256: 'a'.repeat(64), sizeBytes: 1n };
  const { id: predictionsArtifactId } = await installation.database.artifact.create({
    data: { id: crypto.randomUUID(), projectId, runId: run.id, ...artifact },
  });
  const metric = { metric: 'loss', value: 2, low: 1.9, high: 2.1, items: 100, note: null };
  const { id: evaluationId } = await installation.database.evaluation.create({
    data: {
      id: crypto.randomUUID(),
      ...{ projectId, runId: run.id, datasetVersionId, predictionsArtifactId },
      ...{ checkpointStep: 1, split: 'test', sameAsTraining: false, items: 100, sentences: 3, classes: 9 },
      ...{ metrics: [metric], curves: [], confusion: [], samples: [], elapsedMs: 1 },
    },
  });
  const params = { projectId };
  const lossOf = async () =>
    (await admin.call(getEvaluation, { params: { evaluationId } })).verdicts.find(
      ({ criterion }) => criterion.metric === 'loss',
    )?.verdict;
  const { changedAfterEvidence: before } = (await admin.call(getProject, { params })).verdict;
  expect([before, await lossOf()]).toEqual([null, 'pass']);

  const current = (await admin.call(getCurrentRequirement, { params }))!;
  const { goal, users, problemType, scenario, constraints, risks, questions } = current;
  const criteria = current.criteria.map((one) => (one.metric === 'loss' ? { ...one, threshold: 1.5 } : one));
  const content = { goal, users, problemType, scenario, constraints, risks, questions, criteria };
  const submitted = await submittedRequirement(admin, projectId, { content, basedOn: 1 });
  expect((await admin.call(getProject, { params })).verdict.changedAfterEvidence).toBeNull();
  await approve(admin, submitted, 'The first bar was too low; nobody else is here to agree.');

  const expected = { fromVersion: 1, toVersion: 2, differences: [{ before: 2.3421, after: 1.5 }] };
  expect((await admin.call(getProject, { params })).verdict.changedAfterEvidence).toMatchObject(expected);
  const evaluation = await admin.call(getEvaluation, { params: { evaluationId } });
  expect(evaluation).toMatchObject({ requirementVersion: 2, versionInForce: 1, changedAfterEvidence: expected });
  expect(await lossOf()).toBe('fail');
  const matrix = await admin.call(getTraceability, { params });
  expect(matrix.changedAfterEvidence).toMatchObject(expected);
  for (const text of [traceabilityAsCsv(matrix, 'en'), traceabilityAsMarkdown(matrix, 'en')])
    expect(text).toContain('Criteria changed after evidence: version 1 stood when the first evaluation was made');
});
