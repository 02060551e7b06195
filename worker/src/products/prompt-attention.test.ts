import { describe, expect, test } from 'vitest';
import type { OwnSession } from '../runtime/own-session.ts';
import type { AttentionSizes } from './attention-plan.ts';
import { promptAttentionNode } from './open-node.ts';
import { ownOperators } from './own-operators.ts';
import { drawn, openNode, runInto } from './test-support/open-operator.ts';
import { attend } from './test-support/plain-attention.ts';
import { largestDifference, type Guarded } from './test-support/run-operator.ts';

const isHere = (await ownOperators()) !== null;

/** Numbers with which texts, asking tokens and seen tokens are recorded. */
const RECORDED = { texts: 99_991, asking: 99_989, seen: 99_971 };
const SCALE = 0.7;

interface Masking {
  maskByText: boolean;
  maskByToken: boolean;
}

type Sizes = Pick<AttentionSizes, 'batch' | 'asking' | 'seen'>;

/** What an operator is given in a run; about a quarter of what is seen is hidden, but never a whole row. */
function inputsFor(
  { batch, asking, seen }: Sizes,
  heads: number,
  width: number,
  { maskByText, maskByToken }: Masking,
): Record<'q' | 'k' | 'v' | 'mask', Guarded> {
  const mask = drawn([maskByText ? batch : 1, 1, maskByToken ? asking : 1, seen], 5);
  mask.data.forEach((value, index) => (mask.data[index] = value > 0.5 && index % seen > 0 ? -1e9 : value));
  return {
    q: drawn([batch * asking, heads * width], 1),
    k: drawn([batch * seen, heads * width], 2),
    v: drawn([batch * seen, heads * width], 3),
    mask,
  };
}

/** Runs with sizes, and gives what was attended to. */
function run(session: OwnSession, inputs: Record<string, Guarded>, { batch, asking, seen }: Sizes, shape: number[]) {
  session.resize(
    new Map([
      [RECORDED.texts, batch],
      [RECORDED.asking, asking],
      [RECORDED.seen, seen],
    ]),
  );
  const y = drawn([batch, asking, ...shape], 4);
  runInto(session, inputs, { y });
  return y.data;
}

/** The same by its definition. */
function expected(
  { q, k, v, mask }: ReturnType<typeof inputsFor>,
  sizes: Sizes,
  [heads, width]: [number, number],
  { maskByText, maskByToken }: Masking,
): Float64Array {
  const { asking, seen } = sizes;
  const outer = [maskByText ? (maskByToken ? asking : 1) * seen : 0, 0];
  const strides = { outer, row: maskByToken ? seen : 0 };
  const doubles = ({ data }: Guarded) => Float64Array.from(data);
  const arrays = [doubles(q), doubles(k), doubles(v), doubles(mask)] as const;
  return attend({ ...sizes, heads, width, scale: SCALE, mask: strides }, arrays)[1];
}

const MASKS: Masking[] = [
  { maskByText: true, maskByToken: false },
  { maskByText: false, maskByToken: true },
  { maskByText: true, maskByToken: true },
  { maskByText: false, maskByToken: false },
];

/** One after the other in one session: larger and smaller, more tokens that ask than are done at once, more seen than one piece of depth, and none. */
const RUNS: Sizes[] = [
  { batch: 1, asking: 1, seen: 1 },
  { batch: 3, asking: 17, seen: 16 },
  { batch: 1, asking: 150, seen: 40 },
  { batch: 0, asking: 5, seen: 5 },
  { batch: 2, asking: 1, seen: 49 },
  { batch: 5, asking: 8, seen: 7 },
  { batch: 1, asking: 131, seen: 530 },
  { batch: 3, asking: 17, seen: 16 },
];

describe.skipIf(!isHere)('attention of whole prompts', () => {
  test.each([
    [1, 1, 1],
    [3, 5, 2],
    [2, 16, 7],
    [8, 64, 2],
    [4, 33, 3],
    [1, 144, 2],
  ])('%d heads of %d values, %d threads', async (heads, width, threads) => {
    for (const masking of MASKS) {
      const node = promptAttentionNode({ heads, headSize: width, scale: SCALE, ...RECORDED, ...masking });
      const session = await openNode(
        node,
        inputsFor({ batch: 1, asking: 1, seen: 1 }, heads, width, masking),
        { y: 4 },
        threads,
      );
      expect(session.wantsSizes).toBe(true);
      for (const sizes of RUNS) {
        const inputs = inputsFor(sizes, heads, width, masking);
        const attended = run(session, inputs, sizes, [heads, width]);
        expect(largestDifference(attended, expected(inputs, sizes, [heads, width], masking))).toBeLessThan(3e-6);
      }
      session.close();
    }
  });

  test('the number of threads changes no bit', async () => {
    const [heads, width] = [5, 24];
    const sizes = { batch: 3, asking: 140, seen: 70 };
    const masking = { maskByText: false, maskByToken: true };
    const inputs = inputsFor(sizes, heads, width, masking);
    const results: Float32Array[] = [];
    for (const threads of [1, 2, 5, 16]) {
      const node = promptAttentionNode({ heads, headSize: width, scale: SCALE, ...RECORDED, ...masking });
      const session = await openNode(node, inputs, { y: 4 }, threads);
      results.push(run(session, inputs, sizes, [heads, width]));
      session.close();
    }
    for (const result of results) expect(result).toEqual(results[0]);
  });

  test('sizes of long ago are right when they come again, as are those of many runs before', async () => {
    const [heads, width] = [1, 8];
    const masking = { maskByText: true, maskByToken: false };
    const node = promptAttentionNode({ heads, headSize: width, scale: SCALE, ...RECORDED, ...masking });
    const session = await openNode(
      node,
      inputsFor({ batch: 1, asking: 1, seen: 1 }, heads, width, masking),
      { y: 4 },
      2,
    );
    const isRight = (sizes: Sizes): boolean => {
      const inputs = inputsFor(sizes, heads, width, masking);
      const attended = run(session, inputs, sizes, [heads, width]);
      return largestDifference(attended, expected(inputs, sizes, [heads, width], masking)) < 3e-6;
    };
    const all = Array.from({ length: 700 }, (_, index) => ({
      batch: 2,
      asking: 1 + (index % 26),
      seen: 1 + Math.floor(index / 26),
    }));
    expect(all.filter((sizes) => !isRight(sizes))).toEqual([]);
    expect(all.slice(0, 40).filter((sizes) => !isRight(sizes))).toEqual([]);
    session.close();
  });
});
