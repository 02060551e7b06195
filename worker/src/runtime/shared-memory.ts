import { availableParallelism } from 'node:os';
import { encodeModel } from '../graph/encode.ts';
import { cpuSessionOptions, openSession, tensorOver } from './sessions.ts';

/** More threads than this do not make passes over memory faster. */
const MOST_HELPERS = 7;

let probe: Promise<boolean> | undefined;

/**
 * Threads that may help the training thread over shared memory: one for each further core, and none where ONNX Runtime refuses tensors over
 * shared memory, as it does before Node 24.9. Tried once per process.
 */
export async function helperThreads(): Promise<number> {
  const helpers = Math.min(MOST_HELPERS, availableParallelism() - 1);
  if (helpers === 0) return 0;
  probe ??= tryOnce();
  return (await probe) ? helpers : 0;
}

async function tryOnce(): Promise<boolean> {
  const vector = { shape: [2], type: 'float32' as const };
  const bytes = encodeModel({
    nodes: [{ operator: 'Neg', domain: '', inputs: ['x'], outputs: ['y'], attributes: {} }],
    initialisers: [],
    inputs: [{ name: 'x', ...vector }],
    outputs: [{ name: 'y', ...vector }],
    sequenceOutput: null,
  });
  const session = await openSession(bytes, cpuSessionOptions());
  const { buffer } = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const [x, y] = [new Float32Array(buffer, 0, 2), new Float32Array(buffer, 16, 2)];
  x.set([1, 2]);
  try {
    await session.run({ x: tensorOver(x, [2]) }, { y: tensorOver(y, [2]) });
    return y[0] === -1 && y[1] === -2;
  } catch {
    return false;
  } finally {
    await session.release();
  }
}
