import { z } from 'zod';
import { defineRoute } from '../../api/define-route.ts';
import { id, moment, sha256 } from '../../api/identifiers.ts';
import { localizedText } from '../../api/localized-text.ts';
import { pageOf, pageQuery } from '../../api/paging.ts';
import { shownLocalizedName } from '../../api/shown-name.ts';
import { datasetTask, itemContent, LABEL_KINDS, MAX_ITEM_LENGTH } from './content.ts';
import { labelText, textOrImagePath } from './label-text.ts';

/** How the items of a version are divided; `sameAsTraining` says that held-out items were seen in training. */
export const datasetSplits = z.object({
  train: z.number().int(),
  validation: z.number().int(),
  test: z.number().int(),
  sameAsTraining: z.boolean(),
  seed: z.number().int(),
});

/** How long the content of a version is kept, and what became of it; metadata, hashes and lineage always stay. */
export const versionRetention = z
  .object({
    /** The content is deleted after this moment; null where nothing limits it. */
    keptUntil: moment.nullable(),
    /** Suspends every deletion. */
    hold: z.object({ reason: z.string(), by: z.string(), at: moment }).nullable(),
    deleted: z.object({ at: moment, kind: z.enum(['retention', 'erasure']), certificateId: id.nullable() }).nullable(),
  })
  .meta({ id: 'VersionRetention' });

/** How long the content of a version is kept, and what became of it. */
export type VersionRetention = z.infer<typeof versionRetention>;

/** An immutable, content-addressed state of a dataset. */
export const datasetVersion = z
  .object({
    id,
    datasetId: id,
    datasetName: localizedText,
    version: z.number().int().min(1),
    contentSha256: sha256,
    sizeBytes: z.number().int(),
    /** What the images of the items take; null for a version of texts. */
    images: z.object({ sizeBytes: z.number().int() }).nullable(),
    items: z.number().int(),
    characters: z.number().int(),
    distinctCharacters: z.number().int(),
    splits: datasetSplits,
    /** What the items are labelled with. */
    labelKind: z.enum(LABEL_KINDS),
    /** How many items have labels or a value; the others answer further tasks only. */
    labelledItems: z.number().int(),
    /** The labels that occur, sorted; a class of a classifier has the number of its place here. */
    labels: z.array(labelText),
    /** What the items are labelled with besides, by the names of the tasks. */
    tasks: z.array(datasetTask),
    source: localizedText,
    licence: z.string(),
    notes: localizedText,
    /** How many items hold personal data; null where that was not counted. */
    personalItems: z.number().int().nullable(),
    retention: versionRetention,
    createdAt: moment,
  })
  .meta({ id: 'DatasetVersion' });

/** An immutable, content-addressed state of a dataset. */
export type DatasetVersion = z.infer<typeof datasetVersion>;

export const listDatasetVersions = defineRoute({
  id: 'listDatasetVersions',
  method: 'GET',
  path: '/api/projects/{projectId}/dataset-versions',
  summary: 'The dataset versions of a project, newest first.',
  permission: 'project:read',
  params: z.object({ projectId: id }),
  query: pageQuery,
  reply: pageOf(datasetVersion),
});

export const getDatasetVersion = defineRoute({
  id: 'getDatasetVersion',
  method: 'GET',
  path: '/api/dataset-versions/{datasetVersionId}',
  summary: 'One dataset version with its first items.',
  permission: 'project:read',
  params: z.object({ datasetVersionId: id }),
  reply: datasetVersion.extend({ preview: z.array(textOrImagePath) }),
});

/** An item of a request: a text alone, or a text with its labels or its value. */
const givenItem = z.union([z.string().min(1).max(MAX_ITEM_LENGTH), itemContent]);

/** A text dataset given in one piece, already divided. */
export const textDatasetContent = z.object({
  train: z.array(givenItem).min(1).max(200_000),
  validation: z.array(givenItem).max(50_000),
  test: z.array(givenItem).max(50_000),
});

/** The items of a text dataset, by split; empty validation and test mean "the same as train". */
export type TextDatasetContent = z.infer<typeof textDatasetContent>;

export const createTextDatasetVersion = defineRoute({
  id: 'createTextDatasetVersion',
  method: 'POST',
  path: '/api/projects/{projectId}/dataset-versions',
  summary: 'Add a text dataset version; the same content again answers with the version that exists.',
  permission: 'data:write',
  params: z.object({ projectId: id }),
  bodyLimitBytes: 64 * 1024 * 1024,
  body: z.object({
    datasetName: shownLocalizedName,
    source: localizedText,
    licence: z.string().max(200),
    notes: localizedText,
    seed: z.int32().min(0),
    content: textDatasetContent,
  }),
  reply: datasetVersion,
  status: 201,
  errors: ['payload-too-large', 'invalid-labels', 'content-deleted'],
});
