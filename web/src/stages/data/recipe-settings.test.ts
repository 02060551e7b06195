import { recipe } from '@greenlight/shared/stages/data/preparation/recipe.ts';
import { splitPlan } from '@greenlight/shared/stages/data/preparation/splits.ts';
import { expect, test } from 'vitest';
import { DEFAULT_SETTINGS, recipeOf, splitPlanOf, STEP_ORDER } from './recipe-settings.ts';

test('every offered step gives a step that the contract takes, in the order of work', () => {
  const made = recipeOf({ ...DEFAULT_SETTINGS, steps: STEP_ORDER.toReversed() });
  expect(made.steps.map(({ type }) => type)).toEqual(STEP_ORDER);
  expect(recipe.parse(made)).toEqual(made);
});

test('without a kind of personal data there is no step for it', () => {
  const made = recipeOf({ ...DEFAULT_SETTINGS, steps: ['personal-data', 'lowercase'], personalKinds: [] });
  expect(made.steps).toEqual([{ type: 'lowercase' }]);
});

test('shares add up for the contract, and undivided data has no plan', () => {
  for (const [validationPercent, testPercent] of [
    [10, 10],
    [7, 13],
    [0, 33],
  ] as const) {
    const plan = splitPlanOf({ ...DEFAULT_SETTINGS, validationPercent, testPercent });
    expect(splitPlan.safeParse(plan).success).toBe(true);
  }
  expect(splitPlanOf({ ...DEFAULT_SETTINGS, divides: false })).toBeNull();
});
