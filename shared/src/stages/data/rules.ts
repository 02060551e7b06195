import type { z } from 'zod';
import { SPLITS, type DatasetItem, type DatasetTask, type LabelKind } from './content.ts';
import type { datasetSplits, TextDatasetContent } from './contract.ts';
import { LabelsError, MAX_LABELS } from './labels-error.ts';
import { TasksCount } from './tasks-count.ts';

const CODE_POINTS = 0x110000;

/** What is known of a dataset version from its items: sizes in items and Unicode code points, and the labels that occur. */
export interface ItemsSummary {
  readonly items: number;
  readonly characters: number;
  readonly distinctCharacters: number;
  readonly labelKind: LabelKind;
  /** How many items have labels or a value; the others answer further tasks only, or nothing is labelled. */
  readonly labelledItems: number;
  /** Sorted by code unit, so that the same items give the same classes everywhere. */
  readonly labels: string[];
  readonly tasks: DatasetTask[];
}

/** The items of a request in the order in which they are stored: training first. */
export function itemsOf(content: TextDatasetContent): DatasetItem[] {
  return SPLITS.flatMap((split) =>
    content[split].map((given) => (typeof given === 'string' ? { text: given, split } : { ...given, split })),
  );
}

/** Counts items and characters and collects the labels, item by item. */
export class ItemsCount {
  readonly #isSeen = new Uint8Array(CODE_POINTS);
  readonly #labels = new Set<string>();
  readonly #tasks = new TasksCount();
  readonly #counts = { items: 0, characters: 0, labelled: 0, valued: 0, single: 0, bare: 0 };
  #distinctCharacters = 0;

  add({ text, labels, value, tasks }: DatasetItem): void {
    const counts = this.#counts;
    counts.items++;
    if (tasks !== undefined) this.#tasks.add(tasks);
    for (let index = 0; index < text.length; index++) {
      const codePoint = text.codePointAt(index)!;
      if (codePoint > 0xffff) index++;
      counts.characters++;
      if (this.#isSeen[codePoint] === 1) continue;
      this.#isSeen[codePoint] = 1;
      this.#distinctCharacters++;
    }
    if (value !== undefined) counts.valued++;
    else if (labels === undefined && tasks === undefined) counts.bare++;
    if (labels === undefined) return;
    counts.labelled++;
    if (labels.length === 1 || new Set(labels).size === 1) counts.single++;
    for (const label of labels) this.#labels.add(label);
  }

  /** Throws a `LabelsError` where some items have labels and others answer nothing at all, or where they are labelled in two ways. */
  summary(): ItemsSummary {
    const { size } = this.#labels;
    if (size > MAX_LABELS) {
      throw new LabelsError(
        `${size} labels; at most ${MAX_LABELS} are possible`,
        `共有 ${size} 种标签，最多 ${MAX_LABELS} 种`,
      );
    }
    return {
      items: this.#counts.items,
      characters: this.#counts.characters,
      distinctCharacters: this.#distinctCharacters,
      labelKind: labelKindOf(this.#counts),
      labelledItems: this.#counts.labelled + this.#counts.valued,
      labels: [...this.#labels].toSorted(),
      tasks: this.#tasks.summary(),
    };
  }
}

/** Summarises items that are all at hand; throws a `LabelsError` as `ItemsCount.summary` does. */
export function summariseItems(items: Iterable<DatasetItem>): ItemsSummary {
  const count = new ItemsCount();
  for (const item of items) count.add(item);
  return count.summary();
}

function labelKindOf(counts: {
  items: number;
  labelled: number;
  valued: number;
  single: number;
  bare: number;
}): LabelKind {
  const { items, labelled, valued, single, bare } = counts;
  if (labelled > 0 && valued > 0)
    throw new LabelsError('an item has labels or a value, not both', '一条数据要么有标签，要么有数值，不能两者都有');
  if (labelled > 0 && bare > 0) {
    throw new LabelsError(
      `${bare} of ${items} items have no labels and answer no task`,
      `${items} 条数据中有 ${bare} 条既没有标签，也没有任何任务的答案`,
    );
  }
  if (valued > 0 && bare > 0) {
    throw new LabelsError(
      `${bare} of ${items} items have no value and answer no task`,
      `${items} 条数据中有 ${bare} 条既没有数值，也没有任何任务的答案`,
    );
  }
  if (valued > 0) return 'value';
  if (labelled === 0) return 'none';
  return single === labelled ? 'single' : 'multiple';
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
