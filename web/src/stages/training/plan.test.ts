import { runConfiguration } from '@greenlight/shared/stages/training/configuration.ts';
import { expect, test } from 'vitest';
import { planOf } from './plan.ts';

const SMALL = runConfiguration.parse({
  dModel: 8,
  heads: 2,
  encoderLayers: 1,
  decoderLayers: 1,
  feedForward: 16,
  vocabularySize: 16,
  epochs: 3,
  batchSize: 4,
});

const DATA = { trainItems: 10, characters: 4000, labelKind: 'none', labels: 0 } as const;

test('parameters are counted part by part', () => {
  const attention = 4 * (8 * 8 + 8);
  const forward = 8 * 16 + 16 + 16 * 8 + 8;
  const encoder = attention + forward + 2 * 16;
  const decoder = 2 * attention + forward + 3 * 16;
  const parameters = 16 * 8 + encoder + decoder + 2 * 16 + (8 * 16 + 16);
  const plan = planOf(SMALL, { ...DATA, distinctCharacters: 500 });
  expect(plan).toMatchObject({ steps: 9, parameters, memoryBytes: parameters * 16 });
});

test('the vocabulary stops at the characters that the data has', () => {
  const limited = planOf({ ...SMALL, vocabularySize: 10_000 }, { ...DATA, distinctCharacters: 12 });
  expect(limited.parameters).toBe(planOf(SMALL, { ...DATA, distinctCharacters: 500 }).parameters);
});

test('without data the steps are not known', () => {
  expect(planOf(SMALL, undefined).steps).toBeNull();
});

test('plain gradient descent keeps no moments', () => {
  const plan = planOf({ ...SMALL, optimiser: 'sgd' }, undefined);
  expect(plan.memoryBytes).toBe(plan.parameters * 8);
});

test('arithmetic is counted product by product', () => {
  const plan = planOf({ ...SMALL, maxTokens: 10 }, { ...DATA, distinctCharacters: 500 });
  // Encoder 512 + 320 + 512, decoder twice the attention (1664) + 512, output 2 · 8 · 16; three times for the backward pass.
  expect(plan.flopsPerToken).toBe(3 * (1344 + 2176 + 256));
  expect(plan.flops).toBe(plan.flopsPerToken * 10 * 10 * 3);
});

test('a classifier pools and labels one position of an item', () => {
  const settings = { ...SMALL, architecture: 'encoder-classifier', task: 'single-label', maxTokens: 8 } as const;
  const plan = planOf(settings, { ...DATA, distinctCharacters: 500, labelKind: 'single', labels: 4 });
  expect(plan.flopsPerToken).toBe(3 * (512 + 256 + 512 + (2 * 8 * 12) / 8));
});
