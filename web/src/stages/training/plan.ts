import type { RunConfiguration } from '@greenlight/shared/stages/training/configuration.ts';

/** Symbols of the tokenizer beside the characters of the data: padding, beginning, end, unknown. */
const SPECIAL_TOKENS = 4;

const BYTES_PER_NUMBER = 4;

/** What a run will take, computed before anyone trains. */
export interface RunPlan {
  /** Null where no data is chosen. */
  readonly steps: number | null;
  readonly parameters: number;
  /** Values, gradients and the optimiser's moments; activations come on top. */
  readonly memoryBytes: number;
}

type Planned = Pick<
  RunConfiguration,
  | 'architecture'
  | 'vocabularySize'
  | 'dModel'
  | 'encoderLayers'
  | 'decoderLayers'
  | 'feedForward'
  | 'normalisation'
  | 'positions'
  | 'maxTokens'
  | 'optimiser'
  | 'batchSize'
  | 'epochs'
>;

const MOMENTS = { adam: 2, adamw: 2, momentum: 1, sgd: 0 } as const;

/**
 * Parameters of the Transformer: per attention four d × d projections with biases, per block two feed-forward matrices
 * and its normalisations, one embedding and one output layer; steps are the batches of all epochs.
 */
export function planOf(
  settings: Planned,
  data: { readonly trainItems: number; readonly distinctCharacters: number } | undefined,
): RunPlan {
  const { dModel, feedForward } = settings;
  const vocabulary = Math.min(settings.vocabularySize, (data?.distinctCharacters ?? Infinity) + SPECIAL_TOKENS);
  const hasEncoder = settings.architecture === 'encoder-decoder';
  const norm = 2 * dModel;
  const attention = 4 * (dModel * dModel + dModel);
  const forward = 2 * dModel * feedForward + feedForward + dModel;
  const encoderBlock = attention + forward + 2 * norm;
  const decoderBlock = (hasEncoder ? 2 : 1) * attention + forward + (hasEncoder ? 3 : 2) * norm;
  const finalNorms = settings.normalisation === 'pre' ? (hasEncoder ? 2 : 1) * norm : 0;
  const positions = settings.positions === 'learned' ? (hasEncoder ? 2 : 1) * settings.maxTokens * dModel : 0;
  const parameters =
    vocabulary * dModel +
    (hasEncoder ? settings.encoderLayers * encoderBlock : 0) +
    settings.decoderLayers * decoderBlock +
    finalNorms +
    positions +
    (dModel + 1) * vocabulary;
  return {
    steps: data ? Math.ceil(data.trainItems / settings.batchSize) * settings.epochs : null,
    parameters,
    memoryBytes: parameters * BYTES_PER_NUMBER * (2 + MOMENTS[settings.optimiser]),
  };
}
