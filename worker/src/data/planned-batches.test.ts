import { runConfiguration } from '@greenlight/shared/stages/training/configuration.ts';
import { drawShapes } from '@greenlight/shared/stages/training/plan/batch-shapes.ts';
import { expect, test } from 'vitest';
import { modelSettingsOf } from '../jobs/engine-options.ts';
import { padBatch } from '../training/padding.ts';
import { epochOrder, trainingBatch } from './batches.ts';

/** Lengths from very short to the longest, most of them short. */
const LENGTHS = Array.from({ length: 300 }, (_, item) => 1 + ((item * item) % 47));

test.each(['prefix-to-whole', 'next-token'] as const)('a plan draws the batches that training makes: %s', (task) => {
  const architecture = task === 'next-token' ? 'decoder-only' : 'encoder-decoder';
  const settings = runConfiguration.parse({ architecture, task, batchSize: 4, epochs: 2, maxTokens: 47 });
  const model = modelSettingsOf(settings, 10, []);
  const ids = LENGTHS.map((length) => new Int32Array(length).fill(5));
  const drawn = drawShapes(settings, LENGTHS);
  let [batches, tokens, paddedTokens] = [0, 0, 0];
  const shapes = new Set<string>();
  for (const epoch of [1, 2]) {
    for (const members of epochOrder(ids, { task, batchSize: 4, seed: 1 }, epoch)) {
      const batch = padBatch(
        trainingBatch({ ids, labels: null, auxiliary: [] }, members, { task, batchSize: 4, seed: 1 }, epoch),
        model,
      );
      batches++;
      tokens += batch.tokens;
      paddedTokens += batch.batchSize * batch.targetLength;
      shapes.add(`${batch.batchSize}x${batch.sourceLength}x${batch.targetLength}`);
    }
  }
  expect(drawn).toMatchObject({ batches, tokens });
  expect(Math.abs(drawn.paddedTokens / paddedTokens - 1)).toBeLessThan(0.05);
  expect(Math.abs(drawn.shapes.length - shapes.size)).toBeLessThanOrEqual(0.3 * shapes.size);
});
