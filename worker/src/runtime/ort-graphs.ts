import type { TensorSpec } from '../graph/graph-builder.ts';
import type { NameTable } from './name-table.ts';
import { sizes, type OrtLibrary, type Pointer } from './ort-library.ts';

/*
 * What every graph needs that is opened by ONNX Runtime's C interface, on whatever device.
 */

/** Numbers of ONNX element types. */
export const ELEMENT_TYPES: Readonly<Record<TensorSpec['type'], number>> = { float32: 1, int32: 6, int64: 7, bool: 9 };

const ONLY_ERRORS = 4;
const ALL_OPTIMISATIONS = 99;

/** Numbers in this process's memory that ONNX Runtime reads or writes where they are. */
type HostNumbers = Float32Array | Int32Array;

/** An array that ONNX Runtime knows. */
export interface WithHandle {
  readonly handle: Pointer;
}

/** ONNX Runtime's own, which a thread needs once. */
let environment: Pointer | undefined;

/** ONNX Runtime's environment: one for the whole process, whichever thread asks. */
export function environmentOf(ort: OrtLibrary): Pointer {
  return (environment ??= ort.make('createEnv', ONLY_ERRORS, 'greenlight'));
}

/** Opens a graph: `configure` says how, and `open` calls for the session when everything for it is ready. */
export function openGraph<T>(
  ort: OrtLibrary,
  bytes: Uint8Array,
  configure: (options: Pointer) => void,
  open: (options: Pointer, create: () => Pointer) => T,
): T {
  const within = environmentOf(ort);
  const options = ort.make('createSessionOptions');
  try {
    ort.call('setSessionLogSeverityLevel', options, ONLY_ERRORS);
    ort.call('setSessionGraphOptimizationLevel', options, ALL_OPTIMISATIONS);
    configure(options);
    return open(options, () => ort.make('createSessionFromArray', within, bytes, bytes.byteLength, options));
  } finally {
    ort.release('sessionOptions', options);
  }
}

/** This process's memory, as arrays in it are made. */
export function hostMemory(ort: OrtLibrary): Pointer {
  return ort.make('createMemoryInfo', 'Cpu', 0, 0, 0);
}

/** An array of ONNX Runtime's over these numbers, which the caller has to hold as long as it lives. */
export function arrayOver(ort: OrtLibrary, memory: Pointer, data: HostNumbers, shape: readonly number[]): Pointer {
  const type = ELEMENT_TYPES[data instanceof Int32Array ? 'int32' : 'float32'];
  return ort.make('createTensorWithDataAsOrtValue', memory, data, data.byteLength, sizes(shape), shape.length, type);
}

/** Arrays by the names of a graph's inputs or outputs. */
export type Arrays = Readonly<Record<string, WithHandle>>;

/** The handles of arrays, in the order of the names. */
export function handlesOf(names: readonly string[], arrays: Arrays): BigUint64Array {
  return BigUint64Array.from(names, (name) => arrays[name]?.handle ?? 0n);
}

/** Runs a session from these arrays into the values of these outputs; where one is 0, ONNX Runtime makes the array and leaves its handle there. */
export function runGraph(
  ort: OrtLibrary,
  { session, options, names }: { session: Pointer; options: Pointer; names: NameTable },
  inputs: Arrays,
  outputs: readonly string[],
  values: BigUint64Array,
): void {
  const given = Object.keys(inputs);
  const from = [names.of(given), handlesOf(given, inputs), given.length] as const;
  ort.call('run', session, options, ...from, names.of(outputs), outputs.length, values);
}
