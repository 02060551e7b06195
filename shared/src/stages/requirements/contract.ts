import { z } from 'zod';
import { defineRoute } from '../../api/define-route.ts';
import { id, moment } from '../../api/identifiers.ts';
import { localizedText } from '../../api/localized-text.ts';
import { pageOf, pageQuery } from '../../api/paging.ts';
import { taskName } from '../data/content.ts';

/** What kind of task the model has. */
export const PROBLEM_TYPES = [
  'text-generation',
  'text-classification',
  'image-classification',
  'speech-recognition',
  'recommendation',
  'other',
] as const;

/** What kind of task the model has. */
export type ProblemType = (typeof PROBLEM_TYPES)[number];

/** Where a model is used; a requirement names the one that it was written for. */
export const SCENARIOS = [
  'writing-assistant',
  'customer-service',
  'tutoring',
  'content-moderation',
  'driving-perception',
  'medical-imaging',
  'image-generation',
  'video-analysis',
  'e-commerce-recommendation',
  'social-recommendation',
  'media-recommendation',
  'finance',
  'diagnosis',
  'environment',
  'city-planning',
  'other',
] as const;

/** Where a model is used. */
export type Scenario = (typeof SCENARIOS)[number];

/** Laws and rules that a requirement can say it falls under. */
export const REGULATIONS = [
  'personal-information-protection-law',
  'data-security-law',
  'generative-ai-measures',
  'algorithm-recommendation-provisions',
  'deep-synthesis-provisions',
  'minors-protection',
  'medical-device-rules',
  'vehicle-safety-rules',
  'financial-supervision',
  'copyright-law',
  'gdpr',
  'eu-ai-act',
] as const;

/** A law or rule that a requirement can say it falls under. */
export type Regulation = (typeof REGULATIONS)[number];

export const CRITERION_OPERATORS = ['>=', '<='] as const;

/** An acceptance criterion: data, not prose. Its id stays the same through the versions of a requirement. */
export const criterion = z
  .object({
    id,
    metric: z.string().min(1).max(60),
    operator: z.enum(CRITERION_OPERATORS),
    threshold: z.number(),
    unit: z.string().max(30),
    /** The part of the items that is judged; null for all of them, the compared column for a slice gap. */
    slice: z.string().trim().min(1).max(200).nullable(),
    /** The further task of a classifier that is judged; absent for what its first head answers, the labels or the value. */
    task: taskName.optional(),
    level: z.enum(['must', 'should']),
    /** `interval`: the whole 95 % interval must be on the right side; `point`: the point estimate decides. */
    decisionMode: z.enum(['interval', 'point']),
    minimumItems: z.number().int().min(0).max(100_000_000),
    reason: localizedText,
  })
  .meta({ id: 'Criterion' });

/** An acceptance criterion. */
export type Criterion = z.infer<typeof criterion>;

/** A question to ask the people who will use the model, and what they answered. */
const userQuestion = z.object({ question: localizedText, answer: localizedText.nullable() });

/** What the model may be made from and must respect. */
const constraints = z.object({
  dataSources: localizedText,
  personalData: z.boolean(),
  /** How long data may be kept, in days; null where nothing limits it. */
  retentionDays: z.number().int().min(1).max(36_500).nullable().default(null),
  regulations: z.array(z.enum(REGULATIONS)).max(REGULATIONS.length).default([]),
  /** Language tags such as `zh` or `en-GB`. */
  languages: z
    .array(
      z
        .string()
        .max(35)
        .regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/),
    )
    .max(20),
  /** Money for the whole project in the named currency; null where none was set. */
  budget: z
    .object({ amount: z.number().min(0).max(1e12), currency: z.enum(['CNY', 'USD', 'EUR', 'GBP', 'JPY', 'HKD']) })
    .nullable()
    .default(null),
  deadline: moment.nullable(),
});

/** Everything that people write in a requirement; a version holds one of these. */
export const requirementContent = z
  .object({
    goal: localizedText,
    users: localizedText,
    problemType: z.enum(PROBLEM_TYPES),
    scenario: z.enum(SCENARIOS),
    constraints,
    risks: z.array(localizedText).max(30).default([]),
    questions: z.array(userQuestion).max(30).default([]),
    criteria: z.array(criterion).max(60),
  })
  .meta({ id: 'RequirementContent' });

/** Everything that people write in a requirement. */
export type RequirementContent = z.infer<typeof requirementContent>;

export const REQUIREMENT_STATES = ['draft', 'in-review', 'approved'] as const;

/** Life of a version: draft → in review → approved; review can send it back. */
export type RequirementState = (typeof REQUIREMENT_STATES)[number];

/** One step in the life of a version: who, when, and the reason where one was given. */
export const requirementEvent = z
  .object({
    kind: z.enum(['started', 'submitted', 'withdrawn', 'sent-back', 'approved']),
    actor: z.string(),
    at: moment,
    reason: z.string().nullable(),
    /** True where somebody approved their own work, as an override, because nobody else could. */
    selfApproved: z.boolean(),
    /** The author to whose invitation the approver's account goes back, over accounts invited in between; null where that is not so. */
    invitedBy: z.string().nullable(),
  })
  .meta({ id: 'RequirementEvent' });

/** One step in the life of a version. */
export type RequirementEvent = z.infer<typeof requirementEvent>;

/** A version as lists show it. */
export const requirementSummary = z
  .object({
    id,
    projectId: id,
    version: z.number().int().min(1),
    state: z.enum(REQUIREMENT_STATES),
    /** Counts the saves of a version: who saves or decides names the one that they saw. */
    revision: z.number().int().min(1),
    /** The version that this one began as a copy of; null for one that began empty. */
    basedOn: z.number().int().nullable(),
    criteriaCount: z.number().int(),
    createdAt: moment,
    approvedAt: moment.nullable(),
    edited: z.object({ actor: z.string(), at: moment }).nullable(),
    events: z.array(requirementEvent),
  })
  .meta({ id: 'RequirementSummary' });

/** A version as lists show it. */
export type RequirementSummary = z.infer<typeof requirementSummary>;

/** One version of what the model must achieve; an approved one is frozen. */
export const requirement = requirementSummary.extend(requirementContent.shape).meta({ id: 'Requirement' });

/** One version of a requirement. */
export type Requirement = z.infer<typeof requirement>;

/** A field of a requirement that differs between two versions; texts as they stand in storage, null where absent. */
export const contentDifference = z
  .object({
    /** As `goal`, `constraints.deadline`, or `threshold` of the named criterion; `criterion` for a whole one. */
    field: z.string(),
    /** The criterion that the field belongs to, in its newer form where it still exists. */
    criterion: criterion.nullable(),
    before: z.unknown(),
    after: z.unknown(),
  })
  .meta({ id: 'RequirementDifference' });

/** A field of a requirement that differs between two versions. */
export type ContentDifference = z.infer<typeof contentDifference>;

/** Said where the criteria that decide are not the ones that stood when the first evaluation was made. */
export const changedAfterEvidence = z
  .object({
    /** The version that stood then; null where none was approved yet. */
    fromVersion: z.number().int().nullable(),
    toVersion: z.number().int(),
    approvedAt: moment,
    firstEvidenceAt: moment,
    differences: z.array(contentDifference),
  })
  .meta({ id: 'ChangedAfterEvidence' });

/** Said where the criteria that decide are not the ones that stood when the first evaluation was made. */
export type ChangedAfterEvidence = z.infer<typeof changedAfterEvidence>;

const ofProject = z.object({ projectId: id });
/** More people than these are not named one by one. */
export const MOST_DECIDERS = 20;

const ofRequirement = z.object({ requirementId: id });
const seenRevision = z.object({ revision: z.number().int().min(1) });

export const getCurrentRequirement = defineRoute({
  id: 'getCurrentRequirement',
  method: 'GET',
  path: '/api/projects/{projectId}/requirement',
  summary: 'The newest version of what the model must achieve, whatever its state; null where none was written yet.',
  permission: 'project:read',
  params: ofProject,
  reply: requirement.nullable(),
});

export const listRequirements = defineRoute({
  id: 'listRequirements',
  method: 'GET',
  path: '/api/projects/{projectId}/requirements',
  summary: 'The versions of the requirement, newest first, each with what became of it.',
  permission: 'project:read',
  params: ofProject,
  query: pageQuery,
  reply: pageOf(requirementSummary),
});

export const startRequirementDraft = defineRoute({
  id: 'startRequirementDraft',
  method: 'POST',
  path: '/api/projects/{projectId}/requirements',
  summary: 'Start a draft as a copy of the newest version, or an empty one where there is none; one draft may be open.',
  permission: 'requirements:edit',
  params: ofProject,
  /** The newest version that the caller saw, so that a draft never silently rests on something newer. */
  body: z.object({ basedOn: z.number().int().min(1).nullable() }),
  reply: requirement,
  status: 201,
  errors: ['draft-open', 'conflict'],
});

export const getRequirement = defineRoute({
  id: 'getRequirement',
  method: 'GET',
  path: '/api/requirements/{requirementId}',
  summary: 'One version of the requirement.',
  permission: 'project:read',
  params: ofRequirement,
  reply: requirement,
});

export const saveRequirementDraft = defineRoute({
  id: 'saveRequirementDraft',
  method: 'PUT',
  path: '/api/requirements/{requirementId}',
  summary: 'Save a draft. Refused where somebody else saved since `revision`, and where criteria are impossible.',
  permission: 'requirements:edit',
  params: ofRequirement,
  body: seenRevision.extend({ content: requirementContent }),
  reply: requirement,
  errors: ['edited-meanwhile', 'wrong-requirement-state', 'invalid-requirement'],
});

export const discardRequirementDraft = defineRoute({
  id: 'discardRequirementDraft',
  method: 'POST',
  path: '/api/requirements/{requirementId}/discard',
  summary: 'Throw a draft away; the audit log keeps that it existed.',
  permission: 'requirements:edit',
  params: ofRequirement,
  body: seenRevision,
  reply: z.object({ discarded: z.literal(true) }),
  errors: ['edited-meanwhile', 'wrong-requirement-state'],
});

export const submitRequirement = defineRoute({
  id: 'submitRequirement',
  method: 'POST',
  path: '/api/requirements/{requirementId}/submit',
  summary: 'Ask for the approval of a draft that is complete.',
  permission: 'requirements:edit',
  params: ofRequirement,
  body: seenRevision,
  reply: requirement,
  errors: ['edited-meanwhile', 'wrong-requirement-state', 'invalid-requirement'],
});

/** Who decides about a version: named while they are few enough to be asked. */
const requirementDeciders = z
  .object({
    /** Everybody else who carries the right now, by address; who wrote any of the version does not decide about it. */
    people: z.array(z.object({ email: z.string(), isAuthor: z.boolean() })).max(MOST_DECIDERS),
    /** Whether somebody lost the right since the version was begun or within the last 30 days, and would have decided. */
    wasThereLately: z.boolean(),
    /** Whether the caller wrote or submitted any of the version. */
    isOwn: z.boolean(),
  })
  .meta({ id: 'RequirementDeciders' });

export const getRequirementDeciders = defineRoute({
  id: 'getRequirementDeciders',
  method: 'GET',
  path: '/api/requirements/{requirementId}/deciders',
  summary: 'Who besides the caller may approve a version or send it back.',
  permission: 'members:read',
  params: ofRequirement,
  reply: requirementDeciders,
});

export const withdrawRequirement = defineRoute({
  id: 'withdrawRequirement',
  method: 'POST',
  path: '/api/requirements/{requirementId}/withdraw',
  summary: 'Take a version back from review to go on writing.',
  permission: 'requirements:edit',
  params: ofRequirement,
  body: seenRevision,
  reply: requirement,
  errors: ['edited-meanwhile', 'wrong-requirement-state'],
});

export const sendBackRequirement = defineRoute({
  id: 'sendBackRequirement',
  method: 'POST',
  path: '/api/requirements/{requirementId}/send-back',
  summary: 'Turn a version in review into a draft again, with the reason.',
  permission: 'requirements:approve',
  params: ofRequirement,
  body: seenRevision.extend({ reason: z.string().trim().min(1).max(2000) }),
  reply: requirement,
  errors: ['edited-meanwhile', 'wrong-requirement-state'],
});

export const approveRequirement = defineRoute({
  id: 'approveRequirement',
  method: 'POST',
  path: '/api/requirements/{requirementId}/approve',
  summary:
    'Approve and freeze a version, with what the newest evaluation says of it; not by who wrote or submitted any of it, unless nobody else may: then a reason is needed and an override is recorded.',
  permission: 'requirements:approve',
  params: ofRequirement,
  body: seenRevision.extend({
    reason: z.string().trim().max(2000).default(''),
    /** The newest evaluation that the approver saw, null where there was none; left out, whichever is the newest is frozen with the decision. */
    evaluationId: id.nullable().optional(),
  }),
  reply: requirement,
  errors: [
    'edited-meanwhile',
    'evidence-moved',
    'wrong-requirement-state',
    'invalid-requirement',
    'own-work',
    'override-reason-needed',
  ],
});
