import type * as tf from '@tensorflow/tfjs';
import type { TensorSpec } from '../graph/graph-builder.ts';
import { record } from '../graph/record.ts';
import { gatheredInput, nextOutput, stateInput } from './binding-names.ts';
import type { StateArray } from './device.ts';
import type { DeviceArray, GraphicsProcessor, GraphicsSession } from './graphics-session.ts';
import type { Arrays } from './ort-graphs.ts';
import { partsOf, type Block, type BlockPart } from './state-blocks.ts';

/** An array that a run reads on one side and writes, as the next value of it, on the other. */
export interface ResidentArray {
  block: Block;
  /** The parameters, one of the optimiser's moments, or null for gathered gradients. */
  slot: number | null;
  /** Name of the graph input that it feeds. */
  input: string;
  /** Both sides; one array for what never moves. */
  sides: readonly [DeviceArray, DeviceArray];
}

/** Arrays whose sides change together. */
export interface TwoSided {
  arrays: readonly ResidentArray[];
  /** The side that holds what is true now. */
  side: 0 | 1;
}

/** Everything the WebGPU device's programs share. */
export interface ResidentState {
  processor: GraphicsProcessor;
  /** Parameters and moments in slot, then block order. */
  blocks: TwoSided;
  /** Gradients that wait for those of further micro-batches, once there have been any. */
  gathered: TwoSided | null;
  /** Every parameter in the model's order, with its block. */
  parameters: readonly { name: string; block: Block; part: BlockPart }[];
  /** The parameters in arrays of their own, for graphs that only compute; null when blocks have changed since. */
  separate: Record<string, DeviceArray> | null;
  /** Takes the parameters out of their blocks, once that is needed. */
  separation: GraphicsSession | null;
}

/** Both sides of a block, with zeros on the first. */
export function residentArrays(
  processor: GraphicsProcessor,
  blocks: readonly Block[],
  slot: number | null,
): ResidentArray[] {
  const arrays = blocks.map((block): ResidentArray => {
    const make = (): DeviceArray => processor.array({ shape: block.shape, type: 'float32' });
    const first = make();
    const input = slot === null ? gatheredInput(block.name) : stateInput(block.name, slot);
    return { block, slot, input, sides: [first, block.moves ? make() : first] };
  });
  const firsts = arrays.map(({ sides }) => sides[0]);
  upload(
    processor,
    firsts,
    blocks.map((block) => new Float32Array(block.size)),
  );
  return arrays;
}

/** What runs read of arrays: what is true now, by the name of the graph input. */
export function inputsFrom({ arrays, side }: TwoSided): Record<string, DeviceArray> {
  return Object.fromEntries(arrays.map(({ input, sides }) => [input, sides[side]]));
}

/** Where runs write the next values of arrays that move, by the name of the graph output. */
export function outputsTo({ arrays, side }: TwoSided): Record<string, DeviceArray> {
  const moving = arrays.filter(({ block }) => block.moves);
  return Object.fromEntries(moving.map(({ input, sides }) => [nextOutput(input), sides[side === 0 ? 1 : 0]]));
}

/** Makes the values that the last run wrote those that are true. */
export function turn(arrays: TwoSided): void {
  arrays.side = arrays.side === 0 ? 1 : 0;
}

/** Copies between this process and the card; `write` fills the host's arrays before, `read` looks at them after. */
function exchange(
  processor: GraphicsProcessor,
  arrays: readonly DeviceArray[],
  direction: 'up' | 'down',
  use: (host: Float32Array, index: number) => void,
): void {
  const host = arrays.map((array) => processor.hostArray(array));
  const copier = processor.copier(arrays);
  try {
    const each = (): void => host.forEach(({ data }, index) => use(data as Float32Array, index));
    if (direction === 'up') {
      each();
      copier.copy(host, arrays);
    } else {
      copier.copy(arrays, host);
      each();
    }
  } finally {
    copier.close();
    for (const array of host) array.dispose();
  }
}

/** Puts values into arrays on the card. */
export function upload(
  processor: GraphicsProcessor,
  arrays: readonly DeviceArray[],
  values: readonly Float32Array[],
): void {
  exchange(processor, arrays, 'up', (host, index) => host.set(values[index] ?? []));
}

/** The values of arrays on the card, in their order. */
export function download(processor: GraphicsProcessor, arrays: readonly DeviceArray[]): Float32Array[] {
  const values: Float32Array[] = [];
  exchange(processor, arrays, 'down', (host) => values.push(host));
  return values;
}

/** The whole state in slot, then parameter order. */
export function readState({ processor, blocks: { arrays, side }, parameters }: ResidentState): StateArray[] {
  const values = download(
    processor,
    arrays.map(({ sides }) => sides[side]),
  );
  const slots = [...new Set(arrays.map(({ slot }) => slot ?? 0))];
  return slots.flatMap((slot) =>
    parameters.map(({ name, block, part: { shape, offset, size } }) => {
      const index = arrays.findIndex((array) => array.slot === slot && array.block === block);
      return { name, slot, shape, data: (values[index] ?? new Float32Array(0)).subarray(offset, offset + size) };
    }),
  );
}

/** Replaces the arrays given; throws where the device holds none of a name and slot. */
export function writeState(state: ResidentState, written: readonly StateArray[]): void {
  const { arrays, side } = state.blocks;
  const places = written.map(({ name, slot, data }) => {
    const found = state.parameters.find((parameter) => parameter.name === name);
    const array = arrays.find((candidate) => candidate.slot === slot && candidate.block === found?.block);
    if (found === undefined || array === undefined) throw new Error(`The device holds no '${name}' in slot ${slot}`);
    return { array: array.sides[side], offset: found.part.offset, data };
  });
  const changed = [...new Set(places.map(({ array }) => array))];
  const values = download(state.processor, changed);
  for (const { array, offset, data } of places) values[changed.indexOf(array)]?.set(data, offset);
  upload(state.processor, changed, values);
  forgetSeparate(state);
}

/** The arrays of the state that a graph with these inputs reads; parameters that it wants in arrays of their own are taken out of their blocks. */
export function residentInputs(state: ResidentState, inputs: ReadonlySet<string>): Arrays {
  const wantsSeparate = state.parameters.some(({ name, block }) => block.name !== name && inputs.has(stateInput(name)));
  const known = { ...inputsFrom(state.blocks), ...(wantsSeparate ? separateParameters(state) : {}) };
  return Object.fromEntries(Object.entries(known).filter(([name]) => inputs.has(name)));
}

/** Every parameter in an array of its own, by the name of the input that it feeds. */
function separateParameters(state: ResidentState): Record<string, DeviceArray> {
  if (state.separate !== null) return state.separate;
  const { arrays, side } = state.blocks;
  const blocks = arrays.filter(({ slot }) => slot === 0);
  state.separation ??= openSeparation(state.processor, blocks);
  const separate = Object.fromEntries(
    state.parameters.map(({ name, part: { shape } }) => [
      stateInput(name),
      state.processor.array({ shape, type: 'float32' }),
    ]),
  );
  state.separation.run(Object.fromEntries(blocks.map(({ input, sides }) => [input, sides[side]])), separate);
  state.separate = separate;
  return separate;
}

function openSeparation(processor: GraphicsProcessor, blocks: readonly ResidentArray[]): GraphicsSession {
  const inputs = blocks.map(({ input, block }): TensorSpec => ({
    name: input,
    shape: [...block.shape],
    type: 'float32',
  }));
  const graph = record(inputs, (recording) =>
    Object.fromEntries(
      blocks.flatMap(({ block, input }) =>
        partsOf(block, recording.inputs[input] as tf.Tensor).map(([name, values]) => [stateInput(name), values]),
      ),
    ),
  );
  return processor.open(graph.bytes);
}

/** To be called when the parameters have changed. */
export function forgetSeparate(state: ResidentState): void {
  for (const array of Object.values(state.separate ?? {})) array.dispose();
  state.separate = null;
}

/** Gives everything back to the card. */
export function disposeState(state: ResidentState): void {
  forgetSeparate(state);
  state.separation?.close();
  for (const { sides } of [...state.blocks.arrays, ...(state.gathered?.arrays ?? [])]) {
    for (const array of new Set(sides)) array.dispose();
  }
  state.processor.dispose();
}
