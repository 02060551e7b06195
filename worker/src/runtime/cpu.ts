import { cpus } from 'node:os';
import type * as ort from 'onnxruntime-node';
import type { RecordedGraph } from '../graph/record.ts';
import {
  EMBEDDING_ROWS_PREFIX,
  embeddingRowsOutput,
  gradientOutput,
  LOSS_OUTPUT,
  stateInput,
} from './binding-names.ts';
import type {
  Device,
  DeviceReason,
  DeviceReport,
  GraphDialect,
  InferenceProgram,
  StateArray,
  StateShape,
  StepOutcome,
  TrainingProgram,
  Update,
} from './device.ts';
import { canAvoidOutputCopies, runInto } from './output-copies.ts';
import { allocateParameterMemory, type ParameterMemory, type Region } from './parameter-memory.ts';
import { cpuSessionOptions, fedTensors, openSession, tensorOver } from './sessions.ts';
import { createSimdKernels, type SimdKernels } from './simd-kernels.ts';

/** Added to the norm before dividing by it, as in PyTorch's clip_grad_norm_. */
const CLIP_EPSILON = 1e-6;

/** Everything the CPU device's programs share. */
interface CpuState {
  shape: StateShape;
  memory: ParameterMemory;
  kernels: SimdKernels;
  /** Rows of embedding gradients that the last step wrote, to be zeroed before the next. */
  touchedRows: Set<number>;
}

/** Runs graphs on the processor; parameters live in one WebAssembly memory that sessions read and the optimiser updates in place. */
export async function createCpuDevice(shape: StateShape, reason: DeviceReason): Promise<Device> {
  const memory = allocateParameterMemory(shape);
  const state: CpuState = { shape, memory, kernels: createSimdKernels(memory.memory), touchedRows: new Set() };
  const report: DeviceReport = { device: 'cpu', adapter: cpus()[0]?.model.trim() ?? 'unknown processor', reason };
  const dialect: GraphDialect = {
    fusedMatMul: true,
    embeddingRows: true,
    updatesInGraph: false,
    sequenceOutput: await canAvoidOutputCopies(),
  };
  return {
    report,
    dialect,
    loadTraining: (graph) => loadTraining(state, graph),
    loadInference: (graph) => loadInference(state, graph),
    readState: () => Promise.resolve(readState(state)),
    writeState: async (arrays) => writeState(state, arrays),
    dispose: () => Promise.resolve(),
  };
}

function region(state: CpuState, slot: number): Region {
  const found = state.memory.slots[slot];
  if (found === undefined) throw new Error(`The device holds no state in slot ${slot}`);
  return found;
}

function viewOf(from: Region, name: string): Float32Array {
  const view = from.views.get(name);
  if (view === undefined) throw new Error(`The device holds no parameter '${name}'`);
  return view;
}

function readState(state: CpuState): StateArray[] {
  return state.memory.slots.flatMap((from, slot) =>
    state.shape.parameters.map(({ name, shape }) => ({ name, shape, slot, data: viewOf(from, name) })),
  );
}

function writeState(state: CpuState, arrays: readonly StateArray[]): void {
  for (const { name, slot, data } of arrays) viewOf(region(state, slot), name).set(data);
}

/** The parameters that a graph reads, as tensors over the device's memory. */
function boundParameters(state: CpuState, graph: RecordedGraph): Record<string, ort.Tensor> {
  const inputs = new Set(graph.inputs.map((input) => input.name));
  return Object.fromEntries(
    state.shape.parameters
      .filter(({ name }) => inputs.has(stateInput(name)))
      .map(({ name, shape }) => [stateInput(name), tensorOver(viewOf(region(state, 0), name), shape)]),
  );
}

async function loadTraining(state: CpuState, graph: RecordedGraph): Promise<TrainingProgram> {
  const { gradients } = state.memory;
  if (gradients === null) throw new Error('The device was made for inference only');
  const session = await openSession(graph.bytes, cpuSessionOptions());
  const parameters = boundParameters(state, graph);
  const loss = new Float32Array(1);
  const rows = graph.outputs
    .filter((output) => output.name.startsWith(EMBEDDING_ROWS_PREFIX))
    .map(({ shape }) => ({ shape, data: new Float32Array(shape.reduce((product, size) => product * size, 1)) }));
  const fetches: Record<string, ort.Tensor> = { [LOSS_OUTPUT]: tensorOver(loss, []) };
  rows.forEach(({ data, shape }, lookup) => (fetches[embeddingRowsOutput(lookup)] = tensorOver(data, shape)));
  for (const output of graph.outputs) {
    const parameter = state.shape.parameters.find(({ name }) => gradientOutput(name) === output.name);
    if (parameter !== undefined) fetches[output.name] = tensorOver(viewOf(gradients, parameter.name), parameter.shape);
  }

  return {
    step: async (feeds, lookups, update): Promise<StepOutcome> => {
      await runInto(session, { ...parameters, ...fedTensors(feeds) }, fetches, graph.sequenceOutput);
      addEmbeddingRows(
        state,
        rows.map(({ data }) => data),
        lookups,
      );
      const gradientNorm = Math.sqrt(state.kernels.sumOfSquares(gradients.address, state.memory.count));
      const meanLoss = loss[0] ?? Number.NaN;
      if (!Number.isFinite(gradientNorm) || !Number.isFinite(meanLoss)) {
        return { loss: meanLoss, gradientNorm, nonFiniteParameter: firstNonFinite(state, gradients) };
      }
      applyUpdate(state, gradients, gradientNorm, update);
      return { loss: meanLoss, gradientNorm, nonFiniteParameter: null };
    },
    dispose: () => session.release(),
  };
}

/**
 * Adds gradient rows into the embedding table's gradient, one after the other. In the graph this would be ScatterND, which adds
 * repeated ids from several threads at once and loses some.
 */
function addEmbeddingRows(state: CpuState, rows: readonly Float32Array[], lookups: readonly Int32Array[]): void {
  const { gradients } = state.memory;
  const table = state.shape.parameters.find(({ name }) => name === 'embedding');
  if (gradients === null || table === undefined || rows.length === 0) return;
  const gradient = viewOf(gradients, table.name);
  const width = table.shape[1] ?? 1;
  for (const id of state.touchedRows) gradient.fill(0, id * width, (id + 1) * width);
  state.touchedRows.clear();
  rows.forEach((values, lookup) => {
    const ids = lookups[lookup];
    if (ids === undefined) throw new Error(`The ids of embedding lookup ${lookup} are missing`);
    ids.forEach((id, row) => {
      state.touchedRows.add(id);
      const [target, source] = [id * width, row * width];
      for (let column = 0; column < width; column++) {
        gradient[target + column] = (gradient[target + column] ?? 0) + (values[source + column] ?? 0);
      }
    });
  });
}

function firstNonFinite(state: CpuState, gradients: Region): string | null {
  for (const { name } of state.shape.parameters) {
    const extent = state.memory.extents.get(name);
    if (extent === undefined) continue;
    const squares = state.kernels.sumOfSquares(gradients.address + extent.offset * 4, extent.paddedCount);
    if (!Number.isFinite(squares)) return name;
  }
  return null;
}

function applyUpdate(state: CpuState, gradients: Region, gradientNorm: number, update: Update): void {
  const { kernels, memory } = state;
  const address = (slot: number): number => region(state, slot).address;
  const { clipNorm, l2, shrink, stepSize, epsilon, beta1, beta2 } = update;
  const scale = clipNorm === null ? 1 : Math.min(1, clipNorm / (gradientNorm + CLIP_EPSILON));
  if (update.rule === 'sgd') {
    kernels.sgd(address(0), gradients.address, memory.count, scale, l2, stepSize);
  } else if (update.rule === 'momentum') {
    kernels.momentum(address(0), address(1), gradients.address, memory.count, scale, l2, stepSize, beta1);
  } else {
    kernels.adam(
      ...([address(0), address(1), address(2), gradients.address, memory.count] as const),
      ...([scale, l2, shrink, stepSize, epsilon, beta1, 1 - beta1, beta2, 1 - beta2] as const),
    );
  }
}

async function loadInference(state: CpuState, graph: RecordedGraph): Promise<InferenceProgram> {
  const session = await openSession(graph.bytes, cpuSessionOptions());
  const parameters = boundParameters(state, graph);
  return {
    run: async (feeds, into = {}) => {
      const fetches: Record<string, ort.Tensor | null> = {};
      for (const { name } of graph.outputs) {
        const target = into[name];
        fetches[name] = target === undefined ? null : tensorOver(target.data, target.shape);
      }
      const results = await session.run({ ...parameters, ...fedTensors(feeds) }, fetches);
      return Object.fromEntries(
        graph.outputs.map(({ name }) => [name, into[name]?.data ?? (results[name]?.data as Float32Array | Int32Array)]),
      );
    },
    dispose: () => session.release(),
  };
}
