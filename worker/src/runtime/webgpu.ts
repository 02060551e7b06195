import { nextOutput, stateInput } from './binding-names.ts';
import type { RecordedGraph } from '../graph/record.ts';
import type { Device, DeviceReason, InferenceProgram, StateShape } from './device.ts';
import { fedTensors, openSession, webgpuSessionOptions } from './sessions.ts';
import { stateBlocks } from './state-blocks.ts';
import { disposeState, readState, residentInputs, uploadZeros, writeState, type WebGpuState } from './webgpu-state.ts';
import { WebGpuTraining } from './webgpu-training.ts';

/** Runs graphs on a graphics processor through WebGPU; parameters and optimiser state stay in its buffers from step to step. */
export async function createWebGpuDevice(shape: StateShape, adapter: string, reason: DeviceReason): Promise<Device> {
  const blocks = stateBlocks(shape.parameters, shape.frozen);
  const arrays = Array.from({ length: 1 + shape.moments }, (_, slot) =>
    blocks.map((block) => {
      const input = stateInput(block.name, slot);
      return { block, slot, shape: block.shape, input, output: nextOutput(input) };
    }),
  ).flat();
  const places = new Map(blocks.flatMap((block) => block.parts.map((part) => [part.name, { block, part }])));
  const parameters = shape.parameters.flatMap(({ name }) => {
    const place = places.get(name);
    return place === undefined ? [] : [{ name, ...place }];
  });
  const state: WebGpuState = { arrays, parameters, tensors: new Map(), separate: null, separation: null };
  await uploadZeros(state, arrays);
  const training = new WebGpuTraining(state);
  return {
    report: { device: 'webgpu', adapter, reason },
    dialect: {
      fusedMatMul: false,
      embeddingRows: false,
      updatesInGraph: true,
      blocks: true,
      packedMasks: true,
      sequenceOutput: false,
      // Shapes are computed on the processor, and no node may fall back to it.
      shapeArithmetic: false,
    },
    lanes: { most: 1, areThreads: false },
    loadTraining: (graphs) => training.load(graphs),
    loadInference: (graph) => loadInference(state, graph),
    readState: () => readState(state),
    writeState: (written) => writeState(state, written),
    dispose: async () => {
      await training.dispose();
      await disposeState(state);
    },
  };
}

async function loadInference(state: WebGpuState, graph: RecordedGraph): Promise<InferenceProgram> {
  const session = await openSession(graph.bytes, webgpuSessionOptions([]));
  return {
    run: async (feeds, into = {}) => {
      const results = await session.run({ ...(await residentInputs(state, graph)), ...fedTensors(feeds) });
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
