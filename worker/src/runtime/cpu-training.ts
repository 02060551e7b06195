import type { RecordedGraph } from '../graph/record.ts';
import { EMBEDDING_ROWS_PREFIX, gradientOutput, LOSS_OUTPUT } from './binding-names.ts';
import { openLane, type Lane } from './cpu-lane.ts';
import { ownOptions, parameterFeeds, region, viewOf, type CpuState } from './cpu-state.ts';
import {
  CLIP_EPSILON,
  type BatchParts,
  type Feeds,
  type TrainingGraphs,
  type TrainingProgram,
  type Update,
  type UpdateOutcome,
} from './device.ts';
import { ModelTooLargeError } from './device-error.ts';
import type { Region } from './parameter-memory.ts';
import type { FactoredUpdate } from './weight-factors.ts';

/** A lane, and where it leaves what is not the gradient of one parameter. */
interface TrainingLane extends Lane {
  losses: Float32Array;
  /** Gradient rows of each embedding lookup. */
  rows: readonly Float32Array[];
}

/** Loads graphs that end in gradients, one for each lane of a batch; the optimiser is a pass of SIMD kernels over the device's memory. */
export async function loadCpuTraining(state: CpuState, { step: graphs }: TrainingGraphs): Promise<TrainingProgram> {
  const { gradients, furtherGradients, count } = state.memory;
  if (gradients === null) throw new Error('The device was made for inference only');
  const regions = [gradients, ...furtherGradients];
  const [firstGraph] = graphs;
  const factored = state.factors?.of(firstGraph, state.shape, state.memory) ?? null;
  // A function that asked the graphs here would keep them as long as the program: those of long decoders are megabytes.
  const laneCount = graphs.length;
  const lanes = await Promise.all(
    graphs.map((graph, place) =>
      openTrainingLane(state, graph, regions, { place, lanes: laneCount, factors: factored?.targets ?? {} }),
    ),
  );

  /**
   * Gradients of all parts, added up in the first region; those of further micro-batches are added to what is there. Those that the graph leaves as factors are multiplied out
   * where the update does not do that.
   */
  const compute = async (parts: BatchParts, isFirst: boolean, multipliesOut: boolean): Promise<number[]> => {
    const first = isFirst ? 0 : 1;
    const runs = parts.map(({ feeds }, place) => laneOf(lanes, place).run(feeds, first + place));
    const failed = (await Promise.allSettled(runs)).find((run) => run.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    parts.forEach(({ lookups }, place) => {
      const into = regions[first + place];
      if (into === undefined) throw new Error('There is no room for the gradients of a part of the batch');
      if (multipliesOut) multiplyOut(state, into, factored);
      addEmbeddingRows(state, into, laneOf(lanes, place).rows, lookups);
      if (into === gradients) return;
      state.kernels.add(gradients.address, into.address, count);
      for (const id of touchedRows(state, into)) touchedRows(state, gradients).add(id);
    });
    return [...laneOf(lanes, 0).losses].map((_, head) =>
      lanes.reduce((sum, { losses }) => sum + (losses[head] ?? 0), 0),
    );
  };

  return {
    step: async (parts, update) => {
      const losses = await compute(parts, true, false);
      const areFinite = losses.every((loss) => Number.isFinite(loss));
      return { losses, ...finish(state, gradients, update, areFinite, factored) };
    },
    gather: async (parts, isFirst) => {
      if (furtherGradients.length === 0) {
        throw new ModelTooLargeError({
          zh: '模型占满了 CPU 的 4 GiB，没有空间累积多个批次的梯度；不使用梯度累积则可以训练。',
          en: 'The model fills the 4 GiB of the CPU, which leaves no room to accumulate gradients; it can be trained without.',
        });
      }
      return compute(parts, isFirst, true);
    },
    finish: (update) => Promise.resolve(finish(state, gradients, update, true, null)),
    dispose: async () => {
      await Promise.all(lanes.map((lane) => lane.dispose()));
    },
  };
}

function laneOf(lanes: readonly TrainingLane[], place: number): TrainingLane {
  const lane = lanes[place];
  if (lane === undefined) throw new Error(`The batch has a part ${place}, for which there is no lane`);
  return lane;
}

/** Opens the lane at a place: all but the first in the thread beside, where there is one. */
async function openTrainingLane(
  state: CpuState,
  graph: RecordedGraph,
  regions: readonly Region[],
  { place, lanes, factors }: { place: number; lanes: number; factors: Feeds },
): Promise<TrainingLane> {
  const thread = place === 0 ? null : state.laneThread;
  const room = (size: number): Float32Array =>
    new Float32Array(thread === null ? new ArrayBuffer(size * 4) : new SharedArrayBuffer(size * 4));
  const sized = (isWanted: (name: string) => boolean) =>
    graph.outputs
      .filter(({ name }) => isWanted(name))
      .map(({ name, shape }) => ({ name, shape, data: room(shape.reduce((product, size) => product * size, 1)) }));
  const losses = sized((name) => name === LOSS_OUTPUT);
  const rows = sized((name) => name.startsWith(EMBEDDING_ROWS_PREFIX));
  const own = Object.fromEntries([...losses, ...rows].map(({ name, shape, data }) => [name, { shape, data }]));
  const fixed = parameterFeeds(state, graph);
  const laneGraph = {
    bytes: graph.bytes,
    sequenceOutput: graph.sequenceOutput,
    options: lanes === 1 ? state.sessions.training : state.sessions.lane,
    own: graph.hasOwnOperators ? ownOptions(state, lanes) : null,
    fixed,
    fed: graph.inputs.flatMap(({ name }) => (name in fixed ? [] : [name])),
    targets: regions.map((target) => ({ ...own, ...factors, ...gradientTargets(state, graph, target) })),
  };
  const lane = await (thread === null ? openLane(laneGraph) : thread.open(laneGraph));
  return { ...lane, losses: losses[0]?.data ?? new Float32Array(1), rows: rows.map(({ data }) => data) };
}

/** Where the gradients of a graph go in one region of the memory. */
function gradientTargets(state: CpuState, graph: RecordedGraph, target: Region): Feeds {
  const outputs = new Set(graph.outputs.map((output) => output.name));
  return Object.fromEntries(
    state.shape.parameters
      .filter(({ name }) => outputs.has(gradientOutput(name)))
      .map(({ name, shape }) => [gradientOutput(name), { data: viewOf(target, name), shape }]),
  );
}

/** Rows of a region's embedding gradient that are not zero. */
function touchedRows(state: CpuState, target: Region): Set<number> {
  const touched = state.touchedRows.get(target) ?? new Set();
  state.touchedRows.set(target, touched);
  return touched;
}

/**
 * Adds gradient rows into the embedding table's gradient, one after the other. In the graph this would be ScatterND, which adds
 * repeated ids from several threads at once and loses some.
 */
function addEmbeddingRows(
  state: CpuState,
  target: Region,
  rows: readonly Float32Array[],
  lookups: readonly Int32Array[],
): void {
  const table = state.shape.parameters.find(({ name }) => name === 'embedding');
  if (table === undefined || rows.length === 0) return;
  const gradient = viewOf(target, table.name);
  const width = table.shape[1] ?? 1;
  const touched = touchedRows(state, target);
  for (const id of touched) gradient.fill(0, id * width, (id + 1) * width);
  touched.clear();
  rows.forEach((values, lookup) => {
    const ids = lookups[lookup];
    if (ids === undefined) throw new Error(`The ids of embedding lookup ${lookup} are missing`);
    ids.forEach((id, row) => {
      const [start, source] = [id * width, row * width];
      if (!touched.has(id)) {
        touched.add(id);
        gradient.set(values.subarray(source, source + width), start);
        return;
      }
      for (let column = 0; column < width; column++) {
        gradient[start + column] = (gradient[start + column] ?? 0) + (values[source + column] ?? 0);
      }
    });
  });
}

/**
 * Measures the gradient and, when it and the loss are finite, updates. Where nothing is clipped both are one pass over the memory, which finds what
 * is not finite when parameters have been updated: the state is spoiled then.
 */
function finish(
  state: CpuState,
  gradients: Region,
  update: Update,
  isLossFinite: boolean,
  factored: FactoredUpdate | null,
): UpdateOutcome {
  const measuresFirst = update.clipNorm !== null || !isLossFinite;
  if (measuresFirst) multiplyOut(state, gradients, factored);
  const squares = measuresFirst
    ? state.kernels.sumOfSquares(gradients.address, state.memory.count)
    : applyUpdate(state, gradients, 1, update, factored);
  const gradientNorm = Math.sqrt(squares);
  // Adam keeps squares: one that is infinite would hold its parameter for good, without a word.
  const isTooLarge = update.rule === 'adam' && update.clipNorm === null && !isFinite32(squares);
  if (!isLossFinite || !Number.isFinite(gradientNorm) || isTooLarge) {
    if (!measuresFirst) multiplyOut(state, gradients, factored);
    const nonFiniteParameter = lastNonFinite(state, gradients);
    return { gradientNorm: isTooLarge ? Infinity : gradientNorm, nonFiniteParameter, isStateKept: measuresFirst };
  }
  if (update.clipNorm !== null) {
    applyUpdate(state, gradients, Math.min(1, update.clipNorm / (gradientNorm + CLIP_EPSILON)), update);
  }
  return { gradientNorm, nonFiniteParameter: null, isStateKept: true };
}

/** Leaves gradients that are there as factors only in a region. */
function multiplyOut({ kernels }: CpuState, into: Region, factored: FactoredUpdate | null): void {
  if (factored !== null) kernels.leaveGradients(factored.products, into.address);
}

function isFinite32(value: number): boolean {
  return Number.isFinite(Math.fround(value));
}

/** Last parameter, in the order of the forward pass, whose gradient, or the sum of its squares, 32-bit numbers do not hold. */
function lastNonFinite(state: CpuState, gradients: Region): string | null {
  for (const { name } of state.shape.parameters.toReversed()) {
    const extent = state.memory.extents.get(name);
    if (extent === undefined) continue;
    const squares = state.kernels.sumOfSquares(gradients.address + extent.offset * 4, extent.paddedCount);
    if (!isFinite32(squares)) return name;
  }
  return null;
}

/** Updates all that learns, with gradients times `scale`; returns Σ gradient². Adam multiplies out what is there as factors. */
function applyUpdate(
  state: CpuState,
  gradients: Region,
  scale: number,
  update: Update,
  factored: FactoredUpdate | null = null,
): number {
  const { kernels } = state;
  const { rule, l2, l1, shrink, stepSize, epsilon, beta1, beta2 } = update;
  const rates = [shrink, stepSize, epsilon, beta1, 1 - beta1, beta2, 1 - beta2] as const;
  if (factored !== null && rule === 'adam') {
    const [parameters, first, second] = [region(state, 0), region(state, 1), region(state, 2)] as const;
    const addresses = [parameters.address, first.address, second.address, gradients.address] as const;
    return kernels.adamByPieces(factored.pieces, ...addresses, 0, scale, l2, l1, ...rates);
  }
  if (factored !== null) multiplyOut(state, gradients, factored);
  const sums = state.memory.trainable.map(({ offset, count }) => {
    const address = (slot: number): number => region(state, slot).address + offset * 4;
    const common = [gradients.address + offset * 4, count, scale, l2, l1] as const;
    if (rule === 'sgd') return kernels.sgd(address(0), ...common, stepSize);
    if (rule === 'momentum') return kernels.momentum(address(0), address(1), ...common, stepSize, beta1);
    return kernels.adam(address(0), address(1), address(2), ...common, ...rates);
  });
  return sums.reduce((total, sum) => total + sum, 0);
}
