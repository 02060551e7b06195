import { laneRows } from '@greenlight/shared/stages/training/plan/lanes.ts';
import { expect, test } from 'vitest';
import { partOf } from './batch-inputs.ts';
import { padBatch } from './padding.ts';
import { batchOf, TINY_MODEL, tinyPairs } from './test-support/tiny-model.ts';

test('a batch of any size is divided into parts of whole rows that make up the batch', () => {
  for (let batchSize = 2; batchSize <= 130; batchSize++) {
    const batch = padBatch(batchOf(tinyPairs(TINY_MODEL, batchSize, 3)), TINY_MODEL);
    const parts = laneRows(batchSize, 2).map((rows) => partOf(batch, rows));
    for (const { feeds } of parts) {
      for (const [name, { data, shape }] of Object.entries(feeds)) {
        expect([batchSize, name, shape.reduce((size, one) => size * one, 1)]).toEqual([batchSize, name, data.length]);
        expect([batchSize, name, shape.every(Number.isInteger)]).toEqual([batchSize, name, true]);
      }
    }
    const [first, second] = parts.map(({ feeds }) => [...(feeds['weights']?.data ?? [])]);
    expect([...(first ?? []), ...(second ?? [])]).toEqual([...('weights' in batch ? batch.weights : [])]);
  }
});
