import { expect, test } from 'vitest';
import { workingBytes } from '@greenlight/shared/stages/training/plan/padding.ts';
import { bucketLength, padBatch } from './padding.ts';
import { TINY_MODEL } from './test-support/tiny-model.ts';

test('lengths go up to multiples of 8, then to eighths of a doubling, and never above the longest', () => {
  const buckets = [1, 8, 9, 64, 65, 72, 129, 130, 1000].map((length) => bucketLength(length, 4096));
  expect(buckets).toEqual([8, 8, 16, 64, 72, 72, 144, 144, 1024]);
  expect(bucketLength(9, 12)).toBe(12);
  expect(() => bucketLength(13, 12)).toThrow(RangeError);
  for (let length = 65; length < 5000; length++) {
    expect(bucketLength(length, 8192) / length).toBeLessThanOrEqual(1.125);
  }
});

test('rows are widened at their ends, and the targets share the weight 1', () => {
  const padded = padBatch(
    {
      source: Int32Array.of(4, 5, 6, 0),
      sourceLength: 2,
      targetIn: Int32Array.of(1, 7, 8, 1, 9, 0),
      targetOut: Int32Array.of(7, 8, 2, 9, 2, 0),
      targetLength: 3,
      batchSize: 2,
    },
    TINY_MODEL,
  );
  expect([...padded.source]).toEqual([4, 5, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0]);
  if ('labels' in padded) throw new Error('A text was taken for a labelled item');
  expect([...padded.targetIn]).toEqual([1, 7, 8, 0, 0, 0, 0, 0, 1, 9, 0, 0, 0, 0, 0, 0]);
  expect(padded.tokens).toBe(5);
  expect([...padded.weights].map((weight) => Number(weight.toFixed(6)))).toEqual([
    0.2, 0.2, 0.2, 0, 0, 0, 0, 0, 0.2, 0.2, 0, 0, 0, 0, 0, 0,
  ]);
});

test('the estimate of working memory grows with every size, and has the order of magnitude that was measured', () => {
  const medium = { ...TINY_MODEL, vocabularySize: 4000, dModel: 256, heads: 8, feedForward: 1024 };
  const model = { ...medium, encoderLayers: 4, decoderLayers: 4 };
  const shape = { batchSize: 16, sourceLength: 128, targetLength: 128 };
  const bytes = workingBytes(model, shape);
  for (const name of ['batchSize', 'sourceLength', 'targetLength'] as const) {
    expect(workingBytes(model, { ...shape, [name]: shape[name] + 8 })).toBeGreaterThan(bytes);
  }
  // A process that trains this shape holds 1.5 GB.
  expect(bytes).toBeGreaterThan(0.75e9);
  expect(bytes).toBeLessThan(3e9);
});
