import type * as ort from 'onnxruntime-node';
import { encodeModel } from '../graph/encode.ts';
import type { RecordedGraph } from '../graph/record.ts';
import {
  gatheredInput,
  inputOfNext,
  KEEP_INPUT,
  LOSS_OUTPUT,
  nextOutput,
  SQUARED_NORMS_OUTPUT,
  stateInput,
  UPDATE_INPUTS,
  updateInput,
} from './binding-names.ts';
import type {
  DeviceReason,
  Device,
  Feeds,
  InferenceProgram,
  NamedShape,
  StateArray,
  StateShape,
  StepOutcome,
  TrainingGraphs,
  TrainingProgram,
  Update,
  UpdateOutcome,
} from './device.ts';
import { fedTensors, openSession, tensorOver, webgpuSessionOptions } from './sessions.ts';
import { SharedSession, type ResidentTensor } from './shared-session.ts';

/** Stands for "no limit" where the clipping norm is a number in the graph. */
const NO_CLIPPING = 3e38;

/** An array that stays on the device. */
interface ResidentArray {
  shape: readonly number[];
  /** Name of the graph input that it feeds. */
  input: string;
  /** Name of the graph output with its next value. */
  output: string;
}

/** An array of the training state. */
interface ResidentState extends ResidentArray, NamedShape {
  shape: number[];
  slot: number;
}

/** Everything the WebGPU device's programs share; tensors are by the name of the graph input that they feed. */
interface WebGpuState {
  arrays: ResidentState[];
  /** Parameters that updates move. */
  trainable: readonly NamedShape[];
  tensors: Map<string, ResidentTensor>;
  /** The update from gathered gradients, once it is needed. */
  update?: Promise<ResidentProgram>;
}

/** Runs graphs on a graphics processor through WebGPU; parameters and optimiser state stay in its buffers from step to step. */
export async function createWebGpuDevice(shape: StateShape, adapter: string, reason: DeviceReason): Promise<Device> {
  const arrays = Array.from({ length: 1 + shape.moments }, (_, slot) =>
    shape.parameters.map((parameter) => ({
      name: parameter.name,
      slot,
      shape: parameter.shape,
      input: stateInput(parameter.name, slot),
      output: nextOutput(stateInput(parameter.name, slot)),
    })),
  ).flat();
  const trainable = shape.parameters.filter(({ name }) => !shape.frozen.has(name));
  const state: WebGpuState = { arrays, trainable, tensors: new Map() };
  const zeros = arrays.map((array) => new Float32Array(sizeOf(array.shape)));
  await upload(state, arrays, zeros);
  return {
    report: { device: 'webgpu', adapter, reason },
    dialect: {
      fusedMatMul: false,
      embeddingRows: false,
      updatesInGraph: true,
      sequenceOutput: false,
      // Shapes are computed on the processor, and no node may fall back to it.
      shapeArithmetic: false,
    },
    loadTraining: (graphs) => loadTraining(state, graphs),
    loadInference: (graph) => loadInference(state, graph),
    readState: () => download(state),
    writeState: (written) => {
      const replaced = written.map((array) => residentState(state, array));
      const values = written.map(({ data }) => data);
      return upload(state, replaced, values);
    },
    dispose: async () => {
      await (await state.update)?.close();
      for (const tensor of state.tensors.values()) await tensor.dispose();
      state.tensors.clear();
    },
  };
}

function sizeOf(shape: readonly number[]): number {
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

function residentState(state: WebGpuState, { name, slot }: { name: string; slot: number }): ResidentState {
  const found = state.arrays.find((array) => array.name === name && array.slot === slot);
  if (found === undefined) throw new Error(`The device holds no '${name}' in slot ${slot}`);
  return found;
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

async function download(state: WebGpuState): Promise<StateArray[]> {
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
async function replaceTensors(
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

/** An update's scalars; a graph takes those that it has inputs for. */
function updateFeeds(update: Update): Feeds {
  const values: Record<(typeof UPDATE_INPUTS)[number], number> = {
    ...update,
    clipNorm: update.clipNorm ?? NO_CLIPPING,
  };
  return Object.fromEntries(
    UPDATE_INPUTS.map((name) => [updateInput(name), { data: Float32Array.of(values[name]), shape: [] }]),
  );
}

function floats(tensor: ort.Tensor | undefined): Float32Array {
  if (!(tensor?.data instanceof Float32Array)) throw new Error('The session did not return float32 values');
  return tensor.data;
}

/** The tensors of the state that a graph reads. */
function residentInputs(state: WebGpuState, graph: RecordedGraph): Record<string, ort.Tensor> {
  const inputs = new Set(graph.inputs.map((input) => input.name));
  const read = [...state.tensors].filter(([name]) => inputs.has(name));
  return Object.fromEntries(read.map(([name, { tensor }]) => [name, tensor]));
}

/** A training graph whose state stays on the device: its `next` outputs take the places of the inputs that they are for. */
interface ResidentProgram {
  run(feeds: Feeds): Promise<{ loss: number; squaredNorms: number[] }>;
  close(): Promise<void>;
}

async function loadResident(state: WebGpuState, graph: RecordedGraph): Promise<ResidentProgram> {
  const inputs = new Set(graph.inputs.map((input) => input.name));
  const outputs = new Set(graph.outputs.map((output) => output.name));
  const resident = graph.outputs.flatMap(({ name }) => {
    const input = inputOfNext(name);
    return input === null ? [] : [{ input, output: name }];
  });
  const session = new SharedSession(
    await openSession(graph.bytes, webgpuSessionOptions(resident.map(({ output }) => output))),
  );
  const numbers = (results: ort.InferenceSession.ReturnType, name: string): number[] =>
    outputs.has(name) ? [...floats(results[name])] : [];
  return {
    run: async (feeds) => {
      const fed = Object.fromEntries(Object.entries(feeds).filter(([name]) => inputs.has(name)));
      const results = await session.run({ ...residentInputs(state, graph), ...fedTensors(fed) });
      const [loss = 0] = numbers(results, LOSS_OUTPUT);
      const squaredNorms = numbers(results, SQUARED_NORMS_OUTPUT);
      if ([loss, ...squaredNorms].every((value) => Number.isFinite(value))) {
        await replaceTensors(state, resident, session, results);
      } else {
        for (const { output } of resident) results[output]?.dispose();
      }
      return { loss, squaredNorms };
    },
    close: () => session.close(),
  };
}

async function loadTraining(state: WebGpuState, graphs: TrainingGraphs): Promise<TrainingProgram> {
  const step = await loadResident(state, graphs.step);
  let gather: Promise<ResidentProgram> | undefined;
  const outcomeOf = (squaredNorms: readonly number[]): UpdateOutcome => {
    const first = squaredNorms.findIndex((square) => !Number.isFinite(square));
    const gradientNorm = Math.sqrt(squaredNorms.reduce((sum, square) => sum + square, 0));
    return { gradientNorm, nonFiniteParameter: state.trainable[first]?.name ?? null };
  };
  return {
    step: async (feeds, _lookups, update): Promise<StepOutcome> => {
      const { loss, squaredNorms } = await step.run({ ...feeds, ...updateFeeds(update) });
      return { loss, ...outcomeOf(squaredNorms) };
    },
    gather: async (feeds, _lookups, isFirst) => {
      gather ??= loadResident(state, graphs.gather());
      const program = await gather;
      if (isFirst) await makeRoomToGather(state);
      const keep = { data: Float32Array.of(isFirst ? 0 : 1), shape: [] };
      const { loss } = await program.run({ ...feeds, [KEEP_INPUT]: keep });
      if (!Number.isFinite(loss)) await forgetGathered(state);
      return loss;
    },
    finish: async (update) => {
      state.update ??= loadResident(state, graphs.update());
      const { squaredNorms } = await (await state.update).run(updateFeeds(update));
      const outcome = outcomeOf(squaredNorms);
      if (!Number.isFinite(outcome.gradientNorm)) await forgetGathered(state);
      return outcome;
    },
    dispose: async () => {
      await step.close();
      await (await gather)?.close();
    },
  };
}

/** Puts zeros where gradients are to be gathered, once: later steps start by multiplying what is there by 0. */
async function makeRoomToGather(state: WebGpuState): Promise<void> {
  const missing = state.trainable.filter(({ name }) => !state.tensors.has(gatheredInput(name)));
  if (missing.length === 0) return;
  const arrays = missing.map(({ name, shape }) => ({
    shape,
    input: gatheredInput(name),
    output: nextOutput(gatheredInput(name)),
  }));
  await upload(
    state,
    arrays,
    arrays.map(({ shape }) => new Float32Array(sizeOf(shape))),
  );
}

/** Drops gathered gradients that are not finite: 0 times infinity would spoil every later step. */
async function forgetGathered(state: WebGpuState): Promise<void> {
  for (const { name } of state.trainable) {
    const input = gatheredInput(name);
    await state.tensors.get(input)?.dispose();
    state.tensors.delete(input);
  }
}

async function loadInference(state: WebGpuState, graph: RecordedGraph): Promise<InferenceProgram> {
  const session = await openSession(graph.bytes, webgpuSessionOptions([]));
  return {
    run: async (feeds, into = {}) => {
      const results = await session.run({ ...residentInputs(state, graph), ...fedTensors(feeds) });
      return Object.fromEntries(
        graph.outputs.map(({ name }) => {
          const data = results[name]?.data as Float32Array | Int32Array;
          into[name]?.data.set(data);
          return [name, data];
        }),
      );
    },
    dispose: () => session.release(),
  };
}
