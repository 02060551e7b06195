import type { TaskKind } from '../stages/data/content.ts';
import type { MetricId } from './registry.ts';

/** The numbers that an evaluation has for a task, by what its answers are; a test holds them against the reports. */
const METRICS_OF_TASK: Readonly<Record<TaskKind, readonly MetricId[]>> = {
  single: [
    'loss',
    'perplexity',
    'accuracy',
    'accuracy-top5',
    'precision-micro',
    'precision-macro',
    'precision-weighted',
    'recall-micro',
    'recall-macro',
    'recall-weighted',
    'f1-micro',
    'f1-macro',
    'f1-weighted',
    'auc-micro',
    'auc-macro',
    'auc-weighted',
    'auc-confidence',
    'average-precision-micro',
    'average-precision-macro',
    'calibration-error',
  ],
  multiple: [
    'loss',
    'subset-accuracy',
    'hamming-loss',
    'precision-micro',
    'precision-macro',
    'recall-micro',
    'recall-macro',
    'f1-micro',
    'f1-macro',
    'f1-weighted',
    'auc-micro',
    'auc-macro',
    'average-precision-micro',
    'average-precision-macro',
  ],
  value: ['mean-squared-error', 'mean-absolute-error', 'r-squared'],
};

/** Whether an evaluation has a number for a task of a kind, or of any kind where it is not known. */
export function isMeasuredOfTask(metric: string, kind: TaskKind | undefined): boolean {
  const lists = kind === undefined ? Object.values(METRICS_OF_TASK) : [METRICS_OF_TASK[kind]];
  return lists.some((list) => (list as readonly string[]).includes(metric));
}
