import { z } from 'zod';
import { defineRoute } from '../../api/define-route.ts';
import { id } from '../../api/identifiers.ts';
import { labelText } from '../data/label-text.ts';
import { HEAD_TASKS, taskHead, type HeadTask } from './heads.ts';

/** Most texts in one request to a classifier. */
const MAX_CLASSIFIED_TEXTS = 64;

/** Above which probability a label of a multi-label classifier is given; evaluations count with the same. */
export const DEFAULT_LABEL_THRESHOLD = 0.5;

/** What a classifier answered for one text. */
export const classifiedText = z
  .object({
    /** One for each label, in their order, 0 to 1: with sum 1 for single-label, each for itself for multi-label; empty for a regression. */
    probabilities: z.array(z.number()),
    /** The likeliest label, or every label above the threshold. */
    predicted: z.array(labelText),
    /** The number that a regression predicts; null for a classifier. */
    value: z.number().nullable(),
    /** Tokens that were read. */
    tokens: z.number().int(),
    /** Whether the text has more tokens than the model reads; only its beginning counted. */
    isCut: z.boolean(),
  })
  .meta({ id: 'ClassifiedText' });

/** What a classifier answered for one text. */
export type ClassifiedText = z.infer<typeof classifiedText>;

/** What a further head of a classifier answered, for each text. */
const answeredTask = z
  .object({
    ...taskHead.pick({ name: true, task: true, labels: true }).shape,
    answers: z.array(classifiedText.pick({ probabilities: true, predicted: true, value: true })),
  })
  .meta({ id: 'AnsweredTask' });

export const classifyTexts = defineRoute({
  id: 'classifyTexts',
  method: 'POST',
  path: '/api/runs/{runId}/classify',
  summary:
    'Labels with probabilities, or a predicted number, for texts, by the checkpoint that the run evaluated, or its newest.',
  permission: 'project:read',
  params: z.object({ runId: id }),
  body: z.object({
    texts: z.array(z.string().min(1).max(20_000)).min(1).max(MAX_CLASSIFIED_TEXTS),
    /** Above which probability a label is given; only multi-label classifiers use it. */
    threshold: z.number().min(0).max(1).default(DEFAULT_LABEL_THRESHOLD),
  }),
  bodyLimitBytes: 8 * 1024 * 1024,
  reply: z.object({
    task: z.enum(HEAD_TASKS),
    labels: z.array(labelText),
    threshold: z.number(),
    answers: z.array(classifiedText),
    /** What the further heads answered. */
    heads: z.array(answeredTask),
    checkpointStep: z.number().int(),
    elapsedMs: z.number(),
  }),
  errors: ['no-checkpoint', 'gives-no-labels', 'inference-busy', 'inference-unavailable'],
});

/** The labels that probabilities speak for: the likeliest one (the first of equals), or all above the threshold. */
export function predictedLabels(
  task: HeadTask,
  labels: readonly string[],
  probabilities: readonly number[],
  threshold: number,
): string[] {
  if (task === 'regression') return [];
  if (task === 'multi-label') return labels.filter((_, index) => (probabilities[index] ?? 0) > threshold);
  const likeliest = labels[probabilities.indexOf(Math.max(...probabilities))];
  return likeliest === undefined ? [] : [likeliest];
}
