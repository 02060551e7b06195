import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { plainOperations, type Operations } from '../model/operations.ts';
import { randomKey, uniformAt } from '../model/random.ts';
import { chooseTensorflowCpu } from '../model/test-support/tensorflow-cpu.ts';
import { createCpuDevice } from '../runtime/cpu.ts';
import { fusedOperations } from './fused-operations.ts';
import type { TensorSpec } from './graph-builder.ts';
import { record } from './record.ts';
import { partsOfProduct, partsOfSum } from './sums-in-parts.ts';

describe('into how many parts a sum is divided', () => {
  test('plain sums: as many parts as rows in each, none where there are few rows or no such parts', () => {
    expect([16, 127, 128, 1024, 2048, 1000].map(partsOfSum)).toEqual([1, 1, 8, 32, 32, 25]);
    expect([131, 262].map(partsOfSum)).toEqual([1, 1]);
  });

  test('products: more parts for fewer results, none where the results alone keep the cores busy', () => {
    expect(partsOfProduct(2048, 256, 256)).toBe(8);
    expect(partsOfProduct(1024, 128, 128)).toBe(16);
    expect(partsOfProduct(2048, 256, 4000)).toBe(1);
    expect(partsOfProduct(100, 32, 32)).toBe(1);
  });
});

/** A function of some arrays, for one set of operations. */
interface Subject {
  shapes: Record<string, number[]>;
  value: (operations: Operations, inputs: Record<string, tf.Tensor>) => tf.Tensor;
}

const get = (inputs: Record<string, tf.Tensor>, name: string): tf.Tensor => inputs[name] as tf.Tensor;

const SUBJECTS: Record<string, Subject> = {
  linear: {
    shapes: { x: [512, 24], weight: [24, 40], bias: [40] },
    value: (operations, inputs) =>
      operations.linear(get(inputs, 'x'), get(inputs, 'weight'), get(inputs, 'bias'), { relu: true }),
  },
  layerNorm: {
    shapes: { x: [512, 24], gain: [24], bias: [24] },
    value: (operations, inputs) => operations.layerNorm(get(inputs, 'x'), get(inputs, 'gain'), get(inputs, 'bias')),
  },
  attention: {
    shapes: { q: [2, 5, 3, 4], k: [2, 7, 3, 4], v: [2, 7, 3, 4] },
    value: (operations, inputs) => operations.attention(get(inputs, 'q'), get(inputs, 'k'), get(inputs, 'v'), null),
  },
};

/** The gradients of Σ value², by input. */
function gradientsOf({ value }: Subject, operations: Operations, inputs: Record<string, tf.Tensor>): tf.Tensor[] {
  const names = Object.keys(inputs);
  const objective = (...values: tf.Tensor[]): tf.Scalar => {
    const y = value(operations, Object.fromEntries(names.map((name, index) => [name, values[index] as tf.Tensor])));
    return tf.sum(tf.mul(y, y));
  };
  return tf.grads(objective)(Object.values(inputs));
}

describe('gradients with sums in parts', () => {
  beforeAll(chooseTensorflowCpu);

  test.each(Object.entries(SUBJECTS))('of %s equal those of the plain operations', async (_, subject) => {
    const names = Object.keys(subject.shapes);
    const inputs = names.map((name): TensorSpec => ({ name, shape: subject.shapes[name] ?? [], type: 'float32' }));
    const values = inputs.map(({ shape }, stream) => {
      const key = randomKey(3, stream);
      return Float32Array.from(
        { length: tf.util.sizeFromShape(shape) },
        (_value, index) => uniformAt(key, index) - 0.5,
      );
    });
    const target = { fusedMatMul: false, ownProducts: false, sumsInParts: true, embeddingRows: false };
    const graph = record(inputs, (recording) => {
      const gradients = gradientsOf(subject, fusedOperations(target).operations, recording.inputs);
      return Object.fromEntries(gradients.map((gradient, index) => [`gradient.${names[index]}`, gradient]));
    });
    const reason = { zh: '测试要求', en: 'A test asked for it' };
    const device = await createCpuDevice({ parameters: [], moments: 0, training: false, frozen: new Set() }, reason);
    const program = await device.loadInference(graph);
    const feeds = inputs.map(({ name, shape }, index) => [name, { data: values[index] as Float32Array, shape }]);
    const results = await program.run(Object.fromEntries(feeds));
    await program.dispose();
    await device.dispose();

    const tensors = inputs.map(({ name, shape }, index) => [name, tf.tensor(values[index] ?? [], shape)]);
    const expected = gradientsOf(subject, plainOperations, Object.fromEntries(tensors));
    expected.forEach((gradient, index) => {
      const [wanted, given] = [gradient.dataSync(), results[`gradient.${names[index]}`] ?? []];
      expect(given).toHaveLength(wanted.length);
      const largest = Math.max(...wanted.map(Math.abs));
      wanted.forEach((number, place) => expect(Math.abs(number - (given[place] ?? NaN)) / largest).toBeLessThan(1e-5));
    });
  });
});
