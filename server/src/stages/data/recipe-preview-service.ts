import { markDifference, type MarkedPiece } from '@greenlight/shared/stages/data/preparation/marked-difference.ts';
import { findPersonalData } from '@greenlight/shared/stages/data/preparation/personal-data/find.ts';
import { previewRecipe, type StepEffect } from '@greenlight/shared/stages/data/preparation/preview.ts';
import { isDuplicateStep, worksOnImages, type Recipe } from '@greenlight/shared/stages/data/preparation/recipe.ts';
import { estimateFrom } from '@greenlight/shared/stages/data/preparation/sample-estimate.ts';
import { personalLabelsOf } from '@greenlight/shared/stages/data/find-personal-labels.ts';
import type { RecipePreview } from '@greenlight/shared/stages/data/recipe-preview-contract.ts';
import { sampleItems } from './sample-items.ts';
import { AppError } from '../../plugins/app-error.ts';
import { givingWay } from '../../plugins/give-way.ts';
import type { LabelMasks } from './label-masks-service.ts';
import type { DataService } from './service.ts';

const MOST_ITEMS = 2000;
/** Bounds what one preview may take of the server, whatever the texts and steps are. */
const MOST_BYTES = 2 * 1024 * 1024;
const MOST_BYTES_OF_ALL_STEPS = 12 * 1024 * 1024;
const EXAMPLES = 3;
/** A text is compared as far as this, in UTF-16 units; personal data is looked for further, for half a number would not be found. */
const SHOWN = 4000;
const LOOKED_AT = 5000;
const HIDDEN = '▮▮▮';

/** The door to previews of recipes. */
export interface RecipePreviewService {
  /** What a recipe would do, on a sample. Throws `not-found`, `content-deleted`. */
  preview(versionId: string, recipe: Recipe, seed: number): Promise<RecipePreview>;
}

/** A text whose personal data cannot be read; what was already masked stays as it is. */
function hidden(text: string): string {
  const read = text.slice(0, LOOKED_AT);
  let [result, end] = ['', 0];
  for (const finding of findPersonalData(read)) {
    result += read.slice(end, finding.start) + HIDDEN;
    ({ end } = finding);
  }
  return (result + read.slice(end)).slice(0, SHOWN);
}

function whole(text: string): MarkedPiece[] {
  return markDifference(text, text).before;
}

function exampleOf({ before, after }: StepEffect): RecipePreview['steps'][number]['examples'][number] {
  if (after === null) return { before: whole(hidden(before.text)), after: null, changesColumns: false };
  const { before: labelsBefore = [], after: labelsAfter = [] } = { before: before.labels, after: after.labels };
  const hasOtherLabels = labelsBefore.join('\n') !== labelsAfter.join('\n');
  return {
    ...markDifference(hidden(before.text), hidden(after.text)),
    ...(hasOtherLabels ? { labels: { before: labelsBefore, after: labelsAfter } } : {}),
    changesColumns: before.columns !== after.columns,
  };
}

/** What a recipe makes of the labels of a version. */
function mappedLabels(labels: readonly string[], { steps }: Recipe): readonly string[] {
  let left = labels;
  for (const step of steps) {
    if (step.type !== 'map-labels') continue;
    left = left.flatMap((label) => {
      const next = Object.hasOwn(step.map, label) ? step.map[label] : step.others === 'keep' ? label : null;
      return next === null || next === undefined ? [] : [next];
    });
  }
  return left;
}

/** Builds the service of previews. */
export function createRecipePreviewService(data: DataService, masks: LabelMasks): RecipePreviewService {
  return {
    async preview(versionId, given, seed) {
      const { id, items: total, sizeBytes, images, labels, tasks } = await data.get(versionId);
      const recipe = masks.recipeFor(given, labels);
      if (images !== null && recipe.steps.some((step) => !worksOnImages(step))) throw new AppError('holds-images');
      const most = Math.min(MOST_BYTES, MOST_BYTES_OF_ALL_STEPS / Math.max(1, recipe.steps.length));
      const affordable = Math.floor(most / (sizeBytes / Math.max(1, total)));
      const wanted = Math.min(MOST_ITEMS, Math.max(20, affordable));
      const { items, clusters } = await sampleItems(data, { id, items: total, sizeBytes }, wanted, seed);
      const { steps, effects, items: outcomes } = await previewRecipe(items, recipe, givingWay());
      return {
        total,
        sampled: items.length,
        left: outcomes.filter(({ after }) => after !== null).length,
        personalLabels: personalLabelsOf([...mappedLabels(labels, recipe), ...tasks.flatMap((task) => task.labels)]),
        steps: steps.map((count, index) => {
          const ofStep = effects[index]!;
          const marksOf = (isWanted: (effect: StepEffect) => boolean) => {
            const marks = new Uint8Array(items.length);
            for (const effect of ofStep) if (isWanted(effect)) marks[effect.place] = 1;
            return estimateFrom(marks, clusters, total);
          };
          const step = recipe.steps[index]!;
          const isExtrapolated = items.length >= total || !isDuplicateStep(step);
          const isKnown = images === null || step.type !== 'drop-near-duplicates';
          return {
            ...count,
            estimate:
              isExtrapolated && isKnown
                ? {
                    changed: marksOf(({ after }) => after !== null),
                    dropped: marksOf(({ after }) => after === null),
                  }
                : null,
            examples: ofStep.slice(0, EXAMPLES).map(exampleOf),
          };
        }),
      };
    },
  };
}
