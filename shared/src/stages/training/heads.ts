import { z } from 'zod';
import { taskName, type DatasetTask, type TaskKind } from '../data/content.ts';
import { labelText } from '../data/label-text.ts';
import type { RunConfiguration } from './configuration.ts';

/** What a head of a classifier learns. */
export const HEAD_TASKS = ['single-label', 'multi-label', 'regression'] as const;

/** What a head of a classifier learns. */
export type HeadTask = (typeof HEAD_TASKS)[number];

/** What the head of a dataset's task learns. */
const LEARNED_OF_KIND: Readonly<Record<TaskKind, HeadTask>> = {
  single: 'single-label',
  multiple: 'multi-label',
  value: 'regression',
};

/** A further head on the encoder of a classifier. */
export const taskHead = z.object({
  /** The task of the dataset. */
  name: taskName,
  task: z.enum(HEAD_TASKS),
  /** Names of the classes by number; empty for a regression. */
  labels: z.array(labelText),
  /** What its loss is multiplied by in the sum that training minimises; the first head has 1. */
  weight: z.number(),
});

/** A further head on the encoder of a classifier. */
export type TaskHead = z.infer<typeof taskHead>;

/** The further heads of a run in the order of its settings; tasks that the data does not have are left out. */
export function taskHeadsOf(
  { auxiliaryTasks }: Pick<RunConfiguration, 'auxiliaryTasks'>,
  tasks: readonly Pick<DatasetTask, 'name' | 'kind' | 'labels'>[],
): TaskHead[] {
  return auxiliaryTasks.flatMap(({ name, weight }): TaskHead[] => {
    const found = tasks.find((task) => task.name === name);
    if (found === undefined) return [];
    return [{ name, weight, task: LEARNED_OF_KIND[found.kind], labels: found.labels }];
  });
}

/** How many numbers a head gives for an item: one for each label, or one value. */
export function outputsOfHead({ task, labels }: Pick<TaskHead, 'task' | 'labels'>): number {
  return task === 'regression' ? 1 : labels.length;
}

/** Name of a metric's series for a head: that of the first head (null) is the metric's own. */
export function seriesOfHead(series: string, head: string | null): string {
  return head === null ? series : `${series}@${head}`;
}

/** The metric, and the task of a further head, that a name of {@link seriesOfHead} is about. */
export function measureOfSeries(series: string): { metric: string; task?: string } {
  const [metric = '', task] = series.split('@');
  return task === undefined ? { metric } : { metric, task };
}

/** Name of an exported classifier's output for a head; `null` is its first. */
export function logitsOfHead(head: string | null): string {
  return head === null ? 'logits' : `logits_${head}`;
}
