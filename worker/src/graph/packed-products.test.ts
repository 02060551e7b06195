import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { fusedOperations } from './fused-operations.ts';
import { recordParts } from './record.ts';

const TARGET = { fusedMatMul: true, ownProducts: false, packedWeights: true, sumsInParts: false, embeddingRows: false };
const [TEXTS, PAST, HEADS, SIZE] = [3, 5, 2, 4];
const WIDTH = HEADS * SIZE;

const SHAPES = {
  x: [TEXTS, WIDTH],
  weight: [WIDTH, WIDTH],
  bias: [WIDTH],
  pastKeys: [PAST, TEXTS, HEADS, SIZE],
  pastValues: [PAST, TEXTS, HEADS, SIZE],
  mask: [TEXTS, 1, 1, PAST + 1],
};

type Given = Record<keyof typeof SHAPES, tf.Tensor>;

test('a layer that writes text copies nothing: new keys are written by heads, and read where they were written', () => {
  const specs = Object.entries(SHAPES).map(([name, shape]) => ({ name, shape, type: 'float32' as const }));
  const { nodes } = recordParts(specs, ({ inputs }) => {
    const { x, weight, bias, pastKeys, pastValues, mask } = inputs as Given;
    const { linear, cachedAttention } = fusedOperations(TARGET).operations;
    const [keys, values] = [bias, tf.add(bias, 1)].map((offset) =>
      tf.reshape(linear(x, weight, offset), [1, TEXTS, HEADS, SIZE]),
    ) as [tf.Tensor, tf.Tensor];
    const seen = [tf.concat([pastKeys, keys], 0), tf.concat([pastValues, values], 0)] as const;
    const queries = tf.reshape(x, [TEXTS, 1, HEADS, SIZE]);
    const attended = tf.reshape(cachedAttention(queries, ...seen, mask), [TEXTS, WIDTH]);
    return { y: tf.add(x, linear(attended, weight, bias)), keys, values };
  });
  const made = nodes.map(({ operator, outputs }) => [operator, outputs[0]]);
  expect(made).toContainEqual(['PackedProduct', 'keys']);
  expect(made).toContainEqual(['PackedProduct', 'values']);
  expect(made).toContainEqual(['PackedProductWithAddend', 'y']);
  expect(made.map(([operator]) => operator)).not.toContain('Reshape');
  expect(made.map(([operator]) => operator)).not.toContain('Concat');
  const attention = nodes.find(({ operator }) => operator === 'GrowingAttention');
  expect(attention?.inputs).toEqual(['x', 'pastKeys', 'pastValues', 'mask', 'keys', 'values']);
});

test('prompts copy nothing: heads are read where a product wrote them', () => {
  const tokens = 4;
  const shapes = { x: [TEXTS * tokens, WIDTH], weight: [WIDTH, WIDTH], bias: [WIDTH], mask: [TEXTS, 1, 1, tokens] };
  const specs = Object.entries(shapes).map(([name, shape]) => ({ name, shape, type: 'float32' as const }));
  const { nodes } = recordParts(specs, ({ inputs }) => {
    const { x, weight, bias, mask } = inputs as Record<keyof typeof shapes, tf.Tensor>;
    const { linear, attention } = fusedOperations(TARGET).operations;
    const heads = (offset: tf.Tensor) => tf.reshape(linear(x, weight, offset), [TEXTS, tokens, HEADS, SIZE]);
    const [keys, values] = [heads(bias), heads(tf.add(bias, 1))];
    const attended = tf.reshape(attention(heads(tf.add(bias, 2)), keys, values, mask), [TEXTS * tokens, WIDTH]);
    return { y: tf.add(x, linear(attended, weight, bias)), keys: tf.reshape(keys, [TEXTS * tokens, WIDTH]) };
  });
  expect(nodes.map(({ operator }) => operator).toSorted()).toEqual([
    'Add',
    'Add',
    'PackedProduct',
    'PackedProduct',
    'PackedProduct',
    'PackedProductWithAddend',
    'PromptAttention',
  ]);
  expect(nodes.find(({ operator }) => operator === 'PromptAttention')?.inputs[1]).toBe('keys');
});
