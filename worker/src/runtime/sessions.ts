import { availableParallelism } from 'node:os';
import * as ort from 'onnxruntime-node';
import type { Feeds } from './device.ts';

/**
 * Fusions that slow training graphs down (measured): their fused kernels are worse than the parts, or undo a layout chosen on purpose.
 */
const DISABLED_FUSIONS = ['GemmActivationFusion', 'MatMulAddFusion', 'MatmulTransposeFusion'];

/** Longer than the gaps between operators, shorter than what others would miss of a core. */
const SPIN_MICROSECONDS = '10';

/** Options for a session on the CPU. */
export function cpuSessionOptions(): ort.InferenceSession.SessionOptions {
  return {
    executionProviders: ['cpu'],
    intraOpNumThreads: availableParallelism(),
    graphOptimizationLevel: 'all',
    logSeverityLevel: 4,
    extra: {
      optimization: { disable_specified_optimizers: DISABLED_FUSIONS.join(';') },
      // Threads that spin while they wait for the next operator save a fifth of a training step. They spin so briefly that a busy
      // machine loses little, and stop with the run, so that the optimiser's threads have the cores.
      session: { force_spinning_stop: '1', intra_op: { spin_duration_us: SPIN_MICROSECONDS } },
    },
  };
}

/**
 * Options for a session on the CPU that only computes forward. A token is many small operators: threads that sleep between two of them cost
 * a third of the time, so they spin, but briefly, and never once the run has ended: then they would take the processor from others.
 */
export function cpuInferenceOptions(): ort.InferenceSession.SessionOptions {
  const options = cpuSessionOptions();
  const session = { force_spinning_stop: '1', intra_op: { spin_duration_us: '100' } };
  // Planning all buffers as one block, which makes training faster, is no faster here and takes a fifth more memory.
  return { ...options, enableMemPattern: false, extra: { ...options.extra, session } };
}

/** Options for a session on CUDA; a node that would fall back to the CPU is an error. */
export function cudaSessionOptions(): ort.InferenceSession.SessionOptions {
  return {
    executionProviders: ['cuda'],
    graphOptimizationLevel: 'all',
    logSeverityLevel: 4,
    extra: {
      optimization: { disable_specified_optimizers: DISABLED_FUSIONS.join(';') },
      session: { disable_cpu_ep_fallback: '1' },
    },
  };
}

/** Options for a session on WebGPU whose named outputs stay in GPU buffers; a node that would fall back to the CPU is an error. */
export function webgpuSessionOptions(outputsOnDevice: readonly string[]): ort.InferenceSession.SessionOptions {
  return {
    executionProviders: ['webgpu'],
    graphOptimizationLevel: 'all',
    logSeverityLevel: 4,
    extra: { session: { disable_cpu_ep_fallback: '1' } },
    preferredOutputLocation: Object.fromEntries(outputsOnDevice.map((name) => [name, 'gpu-buffer' as const])),
  };
}

/** Opens a session on an ONNX file in memory. */
export function openSession(
  bytes: Uint8Array,
  options: ort.InferenceSession.SessionOptions,
): Promise<ort.InferenceSession> {
  return ort.InferenceSession.create(bytes, options);
}

/** An ONNX Runtime tensor over the caller's memory, not a copy. */
export function tensorOver(data: Float32Array | Int32Array, shape: readonly number[]): ort.Tensor {
  return data instanceof Float32Array ? new ort.Tensor('float32', data, shape) : new ort.Tensor('int32', data, shape);
}

/** ONNX Runtime tensors over feeds. */
export function fedTensors(feeds: Feeds): Record<string, ort.Tensor> {
  return Object.fromEntries(Object.entries(feeds).map(([name, { data, shape }]) => [name, tensorOver(data, shape)]));
}
