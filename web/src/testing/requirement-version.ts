import type { Requirement } from '@greenlight/shared/stages/requirements/contract.ts';

const AT = '2026-01-02T00:00:00.000Z';

/** A draft of the moderation classifier's requirement in its third revision; `change` replaces parts of it. */
export function requirementVersion(change: Partial<Requirement> = {}): Requirement {
  return {
    id: '01900000-0000-7000-8000-000000000002',
    projectId: '01900000-0000-7000-8000-000000000001',
    version: 1,
    state: 'draft',
    revision: 3,
    basedOn: null,
    criteriaCount: 1,
    createdAt: AT,
    approvedAt: null,
    edited: { actor: 'writer@example.com', at: AT },
    events: [
      { kind: 'started', actor: 'writer@example.com', at: AT, reason: null, selfApproved: false, invitedBy: null },
    ],
    goal: { en: 'Find abusive posts before people see them.' },
    users: { en: 'Moderators.' },
    problemType: 'text-classification',
    scenario: 'content-moderation',
    constraints: {
      dataSources: { en: 'Reported posts.' },
      personalData: true,
      retentionDays: null,
      regulations: [],
      languages: ['zh'],
      budget: null,
      deadline: null,
    },
    risks: [{ en: 'Irony.' }],
    questions: [],
    criteria: [
      {
        id: '01900000-0000-7000-8000-000000000003',
        metric: 'recall-macro',
        operator: '>=',
        threshold: 0.9,
        unit: '',
        slice: null,
        level: 'must',
        decisionMode: 'interval',
        minimumItems: 500,
        reason: { en: 'Missed abuse reaches people.' },
      },
    ],
    ...change,
  };
}
