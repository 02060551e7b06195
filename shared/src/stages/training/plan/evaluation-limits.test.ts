import { expect, test } from 'vitest';
import { runConfiguration } from '../configuration.ts';
import { evaluationPasses } from './evaluation-limits.ts';
import { finalItems } from './evaluation-time.ts';
import { memoryOf } from './memory.ts';

/** How many items the passes over so many items of so many tokens have. */
function passes(groups: readonly (readonly [items: number, tokens: number])[], numbersPerToken = 0): number[] {
  const tokens = groups.flatMap(([items, length]) => Array.from({ length: items }, () => length));
  const ends = evaluationPasses(tokens, numbersPerToken);
  return ends.map((end, pass) => end - (ends[pass - 1] ?? 0));
}

test('a forward pass has fewer items the longer they are and the more numbers they are answered by, and at least one', () => {
  expect([100, 250, 512, 1024].map((length) => passes([[100, length]])[0])).toEqual([32, 32, 8, 2]);
  expect(passes([[12, 100]], 4000)).toEqual([10, 2]);
  expect(passes([[2, 1024]], 60_000)).toEqual([1, 1]);
  expect(passes([[2, 4096]])).toEqual([1, 1]);
  expect(passes([])).toEqual([]);
});

test('one long item does not make the passes over short ones small', () => {
  const all = passes([
    [5000, 20],
    [1, 1120],
  ]);
  expect(all).toHaveLength(158);
  expect(all.slice(0, 156)).toEqual(Array.from({ length: 156 }, () => 32));
  expect(all.slice(-2)).toEqual([8, 1]);
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
