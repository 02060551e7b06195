import {
  approveRequirement,
  saveRequirementDraft,
  startRequirementDraft,
  submitRequirement,
  type Criterion,
  type Requirement,
  type RequirementContent,
} from '@greenlight/shared/stages/requirements/contract.ts';
import type { Caller } from './caller.ts';

/** The moderation classifier's leading criterion. */
export function recall(change: Partial<Criterion> = {}): Criterion {
  return {
    id: crypto.randomUUID(),
    metric: 'recall-macro',
    operator: '>=',
    threshold: 0.9,
    unit: '',
    slice: null,
    level: 'must',
    decisionMode: 'interval',
    minimumItems: 500,
    reason: { en: 'Missed abuse reaches people.', zh: '漏掉的违规内容会直接伤害用户。' },
    ...change,
  };
}

/** What the moderation classifier must achieve, complete enough to be approved. */
export function moderation(criteria: Criterion[] = [recall()]): RequirementContent {
  return {
    goal: { en: 'Find abusive posts before people see them.' },
    users: { en: 'Moderators and everybody who reads.' },
    problemType: 'text-classification',
    scenario: 'content-moderation',
    constraints: {
      dataSources: { en: 'Posts reported in the last year.' },
      personalData: true,
      retentionDays: 180,
      regulations: ['personal-information-protection-law'],
      languages: ['zh', 'en'],
      budget: { amount: 20_000, currency: 'CNY' },
      deadline: null,
    },
    risks: [{ en: 'Irony is mistaken for abuse.' }],
    questions: [{ question: { en: 'What may a moderator overrule?' }, answer: null }],
    criteria,
  };
}

/** Writes the next version of a project's requirement and asks for its approval. */
export async function submittedRequirement(
  writer: Caller,
  projectId: string,
  { content = moderation(), basedOn = null }: { content?: RequirementContent; basedOn?: number | null } = {},
): Promise<Requirement> {
  const started = await writer.call(startRequirementDraft, { params: { projectId }, body: { basedOn } });
  const params = { requirementId: started.id };
  const saved = await writer.call(saveRequirementDraft, { params, body: { revision: started.revision, content } });
  return writer.call(submitRequirement, { params, body: { revision: saved.revision } });
}

/** Approves a version in review. */
export function approve(approver: Caller, { id, revision }: Requirement, reason = 'Agreed.'): Promise<Requirement> {
  return approver.call(approveRequirement, { params: { requirementId: id }, body: { revision, reason } });
}
