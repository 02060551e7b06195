import type * as tf from '@tensorflow/tfjs';
import type * as ort from 'onnxruntime-node';
import { encodeModel } from '../graph/encode.ts';
import type { TensorSpec } from '../graph/graph-builder.ts';
import { record, type RecordedGraph } from '../graph/record.ts';
import { stateInput } from './binding-names.ts';
import type { StateArray } from './device.ts';
import { openSession, tensorOver, webgpuSessionOptions } from './sessions.ts';
import { SharedSession, type ResidentTensor } from './shared-session.ts';
import { partsOf, type Block, type BlockPart } from './state-blocks.ts';

/** An array that stays on the device. */
export interface ResidentArray {
  shape: readonly number[];
  /** Name of the graph input that it feeds. */
  input: string;
  /** Name of the graph output with its next value. */
  output: string;
}

/** One slot of a block: its parameters, or one of the optimiser's moments. */
export interface ResidentBlock extends ResidentArray {
  block: Block;
  slot: number;
}

/** Everything the WebGPU device's programs share; tensors are by the name of the graph input that they feed. */
export interface WebGpuState {
  /** In slot, then block order. */
  arrays: ResidentBlock[];
  /** Every parameter in the model's order, with its block. */
  parameters: readonly { name: string; block: Block; part: BlockPart }[];
  tensors: Map<string, ResidentTensor>;
  /** The parameters in arrays of their own, for graphs that only compute; null when blocks have changed since. */
  separate: Map<string, ResidentTensor> | null;
  /** Takes the parameters out of their blocks, once that is needed. */
  separation: Promise<SharedSession> | null;
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

/** Puts values on the device as the named arrays. */
async function upload(
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

/** Puts zeros on the device as the named arrays. */
export function uploadZeros(state: WebGpuState, arrays: readonly ResidentBlock[]): Promise<void> {
  return upload(
    state,
    arrays,
    arrays.map(({ block }) => new Float32Array(block.size)),
  );
}

/** Arrays copied from the device, in the order given. */
export async function download(state: WebGpuState, arrays: readonly ResidentArray[]): Promise<Float32Array[]> {
  const session = await openSession(passThroughGraph(arrays), webgpuSessionOptions([]));
  try {
    const feeds = arrays.map(({ input }) => [input, state.tensors.get(input)?.tensor]);
    const results = await session.run(Object.fromEntries(feeds));
    return arrays.map(({ output }) => floats(results[output]));
  } finally {
    await session.release();
  }
}

/** The whole state in slot, then parameter order. */
export async function readState(state: WebGpuState): Promise<StateArray[]> {
  const values = await download(state, state.arrays);
  const slots = new Set(state.arrays.map(({ slot }) => slot));
  return [...slots].flatMap((slot) =>
    state.parameters.map(({ name, block, part: { shape, offset, size } }) => {
      const index = state.arrays.findIndex((array) => array.slot === slot && array.block === block);
      return { name, slot, shape, data: (values[index] ?? new Float32Array(0)).subarray(offset, offset + size) };
    }),
  );
}

/** Replaces the arrays given; throws where the device holds none of a name and slot. */
export async function writeState(state: WebGpuState, written: readonly StateArray[]): Promise<void> {
  const places = written.map(({ name, slot, data }) => {
    const found = state.parameters.find((parameter) => parameter.name === name);
    const array = state.arrays.find((candidate) => candidate.slot === slot && candidate.block === found?.block);
    if (found === undefined || array === undefined) throw new Error(`The device holds no '${name}' in slot ${slot}`);
    return { array, offset: found.part.offset, data };
  });
  const arrays = [...new Set(places.map(({ array }) => array))];
  const values = await download(state, arrays);
  for (const { array, offset, data } of places) values[arrays.indexOf(array)]?.set(data, offset);
  await upload(state, arrays, values);
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
  await forgetSeparate(state);
}

/** The numbers of an output that came back to the processor. */
export function floats(tensor: ort.Tensor | undefined): Float32Array {
  if (!(tensor?.data instanceof Float32Array)) throw new Error('The session did not return float32 values');
  return tensor.data;
}

/** The tensors of the state that a graph reads; parameters that it wants in arrays of their own are taken out of their blocks. */
export async function residentInputs(state: WebGpuState, graph: RecordedGraph): Promise<Record<string, ort.Tensor>> {
  const inputs = new Set(graph.inputs.map((input) => input.name));
  const wantsSeparate = state.parameters.some(({ name }) => inputs.has(stateInput(name)));
  const separate = wantsSeparate ? await separateParameters(state) : [];
  const read = [...state.tensors, ...separate].filter(([name]) => inputs.has(name));
  return Object.fromEntries(read.map(([name, { tensor }]) => [name, tensor]));
}

/** Every parameter in an array of its own, by the name of the input that it feeds. */
async function separateParameters(state: WebGpuState): Promise<Map<string, ResidentTensor>> {
  if (state.separate !== null) return state.separate;
  const blocks = state.arrays.filter(({ slot }) => slot === 0);
  state.separation ??= openSeparation(blocks);
  const session = await state.separation;
  const results = await session.run(
    Object.fromEntries(blocks.map(({ input }) => [input, state.tensors.get(input)?.tensor as ort.Tensor])),
  );
  state.separate = new Map(Object.entries(results).map(([name, tensor]) => [name, session.keep(tensor)]));
  return state.separate;
}

async function openSeparation(blocks: readonly ResidentBlock[]): Promise<SharedSession> {
  const inputs = blocks.map(({ input, shape }): TensorSpec => ({ name: input, shape: [...shape], type: 'float32' }));
  const graph = record(inputs, (recording) =>
    Object.fromEntries(
      blocks.flatMap(({ block, input }) =>
        partsOf(block, recording.inputs[input] as tf.Tensor).map(([name, values]) => [stateInput(name), values]),
      ),
    ),
  );
  return new SharedSession(await openSession(graph.bytes, webgpuSessionOptions(graph.outputs.map(({ name }) => name))));
}

async function forgetSeparate(state: WebGpuState): Promise<void> {
  const tensors = state.separate?.values() ?? [];
  state.separate = null;
  for (const tensor of tensors) await tensor.dispose();
}

/** Gives everything back to the device. */
export async function disposeState(state: WebGpuState): Promise<void> {
  await forgetSeparate(state);
  await (await state.separation)?.close();
  for (const tensor of state.tensors.values()) await tensor.dispose();
  state.tensors.clear();
}
