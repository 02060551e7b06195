import { z } from 'zod';
import { saying } from '../../../api/localized-text.ts';
import { labelText } from '../label-text.ts';
import { NEAR_DUPLICATE_SIMILARITY } from './duplicates.ts';
import { personalDataKind } from './personal-data/kinds.ts';
import { ITEM_LANGUAGES } from './text-features.ts';

const label = labelText.trim().min(1).max(200);

/** One step of a cleaning recipe. */
export const recipeStep = z.discriminatedUnion('type', [
  /** Unicode normalisation: NFC keeps every look, NFKC also makes decorated forms plain. */
  z.object({ type: z.literal('normalise-unicode'), form: z.enum(['NFC', 'NFKC']) }),
  /** Letters, digits and signs of ASCII in half or full width. */
  z.object({ type: z.literal('width'), to: z.enum(['half', 'full']) }),
  /** Trims both ends; `collapse` also makes every run of white space one space. */
  z.object({ type: z.literal('strip-white-space'), collapse: z.boolean().default(true) }),
  /** Removes what cannot be seen: control characters but tab and line feed, zero-width characters, lone surrogates. */
  z.object({ type: z.literal('remove-control-characters') }),
  /** Removes tags, comments, scripts and styles, and reads character references. */
  z.object({ type: z.literal('strip-html') }),
  z.object({ type: z.literal('lowercase') }),
  /** Keeps items whose length is within both bounds, in characters or tokens. */
  z
    .object({
      type: z.literal('filter-length'),
      unit: z.enum(['characters', 'tokens']).default('characters'),
      minimum: z.int().min(0).default(1),
      maximum: z.int().min(1).nullable().default(null),
    })
    .refine(
      ({ minimum, maximum }) => maximum === null || minimum <= maximum,
      saying({ en: 'the minimum is above the maximum', zh: '下限大于上限' }),
    ),
  z.object({ type: z.literal('filter-language'), keep: z.array(z.enum(ITEM_LANGUAGES)).min(1) }),
  /** Masks with a placeholder of its kind, or drops the item. */
  z.object({
    type: z.literal('personal-data'),
    action: z.enum(['mask', 'drop']),
    kinds: z.array(personalDataKind).min(1),
  }),
  /** Renames labels; a label that `map` gives null is taken off. Items may be dropped that have no label left. */
  z.object({
    type: z.literal('map-labels'),
    map: z.record(label, label.nullable()),
    others: z.enum(['keep', 'remove']).default('keep'),
    dropUnlabelled: z.boolean().default(false),
  }),
  /** Keeps the first of the items with the same text; `labels` keeps those apart whose labels or value differ. */
  z.object({ type: z.literal('drop-exact-duplicates'), compare: z.enum(['text', 'text-and-labels']).default('text') }),
  /** Keeps the first of each group of near-duplicates. Images that look less alike than 0.97 are never taken for any. */
  z.object({
    type: z.literal('drop-near-duplicates'),
    similarity: z.number().min(0.7).max(1).default(NEAR_DUPLICATE_SIMILARITY),
  }),
]);

/** One step of a cleaning recipe. */
export type RecipeStep = z.infer<typeof recipeStep>;

/** What is done to a dataset, in order: the same items and recipe give the same bytes on every machine. */
export const recipe = z
  .object({ version: z.literal(1), steps: z.array(recipeStep).max(30) })
  .meta({ id: 'CleaningRecipe' });

/** What is done to a dataset, in order. */
export type Recipe = z.infer<typeof recipe>;

/** A step that looks at all items at once. */
export type DuplicateStep = Extract<RecipeStep, { type: 'drop-exact-duplicates' | 'drop-near-duplicates' }>;

/** A step that looks at one item alone. */
export type ItemStep = Exclude<RecipeStep, DuplicateStep>;

/** Whether a step looks at all items at once. */
export function isDuplicateStep(step: RecipeStep): step is DuplicateStep {
  return step.type === 'drop-exact-duplicates' || step.type === 'drop-near-duplicates';
}

/** Whether a step does something to images: their content, looks and labels, not their paths. */
export function worksOnImages({ type }: Pick<RecipeStep, 'type'>): boolean {
  return type === 'map-labels' || type === 'drop-exact-duplicates' || type === 'drop-near-duplicates';
}

/** What a step of a recipe did. */
export const stepCount = z.object({
  step: z.int().min(0),
  type: z.string(),
  /** Items that came to the step, and those of them that it changed or dropped. */
  items: z.int().min(0),
  changed: z.int().min(0),
  dropped: z.int().min(0),
  /** Findings masked, or found in dropped items, by kind of personal data. */
  findings: z.partialRecord(personalDataKind, z.int().min(0)).optional(),
});

/** What a step of a recipe did. */
export type StepCount = z.infer<typeof stepCount>;
