import { createProject, getProject } from '@greenlight/shared/projects/contract.ts';
import { createTextDatasetVersion } from '@greenlight/shared/stages/data/contract.ts';
import { getProjectTasks } from '@greenlight/shared/stages/data/task-contract.ts';
import { getEvaluation } from '@greenlight/shared/stages/evaluation/contract.ts';
import { saveRequirementDraft, startRequirementDraft } from '@greenlight/shared/stages/requirements/contract.ts';
import {
  traceabilityAsCsv,
  traceabilityAsMarkdown,
} from '@greenlight/shared/stages/requirements/traceability-export.ts';
import { getTraceability } from '@greenlight/shared/stages/requirements/traceability-contract.ts';
import { getMeasuredSources } from '@greenlight/shared/stages/selection/contract.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Caller } from '../../testing/caller.ts';
import { startInstallation, type TestInstallation } from '../../testing/installation.ts';
import { signedInAdmin } from '../../testing/people.ts';
import { approve, moderation, recall, submittedRequirement } from '../../testing/requirements.ts';
import { queueRun } from '../../testing/runs.ts';
import { refusal } from '../../testing/selections.ts';

let installation: TestInstallation;
let admin: Caller;

beforeAll(async () => {
  installation = await startInstallation();
  admin = await signedInAdmin(installation.url);
});
afterAll(() => installation.close());

async function newProject(): Promise<string> {
  const goal = { en: 'Keep abuse out.' };
  return (await admin.call(createProject, { body: { name: 'Moderation', goal, problemType: 'text-classification' } }))
    .id;
}

const ITEMS = [
  { text: 'a', labels: ['spam'], tasks: { toxicity: 'toxic', severity: 2 } },
  { text: 'b', labels: ['ham'], tasks: { toxicity: 'fine' } },
];

const addData = (projectId: string, items: object[] = ITEMS) =>
  admin.call(createTextDatasetVersion, {
    params: { projectId },
    body: {
      ...{ datasetName: { en: 'posts' }, source: { en: 'x' }, licence: 'none', notes: { en: '' }, seed: 1 },
      content: { train: items as { text: string }[], validation: [], test: [] },
    },
  });

const toxicity = () => recall({ metric: 'f1-macro', task: 'toxicity', threshold: 0.9, minimumItems: 150 });

/** How an evaluation of two heads lies in the database: of the first 400 items, of the other 120 with an answer. */
async function evaluated(projectId: string, datasetVersionId: string) {
  const run = await queueRun(admin, { projectId, datasetVersionId });
  const { database } = installation;
  await database.run.update({
    where: { id: run.id },
    data: {
      latestMetrics: {
        'validation/f1-macro': { step: 1, value: 0.5 },
        'validation/f1-macro@toxicity': { step: 1, value: 0.95 },
      },
    },
  });
  const artifact = { kind: 'other', name: 'a', sha256: 'a'.repeat(64), sizeBytes: 1n };
  const { id: predictionsArtifactId } = await database.artifact.create({
    data: { id: crypto.randomUUID(), projectId, runId: run.id, ...artifact },
  });
  const f1 = { metric: 'f1-macro', value: 0.5, low: 0.45, high: 0.55, items: 400, note: null };
  const ofHead = { ...f1, value: 0.96, low: 0.93, high: 0.98, items: 120 };
  const head = { name: 'toxicity', task: 'single-label', weight: 1, items: 120, classes: 2, metrics: [ofHead] };
  const { id } = await database.evaluation.create({
    data: {
      id: crypto.randomUUID(),
      ...{ projectId, runId: run.id, datasetVersionId, predictionsArtifactId },
      ...{ checkpointStep: 1, split: 'test', sameAsTraining: false, items: 400, sentences: 400, classes: 2 },
      ...{ metrics: [f1], curves: [], confusion: [], samples: [], elapsedMs: 1 },
      heads: [{ ...head, curves: [], confusion: [] }],
    },
  });
  return id;
}

test('a criterion on a task is judged by that head and its own count of items, in every verdict, matrix, file and score', async () => {
  const projectId = await newProject();
  const params = { projectId };
  const { id: datasetVersionId } = await addData(projectId);
  expect(await admin.call(getProjectTasks, { params })).toEqual({
    hasData: true,
    tasks: [
      { name: 'severity', kind: 'value', items: 1 },
      { name: 'toxicity', kind: 'single', items: 2 },
    ],
  });
  const content = moderation([
    recall({ metric: 'f1-macro', threshold: 0.9, minimumItems: 150 }),
    toxicity(),
    { ...toxicity(), id: crypto.randomUUID(), threshold: 0.97, minimumItems: 100, level: 'should' },
  ]);
  const approved = await approve(admin, await submittedRequirement(admin, projectId, { content }), 'Alone here.');
  expect(approved.criteria.map(({ task }) => task)).toEqual([undefined, 'toxicity', 'toxicity']);
  expect('task' in (approved.criteria[0] ?? {})).toBe(false);

  const evaluationId = await evaluated(projectId, datasetVersionId);
  const expected = [
    ['fail', 0.5, 400],
    // 120 items have an answer for this head, 150 were asked for.
    ['not-enough-evidence', 0.96, 120],
    ['not-enough-evidence', 0.96, 120],
  ];
  const shown = (verdicts: readonly { verdict: string; value: { value: number | null; items: number } | null }[]) =>
    verdicts.map(({ verdict, value }) => [verdict, value?.value, value?.items]);
  const { verdicts } = await admin.call(getEvaluation, { params: { evaluationId } });
  expect(shown(verdicts)).toEqual(expected);
  expect(shown((await admin.call(getProject, { params })).criteria)).toEqual(expected);

  const matrix = await admin.call(getTraceability, { params });
  const [run, evaluation] = [0, 1].map((column) => shown(matrix.rows.map(({ cells }) => cells[column]!)));
  expect(run?.map(([, value]) => value)).toEqual([0.5, 0.95, 0.95]);
  expect(evaluation).toEqual(expected);
  const [header, , toxic] = traceabilityAsCsv(matrix, 'en').split('\r\n');
  expect(header).toContain('Metric,Task,Operator,Threshold');
  expect(toxic).toMatch(/^F1 \(macro\),toxicity,≥,0\.9,/);
  expect(toxic).toContain('not enough evidence,0.96,0.93,0.98,120');
  expect(traceabilityAsMarkdown(matrix, 'en')).toContain('F1 \\(macro\\) of task “toxicity” ≥ 0.9');
  expect(traceabilityAsMarkdown(matrix, 'zh')).toContain('任务“toxicity”的');

  const { items } = await admin.call(getMeasuredSources, { params });
  expect(items[0]?.values.map(({ metric, task, value }) => [metric, task, value])).toEqual([
    ['f1-macro', undefined, 0.5],
    ['f1-macro', 'toxicity', 0.96],
  ]);
});

test('a criterion on a task that no data answers, or with a number that it cannot have, is refused with the reason', async () => {
  const projectId = await newProject();
  const started = await admin.call(startRequirementDraft, { params: { projectId }, body: { basedOn: null } });
  const params = { requirementId: started.id };
  const saving = (criterion: ReturnType<typeof toxicity>, revision: number) => ({
    params,
    body: { revision, content: moderation([criterion]) },
  });
  // Without data nobody knows yet.
  await admin.call(saveRequirementDraft, saving(toxicity(), 1));
  await addData(projectId);
  const wrong: [object, string, string][] = [
    [{ task: 'tone' }, 'unknown-task', 'criteria.0.task'],
    [{ task: 'severity' }, 'metric-not-for-task', 'criteria.0.metric'],
  ];
  for (const [change, code, field] of wrong) {
    const refused = await refusal(admin, saveRequirementDraft, saving({ ...toxicity(), ...change }, 2));
    expect(refused).toMatchObject({ status: 422, code: 'invalid-requirement' });
    expect(refused.details).toMatchObject({ fields: [{ code, field }] });
  }
  const severe = recall({ metric: 'mean-absolute-error', task: 'severity', operator: '<=', threshold: 0.5 });
  expect((await admin.call(saveRequirementDraft, saving(severe, 2))).criteria[0]?.task).toBe('severity');
});
