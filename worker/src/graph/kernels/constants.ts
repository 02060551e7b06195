import * as tf from '@tensorflow/tfjs';
import { traceBackend } from '../trace-backend.ts';
import { register, required } from './register.ts';

/** Registers emitters that make constants; a constant of one number never becomes more than a scalar in the graph. */
export function registerConstants(): void {
  register('ZerosLike', (inputs) => {
    const x = required(inputs, 'x');
    return traceBackend.filled(0, x.shape, x.dtype);
  });
  register('OnesLike', (inputs) => {
    const x = required(inputs, 'x');
    return traceBackend.filled(1, x.shape, x.dtype);
  });
  register('Fill', (_inputs, attributes) => {
    const dtype = (attributes['dtype'] as tf.DataType | undefined) ?? 'float32';
    return traceBackend.filled(attributes['value'] as number, attributes['shape'] as number[], dtype);
  });
}
