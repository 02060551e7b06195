import { evaluationPasses } from '@greenlight/shared/stages/training/plan/evaluation-limits.ts';
import type { Task } from '@greenlight/shared/stages/training/configuration.ts';
import { BATCHES_PER_BUCKET } from '@greenlight/shared/stages/training/plan/padding.ts';
import { randomKey, uniformAt } from '../model/random.ts';
import type { Batch, LabelledBatch, TextBatch } from '../training/engine.ts';
import type { HeadLabels, Labels } from './labels.ts';
import { shuffledIndices, STREAMS } from './shuffle.ts';

const BEGIN_ID = 1;
const END_ID = 2;

/** How items become batches. */
export interface BatchSettings {
  /** `prefix-to-whole` feeds a random prefix as source; `next-token` has no source; the others have labels instead of a target. */
  task: Task;
  batchSize: number;
  seed: number;
}

/** A batch with the items it was made from, in its order of rows. */
export interface ItemBatch extends TextBatch {
  items: readonly number[];
}

/** Items as token ids, with what a classifier should answer for them; `labels` null where the model writes text. */
export interface Examples {
  ids: readonly Int32Array[];
  labels: Labels | null;
  /** What its further heads should answer, in their order. */
  auxiliary: readonly HeadLabels[];
}

/** Cuts an item to its first `maxTokens` ids. */
export function cutToLength(
  items: readonly Int32Array[],
  maxTokens: number,
): { items: Int32Array[]; cutItems: number } {
  const cutItems = items.reduce((count, item) => count + (item.length > maxTokens ? 1 : 0), 0);
  return { items: items.map((item) => item.subarray(0, maxTokens)), cutItems };
}

/** Number of batches that an epoch over so many items has. */
export function batchesPerEpoch(itemCount: number, batchSize: number): number {
  return Math.ceil(itemCount / batchSize);
}

/**
 * The batches of one training epoch as lists of item numbers. The order depends on (seed, epoch) only; items of similar
 * length share a batch, so that little of it is padding.
 */
export function epochOrder(items: readonly Int32Array[], settings: BatchSettings, epoch: number): number[][] {
  const { batchSize, seed } = settings;
  const order = [...shuffledIndices(items.length, seed, STREAMS.itemOrder, epoch)];
  if (batchSize === 1) return order.map((item) => [item]);
  const bucketSize = batchSize * BATCHES_PER_BUCKET;
  const batches: number[][] = [];
  for (let start = 0; start < order.length; start += bucketSize) {
    const bucket = order.slice(start, start + bucketSize).sort((a, b) => lengthOf(items, a) - lengthOf(items, b));
    for (let first = 0; first < bucket.length; first += batchSize) batches.push(bucket.slice(first, first + batchSize));
  }
  return [...shuffledIndices(batches.length, seed, STREAMS.batchOrder, epoch)].map((index) => batches[index] ?? []);
}

/** The passes over a held-out split, which is answered by so many numbers for each token, as lists of item numbers: all of them once, the shortest first, always in the same order. */
export function heldOutOrder(items: readonly Int32Array[], numbersPerToken: number): number[][] {
  const order = items.map((_, index) => index).sort((a, b) => lengthOf(items, a) - lengthOf(items, b) || a - b);
  const ends = evaluationPasses(
    order.map((index) => lengthOf(items, index) + 1),
    numbersPerToken,
  );
  return ends.map((end, pass) => order.slice(ends[pass - 1] ?? 0, end));
}

/** Fills a batch; the prefix of an item depends on (seed, epoch, item) only. Held-out batches use epoch 0, training counts from 1. */
export function makeBatch(
  items: readonly Int32Array[],
  members: readonly number[],
  settings: BatchSettings,
  epoch: number,
): ItemBatch {
  const rows = members.map((member) => items[member] ?? new Int32Array(0));
  const targetLength = Math.max(...rows.map((row) => row.length)) + 1;
  const prefixes = members.map((member, row) => prefixLength(rows[row]?.length ?? 0, member, settings, epoch));
  const sourceLength = Math.max(...prefixes);
  const batch: ItemBatch = {
    items: members,
    batchSize: rows.length,
    sourceLength,
    source: new Int32Array(rows.length * sourceLength),
    targetLength,
    targetIn: new Int32Array(rows.length * targetLength),
    targetOut: new Int32Array(rows.length * targetLength),
  };
  rows.forEach((row, index) => {
    batch.source.set(row.subarray(0, prefixes[index]), index * sourceLength);
    batch.targetIn[index * targetLength] = BEGIN_ID;
    batch.targetIn.set(row, index * targetLength + 1);
    batch.targetOut.set(row, index * targetLength);
    batch.targetOut[index * targetLength + row.length] = END_ID;
  });
  return batch;
}

/** Fills a batch of labelled texts: each begins with the sign that the classifier reads its answer at. */
export function makeLabelledBatch(
  ids: readonly Int32Array[],
  labels: Labels,
  members: readonly number[],
  auxiliary: readonly HeadLabels[] = [],
): LabelledBatch {
  const sourceLength = Math.max(...members.map((member) => lengthOf(ids, member))) + 1;
  const source = new Int32Array(members.length * sourceLength);
  members.forEach((member, row) => {
    source[row * sourceLength] = BEGIN_ID;
    source.set(ids[member] ?? [], row * sourceLength + 1);
  });
  const further = auxiliary.map((one) => ({
    labels: labelsOfMembers(one, members),
    known: Uint8Array.from(members, (member) => one.known[member] ?? 0),
  }));
  const { known } = labels;
  const batch = {
    ...{ source, sourceLength, batchSize: members.length, labels: labelsOfMembers(labels, members) },
    ...(known === undefined ? {} : { known: Uint8Array.from(members, (member) => known[member] ?? 0) }),
  };
  return further.length === 0 ? batch : { ...batch, auxiliary: further };
}

/** The labels of some of the items. */
export function labelsOfMembers({ values, width }: Labels, members: readonly number[]): Int32Array | Float32Array {
  const chosen = new (values instanceof Int32Array ? Int32Array : Float32Array)(members.length * width);
  members.forEach((member, row) => chosen.set(values.subarray(member * width, (member + 1) * width), row * width));
  return chosen;
}

/** The training batch of some examples in an epoch. */
export function trainingBatch(
  { ids, labels, auxiliary }: Examples,
  members: readonly number[],
  settings: BatchSettings,
  epoch: number,
): Batch {
  if (labels === null) return makeBatch(ids, members, settings, epoch);
  return makeLabelledBatch(ids, labels, members, auxiliary);
}

function lengthOf(items: readonly Int32Array[], index: number): number {
  return items[index]?.length ?? 0;
}

/** At least one token and, where the item has two, not the whole of it. */
function prefixLength(length: number, item: number, settings: BatchSettings, epoch: number): number {
  if (settings.task === 'next-token') return 0;
  const chance = uniformAt(randomKey(settings.seed, STREAMS.prefixCut, epoch), item);
  return length < 2 ? length : 1 + Math.floor(chance * (length - 1));
}
