import { availableParallelism } from 'node:os';
import * as ort from 'onnxruntime-node';

/** An array that a model from elsewhere takes or gives. */
export interface ForeignArray {
  readonly type: 'int64' | 'int32' | 'float32';
  readonly data: BigInt64Array | Int32Array | Float32Array;
  readonly shape: readonly number[];
}

/** An input or output that a model declares; a symbolic dimension is its name. */
export interface DeclaredArray {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly (number | string)[];
}

/** A model from elsewhere, opened on the processor with nothing but the runtime's own operators. */
export interface ForeignSession {
  readonly inputs: readonly DeclaredArray[];
  readonly outputs: readonly DeclaredArray[];
  /** Throws what the runtime says when the arrays do not fit the model. */
  run(feeds: Readonly<Record<string, ForeignArray>>, output: string): Promise<ForeignArray>;
  dispose(): Promise<void>;
}

function declared(values: readonly ort.InferenceSession.ValueMetadata[]): DeclaredArray[] {
  return values.map((value) =>
    value.isTensor
      ? { name: value.name, type: value.type, shape: value.shape }
      : { name: value.name, type: 'not a tensor', shape: [] },
  );
}

function tensorOf({ type, data, shape }: ForeignArray): ort.Tensor {
  return new ort.Tensor(type, data, shape);
}

/** Opens a model file's bytes; the runtime can look for no other file, because whoever calls has refused models that name one. */
export async function openForeignSession(bytes: Uint8Array): Promise<ForeignSession> {
  const session = await ort.InferenceSession.create(bytes, {
    executionProviders: ['cpu'],
    intraOpNumThreads: availableParallelism(),
    logSeverityLevel: 4,
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  });
  return {
    inputs: declared(session.inputMetadata),
    outputs: declared(session.outputMetadata),
    async run(feeds, output) {
      const tensors = Object.entries(feeds).map(([name, array]) => [name, tensorOf(array)] as const);
      const { [output]: tensor } = await session.run(Object.fromEntries(tensors), [output]);
      if (tensor === undefined || !('data' in tensor)) throw new Error(`The model gave no tensor '${output}'`);
      return { type: tensor.type, data: tensor.data, shape: tensor.dims } as ForeignArray;
    },
    dispose: () => session.release(),
  };
}
