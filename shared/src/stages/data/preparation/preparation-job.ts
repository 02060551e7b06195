import { z } from 'zod';
import { id, sha256 } from '../../../api/identifiers.ts';
import { localizedText } from '../../../api/localized-text.ts';
import { defineJob } from '../../../jobs/contract.ts';
import { datasetTask, LABEL_KINDS, MAX_TASKS } from '../content.ts';
import { labelText, textOrImagePath } from '../label-text.ts';
import { leakageReport } from './leakage.ts';
import { dataProfile } from './profile.ts';
import { recipe, stepCount } from './recipe.ts';
import { rowError } from './reading/row-errors.ts';
import { sourceFormat, sourceMapping, textEncoding } from './reading/source.ts';
import { splitPlan } from './splits.ts';

const count = z.int().min(0);

/** What is to be made of a source. */
export const preparationPlan = z
  .object({
    format: sourceFormat,
    mapping: sourceMapping,
    /** The rows are the items of a version of images, whose pack comes with them. */
    holdsImages: z.literal(true).optional(),
    recipe,
    /** Without a plan, items stay in the split that the source says, else train. */
    splits: splitPlan.nullable().default(null),
    /** Whether a row that cannot be read ends the preparation with nothing kept, or is left out and listed. */
    rowErrors: z.enum(['refuse', 'skip']).default('skip'),
  })
  .meta({ id: 'PreparationPlan' });

/** What is to be made of a source. */
export type PreparationPlan = z.infer<typeof preparationPlan>;

/** Rows that could not be read: how many of each kind, and the first of them. */
const rowErrorSummary = z.object({
  total: count,
  byCode: z.partialRecord(rowError.shape.code, count),
  examples: z.array(rowError),
});

/** What a preparation made: the version's file, and what it held before and holds now. */
export const preparationResult = z
  .object({
    items: z.object({ sha256, sizeBytes: count, lines: count }),
    /** The pack of the images of the version's items; null for texts. */
    images: z.object({ sha256, sizeBytes: count }).nullable().default(null),
    source: z.object({
      sha256,
      sizeBytes: count,
      rows: count,
      /** What its bytes were read in; null for an archive, and where a worker from before does not say. */
      encoding: textEncoding.nullable().default(null),
    }),
    labelKind: z.enum(LABEL_KINDS),
    splits: z.object({ train: count, validation: count, test: count }),
    /** Of the source as it was read, and of the version. */
    profile: z.object({ before: dataProfile, after: dataProfile }),
    steps: z.array(stepCount),
    /** Between the splits of the version. */
    leakage: leakageReport,
    /** Between the splits that the source came with, by its rows; null where it had none. */
    sourceLeakage: leakageReport.nullable().default(null),
    errors: rowErrorSummary,
  })
  .meta({ id: 'PreparationResult' });

/** What a preparation made. */
export type PreparationResult = z.infer<typeof preparationResult>;

/** The rows come from a dataset version. */
export const versionOrigin = z.object({ kind: z.literal('version'), datasetVersionId: id });

/** Where the rows come from: a version, or a file that was uploaded. */
export const preparationOrigin = z.discriminatedUnion('kind', [
  versionOrigin,
  z.object({ kind: z.literal('source'), sourceId: id, fileName: z.string() }),
]);

/** What the job is told: the plan, and the dataset that the outcome becomes a version of. */
export const preparationTask = z.object({
  origin: preparationOrigin,
  dataset: z.object({
    key: z.string(),
    name: localizedText,
    source: localizedText,
    licence: z.string(),
    notes: localizedText,
  }),
  plan: preparationPlan,
});

/** What the job answers with: what it made, and what the version's row says of its items. */
export const preparationJobResult = preparationResult.extend({
  version: z.object({
    characters: count,
    distinctCharacters: count,
    /** All labels, sorted by code unit. */
    labels: z.array(labelText).max(1000),
    tasks: z.array(datasetTask).max(MAX_TASKS).default([]),
    /** Items with labels or a value; null where a worker from before does not say. */
    labelledItems: count.nullable().default(null),
    preview: z.array(textOrImagePath.max(500)).max(20),
  }),
});

/** What the job answers with. */
export type PreparationJobResult = z.infer<typeof preparationJobResult>;

/** Names of the inputs that the job works on, and of the files that it leaves behind. */
export const PREPARATION_FILES = {
  source: 'source',
  sourceImages: 'source-images',
  items: 'items.jsonl',
  images: 'images.pack',
} as const;

/**
 * Prepares a dataset version: the input `source`, with `source-images` where it is a version of images, becomes `items.jsonl`, one item a
 * line, and `images.pack` where it holds images.
 */
export const prepareDatasetJob = defineJob({
  kind: 'prepare-dataset',
  payload: preparationTask,
  result: preparationJobResult,
});
