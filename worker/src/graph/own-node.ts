import type * as tf from '@tensorflow/tfjs';
import type { OperationOptions } from './graph-builder.ts';
import { asTensor, traceBackend } from './trace-backend.ts';

/** Appends a node of this project's own operators; gives a tensor of each output, float32 of these shapes. */
export function appendOwn(
  operator: string,
  inputs: string[],
  options: OperationOptions,
  shapes: readonly number[][],
): tf.Tensor[] {
  const { builder } = traceBackend;
  const names = shapes.map(() => builder.freshName());
  builder.addNode(operator, inputs, names, options);
  return names.map((name, index) => asTensor(traceBackend.value(name, shapes[index] ?? [], 'float32')));
}
