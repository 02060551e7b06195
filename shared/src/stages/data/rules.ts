import type { z } from 'zod';
import { SPLITS, type DatasetItem, type LabelKind } from './content.ts';
import type { datasetSplits, TextDatasetContent } from './contract.ts';

/** Most different labels that a dataset version may have. */
const MAX_LABELS = 1000;
const CODE_POINTS = 0x110000;

/** What is known of a dataset version from its items: sizes in items and Unicode code points, and the labels that occur. */
export interface ItemsSummary {
  readonly items: number;
  readonly characters: number;
  readonly distinctCharacters: number;
  readonly labelKind: LabelKind;
  /** Sorted by code unit, so that the same items give the same classes everywhere. */
  readonly labels: string[];
}

/** Why items cannot be one dataset: they are not all labelled in the same way. */
export class LabelsError extends Error {
  override readonly name = 'LabelsError';
}

/** The items of a request in the order in which they are stored: training first. */
export function itemsOf(content: TextDatasetContent): DatasetItem[] {
  return SPLITS.flatMap((split) =>
    content[split].map((given) => (typeof given === 'string' ? { text: given, split } : { ...given, split })),
  );
}

/** Counts items and characters and collects the labels; throws a `LabelsError` where only some items are labelled, or in two ways. */
export function summariseItems(items: Iterable<DatasetItem>): ItemsSummary {
  const isSeen = new Uint8Array(CODE_POINTS);
  const labels = new Set<string>();
  const counts = { items: 0, characters: 0, labelled: 0, valued: 0, single: 0 };
  let distinctCharacters = 0;
  for (const { text, labels: ofItem, value } of items) {
    counts.items++;
    for (let index = 0; index < text.length; index++) {
      const codePoint = text.codePointAt(index)!;
      if (codePoint > 0xffff) index++;
      counts.characters++;
      if (isSeen[codePoint] === 1) continue;
      isSeen[codePoint] = 1;
      distinctCharacters++;
    }
    if (value !== undefined) counts.valued++;
    if (ofItem === undefined) continue;
    counts.labelled++;
    if (ofItem.length === 1 || new Set(ofItem).size === 1) counts.single++;
    for (const label of ofItem) labels.add(label);
  }
  if (labels.size > MAX_LABELS) throw new LabelsError(`${labels.size} labels; at most ${MAX_LABELS} are possible`);
  return {
    items: counts.items,
    characters: counts.characters,
    distinctCharacters,
    labelKind: labelKindOf(counts),
    labels: [...labels].toSorted(),
  };
}

function labelKindOf(counts: { items: number; labelled: number; valued: number; single: number }): LabelKind {
  const { items, labelled, valued, single } = counts;
  if (labelled > 0 && valued > 0) throw new LabelsError('an item has labels or a value, not both');
  if (labelled > 0 && labelled < items) throw new LabelsError(`${items - labelled} of ${items} items have no labels`);
  if (valued > 0 && valued < items) throw new LabelsError(`${items - valued} of ${items} items have no value`);
  if (valued > 0) return 'value';
  if (labelled === 0) return 'none';
  return single === items ? 'single' : 'multiple';
}

/**
 * How many items each split has in use: an empty one means the training items. `sameAsTraining` says that the items
 * which the evaluation uses (test) were all trained on, so that it cannot show generalisation.
 */
export function splitsOf(items: readonly DatasetItem[], seed: number): z.infer<typeof datasetSplits> {
  const trained = new Set<string>();
  const counts = { train: 0, validation: 0, test: 0 };
  for (const { split, text } of items) {
    counts[split]++;
    if (split === 'train') trained.add(text);
  }
  return {
    train: counts.train,
    validation: counts.validation || counts.train,
    test: counts.test || counts.train,
    sameAsTraining: items.every(({ split, text }) => split !== 'test' || trained.has(text)),
    seed,
  };
}
