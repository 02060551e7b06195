import type { RunConfiguration } from '../configuration.ts';
import { computedShare } from './causal-blocks.ts';
import { FEWEST_LEFT_VALUES, MOST_LEFT_ROWS, takesFactors } from './left-gradients.ts';
import type { BatchShape } from './padding.ts';

/** A model of a configuration over a vocabulary of so many ids, with so many outputs where it is a classifier. */
export interface PlannedModel {
  readonly settings: RunConfiguration;
  readonly vocabularySize: number;
  /** Outputs of a classifier's head. */
  readonly outputs: number;
}

/** What a graph computes for one batch shape; counts of values are those that the padded batch has. */
export interface StepWork {
  /** Floating-point operations of the forward pass in matrix products: two per multiply-add. */
  forwardFlops: number;
  /** Those of them that multiply queries, keys and values of single heads. */
  attentionFlops: number;
  /** Values of the weight matrices of all products: each pass over them takes its time however few rows they are multiplied with. */
  weightValues: number;
  /** Those of them whose gradients an update may multiply out. */
  leftWeightValues: number;
  /** Values of the residual stream in all sub-layers: rows × d_model, once for each. */
  streamValues: number;
  /** Values of the feed-forward layers' hidden activations. */
  hiddenValues: number;
  /** Those of them whose activation is more than a comparison: GELU, tanh, sigmoid. */
  curvedValues: number;
  /** Attention weights of all heads. */
  attentionWeights: number;
  /** Of these and of the operations for them what is behind the tokens that ask, and which the worker's own operators do not compute. */
  unseenWeights: number;
  unseenFlops: number;
  /** Logits of the output layer. */
  logits: number;
  /** Values that dropout passes over; 0 without dropout. */
  dropoutValues: number;
  /** Values of embedding rows whose gradients are added up. */
  embeddingValues: number;
  /** Sub-layers, each a handful of operators. */
  subLayers: number;
}

/** A further head has as many operators, with its loss and the gradients of both. */
const SUB_LAYERS_OF_A_HEAD = 2;

/** Operations of one sub-layer stack. */
class Counter implements StepWork {
  forwardFlops = 0;
  attentionFlops = 0;
  weightValues = 0;
  leftWeightValues = 0;
  streamValues = 0;
  hiddenValues = 0;
  curvedValues = 0;
  attentionWeights = 0;
  unseenWeights = 0;
  unseenFlops = 0;
  logits = 0;
  dropoutValues = 0;
  embeddingValues = 0;
  subLayers = 0;
  private readonly leavesGradients: boolean;

  constructor(settings: RunConfiguration) {
    this.leavesGradients = takesFactors(settings) && settings.gradientAccumulation === 1;
  }

  /** x [rows, inner] · w [inner, columns]. */
  product(rows: number, inner: number, columns: number): void {
    this.forwardFlops += 2 * rows * inner * columns;
    this.weightValues += inner * columns;
    const isLeft = this.leavesGradients && rows <= MOST_LEFT_ROWS && inner * columns >= FEWEST_LEFT_VALUES;
    if (isLeft) this.leftWeightValues += inner * columns;
  }

  /** Attention of the tokens of each of B texts to those up to themselves. */
  causalAttention(batch: number, length: number, settings: RunConfiguration): void {
    this.attention(batch, length, length, settings);
    const unseen = (1 - computedShare(length)) * batch * length * length;
    this.unseenFlops += 4 * unseen * settings.dModel;
    this.unseenWeights += unseen * settings.heads;
  }

  /** Attention of `length` tokens over `seen` ones in each of B texts (Vaswani et al. 2017): four projections, scores and mixture. */
  attention(batch: number, length: number, seen: number, { dModel, heads }: RunConfiguration): void {
    const [rows, seenRows] = [batch * length, batch * seen];
    for (const projected of [rows, rows, seenRows, seenRows]) this.product(projected, dModel, dModel);
    this.forwardFlops += 4 * rows * seen * dModel;
    this.attentionFlops += 4 * rows * seen * dModel;
    this.attentionWeights += batch * heads * length * seen;
    this.streamValues += rows * dModel;
    this.subLayers += 1;
  }

  feedForward(rows: number, { dModel, feedForward, activation }: RunConfiguration): void {
    this.product(rows, dModel, feedForward);
    this.product(rows, feedForward, dModel);
    this.hiddenValues += rows * feedForward;
    if (activation !== 'relu') this.curvedValues += rows * feedForward;
    this.streamValues += rows * dModel;
    this.subLayers += 1;
  }
}

/**
 * Counts the work of one batch, product by product and with its padding. Softmax, normalisations and activations are counted as values
 * that operators pass over, not as floating-point operations.
 */
export function workOf({ settings, vocabularySize, outputs }: PlannedModel, shape: BatchShape): StepWork {
  const { architecture, auxiliaryTasks, dModel, encoderLayers, decoderLayers, dropout } = settings;
  const { batchSize, sourceLength, targetLength } = shape;
  const work = new Counter(settings);
  const [sourceRows, targetRows] = [batchSize * sourceLength, batchSize * targetLength];
  if (architecture !== 'decoder-only') {
    for (let layer = 0; layer < encoderLayers; layer++) {
      work.attention(batchSize, sourceLength, sourceLength, settings);
      work.feedForward(sourceRows, settings);
    }
    work.embeddingValues += sourceRows * dModel;
  }
  if (architecture === 'encoder-classifier') {
    work.product(batchSize, dModel, dModel);
    work.product(batchSize, dModel, outputs);
    for (let head = 0; head < auxiliaryTasks.length; head++) work.product(batchSize, dModel, dModel);
    work.subLayers += SUB_LAYERS_OF_A_HEAD * auxiliaryTasks.length;
    work.logits += batchSize * outputs;
  } else {
    for (let layer = 0; layer < decoderLayers; layer++) {
      work.causalAttention(batchSize, targetLength, settings);
      if (architecture === 'encoder-decoder') work.attention(batchSize, targetLength, sourceLength, settings);
      work.feedForward(targetRows, settings);
    }
    work.embeddingValues += targetRows * dModel;
    work.product(targetRows, dModel, vocabularySize);
    work.logits += targetRows * vocabularySize;
  }
  if (dropout > 0) work.dropoutValues = work.streamValues + work.embeddingValues;
  return { ...work };
}

/** Floating-point operations of a training step: the backward pass computes two products for each one of the forward pass. */
export function trainingFlops({ forwardFlops }: StepWork): number {
  return 3 * forwardFlops;
}
