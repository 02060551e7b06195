import { MOST_LANES } from '@greenlight/shared/stages/training/plan/lanes.ts';
import type * as ort from 'onnxruntime-node';
import { withConstantInputs } from '../graph/encode.ts';
import type { Initialiser } from '../graph/graph-builder.ts';
import { ownOperators } from '../products/own-operators.ts';
import type { RecordedGraph } from '../graph/record.ts';
import { parameterFeeds, readState, writeState, type CpuState, type HostSessions } from './cpu-state.ts';
import { loadCpuTraining } from './cpu-training.ts';
import type { Device, DeviceReason, DeviceReport, GraphDialect, InferenceProgram, StateShape } from './device.ts';
import { GraphMemory } from './graph-memory.ts';
import { hugePages } from './huge-pages.ts';
import { createKernelTeam } from './kernel-team.ts';
import { findNativeAdam } from './native-adam.ts';
import { loadOwnInference } from './own-inference.ts';
import { PackedParameters } from './packed-parameters.ts';
import { canAvoidOutputCopies, runInto } from './output-copies.ts';
import { allocateParameterMemory } from './parameter-memory.ts';
import {
  cpuInferenceOptions,
  cpuSessionOptions,
  fedTensors,
  openSession,
  ownInferenceOptions,
  ownSessionOptions,
  tensorOver,
} from './sessions.ts';
import { LaneThread } from './lane-thread.ts';
import { processorName } from './processor.ts';
import { helperThreads } from './shared-memory.ts';
import { largestBlockBytes, WeightFactors } from './weight-factors.ts';

/** A model file cannot hold more than 2 GiB: larger models stay outside their graph. */
const LARGEST_CONSTANTS_BYTES = 1.9 * 2 ** 30;

/** What a caller may decide of a device on the processor. */
interface CpuOptions {
  /** Threads beside the calling one; as many as there are cores where it is not given. */
  helpers?: number;
  /** Without, ONNX Runtime multiplies matrices, as it does where this project's own operators do not run. */
  ownProducts?: boolean;
}

/** Runs graphs on the processor: parameters live in one WebAssembly memory of this process, which sessions read and the optimiser updates in place. */
export async function createCpuDevice(
  shape: StateShape,
  reason: DeviceReason,
  { helpers: wantedHelpers, ownProducts = true }: CpuOptions = {},
): Promise<Device> {
  const report: DeviceReport = { device: 'cpu', adapter: processorName(), reason };
  const hasOwn = ownProducts && (await ownOperators()) !== null;
  // A service that answers keeps few graphs, and gives their memory back with each.
  const graphMemory = shape.training ? await GraphMemory.open() : null;
  const isShared = graphMemory !== null;
  const sessions: HostSessions = {
    training: cpuSessionOptions(1, isShared),
    lane: cpuSessionOptions(MOST_LANES, isShared),
    inference: cpuInferenceOptions(isShared),
    own: hasOwn
      ? {
          training: ownSessionOptions(1, isShared),
          lane: ownSessionOptions(MOST_LANES, isShared),
          inference: ownInferenceOptions(),
        }
      : null,
  };
  const helpers = shape.training ? (wantedHelpers ?? (await helperThreads())) : 0;
  const updatesNatively = shape.training && hasOwn;
  const blockBytes = updatesNatively ? largestBlockBytes(shape) : 0;
  const memory = allocateParameterMemory(shape, helpers > 0, {
    blockBytes: (helpers + 1) * blockBytes,
    preferHugePages: await hugePages(),
  });
  const native = updatesNatively ? await findNativeAdam(memory.memory) : null;
  const blocks = memory.blocks === null ? null : { address: memory.blocks, bytes: blockBytes };
  const kernels = await createKernelTeam(memory.memory, helpers, native, blocks);
  const factors = native === null || blocks === null ? null : await WeightFactors.open(native, blocks, helpers + 1);
  const most = memory.furtherGradients.length === MOST_LANES ? MOST_LANES : 1;
  const laneThread = most > 1 && helpers > 0 ? new LaneThread() : null;
  const state: CpuState = { shape, memory, kernels, laneThread, sessions, factors, touchedRows: new Map() };
  const packed = new PackedParameters();
  const dialect: GraphDialect = {
    fusedMatMul: true,
    ownProducts: hasOwn,
    sumsInParts: false,
    weightFactors: factors !== null,
    embeddingRows: true,
    updatesInGraph: false,
    blocks: false,
    packedMasks: false,
    sequenceOutput: await canAvoidOutputCopies(sessions.training),
    shapeArithmetic: true,
  };
  return {
    report,
    dialect,
    lanes: { most, areThreads: laneThread !== null },
    graphMemory,
    loadTraining: async (graphs) => {
      const program = await loadCpuTraining(state, graphs);
      await kernels.ready();
      return program;
    },
    loadInference: (graph, options) => loadInference(state, graph, options?.fixedParameters === true, packed),
    readState: () => Promise.resolve(readState(state)),
    writeState: async (arrays) => writeState(state, arrays),
    dispose: async () => {
      await laneThread?.dispose();
      await kernels.dispose();
      graphMemory?.dispose();
    },
  };
}

async function loadInference(
  state: CpuState,
  graph: RecordedGraph,
  fixedParameters: boolean,
  packed: PackedParameters,
): Promise<InferenceProgram> {
  const { own } = state.sessions;
  if (graph.hasOwnOperators && own !== null) {
    const usesPacked = graph.inputs.some((input) => input.packed === true);
    return loadOwnInference(state, graph, usesPacked ? own.inference : own.training, packed);
  }
  const bound = fedTensors(parameterFeeds(state, graph));
  const isFixed = fixedParameters && sizeBytes(bound) < LARGEST_CONSTANTS_BYTES;
  const bytes = isFixed ? withConstantInputs(graph.bytes, constants(bound)) : graph.bytes;
  const session = await openSession(bytes, state.sessions.inference);
  const parameters = isFixed ? {} : bound;
  // Only these are held on to, and not the graph with its bytes.
  const { outputs, sequenceOutput } = graph;
  return {
    run: async (feeds, into = {}) => {
      const fetches: Record<string, ort.Tensor | null> = {};
      for (const { name } of outputs) {
        const target = into[name];
        fetches[name] = target === undefined ? null : tensorOver(target.data, target.shape);
      }
      const inputs = { ...parameters, ...fedTensors(feeds) };
      if (sequenceOutput !== null) {
        await runInto(session, inputs, fetches as Record<string, ort.Tensor>, sequenceOutput);
        return Object.fromEntries(Object.entries(into).map(([name, { data }]) => [name, data]));
      }
      const results = await session.run(inputs, fetches);
      return Object.fromEntries(
        outputs.map(({ name }) => [name, into[name]?.data ?? (results[name]?.data as Float32Array | Int32Array)]),
      );
    },
    dispose: () => session.release(),
  };
}

function sizeBytes(tensors: Record<string, ort.Tensor>): number {
  return Object.values(tensors).reduce((total, { size }) => total + 4 * size, 0);
}

/** Tensors as the constants of a graph. */
function constants(tensors: Record<string, ort.Tensor>): Initialiser[] {
  return Object.entries(tensors).map(([name, { data, dims }]) => {
    const { buffer, byteOffset, byteLength } = data as Float32Array<ArrayBuffer>;
    return { name, shape: [...dims], type: 'float32', bytes: new Uint8Array(buffer, byteOffset, byteLength) };
  });
}
