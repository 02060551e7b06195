import { outputsOfHead } from '@greenlight/shared/stages/training/heads.ts';
import type { RunConfiguration } from '@greenlight/shared/stages/training/configuration.ts';
import type { Lengths } from '@greenlight/shared/stages/training/plan/batch-shapes.ts';
import { isAccelerator } from '@greenlight/shared/stages/training/plan/device-kinds.ts';
import {
  evaluationScheduleOf,
  type EvaluationSchedule,
} from '@greenlight/shared/stages/training/plan/evaluation-schedule.ts';
import type { Engine } from '../training/engine.ts';
import type { ValidationPoint } from '../evaluation/validate.ts';
import type { LoopData } from './training-loop.ts';

function lengthsOf(ids: readonly Int32Array[]): Lengths {
  const counts = Map.groupBy(ids, (item) => Math.max(1, item.length));
  return [...counts].map(([length, items]) => [length, items.length] as const).toSorted(([a], [b]) => a - b);
}

/** Length of the longest item in tokens. */
export function longestOf(ids: readonly Int32Array[]): number {
  return ids.reduce((longest, { length }) => Math.max(longest, length), 1);
}

/** The evaluation points of a run that begins, decided from its data and settings. */
export function evaluationsOf(
  settings: RunConfiguration,
  { train, validation, tokenizer, head }: LoopData,
  { device, parameterCount }: Engine,
  steps: number,
): EvaluationSchedule {
  const further = train.auxiliary.reduce((sum, one) => sum + outputsOfHead(one.head), 0);
  return evaluationScheduleOf({
    model: { settings, vocabularySize: tokenizer.size, outputs: (head?.outputs ?? 0) + further },
    parameters: parameterCount,
    steps,
    training: lengthsOf(train.ids),
    validation: lengthsOf(validation.ids),
    isAccelerated: isAccelerator(device.device),
  });
}

/** ROC curves in parts that go into one event each, those of the first head before the others. */
export function snapshotsByHead(snapshots: ValidationPoint['snapshots']): ValidationPoint['snapshots'][] {
  return [...Map.groupBy(snapshots, ({ head }) => head).values()];
}
