import { z } from 'zod';
import { defineRoute } from '../../api/define-route.ts';
import { id, moment } from '../../api/identifiers.ts';
import { localizedText } from '../../api/localized-text.ts';
import { textEncoding } from './preparation/reading/source.ts';
import { tokenizerSettings } from './tokenizer-job.ts';

/** Most versions, preparations and runs that one lineage shows. */
export const MAX_LINEAGE = 100;

/** Most items of each version that a comparison reads. */
export const MAX_COMPARED_ITEMS = 500_000;

/** Most texts that a comparison shows of a kind. */
export const MAX_SAMPLES = 5;

/** What a dataset version came from, what came from it, and what was trained on any of these. */
export const datasetLineage = z
  .object({
    versions: z.array(
      z.object({
        id,
        datasetName: localizedText,
        version: z.number().int(),
        items: z.number().int(),
        createdAt: moment,
      }),
    ),
    /** The edges between versions: `from` was prepared to become `to`. */
    preparations: z.array(z.object({ jobId: id, from: id, to: id, steps: z.array(z.string()) })),
    /** The files that versions were read from, as far as they are among these. */
    imports: z.array(
      z.object({
        jobId: id,
        to: id,
        fileName: z.string(),
        /** What the file's bytes were read in; null for archives, and where it was not kept. */
        encoding: textEncoding.nullable(),
      }),
    ),
    /** A version that a person was erased from, and the one that took its place. */
    erasures: z.array(z.object({ erasureId: id, from: id, to: id })),
    /** What was learned from these versions, for the runs that use them. */
    tokenizers: z.array(z.object({ id, datasetVersionId: id, kind: tokenizerSettings.shape.kind, size: z.int() })),
    /** `tokenizerId` is the tokenizer that was chosen for the run, null where it has its own. */
    runs: z.array(z.object({ id, number: z.number().int(), datasetVersionId: id, tokenizerId: id.nullable() })),
    /** Whether there is nothing more than what is shown. */
    isComplete: z.boolean(),
  })
  .meta({ id: 'DatasetLineage' });

/** What a dataset version came from and what came from it. */
export type DatasetLineage = z.infer<typeof datasetLineage>;

export const getDatasetLineage = defineRoute({
  id: 'getDatasetLineage',
  method: 'GET',
  path: '/api/dataset-versions/{datasetVersionId}/lineage',
  summary:
    'The versions connected with one by preparations, the tokenizers that were learned from them, and the runs that used any of these.',
  permission: 'project:read',
  params: z.object({ datasetVersionId: id }),
  reply: datasetLineage,
});

/** How the items of one version differ from those of another. An item is known by its text; a changed text is one removed and one added. */
export const datasetComparison = z
  .object({
    kept: z.number().int(),
    added: z.number().int(),
    removed: z.number().int(),
    /** Same text in another split. */
    moved: z.number().int(),
    /** Same text and split with other labels or another value. */
    relabelled: z.number().int(),
    /** Some texts of each kind, with personal data masked. */
    samples: z.object({
      added: z.array(z.string()).max(MAX_SAMPLES),
      removed: z.array(z.string()).max(MAX_SAMPLES),
      moved: z.array(z.string()).max(MAX_SAMPLES),
      relabelled: z.array(z.string()).max(MAX_SAMPLES),
    }),
  })
  .meta({ id: 'DatasetComparison' });

/** How the items of one version differ from those of another. */
export type DatasetComparison = z.infer<typeof datasetComparison>;

export const compareDatasetVersions = defineRoute({
  id: 'compareDatasetVersions',
  method: 'GET',
  path: '/api/dataset-versions/{datasetVersionId}/comparison',
  summary: 'What changed from another version of the project, `before`, to this one.',
  permission: 'project:read',
  params: z.object({ datasetVersionId: id }),
  query: z.object({ before: id }),
  reply: datasetComparison,
  errors: ['too-many-items', 'content-deleted'],
});
