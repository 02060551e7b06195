import { readFile } from 'node:fs/promises';
import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { cpuSessionOptions, openSession, tensorOver } from '../runtime/sessions.ts';
import { plainOperations } from '../model/operations.ts';
import { fusedOperations } from './fused-operations.ts';
import { record, recordParts, UnsupportedKernelError, type RecordedGraph } from './record.ts';
import { chooseTensorflowCpu } from '../model/test-support/tensorflow-cpu.ts';

type Inputs = Record<string, { data: Float32Array | Int32Array; shape: number[] }>;

function recordOver(
  inputs: Inputs,
  compute: (tensors: Record<string, tf.Tensor>) => Record<string, tf.Tensor>,
): RecordedGraph {
  const specs = Object.entries(inputs).map(([name, { data, shape }]) => ({
    name,
    shape,
    type: data instanceof Float32Array ? ('float32' as const) : ('int32' as const),
  }));
  return record(specs, ({ inputs: tensors }) => compute(tensors));
}

async function execute(graph: RecordedGraph, inputs: Inputs): Promise<Record<string, number[]>> {
  const session = await openSession(graph.bytes, cpuSessionOptions());
  try {
    const used = new Set(session.inputNames);
    const feeds = Object.entries(inputs).filter(([name]) => used.has(name));
    const results = await session.run(
      Object.fromEntries(feeds.map(([name, { data, shape }]) => [name, tensorOver(data, shape)])),
    );
    return Object.fromEntries(
      Object.entries(results).map(([name, tensor]) => [name, Array.from(tensor.data as Float32Array, Number)]),
    );
  } finally {
    await session.release();
  }
}

/** Computes a function eagerly on tfjs's CPU backend and through a recorded graph; returns the largest difference between the results. */
async function difference(
  inputs: Inputs,
  compute: (tensors: Record<string, tf.Tensor>) => Record<string, tf.Tensor>,
): Promise<number> {
  await chooseTensorflowCpu();
  const eager = compute(
    Object.fromEntries(
      Object.entries(inputs).map(([name, { data, shape }]) => [
        name,
        tf.tensor(data, shape, data instanceof Float32Array ? 'float32' : 'int32'),
      ]),
    ),
  );
  const recorded = await execute(recordOver(inputs, compute), inputs);
  expect(Object.keys(recorded)).toEqual(Object.keys(eager));
  let largest = 0;
  for (const [name, tensor] of Object.entries(eager)) {
    const actual = recorded[name] ?? [];
    expect(actual).toHaveLength(tensor.size);
    [...tensor.dataSync()].forEach((value, index) => {
      largest = Math.max(largest, Math.abs(value - (actual[index] ?? Number.NaN)));
    });
  }
  return largest;
}

const TOLERANCE = 1e-5;

/** A wave, as [1, length, 2, 4]. */
function fed(length: number, offset: number): Inputs[string] {
  const data = Float32Array.from({ length: length * 8 }, (_, index) => Math.sin(index + offset));
  return { data, shape: [1, length, 2, 4] };
}

const x = { data: Float32Array.of(-1.5, 0.5, 2, 3, -0.25, 1), shape: [2, 3] };
const positive = { data: Float32Array.of(0.5, 1, 2, 3, 4, 5), shape: [2, 3] };
const row = { data: Float32Array.of(2, -1, 0.5), shape: [3] };
const ids = { data: Int32Array.of(1, 0, 1, 1), shape: [4] };

function given(tensors: Record<string, tf.Tensor>, name: string): tf.Tensor {
  const tensor = tensors[name];
  if (tensor === undefined) throw new Error(`There is no '${name}'`);
  return tensor;
}

test('arithmetic, with broadcasting and constants that fold away', async () => {
  const largest = await difference({ x, row }, (t) => {
    const [a, b] = [given(t, 'x'), given(t, 'row')];
    return {
      sum: tf.add(a, b),
      difference: tf.sub(b, a),
      product: tf.mul(tf.mul(a, tf.ones([2, 3])), tf.add(b, tf.zeros([3]))),
      quotient: tf.div(a, tf.add(tf.abs(b), tf.scalar(1))),
      folded: tf.add(tf.mul(tf.mul(tf.ones([2, 3]), tf.scalar(3)), tf.mul(tf.ones([3]), tf.scalar(2))), a),
      extremes: tf.maximum(tf.minimum(a, b), tf.scalar(-1)),
      power: tf.pow(tf.abs(a), tf.scalar(2)),
    };
  });
  expect(largest).toBeLessThan(TOLERANCE);
});

test('functions of one value', async () => {
  const largest = await difference({ x, positive }, (t) => {
    const [a, p] = [given(t, 'x'), given(t, 'positive')];
    return {
      relu: tf.relu(a),
      tanh: tf.tanh(a),
      sigmoid: tf.sigmoid(a),
      erf: tf.erf(a),
      exp: tf.exp(a),
      negative: tf.neg(a),
      step: tf.step(a),
      square: tf.square(a),
      log: tf.log(p),
      root: tf.sqrt(p),
      inverseRoot: tf.rsqrt(p),
      reciprocal: tf.reciprocal(p),
      floor: tf.floor(a),
    };
  });
  expect(largest).toBeLessThan(TOLERANCE);
});

test('comparisons and selection', async () => {
  const largest = await difference({ x, row }, (t) => {
    const [a, b] = [given(t, 'x'), given(t, 'row')];
    const larger = tf.greater(a, b);
    return {
      chosen: tf.where(larger, a, tf.mul(tf.onesLike(a), b)),
      both: tf.cast(tf.logicalAnd(larger, tf.lessEqual(a, tf.scalar(2))), 'float32'),
      either: tf.cast(tf.logicalOr(larger, tf.less(a, tf.scalar(0))), 'float32'),
      unequal: tf.cast(tf.notEqual(a, b), 'float32'),
      not: tf.cast(tf.logicalNot(tf.greaterEqual(a, b)), 'float32'),
    };
  });
  expect(largest).toBeLessThan(TOLERANCE);
});

test('shapes: reshape, transpose, slice, join, split, pad, tile', async () => {
  const largest = await difference({ x }, (t) => {
    const a = given(t, 'x');
    const [narrow, wide] = tf.split(a, [1, 2], 1) as [tf.Tensor, tf.Tensor];
    return {
      narrow,
      wide,
      reshaped: tf.reshape(a, [3, -1]),
      transposed: tf.transpose(a),
      expanded: tf.mul(tf.expandDims(a, 1), tf.ones([2, 4, 3])),
      sliced: tf.slice(a, [0, 1], [-1, 2]),
      joined: tf.concat([a, tf.zeros([2, 3]), a], 1),
      padded: tf.pad(
        a,
        [
          [1, 0],
          [0, 2],
        ],
        7,
      ),
      tiled: tf.tile(a, [2, 1]),
    };
  });
  expect(largest).toBeLessThan(TOLERANCE);
});

test('reductions, softmax and matrix products', async () => {
  const largest = await difference({ x, row }, (t) => {
    const a = given(t, 'x');
    return {
      total: tf.sum(a),
      columnMeans: tf.mean(a, 0),
      rowMaxima: tf.max(a, 1, true),
      softmax: tf.softmax(a),
      logSoftmax: tf.logSoftmax(a),
      gram: tf.matMul(a, a, false, true),
      covariance: tf.matMul(a, a, true, false),
      batched: tf.matMul(tf.reshape(a, [2, 1, 3]), tf.reshape(a, [2, 3, 1])),
    };
  });
  expect(largest).toBeLessThan(TOLERANCE);
});

test('lookups, one-hot rows, and the sums that their gradients are', async () => {
  const largest = await difference({ x, ids }, (t) => {
    const [table, places] = [given(t, 'x'), tf.cast(given(t, 'ids'), 'int32')];
    const looked = (source: tf.Tensor): tf.Tensor => tf.gather(source, places);
    const gradient = tf.grad((source) => tf.sum(tf.square(looked(source))));
    return {
      rows: looked(table),
      oneHot: tf.cast(tf.oneHot(places, 3), 'float32'),
      gradient: gradient(table),
    };
  });
  expect(largest).toBeLessThan(TOLERANCE);
});

test('gradients taken inside are part of the graph', async () => {
  const largest = await difference({ x, row }, (t) => {
    const inputs = [given(t, 'x'), given(t, 'row')];
    const { value, grads } = tf.valueAndGrads((a, b) => tf.sum(tf.sigmoid(tf.mul(tf.tanh(a), b))))(inputs);
    return { value, dx: grads[0] ?? value, dRow: grads[1] ?? value };
  });
  expect(largest).toBeLessThan(TOLERANCE);
});

test('a constant of one number stays small, whatever its shape', () => {
  const graph = recordOver({ row }, (t) => ({
    sum: tf.add(given(t, 'row'), tf.mul(tf.ones([1000, 1000, 3]), tf.scalar(2))),
  }));
  expect(graph.bytes.length).toBeLessThan(2000);
});

test('what no output needs is left out', () => {
  const graph = recordOver({ x }, (t) => {
    tf.exp(tf.matMul(given(t, 'x'), given(t, 'x'), true));
    return { y: tf.neg(given(t, 'x')) };
  });
  expect(graph.nodeCount).toBe(1);
});

test('of the nodes that nobody reads the first recorded comes last, because the runtime starts from there', () => {
  const { nodes } = recordParts([{ name: 'x', shape: [2, 3], type: 'float32' }], ({ inputs }) => {
    const squares = tf.square(inputs['x'] as tf.Tensor);
    const [roots, powers] = [tf.sqrt(squares), tf.exp(squares)];
    return { roots, sums: tf.sum(tf.tanh(squares)), powers };
  });
  expect(nodes.flatMap((node) => node.outputs).slice(-3)).toEqual(['sums', 'powers', 'roots']);
});

test('one value under two names, and an input as an output', async () => {
  const largest = await difference({ x }, (t) => {
    const doubled = tf.mul(given(t, 'x'), tf.scalar(2));
    return { first: doubled, second: doubled, input: given(t, 'x') };
  });
  expect(largest).toBeLessThan(TOLERANCE);
});

test('a kernel without an emitter is named', () => {
  expect(() => recordOver({ x }, (t) => ({ y: tf.cumsum(given(t, 'x')) }))).toThrow(
    new UnsupportedKernelError('Cumsum'),
  );
});

test('recording again after a failure works, and leaves the backend as it was', async () => {
  await chooseTensorflowCpu();
  expect(() => record([], () => ({ y: tf.cumsum(tf.zeros([2])) }))).toThrow(UnsupportedKernelError);
  expect(tf.getBackend()).toBe('cpu');
  expect(recordOver({ x }, (t) => ({ y: tf.neg(given(t, 'x')) })).nodeCount).toBe(1);
});

test('a value that takes its old shape again is no new node', () => {
  const apart = (t: Record<string, tf.Tensor>) =>
    tf.reshape(tf.reshape(tf.neg(given(t, 'x')), [-1]), given(t, 'x').shape);
  expect(recordOver({ x }, (t) => ({ y: tf.abs(apart(t)) })).nodeCount).toBe(2);
});

test("the example on this folder's first page becomes the nodes that stand there", async () => {
  const page = await readFile(new URL('README.md', import.meta.url), 'utf8');
  const written = [...page.matchAll(/^(\w+)\(([\w, ]+)\) → (\w+)$/gm)].map((line) => line.slice(1, 4));
  const { nodes } = recordParts([{ name: 'x', shape: [2, 3], type: 'float32' }], ({ inputs }) => {
    const { value, grads } = tf.valueAndGrads((a) => tf.sum(tf.tanh(a)))([given(inputs, 'x')]);
    return { loss: value, gradient: grads[0]! };
  });
  // The page calls values by what they are: the same name for the same value, from the first line on.
  const called = new Map<string, string>();
  const named = nodes.map(({ operator, inputs, outputs }, index) => {
    const names = `${written[index]?.[1]}, ${written[index]?.[2]}`.split(', ');
    [...inputs, ...outputs].forEach((name, place) => called.has(name) || called.set(name, names[place] ?? ''));
    const all = (values: string[]): string => values.map((name) => called.get(name)).join(', ');
    return [operator, all(inputs), all(outputs)];
  });
  expect(named).toEqual(written);
  expect(new Set(called.values()).size).toBe(called.size);
});

test('recording is deterministic to the byte', () => {
  const [first, second] = [1, 2].map(() =>
    recordOver({ x, row }, (t) => ({ y: tf.softmax(tf.mul(given(t, 'x'), given(t, 'row'))) })),
  );
  expect(second?.bytes).toEqual(first?.bytes);
});

test('a symbolic dimension takes the size it is fed', async () => {
  const grows = { shape: [1, 99_991, 2, 4], type: 'float32' as const, symbols: { 1: 'past' } };
  const query = { name: 'query', shape: [1, 1, 2, 4], type: 'float32' as const };
  const specs = [query, { name: 'keys', ...grows }, { name: 'values', ...grows }];
  const graph = record(specs, ({ inputs }) => {
    const { operations } = fusedOperations({
      fusedMatMul: true,
      ownProducts: false,
      sumsInParts: false,
      embeddingRows: true,
    });
    return { y: operations.attention(given(inputs, 'query'), given(inputs, 'keys'), given(inputs, 'values'), null) };
  });
  const inputs: Inputs = { query: fed(1, 0), keys: fed(11, 3), values: fed(11, 7) };
  const actual = (await execute(graph, inputs))['y'] ?? [];
  await chooseTensorflowCpu();
  const tensors = Object.values(inputs).map(({ data, shape }) => tf.tensor(data, shape));
  const [q, k, v] = tensors as [tf.Tensor, tf.Tensor, tf.Tensor];
  plainOperations
    .attention(q, k, v, null)
    .dataSync()
    .forEach((value, index) => expect(actual[index]).toBeCloseTo(value, 5));
  expect(actual).toHaveLength(8);
});
