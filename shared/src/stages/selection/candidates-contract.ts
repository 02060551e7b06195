import { z } from 'zod';
import { defineRoute } from '../../api/define-route.ts';
import { id, moment } from '../../api/identifiers.ts';
import { localizedText } from '../../api/localized-text.ts';
import { pageOf, pageQuery } from '../../api/paging.ts';
import { shownLocalizedName } from '../../api/shown-name.ts';

/** Where a candidate comes from. */
export const CANDIDATE_KINDS = ['catalogue', 'model-file', 'endpoint'] as const;

/** Candidates that a project may hold at the same time without those in the archive. */
export const MOST_CANDIDATES = 50;

const architecture = z.string().min(1).max(60);
const endpointUrl = z.url({ protocol: /^https?$/ }).max(500);
const endpointModel = z.string().trim().min(1).max(200);

/** What an endpoint asks for as its bearer token; it goes in and never comes out. */
const endpointSecret = z
  .string()
  .min(1)
  .max(500)
  .regex(/^[\x21-\x7e]+$/);

/** Why an endpoint could not be used, by name. */
export const ENDPOINT_PROBLEMS = [
  'address-not-allowed',
  'not-found',
  'unreachable',
  'too-slow',
  'redirected',
  'refused',
  'failed',
  'no-model-list',
  'model-missing',
] as const;

/** What an endpoint answered when it was asked for its models; `problem` is null where it serves the candidate's model. */
export const endpointCheck = z
  .object({
    at: moment,
    problem: z.enum(ENDPOINT_PROBLEMS).nullable(),
    /** Of the reply; null where none came. */
    status: z.number().int().nullable(),
    /** Names of the models that it serves, at most fifty. */
    models: z.array(z.string().max(200)).max(50),
    elapsedMs: z.number().int(),
  })
  .meta({ id: 'EndpointCheck' });

/** What an endpoint answered when it was asked for its models. */
export type EndpointCheck = z.infer<typeof endpointCheck>;

/** A model that a project weighs. */
export const candidate = z
  .object({
    id,
    projectId: id,
    kind: z.enum(CANDIDATE_KINDS),
    name: localizedText,
    notes: localizedText.nullable(),
    /** The entry of the catalogue; null for the other kinds. */
    architecture: z.string().nullable(),
    modelFileId: id.nullable(),
    /** An OpenAI-compatible service: the address before `/v1` or with it, and the name of the model there. */
    endpoint: z
      .object({ url: z.string(), model: z.string(), hasSecret: z.boolean(), check: endpointCheck.nullable() })
      .nullable(),
    createdBy: z.string(),
    createdAt: moment,
    archivedAt: moment.nullable(),
    /** True where a decision weighed it: it can be archived, not removed. */
    isInDecision: z.boolean(),
  })
  .meta({ id: 'Candidate' });

/** A model that a project weighs. */
export type Candidate = z.infer<typeof candidate>;

const described = { name: shownLocalizedName.optional(), notes: localizedText.nullable().default(null) };

/** A candidate to add; without a name it takes that of the catalogue, the file or the model. */
export const newCandidate = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('catalogue'), architecture, ...described }),
  z.object({ kind: z.literal('model-file'), modelFileId: id, ...described }),
  z.object({
    kind: z.literal('endpoint'),
    url: endpointUrl,
    model: endpointModel,
    secret: endpointSecret.nullable().default(null),
    ...described,
  }),
]);

/** A candidate to add. */
export type NewCandidate = z.output<typeof newCandidate>;

const ofProject = z.object({ projectId: id });
const ofCandidate = z.object({ candidateId: id });

export const listCandidates = defineRoute({
  id: 'listCandidates',
  method: 'GET',
  path: '/api/projects/{projectId}/candidates',
  summary: 'The models that a project weighs, newest first; those in the archive only where they are asked for.',
  permission: 'project:read',
  params: ofProject,
  query: pageQuery.extend({ archived: z.enum(['without', 'only']).default('without') }),
  reply: pageOf(candidate),
});

export const addCandidate = defineRoute({
  id: 'addCandidate',
  method: 'POST',
  path: '/api/projects/{projectId}/candidates',
  summary:
    'Add a model of the catalogue, an uploaded ONNX model or an OpenAI-compatible endpoint. The same model under the same name again answers with the candidate that exists, out of the archive.',
  permission: 'selection:edit',
  params: ofProject,
  body: newCandidate,
  reply: candidate,
  status: 201,
  errors: ['invalid-candidate', 'too-many-candidates'],
});

export const describeCandidate = defineRoute({
  id: 'describeCandidate',
  method: 'PATCH',
  path: '/api/candidates/{candidateId}',
  summary:
    'Give a candidate another name, other notes or another secret; decisions keep the names that they were made with.',
  permission: 'selection:edit',
  params: ofCandidate,
  /** `secret` replaces that of an endpoint; null forgets it. */
  body: z.object({
    name: shownLocalizedName.optional(),
    notes: localizedText.nullable().optional(),
    secret: endpointSecret.nullable().optional(),
  }),
  reply: candidate,
});

export const archiveCandidate = defineRoute({
  id: 'archiveCandidate',
  method: 'POST',
  path: '/api/candidates/{candidateId}/archive',
  summary: 'Put a candidate away; matrices and decisions that weighed it keep it.',
  permission: 'selection:edit',
  params: ofCandidate,
  reply: candidate,
});

export const restoreCandidate = defineRoute({
  id: 'restoreCandidate',
  method: 'POST',
  path: '/api/candidates/{candidateId}/restore',
  summary: 'Take a candidate out of the archive.',
  permission: 'selection:edit',
  params: ofCandidate,
  reply: candidate,
  errors: ['too-many-candidates'],
});

export const removeCandidate = defineRoute({
  id: 'removeCandidate',
  method: 'DELETE',
  path: '/api/candidates/{candidateId}',
  summary: 'Remove a candidate that stands in no matrix; one that does can be archived.',
  permission: 'selection:edit',
  params: ofCandidate,
  reply: z.object({ removed: z.literal(true) }),
  errors: ['candidate-in-use'],
});

export const checkCandidateEndpoint = defineRoute({
  id: 'checkCandidateEndpoint',
  method: 'POST',
  path: '/api/candidates/{candidateId}/check',
  summary:
    'Ask an endpoint for its models. Addresses inside the network are refused unless the installation allows them; a secret that was given goes along.',
  permission: 'selection:edit',
  params: ofCandidate,
  reply: candidate,
  errors: ['invalid-candidate'],
});
