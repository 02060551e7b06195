import type * as ort from 'onnxruntime-node';
import { encodeModel } from '../graph/encode.ts';
import type { RecordedGraph } from '../graph/record.ts';
import type { NamedShape, StateArray } from './device.ts';
import { openSession, tensorOver, webgpuSessionOptions } from './sessions.ts';
import { SharedSession, type ResidentTensor } from './shared-session.ts';

/** An array that stays on the device. */
export interface ResidentArray {
  shape: readonly number[];
  /** Name of the graph input that it feeds. */
  input: string;
  /** Name of the graph output with its next value. */
  output: string;
}

/** An array of the training state. */
export interface ResidentState extends ResidentArray, NamedShape {
  shape: number[];
  slot: number;
}

/** Everything the WebGPU device's programs share; tensors are by the name of the graph input that they feed. */
export interface WebGpuState {
  arrays: ResidentState[];
  /** Parameters that updates move. */
  trainable: readonly NamedShape[];
  tensors: Map<string, ResidentTensor>;
}

/** Number of values of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** A graph that passes arrays through: the way into and out of the device's buffers. */
function passThroughGraph(arrays: readonly ResidentArray[]): Uint8Array {
  return encodeModel({
    nodes: arrays.map(({ input, output }) => ({
      operator: 'Identity',
      domain: '',
      inputs: [input],
      outputs: [output],
      attributes: {},
    })),
    initialisers: [],
    inputs: arrays.map(({ input, shape }) => ({ name: input, shape: [...shape], type: 'float32' })),
    outputs: arrays.map(({ output, shape }) => ({ name: output, shape: [...shape], type: 'float32' })),
    sequenceOutput: null,
  });
}

/** The array of a name and slot; throws when the device holds none. */
export function residentState(state: WebGpuState, { name, slot }: { name: string; slot: number }): ResidentState {
  const found = state.arrays.find((array) => array.name === name && array.slot === slot);
  if (found === undefined) throw new Error(`The device holds no '${name}' in slot ${slot}`);
  return found;
}

/** Puts values on the device as the named arrays. */
export async function upload(
  state: WebGpuState,
  arrays: readonly ResidentArray[],
  values: readonly Float32Array[],
): Promise<void> {
  const outputs = arrays.map(({ output }) => output);
  const session = new SharedSession(await openSession(passThroughGraph(arrays), webgpuSessionOptions(outputs)));
  try {
    const feeds = arrays.map(({ input, shape }, index) => [
      input,
      tensorOver(values[index] ?? new Float32Array(0), shape),
    ]);
    const results = await session.run(Object.fromEntries(feeds));
    await replaceTensors(state, arrays, session, results);
  } finally {
    await session.close();
  }
}

/** The whole state, copied from the device. */
export async function download(state: WebGpuState): Promise<StateArray[]> {
  const session = await openSession(passThroughGraph(state.arrays), webgpuSessionOptions([]));
  try {
    const feeds = state.arrays.map(({ input }) => [input, state.tensors.get(input)?.tensor]);
    const results = await session.run(Object.fromEntries(feeds));
    return state.arrays.map(({ name, slot, shape, output }) => ({
      name,
      slot,
      shape,
      data: floats(results[output]),
    }));
  } finally {
    await session.release();
  }
}

/** Puts results in the place of older tensors, whose buffers are given back at once: waiting for garbage collection leaks them. */
export async function replaceTensors(
  state: WebGpuState,
  arrays: readonly Pick<ResidentArray, 'input' | 'output'>[],
  session: SharedSession,
  results: ort.InferenceSession.ReturnType,
): Promise<void> {
  for (const { input, output } of arrays) {
    const previous = state.tensors.get(input);
    state.tensors.set(input, session.keep(results[output]));
    await previous?.dispose();
  }
}

/** The numbers of an output that came back to the processor. */
export function floats(tensor: ort.Tensor | undefined): Float32Array {
  if (!(tensor?.data instanceof Float32Array)) throw new Error('The session did not return float32 values');
  return tensor.data;
}

/** The tensors of the state that a graph reads. */
export function residentInputs(state: WebGpuState, graph: RecordedGraph): Record<string, ort.Tensor> {
  const inputs = new Set(graph.inputs.map((input) => input.name));
  const read = [...state.tensors].filter(([name]) => inputs.has(name));
  return Object.fromEntries(read.map(([name, { tensor }]) => [name, tensor]));
}
