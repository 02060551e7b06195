import type { Rows } from '@greenlight/shared/stages/training/plan/lanes.ts';
import type { BatchShape } from '@greenlight/shared/stages/training/plan/padding.ts';
import type { TensorSpec } from '../graph/graph-builder.ts';
import type { Head, ModelSettings } from '../model/settings.ts';
import type { BatchPart, Feeds } from '../runtime/device.ts';
import type { PaddedBatch, PaddedItems } from './padding.ts';

/** The graph inputs that a batch feeds when a model is only asked. */
export function forwardInputs({ batchSize, sourceLength, targetLength }: BatchShape): TensorSpec[] {
  const ids = (name: string, length: number): TensorSpec[] =>
    length === 0 ? [] : [{ name, shape: [batchSize, length], type: 'int32' }];
  return [...ids('source', sourceLength), ...ids('targetIn', targetLength)];
}

/** The graph inputs that a batch feeds when a model learns from it. */
export function trainingInputs(model: ModelSettings, shape: BatchShape): TensorSpec[] {
  const { batchSize, targetLength } = shape;
  const labels = (name: string, { task, outputs }: Head): TensorSpec =>
    task === 'single-label'
      ? { name, shape: [batchSize], type: 'int32' }
      : { name, shape: [batchSize, outputs], type: 'float32' };
  const answers: TensorSpec =
    model.head === null
      ? { name: 'targetOut', shape: [batchSize, targetLength], type: 'int32' }
      : labels('labels', model.head);
  const targets = model.head === null ? batchSize * targetLength : batchSize;
  const further = (model.auxiliaryHeads ?? []).flatMap((head, index): TensorSpec[] => [
    labels(auxiliaryInput('labels', index), head),
    { name: auxiliaryInput('weights', index), shape: [batchSize], type: 'float32' },
  ]);
  return [...forwardInputs(shape), answers, { name: 'weights', shape: [targets], type: 'float32' }, ...further];
}

/** Name of the graph input with the labels or weights of an auxiliary head. */
export function auxiliaryInput(part: 'labels' | 'weights', head: number): string {
  return `auxiliary.${head}.${part}`;
}

/** What a graph of the forward pass is fed of a batch. */
export function forwardFeeds(batch: PaddedBatch): Feeds {
  const { batchSize, sourceLength, targetLength } = batch;
  return {
    ...(sourceLength > 0 ? { source: { data: batch.source, shape: [batchSize, sourceLength] } } : {}),
    ...('labels' in batch ? {} : { targetIn: { data: batch.targetIn, shape: [batchSize, targetLength] } }),
  };
}

/** What a training graph is fed of a batch. */
export function trainingFeeds(batch: PaddedBatch): Feeds {
  const { batchSize, targetLength, weights } = batch;
  return {
    ...forwardFeeds(batch),
    ...('labels' in batch
      ? { labels: { data: batch.labels, shape: labelShape(batch.labels, batchSize) } }
      : { targetOut: { data: batch.targetOut, shape: [batchSize, targetLength] } }),
    weights: { data: weights, shape: [weights.length] },
    ...('labels' in batch ? auxiliaryFeeds(batch) : {}),
  };
}

/** The part of a batch in some of its rows: every feed and lookup begins with the batch's rows. */
export function partOf(batch: PaddedBatch, { start, end }: Rows): BatchPart {
  const cut = <Values extends Float32Array | Int32Array>(data: Values): Values =>
    data.subarray((data.length / batch.batchSize) * start, (data.length / batch.batchSize) * end) as Values;
  const feeds = Object.entries(trainingFeeds(batch)).map(
    ([
      name,
      {
        data,
        shape: [rows = 0, ...rest],
      },
    ]) => [name, { data: cut(data), shape: [(rows * (end - start)) / batch.batchSize, ...rest] }],
  );
  return { feeds: Object.fromEntries(feeds) as Feeds, lookups: embeddingLookups(batch).map((ids) => cut(ids)) };
}

function auxiliaryFeeds({ auxiliary, batchSize }: PaddedItems): Feeds {
  return Object.fromEntries(
    auxiliary.flatMap(({ labels, weights }, head) => [
      [auxiliaryInput('labels', head), { data: labels, shape: labelShape(labels, batchSize) }],
      [auxiliaryInput('weights', head), { data: weights, shape: [batchSize] }],
    ]),
  );
}

function labelShape(labels: Int32Array | Float32Array, batchSize: number): number[] {
  return labels instanceof Int32Array ? [batchSize] : [batchSize, labels.length / batchSize];
}

/** Ids of the embedding lookups in the order in which the model makes them. */
export function embeddingLookups(batch: PaddedBatch): Int32Array[] {
  return [...(batch.sourceLength > 0 ? [batch.source] : []), ...('labels' in batch ? [] : [batch.targetIn])];
}
