import { z } from 'zod';
import { defineRoute } from '../../api/define-route.ts';
import { id } from '../../api/identifiers.ts';
import { labelText } from './label-text.ts';
import { personalLabels } from './personal-labels.ts';
import { markedPiece } from './preparation/marked-difference.ts';
import { recipe, stepCount } from './preparation/recipe.ts';
import { sampleEstimate } from './preparation/sample-estimate.ts';

/** What a step makes of one item; personal data is hidden, and `after` is null where the step drops it. */
const stepExample = z.object({
  before: z.array(markedPiece),
  after: z.array(markedPiece).nullable(),
  labels: z.object({ before: z.array(labelText), after: z.array(labelText) }).optional(),
  /** Whether further columns change. */
  changesColumns: z.boolean(),
});

/** What a step does to the sample, and to the whole version as far as the sample tells. */
const previewedStep = stepCount.extend({
  /** Null for repetitions, of which a sample holds only those within itself. */
  estimate: z.object({ changed: sampleEstimate, dropped: sampleEstimate }).nullable(),
  examples: z.array(stepExample).max(5),
});

/** What a recipe would do to a version, seen on a sample that the seed draws. */
export const recipePreview = z
  .object({
    /** Items of the version, and of the sample. */
    total: z.int().min(0),
    sampled: z.int().min(0),
    steps: z.array(previewedStep),
    /** Items of the sample that all steps leave. */
    left: z.int().min(0),
    /** Labels of the whole version, as the steps name them, that are personal data by themselves. */
    personalLabels,
  })
  .meta({ id: 'RecipePreview' });

/** What a recipe would do to a version, seen on a sample. */
export type RecipePreview = z.infer<typeof recipePreview>;

export const previewRecipeOnVersion = defineRoute({
  id: 'previewRecipe',
  method: 'POST',
  path: '/api/dataset-versions/{datasetVersionId}/recipe-previews',
  summary:
    'What the steps of a recipe would change and drop, on at most 2,000 items drawn by the seed, with examples and, for the whole version, estimates. Nothing is kept.',
  permission: 'project:read',
  params: z.object({ datasetVersionId: id }),
  body: z.object({ recipe, seed: z.int32().min(0).default(1) }),
  reply: recipePreview,
  errors: ['content-deleted', 'holds-images'],
});
