import { z } from 'zod';
import { defineRoute, TOKEN_SCOPES } from '../../api/define-route.ts';
import { id, moment } from '../../api/identifiers.ts';
import { LANGUAGES } from '../../api/localized-text.ts';
import { pageOf, pageQuery } from '../../api/paging.ts';
import { shownName } from '../../api/shown-name.ts';
import { WORKER_STATES } from '../../stages/training/plan/run-plan.ts';
import { workerRates } from '../../stages/training/plan/worker-rates.ts';

/** The person who is signed in. */
export const account = z
  .object({
    id,
    email: z.string(),
    name: z.string(),
    isAdmin: z.boolean(),
    language: z.enum(LANGUAGES).nullable(),
    /** False for the first admin who came by the one-time link and has not set a password yet. */
    hasPassword: z.boolean(),
  })
  .meta({ id: 'Account' });

/** The person who is signed in. */
export type Account = z.infer<typeof account>;

const credentials = z.object({ email: z.email().max(320), password: z.string().min(1).max(200) });

export const signIn = defineRoute({
  id: 'signIn',
  method: 'POST',
  path: '/api/auth/sign-in/email',
  summary: 'Sign in with e-mail and password; sets the session cookie.',
  permission: 'public',
  body: credentials,
  reply: z.object({ account }),
  errors: ['wrong-credentials', 'too-many-requests'],
});

export const signInWithLink = defineRoute({
  id: 'signInWithLink',
  method: 'POST',
  path: '/api/auth/sign-in/link',
  summary: 'Sign in with the one-time link that the first start prints; sets the session cookie.',
  permission: 'public',
  body: z.object({ token: z.string().max(200) }),
  reply: z.object({ account }),
  errors: ['sign-in-link-used', 'too-many-requests'],
});

export const signOut = defineRoute({
  id: 'signOut',
  method: 'POST',
  path: '/api/auth/sign-out',
  summary: 'End the session.',
  permission: 'person',
  reply: z.object({ ok: z.literal(true) }),
});

export const getSession = defineRoute({
  id: 'getSession',
  method: 'GET',
  path: '/api/auth/session',
  summary: 'The person who is signed in.',
  permission: 'signed-in',
  reply: z.object({ account }),
});

export const setPassword = defineRoute({
  id: 'setPassword',
  method: 'POST',
  path: '/api/auth/password',
  summary:
    'Set the first password, or change it by giving the current one; other sessions end, and tokens unless they are to stay.',
  permission: 'person',
  body: z.object({
    email: z.email().max(320).optional(),
    currentPassword: z.string().max(200).optional(),
    newPassword: z.string().min(10).max(200),
    /** Whether a change ends the person's tokens too, which may be known to whoever knew the password; a first password ends none. */
    revokeTokens: z.boolean().default(true),
  }),
  reply: z.object({ account }),
  errors: ['wrong-credentials', 'conflict', 'too-many-requests'],
});

/** A machine token as it is listed: its secret is shown only once, when it is made. */
export const tokenSummary = z
  .object({
    id,
    name: z.string(),
    prefix: z.string(),
    scopes: z.array(z.enum(TOKEN_SCOPES)),
    createdAt: moment,
    expiresAt: moment.nullable(),
    lastUsedAt: moment.nullable(),
    revokedAt: moment.nullable(),
  })
  .meta({ id: 'Token' });

/** A machine token as it is listed. */
export type Token = z.infer<typeof tokenSummary>;

export const createToken = defineRoute({
  id: 'createToken',
  method: 'POST',
  path: '/api/tokens',
  summary:
    'Make a token for scripts; the secret is in this reply and nowhere else. With the same idempotency key, a token that nobody has used yet gets another secret and loses the first: what to do when a reply was lost.',
  permission: 'person',
  body: z.object({
    name: shownName(100),
    scopes: z.array(z.enum(TOKEN_SCOPES)).min(1).default(['read']),
    expiresAt: moment.nullable().default(null),
    idempotencyKey: z.string().min(8).max(100).optional(),
  }),
  reply: z.object({ token: z.string(), summary: tokenSummary }),
  status: 201,
});

export const listTokens = defineRoute({
  id: 'listTokens',
  method: 'GET',
  path: '/api/tokens',
  summary: 'The tokens of the person who is signed in.',
  permission: 'signed-in',
  query: pageQuery,
  reply: pageOf(tokenSummary),
});

export const revokeToken = defineRoute({
  id: 'revokeToken',
  method: 'DELETE',
  path: '/api/tokens/{tokenId}',
  summary: 'End a token at once.',
  permission: 'person',
  params: z.object({ tokenId: id }),
  reply: z.object({ ok: z.literal(true) }),
});

/** A training machine as the installation knows it. */
export const workerSummary = z
  .object({
    id,
    name: z.string(),
    state: z.enum(WORKER_STATES),
    device: z.string(),
    adapter: z.string(),
    cores: z.number().int(),
    memoryBytes: z.number(),
    version: z.string(),
    lastSeenAt: moment,
    /** Null where it is at none, or at one of a project that the reader is no member of. */
    currentRunId: id.nullable(),
    rates: workerRates,
    /** Largest measured rate of a matrix product in operations a second; null where the worker has not measured it. */
    matrixFlopsPerSecond: z.number().nullable(),
  })
  .meta({ id: 'Worker' });

/** A training machine as the installation knows it. */
export type WorkerSummary = z.infer<typeof workerSummary>;

export const listWorkers = defineRoute({
  id: 'listWorkers',
  method: 'GET',
  path: '/api/workers',
  summary:
    'The training machines and whether they are at work; of all of them, how many are connected and how many of these are at work.',
  permission: 'signed-in',
  query: pageQuery.extend({ connection: z.enum(['connected', 'offline']).optional() }),
  reply: pageOf(workerSummary).extend({ connected: z.int(), busy: z.int() }),
});

export const setWorkerRates = defineRoute({
  id: 'setWorkerRates',
  method: 'PUT',
  path: '/api/workers/{workerId}/rates',
  summary: "Set a worker's rated power and prices, from which plans compute energy and cost.",
  permission: 'admin',
  params: z.object({ workerId: id }),
  body: workerRates,
  reply: workerSummary,
  errors: ['not-found'],
});
