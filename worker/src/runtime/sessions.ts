import { availableParallelism } from 'node:os';
import * as ort from 'onnxruntime-node';
import type { OwnSessionOptions } from './own-session.ts';
import type { Feeds } from './device.ts';

/**
 * Fusions that slow training graphs down (measured): their fused kernels are worse than the parts, or undo a layout chosen on purpose.
 * A scale drawn into a product with one column, for instance, keeps the product off the faster path for vectors.
 */
const DISABLED_FUSIONS = ['GemmActivationFusion', 'MatMulAddFusion', 'MatmulTransposeFusion', 'MatMulScaleFusion'];

/** Longer than most gaps between the operators of a training step; spinning longer gains nothing. */
const TRAINING_SPIN_MICROSECONDS = 10;
/** A token's operators are smaller, and the gaps between them are more of its time. */
const INFERENCE_SPIN_MICROSECONDS = 100;

/** Lets threads spin so long while they wait for the next operator, and never after the run. */
function spinningFor(microseconds: number): object {
  return { force_spinning_stop: '1', intra_op: { spin_duration_us: String(microseconds) } };
}

/** Lets a session work in the memory that is shared (`graph-memory.ts`). */
const SHARING = { use_env_allocators: '1' } as const;

/** Options for one of `lanes` sessions on the CPU that run side by side, in memory of their own or `shared`. */
export function cpuSessionOptions(lanes = 1, shared = false): ort.InferenceSession.SessionOptions {
  return {
    executionProviders: ['cpu'],
    intraOpNumThreads: Math.ceil(availableParallelism() / lanes),
    graphOptimizationLevel: 'all',
    logSeverityLevel: 4,
    extra: {
      optimization: { disable_specified_optimizers: DISABLED_FUSIONS.join(';') },
      // Threads that spin while they wait for the next operator save a fifth of a small model's step, and cost a quarter beside another
      // busy process (measured). They stop with the run, so that the optimiser's threads have the cores.
      session: { ...spinningFor(TRAINING_SPIN_MICROSECONDS), ...(shared ? SHARING : {}) },
    },
  };
}

/** The same for sessions with this project's own operators. */
export function ownSessionOptions(lanes = 1, shared = false): OwnSessionOptions {
  return {
    threads: Math.ceil(availableParallelism() / lanes),
    settings: {
      'optimization.disable_specified_optimizers': DISABLED_FUSIONS.join(';'),
      'session.force_spinning_stop': '1',
      'session.intra_op.spin_duration_us': String(TRAINING_SPIN_MICROSECONDS),
      ...(shared ? { 'session.use_env_allocators': SHARING.use_env_allocators } : {}),
    },
  };
}

/**
 * Options for a session on the CPU that only computes forward. A token is many small operators: threads that sleep between two of them cost
 * a third of the time, so they spin, but briefly, and never once the run has ended: then they would take the processor from others.
 */
export function cpuInferenceOptions(shared = false): ort.InferenceSession.SessionOptions {
  const options = cpuSessionOptions();
  const session = { ...spinningFor(INFERENCE_SPIN_MICROSECONDS), ...(shared ? SHARING : {}) };
  // Planning all buffers as one block, which makes training faster, is no faster here and takes a fifth more memory.
  return { ...options, enableMemPattern: false, extra: { ...options.extra, session } };
}

/** The same with this project's own operators. */
export function ownInferenceOptions(): OwnSessionOptions {
  const { threads, settings } = ownSessionOptions();
  const spinning = { 'session.intra_op.spin_duration_us': String(INFERENCE_SPIN_MICROSECONDS) };
  return { threads, openSizes: true, settings: { ...settings, ...spinning } };
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
