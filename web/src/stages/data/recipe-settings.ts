import type { PersonalDataKind } from '@greenlight/shared/stages/data/preparation/personal-data/kinds.ts';
import { PERSONAL_DATA_KINDS } from '@greenlight/shared/stages/data/preparation/personal-data/kinds.ts';
import type { Recipe, RecipeStep } from '@greenlight/shared/stages/data/preparation/recipe.ts';
import type { SplitPlan } from '@greenlight/shared/stages/data/preparation/splits.ts';

/** The steps of the form, in the order in which they are done: what makes texts alike comes before what compares them. */
export const STEP_ORDER = [
  'strip-html',
  'normalise-unicode',
  'width',
  'remove-control-characters',
  'strip-white-space',
  'lowercase',
  'personal-data',
  'filter-length',
  'drop-exact-duplicates',
  'drop-near-duplicates',
] as const satisfies RecipeStep['type'][];

/** A step that the form offers. */
export type OfferedStep = (typeof STEP_ORDER)[number];

/** What the form holds. */
export interface PreparationSettings {
  readonly steps: readonly OfferedStep[];
  readonly personalAction: 'mask' | 'drop';
  readonly personalKinds: readonly PersonalDataKind[];
  readonly minimumLength: number;
  /** Whether items are divided anew; otherwise each stays where it is. */
  readonly divides: boolean;
  /** Shares in percent; training gets the rest. */
  readonly validationPercent: number;
  readonly testPercent: number;
  readonly seed: number;
  readonly stratify: boolean;
}

/** What most datasets need. */
export const DEFAULT_SETTINGS: PreparationSettings = {
  steps: [
    'normalise-unicode',
    'remove-control-characters',
    'strip-white-space',
    'personal-data',
    'filter-length',
    'drop-exact-duplicates',
    'drop-near-duplicates',
  ],
  personalAction: 'mask',
  personalKinds: PERSONAL_DATA_KINDS,
  minimumLength: 2,
  divides: true,
  validationPercent: 10,
  testPercent: 10,
  seed: 1,
  stratify: true,
};

function stepOf(type: OfferedStep, settings: PreparationSettings): RecipeStep[] {
  switch (type) {
    case 'normalise-unicode':
      return [{ type, form: 'NFC' }];
    case 'width':
      return [{ type, to: 'half' }];
    case 'strip-white-space':
      return [{ type, collapse: true }];
    case 'filter-length':
      return [{ type, unit: 'characters', minimum: settings.minimumLength, maximum: null }];
    case 'personal-data':
      return settings.personalKinds.length === 0
        ? []
        : [{ type, action: settings.personalAction, kinds: [...settings.personalKinds] }];
    case 'drop-exact-duplicates':
      return [{ type, compare: 'text' }];
    case 'drop-near-duplicates':
      return [{ type, similarity: 0.8 }];
    default:
      return [{ type }];
  }
}

/** The recipe that the form describes. */
export function recipeOf(settings: PreparationSettings): Recipe {
  const steps = STEP_ORDER.filter((type) => settings.steps.includes(type)).flatMap((type) => stepOf(type, settings));
  return { version: 1, steps };
}

/** The splits that the form describes; null leaves every item where it is. */
export function splitPlanOf(settings: PreparationSettings): SplitPlan | null {
  if (!settings.divides) return null;
  const { validationPercent, testPercent, seed, stratify } = settings;
  const shares = {
    train: (100 - validationPercent - testPercent) / 100,
    validation: validationPercent / 100,
    test: testPercent / 100,
  };
  return { seed, shares, by: 'content', stratify, together: 'near', keepsGiven: false };
}
