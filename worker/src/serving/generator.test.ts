import { describe, expect, test } from 'vitest';
import type { ModelSettings } from '../model/settings.ts';
import { createEngine } from '../training/create-engine.ts';
import type { Engine } from '../training/engine.ts';
import { PLAIN_ADAM, TINY_MODEL } from '../training/test-support/tiny-model.ts';
import { chooseToken } from './sampling.ts';

const PROMPT = Int32Array.of(5, 9, 4, 7);

async function withModel<T>(
  changes: Partial<ModelSettings>,
  work: (engine: Engine, model: ModelSettings) => Promise<T>,
): Promise<T> {
  const model = { ...TINY_MODEL, maxTargetTokens: 24, ...changes };
  const engine = await createEngine({ model, optimiser: PLAIN_ADAM, seed: 22, device: 'cpu' });
  try {
    return await work(engine, model);
  } finally {
    await engine.dispose();
  }
}

async function generated(
  engine: Engine,
  options: { temperature?: number; seed?: number; maxTokens?: number; prompt?: Int32Array },
): Promise<number[]> {
  const ids: number[] = [];
  const request = { prompt: PROMPT, maxTokens: 12, temperature: 0, seed: 1, ...options };
  for await (const id of engine.generate(request)) ids.push(id);
  return ids;
}

/** Greedy decoding without a cache: the whole target is computed again for every token. */
async function decodedWithoutCache(
  engine: Engine,
  model: ModelSettings,
  prompt: Int32Array,
  steps: number,
): Promise<number[]> {
  const ids: number[] = [];
  const hasSource = model.architecture === 'encoder-decoder';
  for (let count = 0; count < steps; count++) {
    const targetIn = Int32Array.of(1, ...prompt, ...ids);
    const { probabilities } = await engine.forward({
      source: hasSource ? prompt : new Int32Array(0),
      sourceLength: hasSource ? prompt.length : 0,
      targetIn,
      targetOut: new Int32Array(targetIn.length).fill(3),
      targetLength: targetIn.length,
      batchSize: 1,
    });
    const last = probabilities.slice(-model.vocabularySize);
    last.fill(0, 0, 2);
    last[3] = 0;
    const best = last.indexOf(Math.max(...last));
    if (best === 2) break;
    ids.push(best);
  }
  return ids;
}

describe.each([
  ['encoder–decoder', {}],
  ['encoder–decoder, post-norm, learned positions', { normalisation: 'post', positions: 'learned' }],
  ['decoder-only, GELU', { architecture: 'decoder-only', activation: 'gelu' }],
] satisfies [string, Partial<ModelSettings>][])('%s', (_name, changes) => {
  test('the cache changes nothing: greedy text equals decoding the whole text anew for each token', () =>
    withModel(changes, async (engine, model) => {
      let tokens = 0;
      for (const prompt of [PROMPT, Int32Array.of(8), Int32Array.of(3, 3, 11, 19, 6, 14), Int32Array.of(10, 21)]) {
        const ids = await generated(engine, { prompt });
        expect(ids).toEqual(await decodedWithoutCache(engine, model, prompt, 12));
        tokens += ids.length;
      }
      expect(tokens).toBeGreaterThan(12);
    }));
});

test('sampling follows its seed', () =>
  withModel({}, async (engine) => {
    const first = await generated(engine, { temperature: 1.5, seed: 3 });
    expect(await generated(engine, { temperature: 1.5, seed: 3 })).toEqual(first);
    expect(await generated(engine, { temperature: 1.5, seed: 4 })).not.toEqual(first);
  }));

test('no text holds padding, a second beginning or the stand-in for unknown symbols', () =>
  withModel({}, async (engine) => {
    for (let seed = 0; seed < 20; seed++) {
      for (const id of await generated(engine, { temperature: 5, seed })) expect([0, 1, 3]).not.toContain(id);
    }
  }));

test('an empty prompt is answered, and a text ends at the longest target', () =>
  withModel({ maxTargetTokens: 8 }, async (engine) => {
    const ids = await generated(engine, { prompt: new Int32Array(0), temperature: 2, maxTokens: 50 });
    expect(ids.length).toBeGreaterThan(0);
    expect(ids.length).toBeLessThanOrEqual(8);
  }));

test('an abort ends the text', () =>
  withModel({}, async (engine) => {
    const controller = new AbortController();
    const ids: number[] = [];
    const request = { prompt: PROMPT, maxTokens: 12, temperature: 0, seed: 1, signal: controller.signal };
    for await (const id of engine.generate(request)) {
      ids.push(id);
      if (ids.length === 2) controller.abort();
    }
    expect(ids).toHaveLength(2);
  }));

test('a prompt that does not fit is refused', () =>
  withModel({}, async (engine) => {
    await expect(generated(engine, { prompt: new Int32Array(30).fill(5) })).rejects.toThrow(RangeError);
    await expect(generated(engine, { prompt: Int32Array.of(99) })).rejects.toThrow(RangeError);
  }));

test('generation uses the parameters as they are now', () =>
  withModel({}, async (engine) => {
    const before = await generated(engine, { maxTokens: 3 });
    const target = Int32Array.of(...PROMPT, 20, 21, 22);
    const batch = {
      source: PROMPT,
      sourceLength: PROMPT.length,
      targetIn: Int32Array.of(1, ...target),
      targetOut: Int32Array.of(...target, 2),
      targetLength: target.length + 1,
      batchSize: 1,
    };
    for (let step = 1; step <= 250; step++) await engine.step([batch], step);
    expect(before).not.toEqual([20, 21, 22]);
    expect(await generated(engine, {})).toEqual([20, 21, 22]);
  }));

/** How often each token is drawn, and its share of what remains of softmax(2 · logits) where others are left out. */
function drawn(logits: readonly number[], limits: { topK?: number; topP?: number }, kept: readonly number[]) {
  const counts = logits.map(() => 0);
  const sampling = { temperature: 0.5, seed: 9, ...limits };
  for (let place = 0; place < 20_000; place++) {
    const token = chooseToken(Float32Array.from(logits), sampling, place);
    counts[token] = (counts[token] ?? 0) + 1;
  }
  const weights = logits.map((logit, token) => (kept.includes(token) ? Math.exp(logit / 0.5) : 0));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return { shares: counts.map((count) => count / 20_000), expected: weights.map((weight) => weight / total) };
}

test.each([
  ['all', [0, 1, 2, -1], {}, [0, 1, 2, 3]],
  ['the top 2', [0, 1, 2, -1], { topK: 2 }, [1, 2]],
  ['the top 2 of equals, by id', [1, 1, 0, 1], { topK: 2 }, [0, 1]],
  ['more than there are', [0, 1, 2, -1], { topK: 9 }, [0, 1, 2, 3]],
  // Their probabilities are 0.0158, 0.117, 0.865 and 0.002.
  ['a nucleus of one', [0, 1, 2, -1], { topP: 0.8 }, [2]],
  ['a nucleus of two', [0, 1, 2, -1], { topP: 0.9 }, [1, 2]],
  ['a nucleus of the top 3', [0, 1, 2, -1], { topK: 3, topP: 0.99 }, [0, 1, 2]],
  ['the smallest nucleus', [0, 1, 2, -1], { topP: 0.000_001 }, [2]],
])('sampled tokens have the frequencies of the softmax among %s', (_name, logits, limits, kept) => {
  const { shares, expected } = drawn(logits, limits, kept);
  shares.forEach((share, token) => expect(share).toBeCloseTo(expected[token] ?? 0, 1.7));
  expect(shares.flatMap((share, token) => (share > 0 ? [token] : [])).filter((token) => !kept.includes(token))).toEqual(
    [],
  );
});

test('a token that is hidden is never drawn, however many are asked for', () => {
  const logits = Float32Array.of(-Infinity, 0, -Infinity, 0);
  for (let place = 0; place < 200; place++) {
    expect([1, 3]).toContain(chooseToken(logits, { temperature: 2, topK: 3, topP: 1, seed: 1 }, place));
  }
});
