import type * as ort from 'onnxruntime-node';
import type { RecordedGraph } from '../graph/record.ts';
import { EMBEDDING_ROWS_PREFIX, embeddingRowsOutput, gradientOutput, LOSS_OUTPUT } from './binding-names.ts';
import { boundParameters, region, viewOf, type CpuState } from './cpu-state.ts';
import {
  CLIP_EPSILON,
  type Feeds,
  type TrainingGraphs,
  type TrainingProgram,
  type Update,
  type UpdateOutcome,
} from './device.ts';
import { ModelTooLargeError } from './device-error.ts';
import { runInto } from './output-copies.ts';
import type { Region } from './parameter-memory.ts';
import { fedTensors, openSession, tensorOver } from './sessions.ts';

/** Loads a graph that ends in gradients; the optimiser is a pass of SIMD kernels over the device's memory. */
export async function loadCpuTraining(state: CpuState, { step: graph }: TrainingGraphs): Promise<TrainingProgram> {
  const { gradients, furtherGradients, count } = state.memory;
  if (gradients === null) throw new Error('The device was made for inference only');
  const session = await openSession(graph.bytes, state.sessions.training);
  const parameters = boundParameters(state, graph);
  const lossShape = graph.outputs.find(({ name }) => name === LOSS_OUTPUT)?.shape ?? [];
  const losses = new Float32Array(lossShape[0] ?? 1);
  const rows = graph.outputs
    .filter((output) => output.name.startsWith(EMBEDDING_ROWS_PREFIX))
    .map(({ shape }) => ({ shape, data: new Float32Array(shape.reduce((product, size) => product * size, 1)) }));
  const sharedFetches: Record<string, ort.Tensor> = { [LOSS_OUTPUT]: tensorOver(losses, lossShape) };
  rows.forEach(({ data, shape }, lookup) => (sharedFetches[embeddingRowsOutput(lookup)] = tensorOver(data, shape)));
  const fetchesInto = (target: Region) => ({ ...sharedFetches, ...gradientFetches(state, graph, target) });
  const fetches = fetchesInto(gradients);
  const furtherFetches = furtherGradients === null ? null : fetchesInto(furtherGradients);

  const computeInto = async (target: Region, feeds: Feeds, lookups: readonly Int32Array[]): Promise<number[]> => {
    const into = target === gradients ? fetches : (furtherFetches ?? {});
    await runInto(session, { ...parameters, ...fedTensors(feeds) }, into, graph.sequenceOutput);
    const values = rows.map(({ data }) => data);
    addEmbeddingRows(state, target, values, lookups);
    return [...losses];
  };

  return {
    step: async (feeds, lookups, update) => {
      const meanLosses = await computeInto(gradients, feeds, lookups);
      const areFinite = meanLosses.every((loss) => Number.isFinite(loss));
      return { losses: meanLosses, ...finish(state, gradients, update, areFinite) };
    },
    gather: async (feeds, lookups, isFirst) => {
      if (isFirst) return computeInto(gradients, feeds, lookups);
      if (furtherGradients === null) {
        throw new ModelTooLargeError({
          zh: '模型占满了 CPU 的 4 GiB，没有空间累积多个批次的梯度；不使用梯度累积则可以训练。',
          en: 'The model fills the 4 GiB of the CPU, which leaves no room to accumulate gradients; it can be trained without.',
        });
      }
      const part = await computeInto(furtherGradients, feeds, lookups);
      state.kernels.add(gradients.address, furtherGradients.address, count);
      for (const id of touchedRows(state, furtherGradients)) touchedRows(state, gradients).add(id);
      return part;
    },
    finish: (update) => Promise.resolve(finish(state, gradients, update, true)),
    dispose: () => session.release(),
  };
}

/** The gradients of a graph as tensors over one region of the memory. */
function gradientFetches(state: CpuState, graph: RecordedGraph, target: Region): Record<string, ort.Tensor> {
  const outputs = new Set(graph.outputs.map((output) => output.name));
  return Object.fromEntries(
    state.shape.parameters
      .filter(({ name }) => outputs.has(gradientOutput(name)))
      .map(({ name, shape }) => [gradientOutput(name), tensorOver(viewOf(target, name), shape)]),
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
      touched.add(id);
      const [start, source] = [id * width, row * width];
      for (let column = 0; column < width; column++) {
        gradient[start + column] = (gradient[start + column] ?? 0) + (values[source + column] ?? 0);
      }
    });
  });
}

/** Measures the gradient and, when it and the loss are finite, updates. */
function finish(state: CpuState, gradients: Region, update: Update, isLossFinite: boolean): UpdateOutcome {
  const gradientNorm = Math.sqrt(state.kernels.sumOfSquares(gradients.address, state.memory.count));
  const { clipNorm } = update;
  // Adam keeps squares: one that is infinite would hold its parameter for good, without a word.
  const isTooLarge = update.rule === 'adam' && clipNorm === null && !isFinite32(gradientNorm ** 2);
  if (!Number.isFinite(gradientNorm) || isTooLarge || !isLossFinite) {
    const nonFiniteParameter = lastNonFinite(state, gradients);
    return { gradientNorm: isTooLarge ? Infinity : gradientNorm, nonFiniteParameter };
  }
  const scale = clipNorm === null ? 1 : Math.min(1, clipNorm / (gradientNorm + CLIP_EPSILON));
  for (const { offset, count } of state.memory.trainable)
    applyUpdate(state, gradients, offset * 4, count, scale, update);
  return { gradientNorm, nonFiniteParameter: null };
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

/** Updates `count` values from a byte offset into each region. */
function applyUpdate(
  state: CpuState,
  gradients: Region,
  byteOffset: number,
  count: number,
  scale: number,
  update: Update,
): void {
  const { kernels } = state;
  const address = (slot: number): number => region(state, slot).address + byteOffset;
  const gradient = gradients.address + byteOffset;
  const { l2, l1, shrink, stepSize, epsilon, beta1, beta2 } = update;
  if (update.rule === 'sgd') {
    kernels.sgd(address(0), gradient, count, scale, l2, l1, stepSize);
  } else if (update.rule === 'momentum') {
    kernels.momentum(address(0), address(1), gradient, count, scale, l2, l1, stepSize, beta1);
  } else {
    kernels.adam(
      ...([address(0), address(1), address(2), gradient, count] as const),
      ...([scale, l2, l1, shrink, stepSize, epsilon, beta1, 1 - beta1, beta2, 1 - beta2] as const),
    );
  }
}
