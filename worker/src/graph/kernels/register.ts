import * as tf from '@tensorflow/tfjs';
import { TRACE_BACKEND } from '../trace-backend.ts';

type KernelInputs = Record<string, tf.TensorInfo>;

/** A kernel that records: tensors and attributes in, traced tensors out. */
export type Emitter = (inputs: KernelInputs, attributes: tf.NamedAttrMap) => tf.TensorInfo | tf.TensorInfo[];

/** Registers an emitter as the trace backend's version of a tfjs kernel. */
export function register(kernelName: string, emitter: Emitter): void {
  tf.registerKernel({
    kernelName,
    backendName: TRACE_BACKEND,
    kernelFunc: ({ inputs, attrs }) => emitter(inputs as KernelInputs, attrs ?? {}),
  });
}

/** The tensor that a kernel requires under a name. */
export function required(inputs: KernelInputs, name: string): tf.TensorInfo {
  const tensor = inputs[name];
  if (tensor === undefined) throw new Error(`A tfjs kernel was called without its input '${name}'`);
  return tensor;
}
