import type { RecordedGraph } from '../graph/record.ts';
import type { Device, DeviceReport, Feeds, GraphDialect, InferenceProgram, StateShape } from './device.ts';
import type { GraphicsProcessor, HostArray } from './graphics-session.ts';
import {
  disposeState,
  readState,
  residentArrays,
  residentInputs,
  writeState,
  type ResidentArray,
  type ResidentState,
} from './resident-state.ts';
import { ResidentTraining } from './resident-training.ts';
import { parameterBlocks, stateBlocks, type Block } from './state-blocks.ts';

/** What a card decides of how graphs are written; the rest follows from parameters and optimiser state staying there. */
export type CardDialect = Pick<
  GraphDialect,
  'fusedMatMul' | 'sumsInParts' | 'softmaxHidesNaN' | 'packedMasks' | 'blocks'
>;

/** Runs graphs on a graphics processor, which is the device's from then on, and given back where it cannot be made; parameters and optimiser state stay in its memory from step to step. */
export function createResidentDevice(
  processor: GraphicsProcessor,
  shape: StateShape,
  report: DeviceReport,
  dialect: CardDialect,
): Device {
  const blocks = dialect.blocks
    ? stateBlocks(shape.parameters, shape.frozen)
    : parameterBlocks(shape.parameters, shape.frozen);
  const slots = stateOn(processor, blocks, 1 + shape.moments);
  const places = new Map(blocks.flatMap((block) => block.parts.map((part) => [part.name, { block, part }])));
  const parameters = shape.parameters.flatMap(({ name }) => {
    const place = places.get(name);
    return place === undefined ? [] : [{ name, ...place }];
  });
  const state: ResidentState = {
    processor,
    blocks: { arrays: slots.flat(), side: 0 },
    gathered: null,
    parameters,
    separate: null,
    separation: null,
  };
  const training = new ResidentTraining(state);
  return {
    report,
    dialect: {
      ...dialect,
      ownProducts: false,
      embeddingRows: false,
      updatesInGraph: true,
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

/** The arrays of all slots; where the card has no room for them, it is given back, so that another device may be tried beside it. */
function stateOn(processor: GraphicsProcessor, blocks: readonly Block[], slots: number): ResidentArray[][] {
  try {
    return Array.from({ length: slots }, (_, slot) => residentArrays(processor, blocks, slot));
  } catch (error) {
    processor.dispose();
    throw error;
  }
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

function loadInference(state: ResidentState, graph: RecordedGraph): InferenceProgram {
  const { processor } = state;
  const session = processor.open(graph.bytes);
  const inputs = new Set(graph.inputs.map(({ name }) => name));
  const { outputs } = graph;
  return {
    run: (feeds, into = {}) => {
      const fed = hostArrays(processor, feeds);
      try {
        const results = session.read({ ...residentInputs(state, inputs), ...fed }, outputs);
        for (const [name, { data }] of Object.entries(into)) data.set(results[name] ?? []);
        return Promise.resolve(results);
      } finally {
        for (const array of Object.values(fed)) array.dispose();
      }
    },
    dispose: () => Promise.resolve(session.close()),
  };
}
