import { availableParallelism } from 'node:os';
import { SaidError } from '@greenlight/shared/api/said-error.ts';
import * as ort from 'onnxruntime-node';

/** An array that a model from elsewhere takes or gives. */
export interface ForeignArray {
  readonly type: string;
  readonly numbers: readonly number[] | Float32Array | Float64Array;
  readonly shape: readonly number[];
}

/** Texts that a model from elsewhere takes or gives. */
export interface ForeignTexts {
  readonly type: 'string';
  readonly texts: readonly string[];
  readonly shape: readonly number[];
}

/** What an input of a model is fed, or an output gives. */
export type ForeignFeed = ForeignArray | ForeignTexts;

/** That a value does not fit what a model declares, or is nothing that can be read. */
export class ForeignValueError extends SaidError {
  override readonly name = 'ForeignValueError';
}

/** That a number cannot be written in a type. */
export function refusedNumber(number: number, type: string): ForeignValueError {
  return new ForeignValueError({
    zh: `数值 ${number} 无法用 ${type} 表示。`,
    en: `the number ${number} is no ${type}.`,
  });
}

const WHOLE_NUMBERS = new Map(
  Object.entries({
    ...{ int8: Int8Array, int16: Int16Array, int32: Int32Array },
    ...{ uint8: Uint8Array, uint16: Uint16Array, uint32: Uint32Array },
  }),
);

/** The numbers in a type that the runtime takes; throws a `ForeignValueError` for numbers that an integer type does not hold. */
function valuesOf(type: string, numbers: ForeignArray['numbers']): ort.Tensor.DataType {
  const checked = (holds: (value: number) => boolean): number[] => {
    const wrong = numbers.find((value) => !holds(value));
    if (wrong !== undefined) throw refusedNumber(wrong, type);
    return [...numbers];
  };
  if (type === 'int64') return BigInt64Array.from(checked(Number.isSafeInteger), BigInt);
  if (type === 'uint64')
    return BigUint64Array.from(
      checked((value) => Number.isSafeInteger(value) && value >= 0),
      BigInt,
    );
  const whole = WHOLE_NUMBERS.get(type);
  if (whole !== undefined) return whole.from(checked((value) => whole.of(value)[0] === value));
  if (type === 'bool') return Uint8Array.from(checked((value) => value === 0 || value === 1));
  if (type === 'float64') return Float64Array.from(numbers);
  return Float32Array.from(numbers);
}

/** What a tensor that a model gave holds, integers as the numbers that they are. */
function givenBy({ type, data, dims: shape }: ort.Tensor): ForeignFeed {
  if (type === 'string') return { type, texts: data as string[], shape };
  if (type === 'float32') return { type, numbers: data as Float32Array, shape };
  if (type === 'float64') return { type, numbers: data as Float64Array, shape };
  if (type === 'int64' || type === 'uint64') {
    return { type, numbers: Float64Array.from(data as BigInt64Array, Number), shape };
  }
  if (WHOLE_NUMBERS.has(type)) return { type, numbers: Float64Array.from(data as Int32Array), shape };
  if (type !== 'float16') {
    throw new ForeignValueError({
      zh: `模型给出的是 ${type}，不是数值或文本。`,
      en: `the model gave ${type}, not numbers or texts.`,
    });
  }
  // The binding may hand out the halves as their bits.
  const { buffer, byteOffset, length } = data as Uint16Array<ArrayBuffer>;
  return { type, numbers: Float32Array.from(new Float16Array(buffer, byteOffset, length)), shape };
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
  run(feeds: Readonly<Record<string, ForeignFeed>>, output: string): Promise<ForeignFeed>;
  dispose(): Promise<void>;
}

function declared(values: readonly ort.InferenceSession.ValueMetadata[]): DeclaredArray[] {
  return values.map((value) =>
    value.isTensor
      ? { name: value.name, type: value.type, shape: value.shape }
      : { name: value.name, type: 'a sequence or map', shape: [] },
  );
}

function tensorOf(feed: ForeignFeed): ort.Tensor {
  if ('texts' in feed) return new ort.Tensor('string', [...feed.texts], feed.shape);
  const { type, numbers, shape } = feed;
  return new ort.Tensor(type as ort.Tensor.Type, valuesOf(type, numbers), shape);
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
      if (tensor === undefined || !('data' in tensor)) {
        throw new ForeignValueError({
          zh: `模型没有给出张量“${output}”。`,
          en: `the model gave no tensor '${output}'.`,
        });
      }
      return givenBy(tensor);
    },
    dispose: () => session.release(),
  };
}
