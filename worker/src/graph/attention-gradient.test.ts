import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { uniformAt } from '../model/random.ts';
import { cpuSessionOptions, openSession, tensorOver } from '../runtime/sessions.ts';
import { fusedOperations } from './fused-operations.ts';
import { record } from './record.ts';

const [ASKING, SEEN, HEADS, SIZE] = [5, 9, 2, 24];

const SHAPES = { queries: [1, ASKING, HEADS, SIZE], keys: [1, SEEN, HEADS, SIZE], values: [1, SEEN, HEADS, SIZE] };

/** Values between −1 and 1. */
function drawn(shape: readonly number[], seed: number): Float32Array {
  const length = shape.reduce((product, size) => product * size, 1);
  return Float32Array.from({ length }, (_, index) => 2 * uniformAt(seed, index) - 1);
}

const TARGETS = [
  ['a CPU', { fusedMatMul: true, sumsInParts: false }],
  ['a graphics card', { fusedMatMul: false, sumsInParts: true }],
] as const;

test.each(TARGETS)(
  'where a token attends to one other alone, nothing goes back to queries and keys: %s',
  async (_, target) => {
    const specs = Object.entries(SHAPES).map(([name, shape]) => ({ name, shape, type: 'float32' as const }));
    const weights = drawn(SHAPES.queries, 4);
    const graph = record(specs, ({ inputs }) => {
      const { queries, keys, values } = inputs as Record<keyof typeof SHAPES, tf.Tensor>;
      const { attention } = fusedOperations({ ...target, ownProducts: false, embeddingRows: false }).operations;
      const { grads } = tf.valueAndGrads((q, k, v) =>
        tf.sum(tf.mul(attention(q, k, v, null), tf.tensor(weights, SHAPES.queries))),
      )([queries, keys, values]);
      const [ofQueries, ofKeys, ofValues] = grads as [tf.Tensor, tf.Tensor, tf.Tensor];
      return { ofQueries, ofKeys, ofValues };
    });
    const session = await openSession(graph.bytes, cpuSessionOptions());
    try {
      // The first token's scores are so far above the others' that no float32 is left for their weights.
      const keys = drawn(SHAPES.keys, 2).map((value, index) => (index < HEADS * SIZE ? 20 : -20) + value);
      const made = await session.run({
        queries: tensorOver(
          drawn(SHAPES.queries, 1).map((value) => 20 + value),
          SHAPES.queries,
        ),
        keys: tensorOver(keys, SHAPES.keys),
        values: tensorOver(drawn(SHAPES.values, 3), SHAPES.values),
      });
      const of = (name: string): number[] => Array.from(made[name]?.data as Float32Array);
      expect(of('ofQueries').every((value) => value === 0)).toBe(true);
      expect(of('ofKeys').every((value) => value === 0)).toBe(true);
      expect(of('ofValues').some((value) => value !== 0)).toBe(true);
    } finally {
      await session.release();
    }
  },
);
