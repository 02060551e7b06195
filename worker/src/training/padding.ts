import { bucketOf, type BatchShape } from '@greenlight/shared/stages/training/plan/padding.ts';
import type { Head, ModelSettings } from '../model/settings.ts';
import type { Batch, LabelledBatch, TextBatch } from './engine.ts';
import { ShapeError } from './errors.ts';

/** What every padded batch has. */
interface Padded extends BatchShape {
  source: Int32Array;
  /** For each target its share of the mean loss over all micro-batches; 0 for padding. */
  weights: Float32Array;
  /** Target tokens or labelled items. */
  targets: number;
  /** Non-padding tokens worked on. */
  tokens: number;
}

/** Texts padded to a bucket; weights are [batchSize × targetLength]. */
export interface PaddedText extends Padded {
  targetIn: Int32Array;
  targetOut: Int32Array;
}

/** Labelled texts padded to a bucket; weights are [batchSize]. */
export interface PaddedItems extends Padded {
  /** int32 for class ids, float32 for what is compared with several outputs. */
  labels: Int32Array | Float32Array;
  /** What the auxiliary heads should answer, in their order. */
  auxiliary: readonly PaddedLabels[];
}

/** The labels of an auxiliary head. */
export interface PaddedLabels {
  labels: Int32Array | Float32Array;
  /** For each item its share of the head's mean loss, times the head's weight; 0 where the answer is unknown. */
  weights: Float32Array;
  /** Items of which the answer is known. */
  targets: number;
}

/** A batch padded to a bucket, with the weight of each target in the mean loss. */
export type PaddedBatch = PaddedText | PaddedItems;

/** The bucket of a length; throws a `ShapeError` for one above the model's longest. */
export function bucketLength(length: number, longest: number): number {
  if (length > longest) {
    throw new ShapeError({
      zh: `一个序列有 ${length} 个 token，超过模型的上限 ${longest}。`,
      en: `A sequence of ${length} tokens is longer than the model's ${longest}.`,
    });
  }
  return bucketOf(length, longest);
}

/**
 * Pads the micro-batches of one step to their buckets; `auxiliaryWeights` are those of the auxiliary heads, 1 where none is given. Throws a
 * `ShapeError` when one does not fit the model.
 */
export function padBatches(
  batches: readonly Batch[],
  model: ModelSettings,
  auxiliaryWeights: readonly number[] = [],
): PaddedBatch[] {
  if (batches.length === 0)
    throw new ShapeError({ zh: '一步至少需要一个批次。', en: 'A step needs at least one batch.' });
  const padded = batches.map((batch) => {
    if (!(Number.isInteger(batch.batchSize) && batch.batchSize > 0)) {
      throw new ShapeError({
        zh: `无法计算 ${batch.batchSize} 行的批次。`,
        en: `A batch of ${batch.batchSize} rows cannot be computed.`,
      });
    }
    return 'labels' in batch ? padItems(batch, model) : padText(batch, model);
  });
  const total = padded.reduce((sum, { targets }) => sum + targets, 0);
  const most = Math.max(1, total);
  for (const { weights } of padded) replaceEach(weights, (weight) => weight / most);
  model.auxiliaryHeads?.forEach((_, head) => {
    const parts = padded.flatMap((batch) => ('labels' in batch ? (batch.auxiliary[head] ?? []) : []));
    const known = parts.reduce((sum, { targets }) => sum + targets, 0);
    const share = known === 0 ? 0 : (auxiliaryWeights[head] ?? 1) / known;
    for (const { weights } of parts) replaceEach(weights, (weight) => weight * share);
  });
  return padded;
}

/** Pads one batch as the only one of its step. */
export function padBatch(batch: Batch, model: ModelSettings, auxiliaryWeights: readonly number[] = []): PaddedBatch {
  const [padded] = padBatches([batch], model, auxiliaryWeights);
  if (padded === undefined) throw new Error('A batch was lost while it was padded');
  return padded;
}

/** Pads texts; weights are 1 for a target and 0 for padding. */
function padText(batch: TextBatch, model: ModelSettings): PaddedText {
  if (model.architecture === 'encoder-classifier') {
    throw new ShapeError({ zh: '编码器分类器需要带标签的批次。', en: 'An encoder classifier takes labelled batches.' });
  }
  const { batchSize } = batch;
  const hasSource = model.architecture === 'encoder-decoder';
  checkIds('targetIn', batch.targetIn, batchSize, batch.targetLength, model.vocabularySize);
  checkIds('targetOut', batch.targetOut, batchSize, batch.targetLength, model.vocabularySize);
  const targetLength = bucketLength(batch.targetLength, model.maxTargetTokens);
  const targetOut = widened(batch.targetOut, batchSize, batch.targetLength, targetLength);
  const targets = countTokens(targetOut);
  if (targets === 0) {
    const en = 'A batch needs at least one target token.';
    throw new ShapeError({ zh: '一个批次至少需要一个目标 token。', en }, 'targetOut');
  }
  return {
    batchSize,
    ...(hasSource ? padSource(batch, model) : { source: new Int32Array(0), sourceLength: 0 }),
    targetLength,
    targetIn: widened(batch.targetIn, batchSize, batch.targetLength, targetLength),
    targetOut,
    weights: onesWhereSet(targetOut),
    targets,
    tokens: targets,
  };
}

/** Pads labelled texts; every item whose label is known has weight 1. */
function padItems(batch: LabelledBatch, model: ModelSettings): PaddedItems {
  if (model.head === null) {
    const en = 'A model that writes text takes no labelled batches.';
    throw new ShapeError({ zh: '生成文本的模型不接受带标签的批次。', en }, 'labels');
  }
  const { batchSize } = batch;
  const padded = padSource(batch, model);
  const weights =
    batch.known === undefined ? new Float32Array(batchSize).fill(1) : knownWeights(batch.known, batchSize);
  return {
    batchSize,
    ...padded,
    targetLength: 0,
    labels: checkedLabels(batch.labels, batchSize, model.head),
    auxiliary: auxiliaryLabels(batch, model),
    weights,
    targets: countOf(weights),
    tokens: countTokens(padded.source),
  };
}

/** Every item has weight 1 for each head whose answer for it is known. */
function auxiliaryLabels({ auxiliary = [], batchSize }: LabelledBatch, { auxiliaryHeads = [] }: ModelSettings) {
  if (auxiliary.length !== auxiliaryHeads.length) {
    const en = `The batch has labels for ${auxiliary.length} auxiliary heads, the model has ${auxiliaryHeads.length}.`;
    const zh = `批次带有 ${auxiliary.length} 个辅助输出头的标签，而模型有 ${auxiliaryHeads.length} 个。`;
    throw new ShapeError({ zh, en }, 'labels');
  }
  return auxiliaryHeads.map((head, index): PaddedLabels => {
    const { labels = new Float32Array(0), known = new Uint8Array(0) } = auxiliary[index] ?? {};
    const weights = knownWeights(known, batchSize);
    return { labels: checkedLabels(labels, batchSize, head), weights, targets: countOf(weights) };
  });
}

/** Weight 1 for each item whose answer is known. */
function knownWeights(known: Uint8Array, batchSize: number): Float32Array {
  if (known.length !== batchSize) {
    const en = `known has ${known.length} values, not ${batchSize}.`;
    throw new ShapeError({ zh: `known 有 ${known.length} 个值，而应为 ${batchSize} 个。`, en }, 'labels');
  }
  return onesWhereSet(known);
}

/** 1 for each value that is not 0, else 0. */
function onesWhereSet(values: Int32Array | Uint8Array): Float32Array {
  const ones = new Float32Array(values.length);
  for (let place = 0; place < values.length; place++) ones[place] = values[place] === 0 ? 0 : 1;
  return ones;
}

/** Puts other values in place; a loop, because array methods hand each number to a callback as an object. */
function replaceEach(values: Float32Array, other: (value: number) => number): void {
  for (let place = 0; place < values.length; place++) values[place] = other(values[place] ?? 0);
}

function countOf(weights: Float32Array): number {
  return weights.reduce((sum, weight) => sum + weight, 0);
}

function padSource(
  { source, sourceLength, batchSize }: Pick<TextBatch, 'source' | 'sourceLength' | 'batchSize'>,
  model: ModelSettings,
): { source: Int32Array; sourceLength: number } {
  checkIds('source', source, batchSize, sourceLength, model.vocabularySize);
  if (sourceLength === 0) {
    const en = 'An encoder needs a source of at least one token.';
    throw new ShapeError({ zh: '编码器的输入至少需要一个 token。', en }, 'source');
  }
  for (let row = 0; row < batchSize; row++) {
    // Attention over nothing has no meaning: its weights would be spread over padding.
    if (source.subarray(row * sourceLength, (row + 1) * sourceLength).every((id) => id === 0)) {
      const en = `Row ${row} of the source is all padding: every text needs at least one token.`;
      throw new ShapeError({ zh: `输入的第 ${row} 行全是填充：每条文本至少需要一个 token。`, en }, 'source');
    }
  }
  const length = bucketLength(sourceLength, model.maxSourceTokens);
  return { source: widened(source, batchSize, sourceLength, length), sourceLength: length };
}

function widened(rows: Int32Array, batchSize: number, from: number, to: number): Int32Array {
  if (from === to) return rows;
  const padded = new Int32Array(batchSize * to);
  for (let row = 0; row < batchSize; row++) padded.set(rows.subarray(row * from, (row + 1) * from), row * to);
  return padded;
}

function countTokens(ids: Int32Array): number {
  return ids.reduce((count, id) => count + Number(id !== 0), 0);
}

function checkIds(name: string, ids: Int32Array, rows: number, length: number, vocabularySize: number): void {
  if (ids.length !== rows * length) {
    const en = `${name} has ${ids.length} ids, its shape asks for ${rows * length}.`;
    throw new ShapeError({ zh: `${name} 有 ${ids.length} 个编号，而其形状需要 ${rows * length} 个。`, en }, name);
  }
  const wrong = ids.find((id) => id < 0 || id >= vocabularySize);
  if (wrong !== undefined) {
    const en = `${name} holds the id ${wrong}; the vocabulary has ${vocabularySize}.`;
    throw new ShapeError({ zh: `${name} 含有编号 ${wrong}，而词表只有 ${vocabularySize} 个符号。`, en }, name);
  }
}

/** Labels in the type that the loss takes; throws a `ShapeError` when they are not answers that the head can give. */
function checkedLabels(
  labels: Int32Array | Float32Array,
  batchSize: number,
  { task, outputs }: Head,
): Int32Array | Float32Array {
  const expected = task === 'single-label' ? batchSize : batchSize * outputs;
  if (labels.length !== expected) {
    const en = `labels has ${labels.length} values, not ${expected}.`;
    throw new ShapeError({ zh: `标签有 ${labels.length} 个值，而应为 ${expected} 个。`, en }, 'labels');
  }
  const isLabel: Record<typeof task, (label: number) => boolean> = {
    'single-label': (label) => Number.isInteger(label) && label >= 0 && label < outputs,
    'multi-label': (label) => label === 0 || label === 1,
    regression: (label) => Number.isFinite(label),
  };
  for (const label of labels) {
    if (!isLabel[task](label)) {
      const en = `A ${task} head with ${outputs} outputs has no label ${label}.`;
      throw new ShapeError({ zh: `有 ${outputs} 个输出的 ${task} 输出头没有标签 ${label}。`, en }, 'labels');
    }
  }
  return task === 'single-label' ? Int32Array.from(labels) : Float32Array.from(labels);
}
