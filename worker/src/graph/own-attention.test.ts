import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { causalMask } from '../model/transformer.ts';
import { ownAttention } from './own-attention.ts';
import { recordParts } from './record.ts';

const TOKENS = 20;
const SHAPE = [2, TOKENS, 1, 4];

/** Whether the attention of a graph and its gradient pass over what the mask hides. */
function passesOver(maskOf: () => tf.Tensor | null): boolean[] {
  const specs = ['q', 'k', 'v'].map((name) => ({ name, shape: SHAPE, type: 'float32' as const }));
  const { nodes } = recordParts(specs, ({ inputs: { q, k, v } }) => {
    const mask = maskOf();
    const { grads } = tf.valueAndGrads((queries: tf.Tensor, keys: tf.Tensor, values: tf.Tensor) =>
      ownAttention(queries, keys, values, mask).square().sum(),
    )([q!, k!, v!]);
    return { dq: grads[0] as tf.Tensor };
  });
  return nodes
    .filter(({ operator }) => operator.includes('Attention'))
    .map(({ attributes: { causal } }) => causal !== undefined && 'int' in causal && causal.int === 1);
}

const causal = () => tf.tensor(causalMask(TOKENS), [TOKENS, TOKENS]);

test('an attention whose mask hides all that comes passes over it, forward and backward', () => {
  expect(passesOver(causal)).toEqual([true, true]);
});

test.each<[string, () => tf.Tensor | null]>([
  ['without a mask', () => null],
  ['where one token sees another behind it', () => tf.tensor(causalMask(TOKENS).with(7, 0), [TOKENS, TOKENS])],
  ['where one is hidden by less than for good', () => tf.tensor(causalMask(TOKENS).with(7, -1e6), [TOKENS, TOKENS])],
  ['with a mask of padding', () => tf.tensor(new Float32Array(2 * TOKENS).fill(-1e9, 30), [2, 1, 1, TOKENS])],
  ['with a mask that the graph computes', () => tf.mul(causal(), tf.exp(tf.tensor([0.1, 0.2]).sum()))],
])('one does not %s', (_, maskOf) => {
  expect(passesOver(maskOf)).toEqual([false, false]);
});
