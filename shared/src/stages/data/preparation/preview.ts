import { duplicatesOf } from './duplicates.ts';
import { emptyStepCount, ItemSteps } from './item-steps.ts';
import type { SourceItem } from './reading/item-reader.ts';
import { isDuplicateStep, type DuplicateStep, type Recipe, type StepCount } from './recipe.ts';

/** What a recipe makes of one item; `after` is null where the step `droppedBy` (a place in the recipe) dropped it. */
export interface PreviewedItem {
  readonly before: SourceItem;
  readonly after: SourceItem | null;
  readonly droppedBy: number | null;
}

/** What one step made of one item, named by its place among the items; `after` is null where the step dropped it. */
export interface StepEffect {
  readonly place: number;
  readonly before: SourceItem;
  readonly after: SourceItem | null;
}

/** What a recipe makes of items that fit in memory. Duplicates are looked for among these items alone. */
export interface PreviewedRecipe {
  readonly items: readonly PreviewedItem[];
  readonly steps: readonly StepCount[];
  /** For each step the items that it changed or dropped. */
  readonly effects: readonly (readonly StepEffect[])[];
}

/** What `drop-exact-duplicates` compares, as one text. */
function duplicateKeyOf(item: SourceItem, compare: 'text' | 'text-and-labels'): string {
  const content = item.image?.sha256 ?? item.text;
  // The length first, so that no text can look like another one with labels.
  return compare === 'text'
    ? content
    : `${content.length} ${content}${JSON.stringify([item.labels?.toSorted() ?? [], item.value ?? null, item.tasks])}`;
}

function laterDuplicates(items: readonly SourceItem[], step: DuplicateStep): boolean[] {
  if (step.type === 'drop-exact-duplicates') {
    const { same } = duplicatesOf(items.map((item) => duplicateKeyOf(item, step.compare)));
    return [...same].map((first, index) => first !== index);
  }
  // The paths of images say nothing of how they look: only a worker decodes them, here each is like itself alone.
  const { group } = duplicatesOf(
    items.map(({ text, image }) => image?.sha256 ?? text),
    step.similarity,
  );
  return [...group].map((first, index) => first !== index);
}

/** Applies a recipe to items that fit in memory, as the worker applies it to a whole file; `giveWay` is awaited between items, for whoever has other work as well. */
export async function previewRecipe(
  items: readonly SourceItem[],
  { steps }: Recipe,
  giveWay: () => Promise<void>,
): Promise<PreviewedRecipe> {
  const results = items.map((before, place) => ({
    place,
    before,
    after: before as SourceItem | null,
    droppedBy: null as number | null,
  }));
  const counts: StepCount[] = [];
  const effects: StepEffect[][] = [];
  for (const [place, step] of steps.entries()) {
    const kept = results.filter(({ after }) => after !== null);
    const ofStep: StepEffect[] = [];
    effects.push(ofStep);
    if (isDuplicateStep(step)) {
      const count = emptyStepCount(place, step);
      const isLater = laterDuplicates(
        kept.map(({ after }) => after!),
        step,
      );
      count.items = kept.length;
      for (const [index, result] of kept.entries()) {
        if (!isLater[index]) continue;
        ofStep.push({ place: result.place, before: result.after!, after: null });
        result.after = null;
        result.droppedBy = place;
        count.dropped++;
      }
      counts.push(count);
      continue;
    }
    const itemSteps = new ItemSteps([{ step, place }]);
    for (const result of kept) {
      await giveWay();
      const before = result.after!;
      const after = itemSteps.apply(before);
      if (after !== before)
        ofStep.push({ place: result.place, before, after: typeof after === 'number' ? null : after });
      result.after = typeof after === 'number' ? null : after;
      if (typeof after === 'number') result.droppedBy = after;
    }
    counts.push(...itemSteps.counts);
  }
  return {
    items: results.map(({ before, after, droppedBy }) => ({ before, after, droppedBy })),
    steps: counts,
    effects,
  };
}
