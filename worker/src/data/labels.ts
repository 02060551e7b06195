import type { DatasetItem } from '@greenlight/shared/stages/data/content.ts';
import type { Task } from '@greenlight/shared/stages/training/configuration.ts';
import { outputsOfHead, type TaskHead } from '@greenlight/shared/stages/training/heads.ts';
import type { AuxiliaryHead, ModelSettings } from '../model/settings.ts';

/** What a classifier should answer for each of N items. */
export interface Labels {
  /** [N] class ids for single-label; [N × width] of 0 and 1 for multi-label, of numbers for regression. */
  values: Int32Array | Float32Array;
  /** Values an item: 1 for single-label and regression, the number of classes for multi-label. */
  width: number;
}

/** What a further head of a classifier should answer for those of N items of which somebody knows. */
export interface HeadLabels extends Labels {
  head: TaskHead;
  /** [N] 1 where the answer is known; the values of the others are 0 and do not count. */
  known: Uint8Array;
}

/** A further head as the model has it. */
export function auxiliaryHeadOf(head: TaskHead): AuxiliaryHead {
  return { name: head.name, task: head.task, outputs: outputsOfHead(head) };
}

/** The labels of items for a further head. Throws a RangeError for an answer that the head cannot give. */
export function headLabelsOf(items: readonly DatasetItem[], head: TaskHead): HeadLabels {
  const width = head.task === 'multi-label' ? head.labels.length : 1;
  const values = new (head.task === 'single-label' ? Int32Array : Float32Array)(items.length * width);
  const known = new Uint8Array(items.length);
  const numberOf = new Map(head.labels.map((name, index) => [name, index]));
  const classNumber = (label: unknown): number => {
    const index = typeof label === 'string' ? numberOf.get(label) : undefined;
    if (index === undefined) throw new RangeError(`an item has for ${head.name} '${String(label)}', which is no class`);
    return index;
  };
  items.forEach(({ tasks = {} }, row) => {
    const answer = tasks[head.name];
    if (answer === undefined) return;
    known[row] = 1;
    if (head.task === 'multi-label') {
      for (const label of [answer].flat()) values[row * width + classNumber(label)] = 1;
    } else if (head.task === 'single-label') {
      values[row] = classNumber(answer);
    } else {
      if (typeof answer !== 'number') throw new RangeError(`an item has no number for ${head.name}`);
      values[row] = answer;
    }
  });
  return { head, values, width, known };
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
