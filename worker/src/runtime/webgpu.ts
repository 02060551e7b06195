import { nextOutput, stateInput } from './binding-names.ts';
import type { RecordedGraph } from '../graph/record.ts';
import type { Device, DeviceReason, InferenceProgram, StateShape } from './device.ts';
import { fedTensors, openSession, webgpuSessionOptions } from './sessions.ts';
import { download, residentInputs, residentState, sizeOf, upload, type WebGpuState } from './webgpu-state.ts';
import { WebGpuTraining } from './webgpu-training.ts';

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
  const training = new WebGpuTraining(state);
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
    loadTraining: (graphs) => training.load(graphs),
    loadInference: (graph) => loadInference(state, graph),
    readState: () => download(state),
    writeState: (written) => {
      const replaced = written.map((array) => residentState(state, array));
      const values = written.map(({ data }) => data);
      return upload(state, replaced, values);
    },
    dispose: async () => {
      await training.dispose();
      for (const tensor of state.tensors.values()) await tensor.dispose();
      state.tensors.clear();
    },
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
