import type { DatasetItem } from '@greenlight/shared/stages/data/content.ts';
import { expect, test } from 'vitest';
import { makeLabelledBatch } from './batches.ts';
import { headLabelsOf, headOf, labelsOf } from './labels.ts';

const item = (rest: Partial<DatasetItem>): DatasetItem => ({ text: 'x', split: 'train', ...rest });
const classes = ['ham', 'spam'];

test('each task gets its labels and its head', () => {
  const spam = item({ labels: ['spam'] });
  const both = item({ labels: ['spam', 'ham'] });
  const none = item({ labels: [] });
  expect(labelsOf([spam, item({ labels: ['ham'] })], 'single-label', classes)).toEqual({
    values: Int32Array.of(1, 0),
    width: 1,
  });
  expect(labelsOf([spam, both, none], 'multi-label', classes)).toEqual({
    values: Float32Array.of(0, 1, 1, 1, 0, 0),
    width: 2,
  });
  expect(labelsOf([item({ value: 2.5 })], 'regression', [])).toEqual({ values: Float32Array.of(2.5), width: 1 });
  expect(labelsOf([item({})], 'next-token', [])).toBeNull();
  expect([headOf('multi-label', classes), headOf('regression', []), headOf('next-token', [])]).toEqual([
    { task: 'multi-label', outputs: 2 },
    { task: 'regression', outputs: 1 },
    null,
  ]);
});

test.each([
  ['single-label', { labels: ['other'] }],
  ['single-label', {}],
  ['multi-label', { labels: ['other'] }],
  ['multi-label', {}],
  ['regression', {}],
] as const)('%s refuses an item with %j', (task, rest) => {
  expect(() =>
    labelsOf([item({ ...rest, labels: 'labels' in rest ? [...rest.labels] : undefined })], task, classes),
  ).toThrow(RangeError);
});

test.each([1e39, -1.7e308])('a value of %d, which the engine cannot hold, is refused by its number', (value) => {
  expect(() => labelsOf([item({ value: 1 }), item({ value })], 'regression', [])).toThrow(
    expect.objectContaining({ name: 'ValueRangeError', value }),
  );
  const head = { name: 'severity', task: 'regression' as const, weight: 1, labels: [] };
  expect(() => headLabelsOf([item({ tasks: { severity: value } })], head)).toThrow(RangeError);
});

test('a task that is called as something every object has is unknown where an item has no answer', () => {
  const head = { name: 'constructor', task: 'single-label' as const, weight: 1, labels: ['x', 'y'] };
  const items = [item({ tasks: {} }), item({ tasks: { constructor: 'y' } }), item({})];
  expect(headLabelsOf(items, head)).toMatchObject({ values: Int32Array.of(0, 1, 0), known: Uint8Array.of(0, 1, 0) });
});

test('a batch begins each text with the begin sign, pads it at its end, and carries the labels of its rows', () => {
  const ids = [Int32Array.of(5, 6), Int32Array.of(7), Int32Array.of(8, 9, 10)];
  const labels = { values: Float32Array.of(1, 2, 3, 4, 5, 6), width: 2 };
  expect(makeLabelledBatch(ids, labels, [2, 1])).toEqual({
    source: Int32Array.of(1, 8, 9, 10, 1, 7, 0, 0),
    sourceLength: 4,
    batchSize: 2,
    labels: Float32Array.of(5, 6, 3, 4),
  });
});

test('a further head gets the answers of its task, and knows of which items there are none', () => {
  const items = [
    item({ tasks: { flags: ['b'], topic: 'y', severity: 2.5 } }),
    item({}),
    item({ tasks: { flags: [], topic: 'x' } }),
  ];
  const head = { weight: 1, labels: [] };
  const flags = headLabelsOf(items, { ...head, name: 'flags', task: 'multi-label', labels: ['a', 'b'] });
  expect(flags).toMatchObject({ values: Float32Array.of(0, 1, 0, 0, 0, 0), known: Uint8Array.of(1, 0, 1), width: 2 });
  const topic = headLabelsOf(items, { ...head, name: 'topic', task: 'single-label', labels: ['x', 'y'] });
  expect(topic).toMatchObject({ values: Int32Array.of(1, 0, 0), known: Uint8Array.of(1, 0, 1) });
  const severity = headLabelsOf(items, { ...head, name: 'severity', task: 'regression' });
  expect(severity).toMatchObject({ values: Float32Array.of(2.5, 0, 0), known: Uint8Array.of(1, 0, 0) });
  const batch = makeLabelledBatch(
    items.map(() => Int32Array.of(5)),
    { values: Int32Array.of(0, 1, 0), width: 1 },
    [2, 0],
    [topic],
  );
  expect(batch.auxiliary).toEqual([{ labels: Int32Array.of(0, 1), known: Uint8Array.of(1, 1) }]);
  const other = { ...head, name: 'topic', task: 'single-label' as const, labels: ['x'] };
  expect(() => headLabelsOf(items, other)).toThrow(RangeError);
});
