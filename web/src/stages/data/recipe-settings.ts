import {
  NEAR_DUPLICATE_SIMILARITY,
  NEAR_IMAGE_SIMILARITY,
} from '@greenlight/shared/stages/data/preparation/duplicates.ts';
import { PERSONAL_DATA_KINDS } from '@greenlight/shared/stages/data/preparation/personal-data/kinds.ts';
import { worksOnImages, type Recipe, type RecipeStep } from '@greenlight/shared/stages/data/preparation/recipe.ts';
import type { SplitPlan } from '@greenlight/shared/stages/data/preparation/splits.ts';

/** The steps that the form offers, in the order in which they usually make sense: what makes texts alike comes before what compares them. */
const OFFERED_STEPS = [
  'strip-html',
  'normalise-unicode',
  'width',
  'remove-control-characters',
  'strip-white-space',
  'lowercase',
  'personal-data',
  'filter-language',
  'filter-length',
  'drop-exact-duplicates',
  'drop-near-duplicates',
] as const satisfies RecipeStep['type'][];

/** A step that the form offers. */
export type OfferedStep = (typeof OFFERED_STEPS)[number];

/** The steps that the form offers for texts or images. */
export function offeredSteps(holdsImages: boolean): readonly OfferedStep[] {
  return holdsImages ? OFFERED_STEPS.filter((type) => worksOnImages({ type })) : OFFERED_STEPS;
}

/** A step of the form, with a key of its own: the same kind of step may come more than once. */
export interface KeyedStep {
  readonly key: number;
  readonly step: RecipeStep;
}

/** How the form divides the items. */
export interface SplitSettings {
  /** Whether items are divided anew; otherwise each stays where it is. */
  readonly divides: boolean;
  /** Shares in percent; training gets the rest. */
  readonly validationPercent: number;
  readonly testPercent: number;
  readonly seed: number;
  readonly stratify: boolean;
}

/** What most datasets need. */
export const DEFAULT_SPLITS: SplitSettings = {
  divides: true,
  validationPercent: 10,
  testPercent: 10,
  seed: 1,
  stratify: true,
};

/** A step as it is when it is added, for texts or images. */
export function newStep(type: OfferedStep, holdsImages: boolean): RecipeStep {
  switch (type) {
    case 'normalise-unicode':
      return { type, form: 'NFC' };
    case 'width':
      return { type, to: 'half' };
    case 'strip-white-space':
      return { type, collapse: true };
    case 'filter-length':
      return { type, unit: 'characters', minimum: 2, maximum: null };
    case 'filter-language':
      return { type, keep: ['zh', 'en'] };
    case 'personal-data':
      return { type, action: 'mask', kinds: [...PERSONAL_DATA_KINDS] };
    case 'drop-exact-duplicates':
      return { type, compare: 'text' };
    case 'drop-near-duplicates':
      return { type, similarity: holdsImages ? NEAR_IMAGE_SIMILARITY : NEAR_DUPLICATE_SIMILARITY };
    default:
      return { type };
  }
}

const DEFAULT_TYPES = [
  'normalise-unicode',
  'remove-control-characters',
  'strip-white-space',
  'personal-data',
  'filter-length',
  'drop-exact-duplicates',
  'drop-near-duplicates',
] as const satisfies OfferedStep[];

/** Images of one kind (icons, frames) may differ in little that matters, so look-alikes are dropped only where somebody asks for it. */
const DEFAULT_IMAGE_TYPES = ['drop-exact-duplicates'] as const satisfies OfferedStep[];

/** The steps that most versions of texts or images need. */
export function defaultSteps(holdsImages: boolean): readonly KeyedStep[] {
  const types = holdsImages ? DEFAULT_IMAGE_TYPES : DEFAULT_TYPES;
  return types.map((type, key) => ({ key, step: newStep(type, holdsImages) }));
}

/** The steps with one more at the end. */
export function withAdded(steps: readonly KeyedStep[], type: OfferedStep, holdsImages: boolean): KeyedStep[] {
  return [...steps, { key: 1 + Math.max(-1, ...steps.map(({ key }) => key)), step: newStep(type, holdsImages) }];
}

/** The steps with the one at `place` moved by one, up (−1) or down (1). */
export function withMoved(steps: readonly KeyedStep[], place: number, by: -1 | 1): KeyedStep[] {
  const moved = steps[place];
  const other = steps[place + by];
  return moved === undefined || other === undefined ? [...steps] : steps.with(place, other).with(place + by, moved);
}

/** The recipe that the form describes; a step that names nothing to look for is left out. */
export function recipeOf(steps: readonly KeyedStep[]): Recipe {
  const kept = steps
    .map(({ step }) => step)
    .filter(
      (step) =>
        !(step.type === 'personal-data' && step.kinds.length === 0) &&
        !(step.type === 'filter-language' && step.keep.length === 0),
    );
  return { version: 1, steps: kept };
}

/** The splits that the form describes; null leaves every item where it is. */
export function splitPlanOf(settings: SplitSettings): SplitPlan | null {
  if (!settings.divides) return null;
  const { validationPercent, testPercent, seed, stratify } = settings;
  const shares = {
    train: (100 - validationPercent - testPercent) / 100,
    validation: validationPercent / 100,
    test: testPercent / 100,
  };
  return { seed, shares, by: 'content', stratify, together: 'near', keepsGiven: false };
}
