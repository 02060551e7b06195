import type { PreparationPlan } from '@greenlight/shared/stages/data/preparation/preparation-job.ts';
import {
  isDuplicateStep,
  type DuplicateStep,
  type ItemStep,
} from '@greenlight/shared/stages/data/preparation/recipe.ts';

/** Steps of a recipe that look at one item alone, with their places, and those after them that look at all items at once. */
export interface Segment {
  readonly items: { readonly step: ItemStep; readonly place: number }[];
  readonly duplicates: { readonly step: DuplicateStep; readonly place: number }[];
}

/** Cuts a recipe after its steps that look at all items at once. */
export function segmentsOf({ recipe }: Pick<PreparationPlan, 'recipe'>): Segment[] {
  const segments: Segment[] = [{ items: [], duplicates: [] }];
  for (const [place, step] of recipe.steps.entries()) {
    if (isDuplicateStep(step)) segments.at(-1)!.duplicates.push({ step, place });
    else {
      if (segments.at(-1)!.duplicates.length > 0) segments.push({ items: [], duplicates: [] });
      segments.at(-1)!.items.push({ step, place });
    }
  }
  return segments;
}
