import type { ModelSettings } from '../model/settings.ts';
import type { Batch } from './engine.ts';

/** Sizes of a batch as a graph sees it; a graph is recorded for one of these. */
export interface BatchShape {
  batchSize: number;
  /** 0 for a decoder-only model. */
  sourceLength: number;
  targetLength: number;
}

/** A batch padded to a bucket, with the weight of each target in the mean loss. */
export interface PaddedBatch extends BatchShape {
  source: Int32Array;
  targetIn: Int32Array;
  targetOut: Int32Array;
  /** [batchSize × targetLength]: 1/tokens for a target, 0 for padding. */
  weights: Float32Array;
  tokens: number;
}

/**
 * Rounds a length up to a bucket, so that a few recorded graphs serve all lengths: steps of 8 up to 64, then 8 steps for each doubling,
 * which wastes at most an eighth; never above the model's longest.
 */
export function bucketLength(length: number, longest: number): number {
  if (length > longest) throw new RangeError(`A sequence of ${length} tokens is longer than the model's ${longest}`);
  const step = length <= 64 ? 8 : 2 ** (Math.floor(Math.log2(length - 1)) - 3);
  return Math.min(longest, Math.ceil(length / step) * step);
}

/**
 * Rough memory in bytes that a graph of this shape works in: the float32 values that each layer keeps for its gradient, the attention weights,
 * and the logits, three times each. It only has to tell small shapes from large ones.
 */
export function workingBytes(model: ModelSettings, shape: BatchShape): number {
  const { dModel, feedForward, heads, vocabularySize, encoderLayers, decoderLayers } = model;
  const { batchSize, sourceLength, targetLength } = shape;
  const layerValues = 12 * dModel + 2 * feedForward;
  const source = sourceLength * encoderLayers * (layerValues + 2 * heads * sourceLength);
  const target = targetLength * decoderLayers * (layerValues + 2 * heads * (sourceLength + targetLength));
  return 12 * batchSize * (source + target + targetLength * vocabularySize);
}

function widened(rows: Int32Array, batchSize: number, from: number, to: number): Int32Array {
  if (from === to) return rows;
  const padded = new Int32Array(batchSize * to);
  for (let row = 0; row < batchSize; row++) padded.set(rows.subarray(row * from, (row + 1) * from), row * to);
  return padded;
}

/** Pads a batch to its buckets; throws a RangeError when the batch does not fit the model. */
export function padBatch(batch: Batch, model: ModelSettings): PaddedBatch {
  if ('labels' in batch) throw new RangeError('The engine does not train on labelled batches');
  const { batchSize } = batch;
  const hasSource = model.architecture === 'encoder-decoder';
  checkIds('source', batch.source, batchSize * batch.sourceLength, model.vocabularySize);
  checkIds('targetIn', batch.targetIn, batchSize * batch.targetLength, model.vocabularySize);
  checkIds('targetOut', batch.targetOut, batchSize * batch.targetLength, model.vocabularySize);
  if (hasSource && batch.sourceLength === 0) throw new RangeError('An encoder–decoder batch needs a source');
  const sourceLength = hasSource ? bucketLength(batch.sourceLength, model.maxSourceTokens) : 0;
  const targetLength = bucketLength(batch.targetLength, model.maxTargetTokens);
  const targetOut = widened(batch.targetOut, batchSize, batch.targetLength, targetLength);
  const tokens = targetOut.reduce((count, id) => count + Number(id !== 0), 0);
  if (tokens === 0) throw new RangeError('A batch needs at least one target token');
  return {
    batchSize,
    sourceLength,
    targetLength,
    source: hasSource ? widened(batch.source, batchSize, batch.sourceLength, sourceLength) : new Int32Array(0),
    targetIn: widened(batch.targetIn, batchSize, batch.targetLength, targetLength),
    targetOut,
    weights: Float32Array.from(targetOut, (id) => (id === 0 ? 0 : 1 / tokens)),
    tokens,
  };
}

function checkIds(name: string, ids: Int32Array, expected: number, vocabularySize: number): void {
  if (ids.length !== expected) throw new RangeError(`${name} has ${ids.length} ids, its shape asks for ${expected}`);
  const wrong = ids.find((id) => id < 0 || id >= vocabularySize);
  if (wrong !== undefined) throw new RangeError(`${name} holds the id ${wrong}; the vocabulary has ${vocabularySize}`);
}
