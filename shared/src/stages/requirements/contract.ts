import { z } from 'zod';
import { defineRoute } from '../../api/define-route.ts';
import { id, moment } from '../../api/identifiers.ts';
import { localizedText } from '../../api/localized-text.ts';

/** What kind of task the model has. */
export const PROBLEM_TYPES = [
  'text-generation',
  'text-classification',
  'image-classification',
  'speech-recognition',
  'recommendation',
  'other',
] as const;

/** Where a model is used; a requirement names the one that it was written for. */
const SCENARIOS = [
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

export const CRITERION_OPERATORS = ['>=', '<='] as const;

/** An acceptance criterion: data, not prose. */
export const criterion = z
  .object({
    id,
    metric: z.string().min(1).max(60),
    operator: z.enum(CRITERION_OPERATORS),
    threshold: z.number(),
    unit: z.string().max(30),
    slice: z.string().max(200).nullable(),
    level: z.enum(['must', 'should']),
    /** `interval`: the whole 95 % interval must be on the right side; `point`: the point estimate decides. */
    decisionMode: z.enum(['interval', 'point']),
    minimumItems: z.number().int().min(0),
    reason: localizedText,
  })
  .meta({ id: 'Criterion' });

/** An acceptance criterion. */
export type Criterion = z.infer<typeof criterion>;

/** One version of what the model must achieve; an approved one is frozen. */
export const requirement = z
  .object({
    id,
    projectId: id,
    version: z.number().int().min(1),
    state: z.enum(['draft', 'in-review', 'approved']),
    goal: localizedText,
    users: localizedText,
    problemType: z.enum(PROBLEM_TYPES),
    scenario: z.enum(SCENARIOS),
    constraints: z.object({
      dataSources: localizedText,
      personalData: z.boolean(),
      languages: z.array(z.string()),
      deadline: moment.nullable(),
    }),
    criteria: z.array(criterion),
    createdAt: moment,
    approvedAt: moment.nullable(),
  })
  .meta({ id: 'Requirement' });

/** One version of a requirement. */
export type Requirement = z.infer<typeof requirement>;

export const getCurrentRequirement = defineRoute({
  id: 'getCurrentRequirement',
  method: 'GET',
  path: '/api/projects/{projectId}/requirement',
  summary: 'The newest version of what the model must achieve.',
  permission: 'project:read',
  params: z.object({ projectId: id }),
  reply: requirement,
});
