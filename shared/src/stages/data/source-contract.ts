import { z } from 'zod';
import { queryInteger } from '../../api/query-integer.ts';
import { defineRoute } from '../../api/define-route.ts';
import { id, moment, sha256 } from '../../api/identifiers.ts';
import { localizedText } from '../../api/localized-text.ts';
import { pageOf, pageQuery } from '../../api/paging.ts';
import { shownLocalizedName, shownName } from '../../api/shown-name.ts';
import { itemContent } from './content.ts';
import { labelText } from './label-text.ts';
import { personalLabels } from './personal-labels.ts';
import { preparation } from './preparation-contract.ts';
import { recipe } from './preparation/recipe.ts';
import { rowError } from './preparation/reading/row-errors.ts';
import { sourceFormat, sourceMapping, textEncoding } from './preparation/reading/source.ts';
import { splitPlan } from './preparation/splits.ts';

/** Largest file that is taken in, in bytes. */
export const MAX_SOURCE_BYTES = 8 * 1024 ** 3;

/** Bytes of every part but the last one. */
export const SOURCE_PART_BYTES = 4 * 1024 * 1024;

/** Uploads that one person may have open at a time, over all projects. */
export const MAX_OPEN_UPLOADS = 5;

/** An upload without a new part for so many hours is given up. */
export const UPLOAD_EXPIRY_HOURS = 48;

/** A file that arrived whole is kept for so many days; what was made of it stays. */
export const SOURCE_KEPT_DAYS = 7;

const count = z.int().min(0);

/** A file that data is made of: on its way, part by part, or here. */
export const dataSource = z
  .object({
    id,
    projectId: id,
    name: z.string(),
    format: sourceFormat,
    sizeBytes: count,
    state: z.enum(['receiving', 'complete']),
    /** The next part begins here; everything before is safe on disk. */
    receivedBytes: count,
    partBytes: count,
    /** Of the whole file; null until it is complete. */
    sha256: sha256.nullable(),
    createdBy: z.string(),
    createdAt: moment,
    /** When the upload is given up, or the file removed, if nothing happens. */
    expiresAt: moment,
  })
  .meta({ id: 'DataSource' });

/** A file that data is made of. */
export type DataSource = z.infer<typeof dataSource>;

const sourceParams = z.object({ sourceId: id });

export const createSource = defineRoute({
  id: 'createSource',
  method: 'POST',
  path: '/api/projects/{projectId}/sources',
  summary:
    'Begin to upload a file. The same key of the same person again answers with the upload as it stands, so that it can be gone on with.',
  permission: 'data:write',
  params: z.object({ projectId: id }),
  body: z.object({
    name: shownName(200),
    format: sourceFormat,
    sizeBytes: z.int().min(0).max(MAX_SOURCE_BYTES),
    idempotencyKey: z.string().min(8).max(200),
  }),
  reply: dataSource,
  status: 201,
  errors: ['conflict', 'too-many-uploads', 'wrong-file-type', 'storage-full'],
});

export const listSources = defineRoute({
  id: 'listSources',
  method: 'GET',
  path: '/api/projects/{projectId}/sources',
  summary: 'The files of a project that are on their way or here, newest first.',
  permission: 'project:read',
  params: z.object({ projectId: id }),
  query: pageQuery,
  reply: pageOf(dataSource),
});

export const getSource = defineRoute({
  id: 'getSource',
  method: 'GET',
  path: '/api/sources/{sourceId}',
  summary: 'A file and the SHA-256 of each of its parts that is safe on disk.',
  permission: 'project:read',
  params: sourceParams,
  reply: dataSource.extend({ parts: z.array(sha256) }),
});

export const putSourcePart = defineRoute({
  id: 'putSourcePart',
  method: 'PUT',
  path: '/api/sources/{sourceId}/parts',
  summary:
    'Send the part that begins at `offset`: `partBytes` bytes, or what is left of the file. A part that is here already is answered like a new one; the reply says where to go on.',
  permission: 'data:write',
  params: sourceParams,
  query: z.object({
    offset: queryInteger(0, MAX_SOURCE_BYTES),
    sha256,
    sizeBytes: queryInteger(1, SOURCE_PART_BYTES),
  }),
  stream: 'upload',
  reply: dataSource,
  errors: [
    'wrong-offset',
    'different-part',
    'checksum-mismatch',
    'payload-too-large',
    'wrong-file-type',
    'storage-full',
  ],
});

export const completeSource = defineRoute({
  id: 'completeSource',
  method: 'POST',
  path: '/api/sources/{sourceId}/complete',
  summary:
    'End an upload: the whole file is read back and compared with its SHA-256. Where they differ the upload is given up; sent again, it answers with what is here.',
  permission: 'data:write',
  params: sourceParams,
  body: z.object({ sha256 }),
  reply: dataSource,
  errors: ['wrong-offset', 'checksum-mismatch'],
});

export const deleteSource = defineRoute({
  id: 'deleteSource',
  method: 'DELETE',
  path: '/api/sources/{sourceId}',
  summary: 'Give up an upload, or remove a file; versions that were made of it stay.',
  permission: 'data:write',
  params: sourceParams,
  reply: z.object({ ok: z.literal(true) }),
  errors: ['source-in-use'],
});

/** Encodings that a file may have that is neither UTF-8 nor UTF-16, the likeliest first, with some of its text in each, masked. */
const encodingSuggestions = z.array(z.object({ encoding: textEncoding, text: z.string() }));

/** Why a file cannot be read as asked, and the encodings that it may have: the details of `unreadable-source`. */
export const unreadableSource = z.object({ problem: rowError, encodings: encodingSuggestions });

/** The first rows of a file as they would be read, personal data masked. */
export const sourceSample = z
  .object({
    encoding: textEncoding,
    encodings: encodingSuggestions,
    delimiter: z.string(),
    /** Columns of a csv file, or keys of the first objects of a jsonl file. */
    columns: z.array(z.string()),
    /** What was asked for, or what names of columns suggest. */
    mapping: sourceMapping,
    items: z.array(
      z.object({
        row: count,
        text: z.string(),
        labels: z.array(labelText).optional(),
        value: z.number().optional(),
        tasks: itemContent.shape.tasks,
        split: z.string().optional(),
        columns: z.record(z.string(), z.string()).optional(),
      }),
    ),
    errors: z.array(rowError),
    /** Labels in the first thousand rows that are personal data by themselves. */
    personalLabels,
  })
  .meta({ id: 'SourceSample' });

/** The first rows of a file as they would be read. */
export type SourceSample = z.infer<typeof sourceSample>;

export const sampleSource = defineRoute({
  id: 'sampleSource',
  method: 'POST',
  path: '/api/sources/{sourceId}/sample',
  summary:
    'Read the first rows of a text file by a mapping, or by one that the names of its columns suggest in an encoding. Says which encodings a file may have that is neither UTF-8 nor UTF-16.',
  permission: 'data:write',
  params: sourceParams,
  body: z.object({
    mapping: sourceMapping.nullable().default(null),
    /** How the file is read where `mapping` is null. */
    encoding: sourceMapping.shape.encoding,
  }),
  reply: sourceSample,
  errors: ['source-incomplete', 'unreadable-source', 'holds-images'],
});

export const getSourceLabels = defineRoute({
  id: 'getSourceLabels',
  method: 'GET',
  path: '/api/sources/{sourceId}/personal-labels',
  summary:
    'The labels that the folders of an archive of images give, as far as they are personal data by themselves, masked. None where its index cannot be read, which the import says.',
  permission: 'data:write',
  params: sourceParams,
  reply: personalLabels,
  errors: ['source-incomplete'],
});

export const importSource = defineRoute({
  id: 'importSource',
  method: 'POST',
  path: '/api/sources/{sourceId}/imports',
  summary:
    'Have a worker read a whole file and make a dataset version of it. The same wish again answers with the same job; one that was cancelled goes on where it was. Without `splits`, a tenth each is drawn for validation and test with seed 1, stratified where there are labels, what the file places staying there; `null` draws none.',
  permission: 'data:write',
  params: sourceParams,
  body: z.object({
    datasetName: shownLocalizedName,
    source: localizedText,
    licence: z.string().max(200),
    notes: localizedText,
    /** How a text file is read; an archive of images needs none. */
    mapping: sourceMapping.default(sourceMapping.parse({})),
    /** Whether a row that cannot be read ends the import with nothing kept, or is left out and listed. */
    rowErrors: z.enum(['refuse', 'skip']).default('refuse'),
    recipe: recipe.default({ version: 1, steps: [] }),
    /** Left out: drawn by `DEFAULT_SPLIT_SEED`. Null draws none: what the file does not place is for training. */
    splits: splitPlan.nullable().optional(),
  }),
  reply: preparation,
  status: 201,
  errors: ['source-incomplete', 'holds-images'],
});

export const resumeImport = defineRoute({
  id: 'resumeImport',
  method: 'POST',
  path: '/api/jobs/{jobId}/resume-import',
  summary: 'Go on with an import that was cancelled or failed, as it was asked for.',
  permission: 'data:write',
  params: z.object({ jobId: id }),
  reply: preparation,
  errors: ['source-incomplete'],
});
