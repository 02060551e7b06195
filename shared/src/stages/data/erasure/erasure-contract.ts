import { z } from 'zod';
import { defineRoute } from '../../../api/define-route.ts';
import { id, moment, sha256 } from '../../../api/identifiers.ts';
import { localizedText } from '../../../api/localized-text.ts';
import { pageOf, pageQuery } from '../../../api/paging.ts';
import { identifier, IDENTIFIER_KINDS } from './identifiers.ts';

/**
 * Life of an erasure: scanning → ready (a person confirms) → erasing → finished; or cancelled before it is confirmed; or failed while it
 * scans or erases, until a person tries again.
 */
export const ERASURE_STATES = ['scanning', 'ready', 'erasing', 'finished', 'failed', 'cancelled'] as const;

/** State of an erasure. */
export type ErasureState = (typeof ERASURE_STATES)[number];

const count = z.number().int().min(0);

/** Most masked texts that a preview shows of a version. */
export const MAX_ERASURE_SAMPLES = 5;

/** What was found of a person in a version, and what became of it. */
export const erasureVersion = z.object({
  datasetVersionId: id,
  datasetName: localizedText,
  version: count,
  items: count,
  found: count,
  /** Items that stay, in which a column is called by the person; it gets another name. */
  renamed: count.default(0),
  /** The first texts with the person in them, with personal data masked. */
  samples: z.array(z.string()).max(MAX_ERASURE_SAMPLES),
  /** A legal hold keeps it as it is. */
  isHeld: z.boolean(),
  isErased: z.boolean(),
  /** The version without these items; null where none were left. */
  successorId: id.nullable(),
});

/**
 * Beside versions: samples of runs and evaluations, previews, labels and predictions that repeat the person; uploaded files, which are
 * destroyed whole without being searched; preparations and work on tokenizers under way, which are stopped; and tokenizers learned
 * from versions with the person, which go with them, or brought along with a token that names the person.
 */
export const erasureTexts = z.object({
  samples: count,
  previews: count,
  labels: count.default(0),
  predictions: count,
  uploads: count,
  preparations: count,
  tokenizers: count.default(0),
  /** Trainings on such versions under way, which are stopped. */
  runs: count.default(0),
  /** Evaluations of imported models on such versions under way, which are stopped. */
  evaluations: count.default(0),
  /** Names, notes and descriptions of the project, its drafts, candidates, data, runs and models that name the person, in which they are replaced. */
  descriptions: count.default(0),
});

/** What stopped an erasure: the version whose file could not be read, where it was that. */
export const erasureProblem = z.object({ datasetName: localizedText.nullable(), version: count.nullable() });

/** The erasure of a person from the data of a project. */
export const erasure = z
  .object({
    id,
    projectId: id,
    state: z.enum(ERASURE_STATES),
    reason: z.string(),
    /** What the person is known by, as salted hashes. */
    identifiers: z.array(z.object({ kind: z.enum(IDENTIFIER_KINDS), sha256 })),
    requestedBy: z.string(),
    createdAt: moment,
    confirmedBy: z.string().nullable(),
    finishedAt: moment.nullable(),
    /** Share of the work under way, 0 to 1, and the time that is left where it can be told. */
    progress: z.object({ share: z.number(), remainingMs: z.number().nullable() }).nullable(),
    versionsSearched: count,
    /** Versions in which something was found. */
    versions: z.array(erasureVersion),
    texts: erasureTexts.nullable(),
    problem: erasureProblem.nullable(),
    certificateId: id.nullable(),
  })
  .meta({ id: 'Erasure' });

/** The erasure of a person from the data of a project. */
export type Erasure = z.infer<typeof erasure>;

export const startErasure = defineRoute({
  id: 'startErasure',
  method: 'POST',
  path: '/api/projects/{projectId}/erasures',
  summary: 'Look for a person in every data version of a project; nothing is erased before it is confirmed.',
  permission: 'data:erase',
  params: z.object({ projectId: id }),
  body: z.object({
    reason: z.string().trim().min(5).max(500),
    identifiers: z.array(identifier).min(1).max(50),
    idempotencyKey: z.string().min(8).max(100).optional(),
  }),
  reply: erasure,
  status: 201,
  errors: ['invalid-identifier'],
});

export const listErasures = defineRoute({
  id: 'listErasures',
  method: 'GET',
  path: '/api/projects/{projectId}/erasures',
  summary: 'The erasures of a project, newest first.',
  permission: 'project:read',
  params: z.object({ projectId: id }),
  query: pageQuery,
  reply: pageOf(erasure.omit({ versions: true })),
});

export const getErasure = defineRoute({
  id: 'getErasure',
  method: 'GET',
  path: '/api/erasures/{erasureId}',
  summary: 'How far an erasure is and what it found, with personal data masked.',
  permission: 'project:read',
  params: z.object({ erasureId: id }),
  reply: erasure,
});

export const confirmErasure = defineRoute({
  id: 'confirmErasure',
  method: 'POST',
  path: '/api/erasures/{erasureId}/confirm',
  summary:
    'Erase what was found: each version is replaced by one without these items, and its content destroyed, as are uploaded files; preparations under way are stopped.',
  permission: 'data:erase',
  params: z.object({ erasureId: id }),
  /** How many items the caller saw in the preview. */
  body: z.object({ found: count }),
  reply: erasure,
  errors: ['erasure-state', 'conflict'],
});

export const cancelErasure = defineRoute({
  id: 'cancelErasure',
  method: 'POST',
  path: '/api/erasures/{erasureId}/cancel',
  summary: 'Give an erasure up before it is confirmed; the identifiers are forgotten.',
  permission: 'data:erase',
  params: z.object({ erasureId: id }),
  reply: erasure,
  errors: ['erasure-state'],
});

export const retryErasure = defineRoute({
  id: 'retryErasure',
  method: 'POST',
  path: '/api/erasures/{erasureId}/retry',
  summary: 'Go on with an erasure that failed, from where it stopped.',
  permission: 'data:erase',
  params: z.object({ erasureId: id }),
  reply: erasure,
  errors: ['erasure-state'],
});
