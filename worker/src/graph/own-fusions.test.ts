import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import { fusedOperations } from './fused-operations.ts';
import { ownAffine, ownProduct } from './own-products.ts';
import { recordParts } from './record.ts';

/** So many rows that gradients of inputs are products with the weight on the right. */
const ROWS = 72;
const SHAPES = { a: [ROWS, 8], b: [8, 8], c: [ROWS, 8], row: [8], vector: [8] };

type Given = Record<keyof typeof SHAPES, tf.Tensor>;

/** The recorded nodes, each as its operator and inputs; values between nodes have no names that matter. */
function nodesOf(compute: (given: Given) => Record<string, tf.Tensor>): string[] {
  const specs = Object.entries(SHAPES).map(([name, shape]) => ({ name, shape, type: 'float32' as const }));
  const { nodes } = recordParts(specs, ({ inputs }) => compute(inputs as Given));
  return nodes.map(({ operator, inputs }) =>
    [operator, ...inputs.map((name) => (name in SHAPES ? name : '·'))].join(' '),
  );
}

const TARGET = { fusedMatMul: true, ownProducts: true, sumsInParts: false, embeddingRows: true };

describe('what follows an own operator becomes part of it', () => {
  test.each<[string, (given: Given) => tf.Tensor, string[]]>([
    ['a sum', ({ a, b, c }) => tf.add(ownProduct(a, b, {}), c), ['SumWithProduct a b c']],
    ['a sum the other way round', ({ a, b, c }) => tf.add(c, ownProduct(a, b, {})), ['SumWithProduct a b c']],
    [
      'a sum behind a bias',
      ({ a, b, c, vector }) => tf.add(c, ownAffine(a, b, vector, false)),
      ['SumWithProductAndBias a b vector c'],
    ],
    [
      'sums of several products',
      ({ a, b, c }) => tf.add(tf.add(ownProduct(a, b, {}), ownProduct(c, b, {})), c),
      ['Product a b', 'SumWithProduct c b ·', 'Add · c'],
    ],
    [
      'the sum of one product with another one',
      ({ a, b, c }) => tf.add(ownProduct(c, b, {}), tf.add(ownProduct(a, b, {}), c)),
      ['SumWithProduct a b c', 'SumWithProduct c b ·'],
    ],
  ])('%s', (_, compute, nodes) => {
    expect(nodesOf((given) => ({ y: compute(given) }))).toEqual(nodes);
  });

  test('the gradient of the ReLU between two layers, and the sums of residuals and their gradients', () => {
    const { linear, layerNorm } = fusedOperations(TARGET).operations;
    const nodes = nodesOf(({ a, b, vector, row }) => {
      const layer = (x: tf.Tensor): tf.Tensor =>
        tf.add(x, linear(linear(layerNorm(x, row, vector), b, vector, { relu: true }), b, row));
      const { grads } = tf.valueAndGrads((x: tf.Tensor) => layer(x).square().sum())([a]);
      return { dx: grads[0] as tf.Tensor };
    });
    const count = (operator: string) => nodes.filter((node) => node.startsWith(`${operator} `)).length;
    expect(count('ReluGradientOfProduct')).toBe(1);
    expect(count('SumWithProductAndBias')).toBe(1);
    expect(count('SumWithLayerNormGradient')).toBe(1);
    expect(['Add', 'HardSigmoid', 'LayerNormGradient'].map(count)).toEqual([0, 0, 0]);
  });
});

describe('an own operator stays by itself', () => {
  test.each<[string, (given: Given) => Record<string, tf.Tensor>, string]>([
    [
      'where its result is also read elsewhere',
      ({ a, b, c }) => {
        const product = ownProduct(a, b, {});
        return { y: tf.add(product, c), z: tf.relu(product) };
      },
      'Product a b',
    ],
    [
      'where its result is an output',
      ({ a, b, c }) => {
        const product = ownProduct(a, b, {});
        return { y: tf.add(product, c), product };
      },
      'Product a b',
    ],
    [
      'where it is added to itself',
      ({ a, b }) => {
        const product = ownProduct(a, b, {});
        return { y: tf.add(product, product) };
      },
      'Product a b',
    ],
    [
      'before a smaller array is added to all rows',
      ({ a, b, row }) => ({ y: tf.add(ownProduct(a, b, {}), row) }),
      'Product a b',
    ],
    [
      'behind a ReLU of its own',
      ({ a, b, c, vector }) => ({ y: tf.add(ownAffine(a, b, vector, true), c) }),
      'ProductWithBias a b vector',
    ],
  ])('%s', (_, compute, node) => {
    const nodes = nodesOf(compute);
    expect(nodes).toContain(node);
    expect(nodes.filter((other) => other.startsWith('Add'))).toHaveLength(1);
  });

  test('before a product of it with what is no step', () => {
    expect(nodesOf(({ a, b, c }) => ({ y: tf.mul(ownProduct(a, b, {}), c) }))).toEqual(['Product a b', 'Mul · c']);
  });
});

test('an own operator reads what a reshape would give from where it is; others do not', () => {
  const nodes = nodesOf(({ a, b }) => {
    const flat = tf.reshape(a, [ROWS / 2, 16]);
    return {
      y: ownProduct(tf.reshape(flat, [ROWS, 8]), b, {}),
      z: ownProduct(tf.reshape(a, [ROWS, 8]), tf.reshape(b, [8, 8]), {}),
    };
  });
  expect(nodes).toEqual(['Product a b', 'Product a b']);
  const others = nodesOf(({ a, b }) => {
    const halves = tf.reshape(a, [2 * ROWS, 4]);
    return { y: ownProduct(halves, tf.reshape(b, [4, 16]), {}), z: tf.relu(halves) };
  });
  expect(others).toEqual(expect.arrayContaining(['Reshape a ·', 'Product a b', 'Relu ·']));
});
