import type { RunConfiguration } from '@greenlight/shared/stages/training/configuration.ts';
import {
  parameterCount,
  stepsPerEpoch,
  vocabularyBound,
  type TrainingData,
} from '@greenlight/shared/stages/training/rules.ts';

const BYTES_PER_NUMBER = 4;

const UNKNOWN_SIZE = { characters: Infinity, distinctCharacters: Infinity };

/** What a run will take, computed before anyone trains. */
export interface RunPlan {
  /** Null where no data is chosen. */
  readonly steps: number | null;
  readonly parameters: number;
  /** Values, gradients and the optimiser's moments; activations come on top. */
  readonly memoryBytes: number;
}

const MOMENTS = { adam: 2, adamw: 2, momentum: 1, sgd: 0 } as const;

/** Steps of all epochs, parameters, and memory; without data the vocabulary counts as full. */
export function planOf(settings: RunConfiguration, data: TrainingData | undefined): RunPlan {
  const parameters = parameterCount(settings, vocabularyBound(settings, data ?? UNKNOWN_SIZE), data?.labels);
  return {
    steps: data ? stepsPerEpoch(settings, data.trainItems) * settings.epochs : null,
    parameters,
    memoryBytes: parameters * BYTES_PER_NUMBER * (2 + MOMENTS[settings.optimiser]),
  };
}
