import { recipe } from '@greenlight/shared/stages/data/preparation/recipe.ts';
import { splitPlan } from '@greenlight/shared/stages/data/preparation/splits.ts';
import { expect, test } from 'vitest';
import {
  DEFAULT_SPLITS,
  defaultSteps,
  newStep,
  offeredSteps,
  recipeOf,
  splitPlanOf,
  withAdded,
  withMoved,
} from './recipe-settings.ts';

test('every offered step gives a step that the contract takes as it is', () => {
  const made = recipeOf(offeredSteps(false).map((type, key) => ({ key, step: newStep(type, false) })));
  expect(made.steps.map(({ type }) => type)).toEqual(offeredSteps(false));
  expect(recipe.parse(made)).toEqual(made);
});

test('images are offered no step that works on texts', () => {
  expect(offeredSteps(true)).toEqual(['drop-exact-duplicates', 'drop-near-duplicates']);
  expect(newStep('drop-near-duplicates', true)).toMatchObject({ similarity: 0.97 });
  expect(defaultSteps(true).map(({ step }) => step)).toEqual([{ type: 'drop-exact-duplicates', compare: 'text' }]);
});

test('a step that names nothing to look for is none', () => {
  const steps = [
    { key: 0, step: { type: 'personal-data', action: 'mask', kinds: [] } },
    { key: 1, step: { type: 'filter-language', keep: [] } },
    { key: 2, step: { type: 'lowercase' } },
  ] as const;
  expect(recipeOf(steps as never).steps).toEqual([{ type: 'lowercase' }]);
});

test('steps are added at the end, the same kind again, and moved within the list only', () => {
  const given = defaultSteps(false);
  const steps = withAdded(withAdded(given, 'lowercase', false), 'lowercase', false);
  expect(new Set(steps.map(({ key }) => key)).size).toBe(given.length + 2);
  const types = (list: typeof steps) => list.map(({ step }) => step.type);
  expect(types(withMoved(steps, 1, -1)).slice(0, 2)).toEqual([types(steps)[1], types(steps)[0]]);
  expect(withMoved(steps, 0, -1)).toEqual(steps);
  expect(withMoved(steps, steps.length - 1, 1)).toEqual(steps);
});

test('shares add up for the contract, and undivided data has no plan', () => {
  for (const [validationPercent, testPercent] of [
    [10, 10],
    [7, 13],
    [0, 33],
  ] as const) {
    const plan = splitPlanOf({ ...DEFAULT_SPLITS, validationPercent, testPercent });
    expect(splitPlan.safeParse(plan).success).toBe(true);
  }
  expect(splitPlanOf({ ...DEFAULT_SPLITS, divides: false })).toBeNull();
});
