import type * as ort from 'onnxruntime-node';
import { encodeModel } from '../graph/encode.ts';
import { openSession, tensorOver } from './sessions.ts';

/*
 * ONNX Runtime's Node binding (1.30.0) writes results into the buffers it is given and then copies every one of them again
 * for its reply: half a millisecond a megabyte, for gradients that nobody reads from the reply. The reply is built in the order of the
 * outputs, and a sequence, which the binding cannot represent, makes it stop with an error before anything is copied; by then
 * the buffers hold the results. So graphs carry a sequence as their first output, and that one error is expected.
 * Whether this holds is tried once per process and kind of session; where it does not, graphs are recorded without the sequence and results are copied.
 */

const EXPECTED_ERROR = /Non tensor type/;

/** Runs a session so that results arrive in `fetches` only; with a sequence output, without copying them for the reply. */
export async function runInto(
  session: ort.InferenceSession,
  feeds: ort.InferenceSession.FeedsType,
  fetches: Record<string, ort.Tensor>,
  sequenceOutput: string | null,
): Promise<void> {
  if (sequenceOutput === null) {
    await session.run(feeds, fetches);
    return;
  }
  try {
    await session.run(feeds, { [sequenceOutput]: null, ...fetches });
  } catch (error) {
    if (!(error instanceof Error) || !EXPECTED_ERROR.test(error.message)) throw error;
  }
}

const probes = new Map<string, Promise<boolean>>();

/** Whether a sequence as first output keeps this process's ONNX Runtime from copying the results of such sessions. */
export function canAvoidOutputCopies(options: ort.InferenceSession.SessionOptions): Promise<boolean> {
  const providers = JSON.stringify(options.executionProviders);
  const probe = probes.get(providers) ?? tryOnce(options).catch(() => false);
  probes.set(providers, probe);
  return probe;
}

async function tryOnce(options: ort.InferenceSession.SessionOptions): Promise<boolean> {
  const vector = { shape: [2], type: 'float32' as const };
  const plain = { domain: '', attributes: {} };
  const bytes = encodeModel({
    nodes: [
      { ...plain, operator: 'Neg', inputs: ['x'], outputs: ['y'] },
      { ...plain, operator: 'SequenceConstruct', inputs: ['y'], outputs: ['sequence'] },
    ],
    initialisers: [],
    inputs: [{ name: 'x', ...vector }],
    outputs: [{ name: 'y', ...vector }],
    sequenceOutput: 'sequence',
  });
  const session = await openSession(bytes, options);
  const result = new Float32Array(2);
  try {
    await session.run({ x: tensorOver(Float32Array.of(1, 2), [2]) }, { sequence: null, y: tensorOver(result, [2]) });
    return false;
  } catch (error) {
    return error instanceof Error && EXPECTED_ERROR.test(error.message) && result[0] === -1 && result[1] === -2;
  } finally {
    await session.release();
  }
}
