import { describe, expect, test } from 'vitest';
import { requirementContent, SCENARIOS, type RequirementContent } from '../contract.ts';
import { completenessIssues, criteriaIssues } from '../rules.ts';
import { overwrittenBy, SCENARIO_GROUPS, scenarioDefinition, withScenario } from './catalogue.ts';

const EMPTY: RequirementContent = {
  goal: { en: 'Keep abuse out.' },
  users: { zh: '' },
  problemType: 'text-generation',
  scenario: 'other',
  constraints: {
    dataSources: { en: 'Reported posts.' },
    personalData: false,
    retentionDays: null,
    regulations: [],
    languages: ['zh'],
    budget: null,
    deadline: null,
  },
  risks: [],
  questions: [],
  criteria: [],
};

test('every field of use stands in the catalogue once', () => {
  const named = SCENARIO_GROUPS.flatMap(({ scenarios }) => scenarios.map(({ scenario }) => scenario));
  expect(named.toSorted()).toEqual([...SCENARIOS].toSorted());
});

describe.each(SCENARIOS)('%s', (scenario) => {
  const definition = scenarioDefinition(scenario);

  test('fills a draft that can be reviewed as it is, without one doubt about its criteria', () => {
    const filled = withScenario(EMPTY, scenario, () => crypto.randomUUID());
    expect(requirementContent.safeParse(filled).error).toBeUndefined();
    expect([...criteriaIssues(filled, null), ...completenessIssues(filled)]).toEqual([]);
    expect(filled).toMatchObject({ goal: EMPTY.goal, scenario, problemType: definition.problemType });
    expect(new Set(filled.criteria.map(({ id }) => id)).size).toBe(filled.criteria.length);
  });

  test('speaks both languages', () => {
    const { title, description, users, criteria, risks, questions } = definition;
    const texts = [title, description, users, ...criteria.map(({ reason }) => reason), ...risks, ...questions];
    for (const { en, zh } of texts) {
      expect(en).toMatch(/^\p{Lu}/u);
      expect(en).not.toMatch(/\p{Script=Han}/u);
      expect(zh).toMatch(/\p{Script=Han}/u);
      expect(zh).not.toMatch(/[,;?!]|[a-z]{2,} [a-z]{2,} [a-z]{2,}/);
    }
    expect(risks.length).toBeGreaterThan(0);
    expect(questions.length).toBeGreaterThan(1);
  });
});

test('what somebody wrote is named before it is replaced, and users are not replaced', () => {
  expect(overwrittenBy(EMPTY, 'writing-assistant')).toEqual([]);
  // A fresh draft holds only defaults, so a scenario of another kind replaces nothing that somebody wrote.
  expect(overwrittenBy(EMPTY, 'content-moderation')).toEqual([]);
  const written = { ...EMPTY, users: { en: 'Us' }, risks: [{ en: 'Mine' }] };
  const filled = withScenario(written, 'finance', () => crypto.randomUUID());
  expect(overwrittenBy(written, 'finance')).toEqual(['problemType', 'personalData', 'risks']);
  expect(overwrittenBy(filled, 'tutoring')).toEqual(['problemType', 'regulations', 'criteria', 'risks', 'questions']);
  expect(filled.users).toEqual({ en: 'Us' });
});
