import type { RecordedGraph } from '../graph/record.ts';
import type { Device, DeviceReason, Feeds, InferenceProgram, StateShape } from './device.ts';
import { GraphicsProcessor, type HostArray } from './graphics-session.ts';
import { stateBlocks } from './state-blocks.ts';
import {
  disposeState,
  readState,
  residentArrays,
  residentInputs,
  writeState,
  type WebGpuState,
} from './webgpu-state.ts';
import { WebGpuTraining } from './webgpu-training.ts';

/** Runs graphs on a graphics processor through WebGPU; parameters and optimiser state stay in its buffers from step to step. */
export async function createWebGpuDevice(shape: StateShape, adapter: string, reason: DeviceReason): Promise<Device> {
  const processor = await GraphicsProcessor.start();
  const blocks = stateBlocks(shape.parameters, shape.frozen);
  const slots = Array.from({ length: 1 + shape.moments }, (_, slot) => residentArrays(processor, blocks, slot));
  const places = new Map(blocks.flatMap((block) => block.parts.map((part) => [part.name, { block, part }])));
  const parameters = shape.parameters.flatMap(({ name }) => {
    const place = places.get(name);
    return place === undefined ? [] : [{ name, ...place }];
  });
  const state: WebGpuState = {
    processor,
    blocks: { arrays: slots.flat(), side: 0 },
    gathered: null,
    parameters,
    separate: null,
    separation: null,
  };
  const training = new WebGpuTraining(state);
  return {
    report: { device: 'webgpu', adapter, reason },
    dialect: {
      fusedMatMul: false,
      ownProducts: false,
      sumsInParts: true,
      softmaxHidesNaN: true,
      embeddingRows: false,
      updatesInGraph: true,
      blocks: true,
      packedMasks: true,
      sequenceOutput: false,
      // Shapes are computed on the processor, and no node may fall back to it.
      shapeArithmetic: false,
    },
    lanes: { most: 1, areThreads: false },
    graphMemory: null,
    loadTraining: (graphs) => Promise.resolve(training.load(graphs)),
    loadInference: (graph) => Promise.resolve(loadInference(state, graph)),
    readState: () => Promise.resolve(readState(state)),
    writeState: (written) => Promise.resolve(writeState(state, written)),
    dispose: () => {
      training.dispose();
      disposeState(state);
      return Promise.resolve();
    },
  };
}

/** Feeds in memory that ONNX Runtime may read, by name. */
function hostArrays(processor: GraphicsProcessor, feeds: Feeds): Record<string, HostArray> {
  return Object.fromEntries(
    Object.entries(feeds).map(([name, { data, shape }]) => {
      const array = processor.hostArray({ shape, type: data instanceof Int32Array ? 'int32' : 'float32' });
      array.data.set(data);
      return [name, array];
    }),
  );
}

function loadInference(state: WebGpuState, graph: RecordedGraph): InferenceProgram {
  const { processor } = state;
  const session = processor.open(graph.bytes);
  return {
    run: (feeds, into = {}) => {
      const fed = hostArrays(processor, feeds);
      try {
        const results = session.read({ ...residentInputs(state, graph), ...fed }, graph.outputs);
        for (const [name, { data }] of Object.entries(into)) data.set(results[name] ?? []);
        return Promise.resolve(results);
      } finally {
        for (const array of Object.values(fed)) array.dispose();
      }
    },
    dispose: () => Promise.resolve(session.close()),
  };
}
