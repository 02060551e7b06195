import type * as ort from 'onnxruntime-node';
import { encodeModel } from '../graph/encode.ts';
import type { RecordedGraph } from '../graph/record.ts';
import {
  LOSS_OUTPUT,
  nextStateOutput,
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
  StateArray,
  StateShape,
  StepOutcome,
  TrainingProgram,
  Update,
} from './device.ts';
import { fedTensors, openSession, tensorOver, webgpuSessionOptions } from './sessions.ts';
import { SharedSession, type ResidentTensor } from './shared-session.ts';

/** Stands for "no limit" where the clipping norm is a number in the graph. */
const NO_CLIPPING = 3e38;

/** One array of the state on the device. */
interface ResidentArray {
  name: string;
  slot: number;
  shape: number[];
  /** Name of the graph input that it feeds. */
  input: string;
  /** Name of the graph output with its next value. */
  output: string;
}

/** Everything the WebGPU device's programs share; tensors are by the name of the graph input that they feed. */
interface WebGpuState {
  arrays: ResidentArray[];
  tensors: Map<string, ResidentTensor>;
}

/** Runs graphs on a graphics processor through WebGPU; parameters and optimiser state stay in its buffers from step to step. */
export async function createWebGpuDevice(shape: StateShape, adapter: string, reason: DeviceReason): Promise<Device> {
  const arrays = Array.from({ length: 1 + shape.moments }, (_, slot) =>
    shape.parameters.map((parameter) => ({
      name: parameter.name,
      slot,
      shape: parameter.shape,
      input: stateInput(parameter.name, slot),
      output: nextStateOutput(parameter.name, slot),
    })),
  ).flat();
  const state: WebGpuState = { arrays, tensors: new Map() };
  await upload(
    state,
    arrays.map((array) => ({ ...array, data: new Float32Array(sizeOf(array.shape)) })),
  );
  return {
    report: { device: 'webgpu', adapter, reason },
    dialect: { fusedMatMul: false, embeddingRows: false, updatesInGraph: true, sequenceOutput: false },
    loadTraining: (graph) => loadTraining(state, graph),
    loadInference: (graph) => loadInference(state, graph),
    readState: () => download(state),
    writeState: (written) => upload(state, written),
    dispose: async () => {
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
    inputs: arrays.map(({ input, shape }) => ({ name: input, shape, type: 'float32' })),
    outputs: arrays.map(({ output, shape }) => ({ name: output, shape, type: 'float32' })),
    sequenceOutput: null,
  });
}

function residentArray(state: WebGpuState, { name, slot }: { name: string; slot: number }): ResidentArray {
  const found = state.arrays.find((array) => array.name === name && array.slot === slot);
  if (found === undefined) throw new Error(`The device holds no '${name}' in slot ${slot}`);
  return found;
}

async function upload(state: WebGpuState, written: readonly StateArray[]): Promise<void> {
  const arrays = written.map((array) => residentArray(state, array));
  const outputs = arrays.map(({ output }) => output);
  const session = new SharedSession(await openSession(passThroughGraph(arrays), webgpuSessionOptions(outputs)));
  try {
    const feeds = arrays.map(({ input, shape }, index) => [
      input,
      tensorOver(written[index]?.data ?? new Float32Array(0), shape),
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
    const feeds = [...state.tensors].map(([input, { tensor }]) => [input, tensor]);
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
  arrays: readonly ResidentArray[],
  session: SharedSession,
  results: ort.InferenceSession.ReturnType,
): Promise<void> {
  for (const { input, output } of arrays) {
    const previous = state.tensors.get(input);
    state.tensors.set(input, session.keep(results[output]));
    await previous?.dispose();
  }
}

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

async function loadTraining(state: WebGpuState, graph: RecordedGraph): Promise<TrainingProgram> {
  const inputs = new Set(graph.inputs.map((input) => input.name));
  const resident = state.arrays.map(({ output }) => output);
  const session = new SharedSession(await openSession(graph.bytes, webgpuSessionOptions(resident)));
  return {
    step: async (feeds, _lookups, update): Promise<StepOutcome> => {
      const scalars = Object.entries(updateFeeds(update)).filter(([name]) => inputs.has(name));
      const results = await session.run({
        ...residentInputs(state, graph),
        ...fedTensors({ ...feeds, ...Object.fromEntries(scalars) }),
      });
      const loss = floats(results[LOSS_OUTPUT])[0] ?? Number.NaN;
      const squares = [...floats(results[SQUARED_NORMS_OUTPUT])];
      const gradientNorm = Math.sqrt(squares.reduce((sum, square) => sum + square, 0));
      if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm)) {
        for (const output of resident) results[output]?.dispose();
        const first = squares.findIndex((square) => !Number.isFinite(square));
        return { loss, gradientNorm, nonFiniteParameter: state.arrays[first]?.name ?? null };
      }
      await replaceTensors(state, state.arrays, session, results);
      return { loss, gradientNorm, nonFiniteParameter: null };
    },
    dispose: () => session.close(),
  };
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
