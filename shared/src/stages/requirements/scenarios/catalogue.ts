import type { RequirementContent, Scenario } from '../contract.ts';
import { isBlank } from '../issue.ts';
import { LANGUAGE_SCENARIOS } from './language.ts';
import { RECOMMENDATION_SCENARIOS } from './recommendation.ts';
import type { ScenarioDefinition } from './scenario.ts';
import { SOCIETY_SCENARIOS } from './society.ts';
import { VISION_SCENARIOS } from './vision.ts';

/** The fields of use in groups, in the order in which they are offered. */
export const SCENARIO_GROUPS = [
  { group: 'language', scenarios: LANGUAGE_SCENARIOS },
  { group: 'vision', scenarios: VISION_SCENARIOS },
  { group: 'recommendation', scenarios: RECOMMENDATION_SCENARIOS },
  { group: 'society', scenarios: SOCIETY_SCENARIOS },
] as const;

/** What the catalogue knows about a field of use. */
export function scenarioDefinition(scenario: Scenario): ScenarioDefinition {
  const found = SCENARIO_GROUPS.flatMap(({ scenarios }) => scenarios).find((one) => one.scenario === scenario);
  if (found === undefined) throw new Error(`the catalogue lacks ${scenario}`);
  return found;
}

/** A draft with what the catalogue gives in place of its own; goal, data sources, languages, budget and dates stay. */
export function withScenario(content: RequirementContent, scenario: Scenario, newId: () => string): RequirementContent {
  const { problemType, users, personalData, regulations, criteria, risks, questions } = scenarioDefinition(scenario);
  return {
    ...content,
    scenario,
    problemType,
    users: isBlank(content.users) ? { ...users } : content.users,
    constraints: { ...content.constraints, personalData, regulations: [...regulations] },
    criteria: criteria.map((criterion) => ({ id: newId(), ...criterion })),
    risks: risks.map((risk) => ({ ...risk })),
    questions: questions.map((question) => ({ question: { ...question }, answer: null })),
  };
}

/** Whether nobody has written anything yet that a catalogue entry could replace. */
export function isUntouched({ scenario, constraints, criteria, risks, questions }: RequirementContent): boolean {
  const written = [constraints.regulations, criteria, risks, questions];
  return scenario === 'other' && written.every((list) => list.length === 0);
}

/** What a draft says that the catalogue would replace; nothing where only defaults stand in it. */
export function overwrittenBy(
  content: RequirementContent,
  scenario: Scenario,
): ('problemType' | 'personalData' | 'regulations' | 'criteria' | 'risks' | 'questions')[] {
  if (isUntouched(content)) return [];
  const { problemType, personalData, regulations } = scenarioDefinition(scenario);
  const { constraints } = content;
  const isOther = {
    problemType: content.problemType !== problemType,
    personalData: constraints.personalData !== personalData,
    regulations: constraints.regulations.some((name) => !regulations.includes(name)),
    criteria: content.criteria.length > 0,
    risks: content.risks.length > 0,
    questions: content.questions.length > 0,
  };
  return (Object.keys(isOther) as (keyof typeof isOther)[]).filter((field) => isOther[field]);
}
