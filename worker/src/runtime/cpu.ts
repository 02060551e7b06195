import { cpus } from 'node:os';
import type * as ort from 'onnxruntime-node';
import type { RecordedGraph } from '../graph/record.ts';
import { boundParameters, readState, writeState, type CpuState } from './cpu-state.ts';
import { loadCpuTraining } from './cpu-training.ts';
import type { Device, DeviceReason, DeviceReport, GraphDialect, InferenceProgram, StateShape } from './device.ts';
import { createKernelTeam } from './kernel-team.ts';
import { canAvoidOutputCopies } from './output-copies.ts';
import { allocateParameterMemory } from './parameter-memory.ts';
import { cpuSessionOptions, fedTensors, openSession, tensorOver } from './sessions.ts';
import { helperThreads } from './shared-memory.ts';

/** Runs graphs on the processor; parameters live in one WebAssembly memory that sessions read and the optimiser updates in place. */
export async function createCpuDevice(shape: StateShape, reason: DeviceReason): Promise<Device> {
  const helpers = shape.training ? await helperThreads() : 0;
  const memory = allocateParameterMemory(shape, helpers > 0);
  const state: CpuState = { shape, memory, kernels: createKernelTeam(memory.memory, helpers), touchedRows: new Map() };
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
    loadTraining: (graphs) => loadCpuTraining(state, graphs),
    loadInference: (graph) => loadInference(state, graph),
    readState: () => Promise.resolve(readState(state)),
    writeState: async (arrays) => writeState(state, arrays),
    dispose: () => state.kernels.dispose(),
  };
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
