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
  /** Operations of all matrix products for one token of an item of full length, forward and backward. */
  readonly flopsPerToken: number;
  /** Those of the whole run if every item had full length; null where no data is chosen. */
  readonly flops: number | null;
}

const MOMENTS = { adam: 2, adamw: 2, momentum: 1, sgd: 0 } as const;

/**
 * Operations per token in the matrix products at full length: two per multiply-add, and the backward pass twice the forward one
 * (Kaplan et al. 2020, section 2.1, with attention over the length); softmax, norms and activations are left out.
 */
function flopsPerToken(settings: RunConfiguration, vocabulary: number, labels: number): number {
  const { architecture, dModel, feedForward, maxTokens, encoderLayers, decoderLayers } = settings;
  const attention = 8 * dModel * dModel + 4 * maxTokens * dModel;
  const layer = attention + 4 * dModel * feedForward;
  const encoder = encoderLayers * layer;
  if (architecture === 'encoder-classifier') {
    const outputs = settings.task === 'regression' ? 1 : labels;
    // Pooler and head see one position of an item.
    return 3 * (encoder + (2 * dModel * (dModel + outputs)) / maxTokens);
  }
  const output = 2 * dModel * vocabulary;
  if (architecture === 'decoder-only') return 3 * (decoderLayers * layer + output);
  return 3 * (encoder + decoderLayers * (layer + attention) + output);
}

/** Steps of all epochs, parameters, memory and arithmetic; without data the vocabulary counts as full. */
export function planOf(settings: RunConfiguration, data: TrainingData | undefined): RunPlan {
  const vocabulary = vocabularyBound(settings, data ?? UNKNOWN_SIZE);
  const parameters = parameterCount(settings, vocabulary, data?.labels);
  const perToken = flopsPerToken(settings, vocabulary, data?.labels ?? 0);
  return {
    steps: data ? stepsPerEpoch(settings, data.trainItems) * settings.epochs : null,
    parameters,
    memoryBytes: parameters * BYTES_PER_NUMBER * (2 + MOMENTS[settings.optimiser]),
    flopsPerToken: perToken,
    flops: data ? perToken * settings.maxTokens * data.trainItems * settings.epochs : null,
  };
}
