import { describe, expect, test } from 'vitest';
import { attentionNode, type ATTENTION_OPERATORS } from './attention-node.ts';
import { attentionShapes, gradientShapes, type AttentionSizes } from './attention-plan.ts';
import { ownOperators } from './own-operators.ts';
import { largestDifference, runOperator, valueOf } from './test-support/run-operator.ts';

const isHere = (await ownOperators()) !== null;

type Arrays = Record<string, ArrayLike<number>>;

function compute(
  which: keyof typeof ATTENTION_OPERATORS,
  sizes: AttentionSizes,
  threads: number,
  change: (given: Record<string, Float32Array>) => void = () => undefined,
  maskShape: number[] = [],
) {
  const [weights = [], outcome = []] = attentionShapes(sizes);
  const [queries = [], keys = [], values = []] = gradientShapes(sizes);
  const shapes = {
    plain: { inputs: { q: queries, k: keys, v: values }, outputs: { weights, outcome } },
    masked: { inputs: { q: queries, k: keys, v: values, mask: maskShape }, outputs: { weights, outcome } },
    gradient: {
      inputs: { dO: outcome, q: queries, k: keys, v: values, weights },
      outputs: { dq: queries, dk: keys, dv: values },
    },
  };
  return runOperator(attentionNode(which, sizes), shapes[which], threads, change);
}

/** For every head and asking token, the places of its rows, and of its values among the weights. */
function eachRow(
  { batch, heads, asking, seen, width }: AttentionSizes,
  act: (query: number, key: (s: number) => number, weights: number, at: [b: number, h: number, t: number]) => void,
): void {
  for (let b = 0; b < batch; b++) {
    for (let h = 0; h < heads; h++) {
      for (let t = 0; t < asking; t++) {
        const key = (s: number) => ((b * seen + s) * heads + h) * width;
        act(((b * asking + t) * heads + h) * width, key, ((b * heads + h) * asking + t) * seen, [b, h, t]);
      }
    }
  }
}

function dot(width: number, x: ArrayLike<number> | undefined, from: number, y: typeof x, other: number): number {
  let sum = 0;
  for (let i = 0; i < width; i++) sum += valueOf(x, from + i) * valueOf(y, other + i);
  return sum;
}

function addTo(
  sums: Float64Array,
  start: number,
  factor: number,
  x: ArrayLike<number> | undefined,
  from: number,
  width: number,
) {
  for (let i = 0; i < width; i++) sums[start + i] = valueOf(sums, start + i) + factor * valueOf(x, from + i);
}

/** Weights and outcome in float64; `maskAt` is what is added to a score. */
function expectedOf(
  sizes: AttentionSizes,
  { q, k, v }: Arrays,
  maskAt: (b: number, h: number, t: number, s: number) => number,
) {
  const { seen, width, scale } = sizes;
  const [weights = [], outcome = []] = attentionShapes(sizes);
  const made = { weights: new Float64Array(product(weights)), outcome: new Float64Array(product(outcome)) };
  eachRow(sizes, (query, key, place, [b, h, t]) => {
    const scores = Array.from({ length: seen }, (_, s) => scale * dot(width, q, query, k, key(s)) + maskAt(b, h, t, s));
    const largest = Math.max(...scores);
    const powers = scores.map((score) => Math.exp(score - largest));
    const total = powers.reduce((sum, power) => sum + power, 0);
    powers.forEach((power, s) => {
      made.weights[place + s] = power / total;
      addTo(made.outcome, query, power / total, v, key(s), width);
    });
  });
  return made;
}

function expectedGradient(sizes: AttentionSizes, { dO, q, k, v, weights }: Arrays) {
  const { seen, width, scale } = sizes;
  const [dq, dk, dv] = gradientShapes(sizes).map((shape) => new Float64Array(product(shape))) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  eachRow(sizes, (query, key, place) => {
    const ofWeights = Array.from({ length: seen }, (_, s) => dot(width, dO, query, v, key(s)));
    const inRow = ofWeights.reduce((sum, value, s) => sum + valueOf(weights, place + s) * value, 0);
    for (let s = 0; s < seen; s++) {
      const weight = valueOf(weights, place + s);
      const slope = scale * weight * ((ofWeights[s] ?? Number.NaN) - inRow);
      addTo(dq, query, slope, k, key(s), width);
      addTo(dk, key(s), slope, q, query, width);
      addTo(dv, key(s), weight, dO, query, width);
    }
  });
  return { dq, dk, dv };
}

function product(shape: readonly number[]): number {
  return shape.reduce((size, length) => size * length, 1);
}

const SIZES: readonly (readonly [batch: number, asking: number, seen: number, heads: number, width: number])[] = [
  [1, 1, 1, 1, 1],
  [2, 3, 5, 2, 4],
  [1, 9, 16, 3, 8],
  [2, 17, 33, 1, 16],
  [1, 8, 130, 2, 32],
  [3, 20, 48, 4, 5],
  [1, 600, 530, 1, 20],
];

describe.skipIf(!isHere)('attention by machine code', () => {
  test.each(SIZES)('of %d × %d × %d, %d heads of %d', async (batch, asking, seen, heads, width) => {
    const sizes = { batch, asking, seen, heads, width, scale: 3, mask: null };
    const { given, made, overwritten } = await compute('plain', sizes, 2);
    const expected = expectedOf(sizes, given, () => 0);
    expect(largestDifference(made['weights'], expected.weights)).toBeLessThan(1e-5);
    expect(largestDifference(made['outcome'], expected.outcome)).toBeLessThan(1e-5);
    expect(overwritten).toBe(0);
  });

  test.each(SIZES)('with a mask, of %d × %d × %d, %d heads of %d', async (batch, asking, seen, heads, width) => {
    for (const [shape, outer, row] of [
      [[batch, 1, 1, seen], [seen, 0], 0],
      [[asking, seen], [0, 0], seen],
      [[batch, heads, asking, seen], [heads * asking * seen, asking * seen], seen],
    ] as const) {
      const sizes = { batch, asking, seen, heads, width, scale: 0.5, mask: { outer, row } };
      const hide = ({ mask }: Record<string, Float32Array>) =>
        mask?.forEach((value, index) => (mask[index] = value > 0.3 ? -1e9 : value));
      const { given, made, overwritten } = await compute('masked', sizes, 3, hide, [...shape]);
      const expected = expectedOf(sizes, given, (b, h, t, s) =>
        valueOf(given['mask'], b * outer[0] + h * outer[1] + t * row + s),
      );
      expect(largestDifference(made['weights'], expected.weights)).toBeLessThan(1e-5);
      expect(largestDifference(made['outcome'], expected.outcome)).toBeLessThan(1e-5);
      expect(overwritten).toBe(0);
    }
  });

  test.each(SIZES)('its gradient, of %d × %d × %d, %d heads of %d', async (batch, asking, seen, heads, width) => {
    const sizes = { batch, asking, seen, heads, width, scale: 0.7, mask: null };
    for (const threads of [1, 3]) {
      const { given, made, overwritten } = await compute('gradient', sizes, threads);
      const { dq, dk, dv } = expectedGradient(sizes, given);
      expect(largestDifference(made['dq'], dq)).toBeLessThan(5e-5);
      expect(largestDifference(made['dk'], dk)).toBeLessThan(5e-5);
      expect(largestDifference(made['dv'], dv)).toBeLessThan(5e-5);
      expect(overwritten).toBe(0);
    }
  });

  test.each([
    [16, 8],
    [17, 5],
    [64, 32],
    [130, 64],
    [700, 20],
    [700, 300],
  ])('where none of %d tokens sees those behind it, every bit is as if all were computed', async (tokens, width) => {
    const whole = { batch: 2, asking: tokens, seen: tokens, heads: 2, width, scale: 0.4 };
    const mask = { outer: [0, 0], row: tokens };
    const hide = ({ mask: numbers }: Record<string, Float32Array>) =>
      numbers?.forEach((_, place) => (numbers[place] = place % tokens > Math.floor(place / tokens) ? -1e9 : 0));
    const forward = (isCausal: boolean, threads: number) =>
      compute('masked', { ...whole, mask, isCausal }, threads, hide, [tokens, tokens]);
    const all = await forward(false, 2);
    for (const threads of [1, 3]) {
      const causal = await forward(true, threads);
      expect(causal.made['outcome']).toEqual(all.made['outcome']);
      expect(causal.overwritten).toBe(0);
      const given = { weights: all.made['weights'], spared: causal.made['weights'] };
      const backward = (isCausal: boolean) =>
        compute('gradient', { ...whole, mask: null, isCausal }, threads, ({ weights }) =>
          weights?.set((isCausal ? given.spared : given.weights) ?? []),
        );
      const gradient = await backward(true);
      expect(gradient.made).toEqual((await backward(false)).made);
      expect(gradient.overwritten).toBe(0);
    }
  });

  test('where a token attends to one other alone, nothing goes back to queries and keys, not even rounding', async () => {
    for (const seen of [1, 9, 33]) {
      const sizes = { batch: 1, asking: 5, seen, heads: 2, width: 24, scale: 0.2, mask: null };
      const { made } = await compute('gradient', sizes, 2, ({ weights }) => {
        weights?.forEach((_, index) => (weights[index] = index % seen === 0 ? 1 : 0));
      });
      for (const name of ['dq', 'dk']) expect(made[name]?.every((value) => value === 0)).toBe(true);
      expect(made['dv']?.some((value) => value !== 0)).toBe(true);
    }
  });

  test('the number of threads changes no bit', async () => {
    const sizes = { batch: 2, asking: 40, seen: 50, heads: 3, width: 24, scale: 0.2, mask: null };
    for (const which of ['plain', 'gradient'] as const) {
      const [alone, ...shared] = await Promise.all([1, 2, 4, 16].map((threads) => compute(which, sizes, threads)));
      for (const { made } of shared) expect(made).toEqual(alone?.made);
    }
  });

  test('weights that are nearly nothing are nothing, and what is not a number stays so', async () => {
    const sizes = { batch: 1, asking: 1, seen: 5, heads: 1, width: 1, scale: 1, mask: null };
    const keys = [0, -49, -51, -1e9, -Infinity];
    const { made } = await compute('plain', sizes, 1, ({ q, k }) => {
      q?.set([1]);
      k?.set(keys);
    });
    expect(valueOf(made['weights'], 1)).toBeGreaterThan(0);
    expect([...(made['weights'] ?? [])].slice(2)).toEqual([0, 0, 0]);
    const spoiled = await compute('plain', sizes, 1, ({ q, k }) => {
      q?.set([1]);
      k?.set(keys.with(2, Number.NaN));
    });
    expect([...(spoiled.made['weights'] ?? [])]).toEqual(keys.map(() => Number.NaN));
    // Scores that have all overflowed are no reason to attend to nothing.
    const overflown = await compute('plain', sizes, 1, ({ q, k }) => {
      q?.set([1]);
      k?.fill(-Infinity);
    });
    expect([...(overflown.made['weights'] ?? [])]).toEqual(keys.map(() => Number.NaN));
  });
});
