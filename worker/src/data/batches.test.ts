import { expect, test } from 'vitest';
import { cutToLength, epochOrder, heldOutOrder, makeBatch, type BatchSettings } from './batches.ts';

const settings: BatchSettings = { task: 'prefix-to-whole', batchSize: 4, seed: 7 };

/** Items of lengths 1 … 12, again and again, made of ids from 4 on. */
function itemsOf(count: number): Int32Array[] {
  return Array.from({ length: count }, (_unused, item) =>
    Int32Array.from({ length: (item % 12) + 1 }, (_, place) => 4 + ((item + place) % 50)),
  );
}

test('an epoch visits every item once, in an order of its own that a resumed run repeats', () => {
  const items = itemsOf(1003);
  const first = epochOrder(items, settings, 1);
  expect(first.flat().sort((a, b) => a - b)).toEqual(items.map((_, index) => index));
  expect(epochOrder(items, settings, 1)).toEqual(first);
  expect(epochOrder(items, settings, 2)).not.toEqual(first);
  expect(epochOrder(items, { ...settings, seed: 8 }, 1)).not.toEqual(first);
});

test('items of similar length share a batch', () => {
  const items = itemsOf(1200);
  const padding = (batches: number[][]) =>
    batches.reduce((sum, members) => {
      const batch = makeBatch(items, members, settings, 1);
      return sum + batch.targetOut.filter((id) => id === 0).length;
    }, 0);
  const unsorted = Array.from({ length: 300 }, (_, batch) => [0, 1, 2, 3].map((row) => batch * 4 + ((row * 7) % 4)));
  expect(padding(epochOrder(items, settings, 1))).toBeLessThan(padding(unsorted) / 2);
});

test('rows carry begin, text, end and padding in their places', () => {
  const items = [Int32Array.of(10, 11, 12), Int32Array.of(20)];
  const batch = makeBatch(items, [0, 1], settings, 1);
  expect(batch.targetLength).toBe(4);
  expect([...batch.targetIn]).toEqual([1, 10, 11, 12, 1, 20, 0, 0]);
  expect([...batch.targetOut]).toEqual([10, 11, 12, 2, 20, 2, 0, 0]);
  expect([1, 2]).toContain(batch.sourceLength);
  expect(batch.source[0]).toBe(10);
  expect(batch.source[batch.sourceLength]).toBe(20);
});

test('a prefix depends on seed, epoch and item, not on the batch around it, and takes every length', () => {
  const items = [Int32Array.of(10, 11, 12, 13, 14), Int32Array.of(20, 21, 22, 23, 24)];
  const alone = (epoch: number) => makeBatch(items, [0], settings, epoch).sourceLength;
  const together = (epoch: number) => {
    const { source, sourceLength } = makeBatch(items, [1, 0], settings, epoch);
    return source.subarray(sourceLength).filter((id) => id !== 0).length;
  };
  const lengths = Array.from({ length: 50 }, (_, epoch) => alone(epoch));
  expect(Array.from({ length: 50 }, (_, epoch) => together(epoch))).toEqual(lengths);
  expect([...new Set(lengths)].sort((a, b) => a - b)).toEqual([1, 2, 3, 4]);
});

test('next-token batches have no source', () => {
  const batch = makeBatch(itemsOf(4), [2, 3], { ...settings, task: 'next-token' }, 1);
  expect(batch.sourceLength).toBe(0);
  expect(batch.source).toHaveLength(0);
});

test('held-out batches are every item once, in a fixed order', () => {
  const items = itemsOf(30);
  // So many numbers for each token of the longest item that eight of them have four million.
  const longest = Math.max(...items.map((item) => item.length)) + 1;
  const order = heldOutOrder(items, 500_000 / longest);
  expect(order).toEqual(heldOutOrder(items, 500_000 / longest));
  expect(order.flat().sort((a, b) => a - b)).toEqual(items.map((_, index) => index));
  expect(order.map((batch) => batch.length)).toEqual([8, 8, 8, 6]);
});

test('items longer than the limit are cut and counted', () => {
  const { items, cutItems } = cutToLength(itemsOf(24), 10);
  expect(cutItems).toBe(4);
  expect(Math.max(...items.map((item) => item.length))).toBe(10);
});
