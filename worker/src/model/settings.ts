/** What one head of an encoder classifier answers for each item. */
export interface Head {
  task: 'single-label' | 'multi-label' | 'regression';
  outputs: number;
}

/** A further head on the same encoder, by the name of the task that it learns. */
export interface AuxiliaryHead extends Head {
  name: string;
}

/** What a Transformer is made of: everything that decides the shapes and the arithmetic of a model, nothing about how it is trained. */
export interface ModelSettings {
  architecture: 'encoder-decoder' | 'decoder-only' | 'encoder-classifier';
  /** Number of token ids (0 = padding, 1 = begin, 2 = end, 3 = unknown); for a classifier still the input vocabulary. */
  vocabularySize: number;
  /** Width of the residual stream; a multiple of `heads`. */
  dModel: number;
  heads: number;
  encoderLayers: number;
  decoderLayers: number;
  /** Width of the hidden layer between the two linear layers of a block. */
  feedForward: number;
  activation: 'relu' | 'gelu' | 'tanh' | 'sigmoid';
  /** Layer normalisation before each sub-layer (with a final one) or after each residual sum. */
  normalisation: 'pre' | 'post';
  positions: 'sinusoidal' | 'learned';
  /** Probability in [0, 1) that a value of an embedding or of a sub-layer's output is zeroed in training. */
  dropout: number;
  /** Longest source and target, in tokens; also the number of learned positions. */
  maxSourceTokens: number;
  maxTargetTokens: number;
  /** What an encoder classifier answers for each item; null for models that write text. */
  head: Head | null;
  /** What it answers besides, from the same pooled state; absent where there is one head only. */
  auxiliaryHeads?: readonly AuxiliaryHead[];
}
