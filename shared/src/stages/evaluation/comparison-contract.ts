import { z } from 'zod';
import { defineRoute } from '../../api/define-route.ts';
import { finiteOrNull, id } from '../../api/identifiers.ts';
import { queryInteger } from '../../api/query-integer.ts';
import { evaluationSummary, metricValue } from './contract.ts';

/** Most evaluations that are compared at once, the baseline among them. */
export const MAX_COMPARED = 8;

const count = z.number().int().min(0);

/** Why nothing is said about a difference: measured on other items, before resamples were kept, without an interval, or on too few texts or items. */
const notCompared = z.enum(['other-items', 'not-kept', 'no-interval', 'too-few']);

/** What may be said of one number against the baseline's. */
export const comparedValue = z
  .object({
    measured: metricValue,
    /** Its value less the baseline's, with the 95 % interval of the paired difference; null for the baseline and where there is none. */
    difference: z.object({ value: z.number(), low: z.number(), high: z.number() }).nullable(),
    /** Better or worse only where the interval of the difference excludes zero; null for the baseline and where nothing can be said. */
    said: z.enum(['better', 'worse', 'no-difference-shown']).nullable(),
    notCompared: notCompared.nullable(),
  })
  .meta({ id: 'ComparedValue' });

/** What may be said of one number against the baseline's. */
export type ComparedValue = z.infer<typeof comparedValue>;

/** The items that only one of two models answered right. */
export const changedAnswers = z
  .object({
    onlyBaseline: count,
    onlyThis: count,
    /** Two-sided p-value of McNemar's exact test. */
    pValue: finiteOrNull,
  })
  .meta({ id: 'ChangedAnswers' });

/** The items that only one of two models answered right. */
export type ChangedAnswers = z.infer<typeof changedAnswers>;

/** Two to eight evaluations, number by number, against the first. */
export const evaluationComparison = z
  .object({
    /** As they were asked for; the first is the baseline. */
    evaluations: z.array(evaluationSummary.extend({ datasetVersion: z.number().int() })),
    /** Of every number that any of them has, in the order of the first that has it; a cell for each evaluation, null where it has no such number. */
    rows: z.array(
      z.object({ metric: z.string(), task: z.string().nullable(), cells: z.array(comparedValue.nullable()) }),
    ),
    /** Of each head that answers right or wrong: the items that changed, for each evaluation; null for the baseline and where they were not kept or are others. */
    answers: z.array(z.object({ task: z.string().nullable(), changed: z.array(changedAnswers.nullable()) })),
  })
  .meta({ id: 'EvaluationComparison' });

/** Two to eight evaluations, number by number, against the first. */
export type EvaluationComparison = z.infer<typeof evaluationComparison>;

const UUID = '[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}';

/** Two to eight ids separated by commas. */
const ids = z.string().regex(new RegExp(`^${UUID}(?:,${UUID}){1,${MAX_COMPARED - 1}}$`));

export const compareEvaluations = defineRoute({
  id: 'compareEvaluations',
  method: 'GET',
  path: '/api/projects/{projectId}/evaluation-comparison',
  summary:
    'Two to eight evaluations, number by number, against the first: paired differences with 95 % intervals where they measured the same items.',
  permission: 'project:read',
  params: z.object({ projectId: id }),
  query: z.object({ ids }),
  reply: evaluationComparison,
});

/** A text that one model predicts better than the other. */
export const movedText = z
  .object({
    /** Its place in the data version. */
    number: z.number().int(),
    /** Mean loss of its tokens in nats, by the baseline and by the other. */
    before: z.number(),
    after: z.number(),
  })
  .meta({ id: 'MovedText' });

/** A text that one model predicts better than the other. */
export type MovedText = z.infer<typeof movedText>;

export const listMovedTexts = defineRoute({
  id: 'listMovedTexts',
  method: 'GET',
  path: '/api/projects/{projectId}/evaluation-comparison/texts',
  summary:
    'The texts whose loss is higher (`worse`) or lower (`better`) than by the baseline, of models that write text; those that moved most come first.',
  permission: 'project:read',
  params: z.object({ projectId: id }),
  query: z.object({
    baseline: id,
    evaluation: id,
    direction: z.enum(['worse', 'better']),
    /** How many of the first are passed over. */
    skip: queryInteger(0, 1_000_000).default(0),
    limit: queryInteger(1, 40).default(20),
  }),
  reply: z.object({
    /** Null where losses of single texts were not kept, or the two measured others. */
    texts: z.array(movedText).nullable(),
    total: count,
  }),
});

export const listChangedItems = defineRoute({
  id: 'listChangedItems',
  method: 'GET',
  path: '/api/projects/{projectId}/evaluation-comparison/items',
  summary:
    'Places, in the data version, of the items that the baseline answered right and an evaluation wrong (`worse`), or the other way round (`better`).',
  permission: 'project:read',
  params: z.object({ projectId: id }),
  query: z.object({
    baseline: id,
    evaluation: id,
    task: z.string().max(200).optional(),
    direction: z.enum(['worse', 'better']),
    after: queryInteger(0, 2_147_483_647).default(0),
    limit: queryInteger(1, 40).default(20),
  }),
  reply: z.object({
    /** Ascending; null where it was not kept which items were answered wrong, or the two measured others. */
    numbers: z.array(z.number().int()).nullable(),
    total: count,
    /** Where the next page goes on; null after the last. */
    nextAfter: z.number().int().nullable(),
  }),
});
