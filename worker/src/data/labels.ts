import type { DatasetItem } from '@greenlight/shared/stages/data/content.ts';
import type { Task } from '@greenlight/shared/stages/training/configuration.ts';
import type { ModelSettings } from '../model/settings.ts';

/** What a classifier should answer for each of N items. */
export interface Labels {
  /** [N] class ids for single-label; [N × width] of 0 and 1 for multi-label, of numbers for regression. */
  values: Int32Array | Float32Array;
  /** Values an item: 1 for single-label and regression, the number of classes for multi-label. */
  width: number;
}

/** The head of a classifier for a task and its classes; null for tasks in which the model writes text. */
export function headOf(task: Task, classes: readonly string[]): ModelSettings['head'] {
  if (task === 'single-label' || task === 'multi-label') return { task, outputs: classes.length };
  return task === 'regression' ? { task, outputs: 1 } : null;
}

/** The labels of items by the numbers of their classes; null for tasks without. Throws a RangeError for an item that lacks what the task needs. */
export function labelsOf(items: readonly DatasetItem[], task: Task, classes: readonly string[]): Labels | null {
  if (task === 'single-label') return { values: Int32Array.from(items, (item) => classOf(item, classes)), width: 1 };
  if (task === 'regression') return { values: Float32Array.from(items, valueOf), width: 1 };
  if (task !== 'multi-label') return null;
  const width = classes.length;
  const numberOf = new Map(classes.map((name, index) => [name, index]));
  const values = new Float32Array(items.length * width);
  items.forEach(({ labels }, row) => {
    if (labels === undefined) throw new RangeError(`item ${row} has no labels`);
    for (const label of labels) {
      const index = numberOf.get(label);
      if (index === undefined) throw new RangeError(`item ${row} has the label '${label}', which is no class`);
      values[row * width + index] = 1;
    }
  });
  return { values, width };
}

function classOf({ labels = [] }: DatasetItem, classes: readonly string[]): number {
  const [label] = labels;
  const index = label === undefined ? -1 : classes.indexOf(label);
  if (index < 0) throw new RangeError(`an item has the label '${label ?? ''}', which is no class`);
  return index;
}

function valueOf({ value }: DatasetItem): number {
  if (value === undefined) throw new RangeError('an item has no value');
  return value;
}
