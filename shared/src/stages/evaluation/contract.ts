import { z } from 'zod';
import { defineRoute } from '../../api/define-route.ts';
import { finiteOrNull, id, moment } from '../../api/identifiers.ts';
import { localizedText, type LocalizedText } from '../../api/localized-text.ts';
import { pageOf, pageQuery } from '../../api/paging.ts';
import { MAX_TASKS } from '../data/content.ts';
import { statedPurpose } from '../data/items-contract.ts';
import { labelText } from '../data/label-text.ts';
import { changedAfterEvidence, criterion } from '../requirements/contract.ts';
import { sample } from '../training/contract.ts';
import { taskHead } from '../training/heads.ts';
import { resampling } from './resampling.ts';
import { seenInTraining } from './seen-in-training.ts';

const count = z.int32().min(0);

/** One number with its 95 % interval and the items it comes from; `low` and `high` null where no interval exists. */
export const metricValue = z
  .object({
    metric: z.string().max(60),
    value: finiteOrNull,
    low: finiteOrNull,
    high: finiteOrNull,
    items: count,
    /** Said where the number is not exact or partly undefined, e.g. classes without predictions. */
    note: z.string().max(500).nullable(),
  })
  .meta({ id: 'MetricValue' });

/** One number with its 95 % interval and the items it comes from. */
export type MetricValue = z.infer<typeof metricValue>;

/** One number of an evaluation with the further task that it was measured of; of the first head where there is none. */
export type TaskMetricValue = MetricValue & { readonly task?: string };

/** A curve reduced to at most 500 points for drawing. */
export const curve = z
  .object({
    kind: z.enum(['roc-micro', 'roc-macro', 'roc-confidence', 'precision-recall-micro', 'reliability']),
    x: z.array(z.number()).max(500),
    y: z.array(z.number()).max(500),
    /** Items of each bin, for the reliability curve. */
    weight: z.array(z.number()).max(500).nullable(),
    area: finiteOrNull,
  })
  .meta({ id: 'Curve' });

/** A curve reduced to at most 500 points for drawing. */
export type Curve = z.infer<typeof curve>;

/** Most pairs of an actual and a predicted label that a worker tells. */
const MAX_CONFUSED_PAIRS = 2500;

const confusedPairs = z.array(z.object({ actual: labelText, predicted: labelText, count }));

/** What was measured of a further head, on the items whose answer is known; no metrics where it is known of none. */
export const headEvaluation = z
  .object({
    ...taskHead.pick({ name: true, task: true, weight: true }).shape,
    items: count,
    classes: count,
    metrics: z.array(metricValue).max(200),
    curves: z.array(curve).max(20),
    confusion: confusedPairs.max(MAX_CONFUSED_PAIRS),
  })
  .meta({ id: 'HeadEvaluation' });

/** What was measured of a further head. */
export type HeadEvaluation = z.infer<typeof headEvaluation>;

/** Every number that was measured, of the first head and of the further ones. */
export function measuredOfAllHeads({
  metrics,
  heads,
}: {
  readonly metrics: readonly MetricValue[];
  readonly heads: readonly Pick<HeadEvaluation, 'name' | 'metrics'>[];
}): TaskMetricValue[] {
  return [
    ...metrics,
    ...heads.flatMap(({ name, metrics: ofHead }) => ofHead.map((metric) => ({ ...metric, task: name }))),
  ];
}

/** What a worker measured. */
export const evaluationResult = z.object({
  checkpointStep: z.int32(),
  split: z.enum(['test', 'validation', 'train']),
  /** True when all of these items were also trained on; the server counts those that were, where some were. */
  sameAsTraining: z.boolean(),
  items: count,
  sentences: count,
  classes: count,
  metrics: z.array(metricValue).max(200),
  curves: z.array(curve).max(20),
  confusion: confusedPairs.max(MAX_CONFUSED_PAIRS),
  samples: z.array(sample).max(32),
  /** Of the further heads of a classifier, in their order. */
  heads: z.array(headEvaluation).max(MAX_TASKS).default([]),
  /** How the numbers vary, of the first head or the tokens, of the further heads and of generated texts. */
  resamplings: z
    .array(resampling)
    .max(MAX_TASKS + 2)
    .default([]),
  elapsedMs: z.number(),
});

/** What a worker measured. */
export type EvaluationResult = z.infer<typeof evaluationResult>;

/** Verdict of one criterion on one evaluation. */
export const criterionVerdict = z
  .object({
    criterion,
    verdict: z.enum(['pass', 'fail', 'not-enough-evidence', 'no-evidence']),
    value: metricValue.nullable(),
  })
  .meta({ id: 'CriterionVerdict' });

/** Verdict of one criterion on one evaluation. */
export type CriterionVerdict = z.infer<typeof criterionVerdict>;

/** An evaluation as lists show it. */
export const evaluationSummary = z
  .object({
    id,
    projectId: id,
    /** The run whose checkpoint was measured; null for an imported model. */
    runId: id.nullable(),
    runNumber: z.number().int().nullable(),
    runName: localizedText.nullable(),
    /** The imported model that was measured; null for a run's checkpoint. */
    modelFileId: id.nullable(),
    modelFileName: z.string().nullable(),
    datasetVersionId: id,
    checkpointStep: z.number().int().nullable(),
    split: z.enum(['test', 'validation', 'train']),
    /** True where a text that was measured was learned from as well, or nobody can tell: then it is no evidence for new texts. */
    sameAsTraining: z.boolean(),
    /** How many of the texts were; null where it was measured before that was counted. */
    seenInTraining: seenInTraining.nullable(),
    items: z.number().int(),
    headline: z.object({ loss: finiteOrNull, f1Macro: finiteOrNull, aucMicro: finiteOrNull }),
    createdAt: moment,
  })
  .meta({ id: 'EvaluationSummary' });

/** An evaluation as lists show it. */
export type EvaluationSummary = z.infer<typeof evaluationSummary>;

/** What was measured, by name: a run, or "imported model X". */
export function evaluatedName({
  runName,
  modelFileName,
}: Pick<EvaluationSummary, 'runName' | 'modelFileName'>): LocalizedText {
  if (runName !== null) return runName;
  return { zh: `导入的模型：${modelFileName ?? ''}`, en: `Imported model ${modelFileName ?? ''}` };
}

/** An evaluation with every metric, curve and criterion verdict. */
export const evaluation = evaluationSummary
  .extend({
    sentences: z.number().int(),
    classes: z.number().int(),
    metrics: z.array(metricValue),
    curves: z.array(curve),
    confusion: confusedPairs,
    samples: z.array(sample),
    /** Of the further heads of a classifier; a criterion that names a task is judged by its head. */
    heads: z.array(headEvaluation),
    verdicts: z.array(criterionVerdict),
    /** The newest approved version of the requirement, which the verdicts are against; null where none is approved. */
    requirementVersion: z.number().int().nullable(),
    /** The approved version that stood when this was measured; null where none did. */
    versionInForce: z.number().int().nullable(),
    changedAfterEvidence: changedAfterEvidence.nullable(),
    predictionsArtifactId: id.nullable(),
    elapsedMs: z.number(),
  })
  .meta({ id: 'Evaluation' });

/** An evaluation with every metric, curve and criterion verdict. */
export type Evaluation = z.infer<typeof evaluation>;

export const listEvaluations = defineRoute({
  id: 'listEvaluations',
  method: 'GET',
  path: '/api/projects/{projectId}/evaluations',
  summary: 'The evaluations of a project, newest first.',
  permission: 'project:read',
  params: z.object({ projectId: id }),
  query: pageQuery,
  reply: pageOf(evaluationSummary),
});

export const getEvaluation = defineRoute({
  id: 'getEvaluation',
  method: 'GET',
  path: '/api/evaluations/{evaluationId}',
  summary: 'Every metric with its interval, the curves and the verdict against each criterion.',
  permission: 'project:read',
  params: z.object({ evaluationId: id }),
  reply: evaluation,
});

export const downloadPredictions = defineRoute({
  id: 'downloadPredictions',
  method: 'GET',
  path: '/api/evaluations/{evaluationId}/predictions',
  summary:
    'The predictions that every number was computed from, as the stored artifact (NumPy .npz: probabilities [N, V], targets [N], sentences [N], classes [V]).',
  permission: 'project:read',
  params: z.object({ evaluationId: id }),
  query: z.object({ purpose: statedPurpose.optional() }),
  stream: 'download',
  errors: ['personal-data-inside', 'purpose-needed', 'content-deleted'],
});
