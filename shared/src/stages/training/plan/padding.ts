/** How many batches of items are sorted by length together: enough for little padding, few enough to stay random. */
export const BATCHES_PER_BUCKET = 32;

/**
 * Rounds a length up to a bucket, so that a few recorded graphs serve all lengths: steps of 8 up to 64, then 8 steps for each doubling,
 * which wastes at most an eighth; never above the model's longest.
 */
export function bucketOf(length: number, longest: number): number {
  const step = length <= 64 ? 8 : 2 ** (Math.floor(Math.log2(length - 1)) - 3);
  return Math.min(longest, Math.ceil(length / step) * step);
}

/** Sizes of a batch as a graph sees it; a graph is recorded for one of these. */
export interface BatchShape {
  batchSize: number;
  /** 0 for a decoder-only model. */
  sourceLength: number;
  /** 0 for a classifier. */
  targetLength: number;
}

/** What decides how much memory a graph works in. */
interface WorkingModel {
  readonly dModel: number;
  readonly feedForward: number;
  readonly heads: number;
  readonly vocabularySize: number;
  readonly encoderLayers: number;
  readonly decoderLayers: number;
}

/**
 * Rough memory in bytes that a graph of this shape works in: the float32 values that each layer keeps for its gradient, the attention weights,
 * and the logits, three times each. It only has to tell small shapes from large ones.
 */
export function workingBytes(model: WorkingModel, shape: BatchShape): number {
  const { dModel, feedForward, heads, vocabularySize, encoderLayers, decoderLayers } = model;
  const { batchSize, sourceLength, targetLength } = shape;
  const layerValues = 12 * dModel + 2 * feedForward;
  const source = sourceLength * encoderLayers * (layerValues + 2 * heads * sourceLength);
  const target = targetLength * decoderLayers * (layerValues + 2 * heads * (sourceLength + targetLength));
  return 12 * batchSize * (source + target + targetLength * vocabularySize);
}

/** What an open graph keeps, and for each sub-layer of the model (measured: 50 graphs each of seven models, whole and in two lanes). */
const KEPT = { graph: 1.2e6, subLayer: 0.24e6 } as const;

/** How often ONNX Runtime holds the numbers of a mask that is part of a graph (measured at 512 and 1,024 tokens). */
const MASK_COPIES = 1.85;

/** What an open graph keeps of the mask that hides from each token of a decoder those behind it. */
export function maskBytes({ targetLength }: BatchShape): number {
  return 4 * MASK_COPIES * targetLength ** 2;
}

/**
 * Rough memory in bytes that a program of this shape keeps where what it works in is shared with all others: a graph for each of its lanes, and
 * the gradient rows of its embedding.
 */
export function keptBytes(model: WorkingModel, shape: BatchShape, lanes: number): number {
  const { dModel, encoderLayers, decoderLayers } = model;
  const { batchSize, sourceLength, targetLength } = shape;
  const encoder = sourceLength > 0 ? 2 * encoderLayers : 0;
  const decoder = targetLength > 0 ? (sourceLength > 0 ? 3 : 2) * decoderLayers : 0;
  const rows = batchSize * (sourceLength + targetLength);
  return lanes * (KEPT.graph + KEPT.subLayer * (encoder + decoder) + maskBytes(shape)) + 4 * rows * dModel;
}

/** Memory that programs for other batch shapes may keep while they wait for their next batch: hundreds where they share what they work in, a handful elsewhere. */
export const PROGRAM_CACHE_BYTES = 1.5 * 2 ** 30;
