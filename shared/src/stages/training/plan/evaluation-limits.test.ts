import { expect, test } from 'vitest';
import { runConfiguration } from '../configuration.ts';
import { evaluationRows } from './evaluation-limits.ts';
import { finalItems } from './evaluation-time.ts';
import { memoryOf } from './memory.ts';

test('a forward pass has fewer items the longer they are and the more numbers they are answered by, and at least one', () => {
  expect([100, 250, 512, 1024].map((longest) => evaluationRows(longest, 0))).toEqual([32, 32, 9, 2]);
  expect(evaluationRows(100, 4000)).toBe(10);
  expect(evaluationRows(1024, 60_000)).toBe(1);
  expect(evaluationRows(4096, 0)).toBe(1);
});

test('the evaluation of long items takes less memory than the training on them, and is planned in the passes that it has', () => {
  const settings = runConfiguration.parse({
    ...{ architecture: 'decoder-only', task: 'next-token', dModel: 256, heads: 8, feedForward: 1024 },
    ...{ encoderLayers: 0, decoderLayers: 2, batchSize: 4, maxTokens: 1024 },
  });
  const model = { settings, vocabularySize: 25, outputs: 0 };
  const afterwards = finalItems(model, [[1000, 10]]);
  expect(afterwards.shapes.map(({ batchSize }) => batchSize)).toEqual([2]);
  // What the training of four such items was measured to work in is given back before.
  const bytes = 540e6;
  const shared = { steps: [], trainingBytes: bytes, sharedBytes: bytes, point: null, writesTexts: true };
  expect(memoryOf(model, 1.6e6, { ...shared, afterwards }).evaluation).toBe(0);
});
