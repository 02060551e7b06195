import type { InBothLanguages } from '@greenlight/shared/api/localized-text.ts';
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
  /** [N] 1 where the answer is known; the values of the others are 0 and do not count. Absent where it is known of every item. */
  known?: Uint8Array;
}

/** What a further head of a classifier should answer for those of N items of which somebody knows. */
export interface HeadLabels extends Labels {
  head: TaskHead;
  known: Uint8Array;
}

/** An item's answer is none that a head can give. */
export class LabelError extends RangeError {
  override readonly name: string = 'LabelError';
  readonly said: InBothLanguages;

  constructor(said: InBothLanguages) {
    super(said.en);
    this.said = said;
  }
}

/** A number to be predicted is larger than the engine's numbers go. */
export class ValueRangeError extends LabelError {
  override readonly name = 'ValueRangeError';
  readonly value: number;

  constructor(value: number, row: number) {
    super({
      zh: `第 ${row} 条的数值 ${value} 超出 32 位浮点数的范围`,
      en: `item ${row} has the value ${value}, which 32-bit numbers do not hold`,
    });
    this.value = value;
  }
}

function asFloat32(value: number, row: number): number {
  const rounded = Math.fround(value);
  if (!Number.isFinite(rounded)) throw new ValueRangeError(value, row);
  return rounded;
}

/** A further head as the model has it. */
export function auxiliaryHeadOf(head: TaskHead): AuxiliaryHead {
  return { name: head.name, task: head.task, outputs: outputsOfHead(head) };
}

/** The labels of items for a further head. Throws a `LabelError` for an answer that the head cannot give. */
export function headLabelsOf(items: readonly DatasetItem[], head: TaskHead): HeadLabels {
  const width = head.task === 'multi-label' ? head.labels.length : 1;
  const values = new (head.task === 'single-label' ? Int32Array : Float32Array)(items.length * width);
  const known = new Uint8Array(items.length);
  const numberOf = new Map(head.labels.map((name, index) => [name, index]));
  const classNumber = (label: unknown): number => {
    const index = typeof label === 'string' ? numberOf.get(label) : undefined;
    if (index === undefined) {
      throw new LabelError({
        zh: `有一条在任务“${head.name}”中的答案是“${String(label)}”，它不是其中的类别`,
        en: `an item has for ${head.name} '${String(label)}', which is no class`,
      });
    }
    return index;
  };
  items.forEach(({ tasks = {} }, row) => {
    // A task may be called as something that every object has, such as `constructor`.
    const answer = Object.hasOwn(tasks, head.name) ? tasks[head.name] : undefined;
    if (answer === undefined) return;
    known[row] = 1;
    if (head.task === 'multi-label') {
      for (const label of [answer].flat()) values[row * width + classNumber(label)] = 1;
    } else if (head.task === 'single-label') {
      values[row] = classNumber(answer);
    } else {
      if (typeof answer !== 'number') {
        throw new LabelError({
          zh: `有一条在任务“${head.name}”中没有数值`,
          en: `an item has no number for ${head.name}`,
        });
      }
      values[row] = asFloat32(answer, row);
    }
  });
  return { head, values, width, known };
}

/** The head of a classifier for a task and its classes; null for tasks in which the model writes text. */
export function headOf(task: Task, classes: readonly string[]): ModelSettings['head'] {
  if (task === 'single-label' || task === 'multi-label') return { task, outputs: classes.length };
  return task === 'regression' ? { task, outputs: 1 } : null;
}

/**
 * The labels of items by the numbers of their classes; null for tasks without. Throws a `LabelError` for a label that is no class, and for an
 * item that lacks what the task needs and answers no further task either.
 */
export function labelsOf(items: readonly DatasetItem[], task: Task, classes: readonly string[]): Labels | null {
  if (task !== 'single-label' && task !== 'multi-label' && task !== 'regression') return null;
  const width = task === 'multi-label' ? classes.length : 1;
  const values = new (task === 'single-label' ? Int32Array : Float32Array)(items.length * width);
  const known = Uint8Array.from(items, (item) =>
    Number((task === 'regression' ? item.value : item.labels) !== undefined),
  );
  const numberOf = new Map(classes.map((name, index) => [name, index]));
  const classNumber = (label: string | undefined, row: number): number => {
    const index = label === undefined ? undefined : numberOf.get(label);
    if (index === undefined) {
      throw new LabelError({
        zh: `第 ${row} 条的标签“${label ?? ''}”不是其中的类别`,
        en: `item ${row} has the label '${label ?? ''}', which is no class`,
      });
    }
    return index;
  };
  items.forEach(({ labels = [], value, tasks }, row) => {
    if (known[row] === 0) {
      if (tasks === undefined) {
        throw new LabelError({
          zh: `第 ${row} 条既没有所需的${task === 'regression' ? '数值' : '标签'}，也没有其他任务的答案`,
          en: `item ${row} has neither what ${task} needs nor a further answer`,
        });
      }
    } else if (task === 'single-label') values[row] = classNumber(labels[0], row);
    else if (task === 'regression') values[row] = asFloat32(value ?? Number.NaN, row);
    else for (const label of labels) values[row * width + classNumber(label, row)] = 1;
  });
  return known.includes(0) ? { values, width, known } : { values, width };
}
