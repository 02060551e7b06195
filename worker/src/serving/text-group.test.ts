import { describe, expect, test } from 'vitest';
import type { ModelSettings } from '../model/settings.ts';
import { createEngine } from '../training/create-engine.ts';
import type { Engine } from '../training/engine.ts';
import { PLAIN_ADAM, TINY_MODEL } from '../training/test-support/tiny-model.ts';
import type { TextGroup, TextRequest, WrittenText } from './text-group.ts';

async function withEngine<T>(changes: Partial<ModelSettings>, work: (engine: Engine) => Promise<T>): Promise<T> {
  const model = { ...TINY_MODEL, maxTargetTokens: 24, ...changes };
  const engine = await createEngine({ model, optimiser: PLAIN_ADAM, seed: 22, device: 'cpu', inferenceOnly: true });
  try {
    return await work(engine);
  } finally {
    await engine.dispose();
  }
}

/** Prompts of different lengths, one empty; greedy and sampled; short and long limits. */
const REQUESTS: TextRequest[] = [
  { prompt: Int32Array.of(5, 9, 4, 7), maxTokens: 12, temperature: 0, seed: 1 },
  { prompt: Int32Array.of(8), maxTokens: 3, temperature: 0, seed: 1 },
  { prompt: new Int32Array(0), maxTokens: 20, temperature: 1.5, seed: 6 },
  { prompt: Int32Array.of(3, 3, 11, 19, 6, 14), maxTokens: 15, temperature: 0, seed: 1 },
  { prompt: Int32Array.of(10, 21), maxTokens: 1, temperature: 0, seed: 1 },
  { prompt: Int32Array.of(6, 6, 6, 6, 6, 6, 6, 6), maxTokens: 40, temperature: 2, seed: 11 },
  { prompt: Int32Array.of(10, 21, 7), maxTokens: 9, temperature: 0, seed: 1 },
];

async function alone(engine: Engine, request: TextRequest): Promise<number[]> {
  const ids: number[] = [];
  for await (const id of engine.generate(request)) ids.push(id);
  return ids;
}

async function finish(group: TextGroup): Promise<number> {
  let steps = 0;
  for (; group.size > 0; steps++) await group.advance();
  return steps;
}

describe.each([
  ['encoder–decoder', {}],
  ['encoder–decoder, post-norm, learned positions', { normalisation: 'post', positions: 'learned' }],
  ['decoder-only, GELU', { architecture: 'decoder-only', activation: 'gelu' }],
] satisfies [string, Partial<ModelSettings>][])('%s', (_name, changes) => {
  test('each of several texts written together is what it is alone, in as many steps as the longest needs', () =>
    withEngine(changes, async (engine) => {
      const expected: number[][] = [];
      for (const request of REQUESTS) expected.push(await alone(engine, request));
      const group = engine.openTextGroup();
      const texts = await group.join(REQUESTS);
      const steps = await finish(group);
      expect(texts.map(({ ids }) => ids)).toEqual(expected);
      expect(texts.map(({ finishReason }) => finishReason)).not.toContain(null);
      const longest = Math.max(...expected.map((ids) => ids.length));
      // The token that ends a text takes a step and leaves no id.
      expect(steps).toBeGreaterThanOrEqual(longest - 1);
      expect(steps).toBeLessThanOrEqual(longest);
      expect(longest).toBeGreaterThan(5);
    }));

  test('texts that join while others are written, shorter and longer ones, are what they are alone', () =>
    withEngine(changes, async (engine) => {
      const expected: number[][] = [];
      for (const request of REQUESTS) expected.push(await alone(engine, request));
      const group = engine.openTextGroup();
      const texts: WrittenText[] = [];
      for (const request of REQUESTS) {
        texts.push(...(await group.join([request])));
        await group.advance();
        await group.advance();
      }
      await finish(group);
      expect(texts.map(({ ids }) => ids)).toEqual(expected);
    }));
});

test('a text that leaves stays as it is, and the others go on as if it had not been there', () =>
  withEngine({}, async (engine) => {
    const [first, second, third] = REQUESTS as [TextRequest, TextRequest, TextRequest];
    const group = engine.openTextGroup();
    const [leaving, staying] = (await group.join([third, first])) as [WrittenText, WrittenText];
    await group.advance();
    const before = [...leaving.ids];
    group.leave(leaving);
    const [joining] = (await group.join([second])) as [WrittenText];
    await finish(group);
    expect(leaving.ids).toEqual(before);
    expect(staying.ids).toEqual(await alone(engine, first));
    expect(joining.ids).toEqual(await alone(engine, second));
  }));

test('one prompt that does not fit keeps the others that came with it out', () =>
  withEngine({}, async (engine) => {
    const group = engine.openTextGroup();
    const wrong = { prompt: Int32Array.of(99), maxTokens: 3, temperature: 0, seed: 1 };
    await expect(group.join([...REQUESTS, wrong])).rejects.toThrow(RangeError);
    expect(group.size).toBe(0);
  }));
