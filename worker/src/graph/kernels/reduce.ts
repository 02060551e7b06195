import * as tf from '@tensorflow/tfjs';
import { traceBackend } from '../trace-backend.ts';
import { register, required } from './register.ts';

const REDUCTIONS: Record<string, string> = { Sum: 'ReduceSum', Mean: 'ReduceMean', Max: 'ReduceMax' };

/** Registers emitters that reduce over axes, and the two softmaxes, which normalise over one. */
export function registerReduce(): void {
  for (const [kernel, operator] of Object.entries(REDUCTIONS)) {
    register(kernel, (inputs, attributes) => {
      const x = required(inputs, 'x');
      const requested = (attributes['axis'] ?? attributes['reductionIndices']) as number | number[];
      const axes = tf.util.parseAxisParam(requested, x.shape);
      const keepDimensions = attributes['keepDims'] === true;
      const kept = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
      const shape = keepDimensions ? kept : kept.filter((_, axis) => !axes.includes(axis));
      if (axes.length === 0) return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
      const { builder } = traceBackend;
      const name = builder.operation(operator, [traceBackend.nameOf(x), builder.int64(axes)], {
        attributes: { keepdims: { int: Number(keepDimensions) } },
      });
      return traceBackend.value(name, shape, x.dtype === 'bool' ? 'int32' : x.dtype);
    });
  }
  register('Softmax', (inputs, attributes) => {
    const logits = required(inputs, 'logits');
    return normalise('Softmax', logits, attributes['dim'] as number);
  });
  register('LogSoftmax', (inputs, attributes) => {
    const logits = required(inputs, 'logits');
    return normalise('LogSoftmax', logits, attributes['axis'] as number);
  });
}

function normalise(operator: string, logits: tf.TensorInfo, axis: number): tf.TensorInfo {
  const name = traceBackend.builder.operation(operator, [traceBackend.nameOf(logits)], {
    attributes: { axis: { int: axis } },
  });
  return traceBackend.value(name, logits.shape, logits.dtype);
}
