import { z } from 'zod';
import { queryInteger } from '../../api/query-integer.ts';
import { defineRoute } from '../../api/define-route.ts';
import { id, moment, sha256 } from '../../api/identifiers.ts';
import { localizedText } from '../../api/localized-text.ts';
import { pageOf, pageQuery } from '../../api/paging.ts';
import { shownName } from '../../api/shown-name.ts';
import { JOB_STATES, jobStatus } from '../../jobs/contract.ts';
import { statedPurpose } from './items-contract.ts';
import { tokenizerReport, tokenizerSettings } from './tokenizer-job.ts';

/** Largest `tokenizer.json` that can be brought along. */
export const MAX_TOKENIZER_FILE_BYTES = 16 * 1024 * 1024;

/** The training of a tokenizer, or the measuring of one that was brought along: what was asked for, how far it is, and the tokenizer that it came to. */
export const tokenizerTraining = jobStatus
  .extend({
    datasetVersionId: id,
    settings: tokenizerSettings,
    /** The tokenizer that is measured, where it was brought along. */
    measured: z.object({ tokenizerId: id, fileName: z.string(), size: z.int() }).nullable(),
    /** The tokenizer that it made, or found to be there with the same content; null until it has finished. */
    tokenizerId: id.nullable(),
  })
  .meta({ id: 'TokenizerTraining' });

/** The training of a tokenizer. */
export type TokenizerTraining = z.infer<typeof tokenizerTraining>;

/** An immutable, content-addressed tokenizer that was learned from a data version, or brought along and then of no version. */
export const tokenizer = z
  .object({
    id,
    projectId: id,
    datasetVersionId: id.nullable(),
    datasetName: localizedText.nullable(),
    version: z.int().nullable(),
    /** What was asked for; of one that was brought along, what its file says. */
    settings: tokenizerSettings,
    /** Null for one that was learned here. */
    upload: z
      .object({
        fileName: z.string(),
        /** SHA-256 of the file as runs get it, with padding, begin, end and unknown moved to the ids 0 to 3; that of the file itself where they are there. */
        runSha256: sha256,
        hasMovedIds: z.boolean(),
      })
      .nullable(),
    /** Number of ids. */
    size: z.int(),
    sha256,
    sizeBytes: z.int(),
    /** When its content was deleted, together with that of its data version. */
    deletedAt: moment.nullable(),
    createdAt: moment,
  })
  .meta({ id: 'Tokenizer' });

/** An immutable tokenizer of a project. */
export type Tokenizer = z.infer<typeof tokenizer>;

/** A tokenizer in a list. */
export const listedTokenizer = tokenizer
  .extend({
    /** Whether it is measured on the version that was asked about, or about to be; null where none was. */
    isMeasured: z.boolean().nullable(),
  })
  .meta({ id: 'ListedTokenizer' });

/** A tokenizer in a list. */
export type ListedTokenizer = z.infer<typeof listedTokenizer>;

/** A token as a person reads it, with personal data masked. */
const namedToken = z.object({ id: z.int(), token: z.string() });

/** A tokenizer with what it makes of a data version: its own, or one on which it was measured. */
export const measuredTokenizer = tokenizer
  .extend({
    /** The version that the numbers are of; null where there are none. */
    measuredOn: id.nullable(),
    /** Whether it is about to be measured on the version that was asked about. */
    isBeingMeasured: z.boolean(),
    splits: tokenizerReport.shape.splits,
    personalTokens: tokenizerReport.shape.personalTokens,
    /** Empty once the content was deleted. */
    frequentTokens: z.array(namedToken.extend({ count: z.int() })),
    /** The runs that were started with it, newest first, at most 100. */
    runs: z.array(z.object({ id, number: z.int() })),
  })
  .meta({ id: 'MeasuredTokenizer' });

/** A tokenizer with what it makes of a data version. */
export type MeasuredTokenizer = z.infer<typeof measuredTokenizer>;

const ofVersion = z.object({ datasetVersionId: id });
const ofTokenizer = z.object({ tokenizerId: id });

export const startTokenizerTraining = defineRoute({
  id: 'startTokenizerTraining',
  method: 'POST',
  path: '/api/dataset-versions/{datasetVersionId}/tokenizer-trainings',
  summary:
    'Learn a tokenizer from the training items of a version in a worker. The same wish again answers with the same job; one that was cancelled or failed is queued again.',
  permission: 'data:write',
  params: ofVersion,
  body: tokenizerSettings,
  reply: tokenizerTraining,
  status: 201,
  errors: ['content-deleted', 'holds-images'],
});

export const listTokenizerTrainings = defineRoute({
  id: 'listTokenizerTrainings',
  method: 'GET',
  path: '/api/dataset-versions/{datasetVersionId}/tokenizer-trainings',
  summary:
    'The trainings of tokenizers on a version and the measurings of those that were brought along, or those in one state, newest first.',
  permission: 'project:read',
  params: ofVersion,
  query: pageQuery.extend({ state: z.enum(JOB_STATES).optional() }),
  reply: pageOf(tokenizerTraining),
});

export const listTokenizers = defineRoute({
  id: 'listTokenizers',
  method: 'GET',
  path: '/api/projects/{projectId}/tokenizers',
  summary:
    'The tokenizers of a project whose content is kept, newest first; with `uploads` as `only`, those that were brought along; with `datasetVersionId`, each says whether it is measured there.',
  permission: 'project:read',
  params: z.object({ projectId: id }),
  query: pageQuery.extend({ uploads: z.enum(['with', 'only']).default('with'), datasetVersionId: id.optional() }),
  reply: pageOf(listedTokenizer),
});

export const getTokenizer = defineRoute({
  id: 'getTokenizer',
  method: 'GET',
  path: '/api/tokenizers/{tokenizerId}',
  summary:
    'A tokenizer with coverage, lengths and most frequent tokens on its data version; one that was brought along on `datasetVersionId`, or where it was measured last.',
  permission: 'project:read',
  params: ofTokenizer,
  query: z.object({ datasetVersionId: id.optional() }),
  reply: measuredTokenizer,
});

export const uploadTokenizer = defineRoute({
  id: 'uploadTokenizer',
  method: 'POST',
  path: '/api/projects/{projectId}/tokenizers',
  summary:
    "Bring a tokenizer.json of Hugging Face's libraries along: BPE of bytes, WordPiece with BERT's words, or a vocabulary of characters. The same file again answers with the tokenizer that exists.",
  permission: 'data:write',
  params: z.object({ projectId: id }),
  query: z.object({
    name: shownName(120),
    sha256,
    sizeBytes: queryInteger(2, MAX_TOKENIZER_FILE_BYTES),
  }),
  stream: 'upload',
  reply: tokenizer,
  status: 201,
  errors: ['unsupported-tokenizer', 'checksum-mismatch', 'payload-too-large'],
});

export const startTokenizerMeasurement = defineRoute({
  id: 'startTokenizerMeasurement',
  method: 'POST',
  path: '/api/tokenizers/{tokenizerId}/measurements',
  summary:
    'Measure a tokenizer that was brought along on a data version in a worker. The same wish again answers with the same job; one that was cancelled or failed is queued again.',
  permission: 'data:write',
  params: ofTokenizer,
  body: z.object({ datasetVersionId: id }),
  reply: tokenizerTraining,
  status: 201,
  errors: ['content-deleted', 'holds-images', 'tokenizer-deleted', 'tokenizer-of-version'],
});

export const deleteTokenizer = defineRoute({
  id: 'deleteTokenizer',
  method: 'DELETE',
  path: '/api/tokenizers/{tokenizerId}',
  summary: 'Delete a tokenizer that was brought along, file and measurements; runs that used it keep their own copy.',
  permission: 'data:write',
  params: ofTokenizer,
  reply: z.object({ ok: z.literal(true) }),
  errors: ['tokenizer-of-version'],
});

export const downloadTokenizer = defineRoute({
  id: 'downloadTokenizer',
  method: 'GET',
  path: '/api/tokenizers/{tokenizerId}/content',
  summary: "The file itself, which Hugging Face's libraries read as tokenizer.json.",
  permission: 'project:read',
  params: ofTokenizer,
  query: z.object({ purpose: statedPurpose.optional() }),
  stream: 'download',
  errors: ['personal-data-inside', 'purpose-needed', 'tokenizer-deleted'],
});

/** Longest text that is cut into tokens on request, in UTF-16 units. */
export const MAX_TRIED_TEXT = 2000;

/** A text cut into tokens, with the ids that Hugging Face's library gives by the same file; personal data in it was masked before, so that nobody finds out by trying which of it a vocabulary holds. */
export const tokenizedText = z
  .object({
    tokens: z.array(z.object({ id: z.int(), token: z.string(), isUnknown: z.boolean() })),
    characters: z.int(),
    words: z.int(),
    unknownTokens: z.int(),
  })
  .meta({ id: 'TokenizedText' });

/** A text cut into tokens. */
export type TokenizedText = z.infer<typeof tokenizedText>;

export const tokenizeText = defineRoute({
  id: 'tokenizeText',
  method: 'POST',
  path: '/api/tokenizers/{tokenizerId}/tokens',
  summary: 'Cut a text into tokens; nothing of it is kept.',
  permission: 'project:read',
  params: ofTokenizer,
  body: z.object({ text: z.string().min(1).max(MAX_TRIED_TEXT) }),
  reply: tokenizedText,
  errors: ['tokenizer-deleted'],
});

export const compareTokenizers = defineRoute({
  id: 'compareTokenizers',
  method: 'GET',
  path: '/api/tokenizers/{tokenizerId}/comparison',
  summary: 'What the vocabularies of two tokenizers of a project share, from `before` to this one.',
  permission: 'project:read',
  params: ofTokenizer,
  query: z.object({ before: id }),
  reply: z.object({ shared: z.int(), onlyBefore: z.int(), onlyAfter: z.int() }),
  errors: ['tokenizer-deleted'],
});
