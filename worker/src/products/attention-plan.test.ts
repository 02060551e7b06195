import { describe, expect, test } from 'vitest';
import { shapeSize } from '../model/parameters.ts';
import { randomKey, uniformAt } from '../model/random.ts';
import { ATTENTION_OPERATORS } from './attention-node.ts';
import {
  attentionShapes,
  ATTENTION_VIEWS,
  gradientShapes,
  ownBytesOfGradient,
  ownBytesOfHead,
  planAttention,
  planAttentionGradient,
  planHead,
  type AttentionSizes,
} from './attention-plan.ts';
import { FLOAT_BYTES, PRODUCT_ARRAYS } from './layout.ts';
import { attend, attentionGradients } from './test-support/plain-attention.ts';
import { simulate } from './test-support/plan-simulator.ts';
import { VECTOR_UNIT } from './vector-unit.ts';

/** Depth of a piece at most: what is multiplied is written once for each. */
const DEPTH = VECTOR_UNIT.panelDepth;
const EDGES = [1, 7, 8, 9, 15, 16, 17, 48, 49];
/** The last ones are more than there are heads. */
const THREADS = [1, 2, 3, 4, 13];

/** A mask as large as the scores, one for each text, one for all; or none. */
function masks({ heads, asking, seen }: Pick<AttentionSizes, 'heads' | 'asking' | 'seen'>) {
  return [
    { outer: [heads * asking * seen, asking * seen], row: seen },
    { outer: [seen, 0], row: 0 },
    { outer: [0, 0], row: seen },
    null,
  ];
}

/** Sizes that differ from case to case. */
function drawn(seed: number): AttentionSizes {
  let draws = 0;
  const below = (count: number): number => randomKey(seed, draws++) % count;
  const edge = (): number => EDGES[below(EDGES.length)] ?? 1;
  const sizes = { batch: 1 + below(3), heads: 1 + below(4), asking: edge(), seen: edge(), width: edge() };
  return { ...sizes, scale: below(3) === 0 ? 1 : 0.25, mask: masks(sizes)[seed % 4] ?? null };
}

/** Numbers in −1…1. */
function numbers(length: number, seed: number): Float64Array {
  return Float64Array.from({ length }, (_, index) => 2 * uniformAt(randomKey(seed), index) - 1);
}

/** Queries, keys, values, mask, and the outcome's gradient. */
function inputsOf({ batch, heads, asking, seen, width, mask }: AttentionSizes) {
  const [ofText = 0, ofHead = 0] = mask?.outer ?? [];
  const lastRow = (batch - 1) * ofText + (heads - 1) * ofHead + (asking - 1) * (mask?.row ?? 0);
  const vectors = (tokens: number, seed: number) => numbers(batch * tokens * heads * width, seed);
  return {
    queries: vectors(asking, 1),
    keys: vectors(seen, 2),
    values: vectors(seen, 3),
    mask: numbers(mask === null ? 0 : lastRow + seen, 4).map((value) => (value > 0.5 ? -30 : value)),
    dy: vectors(asking, 5),
  };
}

/** What programs give for the operator's inputs, in its order. */
function outputsOf(
  which: keyof typeof ATTENTION_OPERATORS,
  programs: ReturnType<typeof planAttention>,
  { given, shapes, ownBytes }: { given: readonly Float64Array[]; shapes: number[][]; ownBytes: number },
) {
  const { inputs, outputs } = ATTENTION_OPERATORS[which];
  expect(outputs).toHaveLength(shapes.length);
  return simulate(programs, {
    inputs: inputs.map((places, index) => ({ places, values: given[index] ?? new Float64Array() })),
    outputs: shapes.map((shape, index) => ({ places: outputs[index] ?? [], size: shapeSize(shape) })),
    ownBytes,
  });
}

function forward(sizes: AttentionSizes, threads: number) {
  const { queries, keys, values, mask } = inputsOf(sizes);
  const given = sizes.mask === null ? [queries, keys, values] : [queries, keys, values, mask];
  const shapes = attentionShapes(sizes);
  return outputsOf(sizes.mask === null ? 'plain' : 'masked', planAttention(sizes, threads), {
    given,
    shapes,
    ownBytes: 0,
  });
}

function gradient(sizes: AttentionSizes, threads: number, ownBytes: number) {
  const { queries, keys, values, mask, dy } = inputsOf(sizes);
  const [weights] = attend(sizes, [queries, keys, values, mask]);
  const given = [dy, queries, keys, values, weights];
  const shapes = gradientShapes(sizes);
  return outputsOf('gradient', planAttentionGradient(sizes, threads), { given, shapes, ownBytes });
}

const ROUNDING = 1e-12;

/** The largest difference, and the first value that is written more or less often than it should. */
function compare(
  { values, writes }: { values: Float64Array; writes: Uint8Array },
  expected: Float64Array,
  times: number,
): { isRight: boolean; writtenOtherwise: number } {
  expect(values).toHaveLength(expected.length);
  const isRight = expected.every((value, index) => Math.abs(value - (values[index] ?? Number.NaN)) < ROUNDING);
  return { isRight, writtenOtherwise: writes.findIndex((count) => count !== times) };
}

function pieces(depth: number): number {
  return Math.ceil(depth / DEPTH);
}

/** What there is to say of an attention and its gradient, for each of their outputs. */
function outcome(sizes: AttentionSizes, threads: number) {
  const { asking, seen, width } = sizes;
  const { queries, keys, values, mask, dy } = inputsOf(sizes);
  const [weights, attended] = attend(sizes, [queries, keys, values, mask]);
  const [ofQueries, ofKeys, ofValues] = attentionGradients(sizes, [dy, queries, keys, values, weights]);
  const outputs = [...forward(sizes, threads), ...gradient(sizes, threads, ownBytesOfGradient(sizes))];
  const expected = [
    [weights, pieces(width) + 1],
    [attended, pieces(seen)],
    [ofQueries, pieces(seen)],
    [ofKeys, pieces(asking)],
    [ofValues, pieces(asking)],
  ] as const;
  expect(outputs).toHaveLength(expected.length);
  return {
    sizes,
    threads,
    outputs: outputs.map((output, index) => compare(output, ...(expected[index] ?? [new Float64Array(), 0]))),
  };
}

const SOUND = { outputs: Array.from({ length: 5 }, () => ({ isRight: true, writtenOtherwise: -1 })) };

test('plans give attention and its gradient for all kinds of sizes, masks and threads', () => {
  for (let seed = 1; seed <= 60; seed++) {
    expect(outcome(drawn(seed), THREADS[seed % THREADS.length] ?? 1)).toMatchObject(SOUND);
  }
});

describe('plans of attention add up their pieces', () => {
  test.each([
    ['of many queries', { asking: 2 * DEPTH + 6, seen: 9, width: 7 }],
    ['of many keys', { asking: 9, seen: 2 * DEPTH + 16, width: 17 }],
    ['of long vectors', { asking: 9, seen: 15, width: DEPTH + 18 }],
  ])('%s', (_, lengths) => {
    const heads = { batch: 2, heads: 2, ...lengths };
    expect(outcome({ ...heads, scale: 0.25, mask: masks(heads)[0] ?? null }, 3)).toMatchObject(SOUND);
  });
});

describe('where no token sees those behind it', () => {
  const CAUSAL = { outer: [0, 0], row: 0 };
  /** The same with a mask of so many tokens. */
  function causal(tokens: number, width: number, heads = 2): AttentionSizes {
    const mask = { ...CAUSAL, row: tokens };
    return { batch: 2, heads, asking: tokens, seen: tokens, width, scale: 0.25, mask, isCausal: true };
  }
  function futureMask(tokens: number): Float64Array {
    return Float64Array.from({ length: tokens ** 2 }, (_, place) => (place % tokens > place / tokens ? -1e9 : 0));
  }

  test.each<[tokens: number, width: number]>([
    ...[1, 8, 16, 17, 31, 33, 48, 64, 100, 129, 200].map((tokens): [number, number] => [tokens, 1 + (tokens % 19)]),
    [2 * DEPTH + 70, 5],
    [70, DEPTH + 18],
  ])('%d tokens, heads of %d: plans give it and its gradient', (tokens, width) => {
    const sizes = causal(tokens, width, tokens > 200 ? 1 : 2);
    const [queries, keys, values, dy] = [1, 2, 3, 5].map((seed) => numbers(2 * sizes.heads * tokens * width, seed)) as [
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    const mask = futureMask(tokens);
    const [weights, attended] = attend(sizes, [queries, keys, values, mask]);
    for (const threads of [1, 3]) {
      const [made, attending] = outputsOf('masked', planAttention(sizes, threads), {
        given: [queries, keys, values, mask],
        shapes: attentionShapes(sizes),
        ownBytes: 0,
      });
      const visible = weights.map((weight, place) =>
        place % tokens > Math.floor(place / tokens) % tokens ? 0 : weight,
      );
      const seen = made?.values.map((weight, place) => (visible[place] === 0 ? 0 : weight));
      expect(compare({ values: seen ?? new Float64Array(), writes: new Uint8Array() }, visible, 1).isRight).toBe(true);
      expect(attending && compare(attending, attended, 1).isRight).toBe(true);
      // With the weights as they were left: where nothing was written they are no numbers.
      const gradients = outputsOf('gradient', planAttentionGradient(sizes, threads), {
        given: [dy, queries, keys, values, made?.values ?? new Float64Array()],
        shapes: gradientShapes(sizes),
        ownBytes: ownBytesOfGradient(sizes),
      });
      const expected = attentionGradients(sizes, [dy, queries, keys, values, weights]);
      expect(
        gradients.map((output, index) => compare(output, expected[index] ?? new Float64Array(), 1).isRight),
      ).toEqual([true, true, true]);
    }
  });

  test('about half of the work is spared', () => {
    const multiplied = (sizes: AttentionSizes): number =>
      [...planAttention(sizes, 1), ...planAttentionGradient(sizes, 1)]
        .flat()
        .map(({ code, depth, tiles }) => {
          const [rows = 0, vectors = 0] = /^multiply (\d) (\d)/.exec(code)?.slice(1).map(Number) ?? [];
          return rows * vectors * depth * tiles;
        })
        .reduce((sum, count) => sum + count, 0);
    const share = (tokens: number): number => {
      const sizes = causal(tokens, 32);
      return multiplied(sizes) / multiplied({ ...sizes, isCausal: false });
    };
    expect(share(512)).toBeLessThan(0.6);
    expect(share(128)).toBeLessThan(0.66);
    expect(share(16)).toBe(1);
  });
});

test('the gradient needs all of the memory that its threads have of their own', () => {
  const sizes = { batch: 2, heads: 3, asking: 17, seen: 9, width: 8, scale: 0.5, mask: null };
  const bytes = ownBytesOfGradient(sizes);
  expect(() => gradient(sizes, 2, bytes - FLOAT_BYTES)).toThrow("the thread's own memory has");
  expect(() => gradient(sizes, 2, bytes)).not.toThrow();
});

test.each([
  [1, 1, 1],
  [17, 16, 33],
  [128, 5, 8],
  [129, 7, 8],
  [300, 530, 20],
])('%d tokens ask %d in one head of %d values, with no more memory than is said', (asking, seen, width) => {
  const sizes: AttentionSizes = {
    batch: 1,
    heads: 1,
    asking,
    seen,
    width,
    scale: 0.25,
    mask: { outer: [0, 0], row: seen },
  };
  const { queries, keys, values, mask } = inputsOf(sizes);
  const { scores, values: weighed } = ATTENTION_VIEWS;
  const { a, b, vector, result } = PRODUCT_ARRAYS;
  const [, attending] = simulate([planHead(sizes)], {
    inputs: [
      { places: [scores + a], values: queries },
      { places: [scores + b], values: keys },
      { places: [scores + vector], values: mask },
      { places: [weighed + b], values },
    ],
    outputs: [
      { places: [scores + result, weighed + a], size: ownBytesOfHead(sizes) / FLOAT_BYTES },
      { places: [weighed + result], size: asking * width },
    ],
  });
  const [, attended] = attend(sizes, [queries, keys, values, mask]);
  expect(attending && compare(attending, attended, pieces(seen))).toEqual({ isRight: true, writtenOtherwise: -1 });
});

test('threads share the heads, and those for which there is none do nothing', () => {
  const sizes = { batch: 1, heads: 3, asking: 8, seen: 8, width: 8, scale: 1, mask: null };
  for (const plan of [planAttention, planAttentionGradient]) {
    const [whole = []] = plan(sizes, 1);
    for (const threads of [2, 3, 5]) {
      const programs = plan(sizes, threads);
      expect(programs.map((steps) => steps.length * 3).filter((steps) => steps % whole.length !== 0)).toEqual([]);
      expect(programs.filter((steps) => steps.length > 0)).toHaveLength(Math.min(threads, 3));
      expect(programs.flat()).toEqual(whole);
    }
  }
});
