import { ClassificationAccumulator } from '@greenlight/shared/metrics/classification-report.ts';
import type { MachineCalibration } from '@greenlight/shared/stages/training/plan/calibration.ts';
import { ownOperators } from '../products/own-operators.ts';
import { bestOf } from './best-of.ts';
import { updateTimesMs } from './update-timing.ts';
import { productGraph, runTimesMs, type TimedGraph } from './operator-timing.ts';
import { unitRate } from './unit-rate.ts';

/** Shapes [rows, inner, columns] between those of a small model's attention and a large one's feed-forward layer. */
const PRODUCTS: readonly (readonly [number, number, number])[] = [
  [64, 64, 256],
  [16, 512, 2048],
  [256, 128, 512],
  [1024, 256, 1024],
  [1024, 512, 2048],
];

/** Everything is measured in several rounds, so that what disturbs one for a moment spoils only that one. */
const ROUNDS = 3;
const REPEATS = 6;
/** Values of an array beyond the caches, of one inside them, and of one that costs nothing. */
const STREAM_VALUES = 8 * 2 ** 20;
const CACHED_VALUES = 2 ** 16;
const TINY_VALUES = 8;
const CHAIN = 20;
/** Parameters whose update takes longer than the caches help: machine code waits for memory only. */
const ADAM_PARAMETERS = 8 * 2 ** 20;
const METRIC_TOKENS = 400;
const METRIC_CLASSES = 500;
const BYTES_PER_ADDITION = 12;

/** So many additions in a row, over so many values each. */
function additions(operators: number, values: number): TimedGraph {
  const name = (index: number): string => (index === operators ? 'y' : index === 0 ? 'a' : `x${index}`);
  const nodes = Array.from({ length: operators }, (_, index) => ({
    operator: 'Add',
    inputs: [name(index), 'b'],
    outputs: [name(index + 1)],
  }));
  return { nodes, a: [values], b: [values], y: [values] };
}

/** The least time of a graph: others can only make it longer. */
async function leastMs(graph: TimedGraph): Promise<number> {
  return Math.min(...(await runTimesMs(graph, REPEATS)));
}

/** Units a second of a graph that has so many, without what an empty graph takes. */
async function rateOf(graph: TimedGraph, units: number, emptyMs: number): Promise<number> {
  return unitRate(units, await leastMs(graph), emptyMs);
}

async function productRates(emptyMs: number): Promise<MachineCalibration['products']> {
  const products: MachineCalibration['products'] = [];
  for (const [rows, inner, columns] of PRODUCTS) {
    const graph = await productGraph(rows, inner, columns);
    products.push({
      ...{ rows, inner, columns },
      flopsPerSecond: await rateOf(graph, 2 * rows * inner * columns, emptyMs),
    });
  }
  return products;
}

async function adamRate(): Promise<number> {
  return (1000 * ADAM_PARAMETERS) / Math.min(...(await updateTimesMs(ADAM_PARAMETERS, REPEATS)));
}

/** Probabilities [tokens × classes] with a fixed scatter over several orders of magnitude, as a softmax gives, and targets. */
function classified(): { probabilities: Float32Array; targets: Int32Array; groups: Int32Array } {
  const probabilities = new Float32Array(METRIC_TOKENS * METRIC_CLASSES);
  for (let token = 0; token < METRIC_TOKENS; token++) {
    const row = probabilities.subarray(token * METRIC_CLASSES, (token + 1) * METRIC_CLASSES);
    row.forEach((_, place) => (row[place] = Math.exp(6 * Math.sin((token * METRIC_CLASSES + place) * 12.9898))));
    const sum = row.reduce((total, value) => total + value, 0);
    row.forEach((value, place) => (row[place] = value / sum));
  }
  const targets = Int32Array.from({ length: METRIC_TOKENS }, (_, token) => (token * 7) % METRIC_CLASSES);
  return { probabilities, targets, groups: targets.map((_, token) => token >> 4) };
}

function metricRate(chunk: ReturnType<typeof classified>): number {
  const started = performance.now();
  const accumulator = new ClassificationAccumulator(METRIC_CLASSES, { resamples: 0 });
  accumulator.add(chunk);
  accumulator.report();
  return (1000 * chunk.probabilities.length) / (performance.now() - started);
}

async function measureOnce(chunk: ReturnType<typeof classified>): Promise<MachineCalibration> {
  const emptyMs = await leastMs(additions(1, TINY_VALUES));
  const chainMs = await leastMs(additions(CHAIN, TINY_VALUES));
  const added = (values: number, count: number): number => BYTES_PER_ADDITION * values * count;
  return {
    measuredAt: new Date().toISOString(),
    products: await productRates(emptyMs),
    cacheBytesPerSecond: await rateOf(additions(CHAIN, CACHED_VALUES), added(CACHED_VALUES, CHAIN), chainMs),
    memoryBytesPerSecond: await rateOf(additions(1, STREAM_VALUES), added(STREAM_VALUES, 1), emptyMs),
    optimiserParametersPerSecond: await adamRate(),
    metricPairsPerSecond: metricRate(chunk),
    hasOwnOperators: (await ownOperators()) !== null,
  };
}

/** Measures the processor in about a second, with as many threads as training uses. */
export async function measureMachine(): Promise<MachineCalibration> {
  const chunk = classified();
  let best = await measureOnce(chunk);
  for (let round = 1; round < ROUNDS; round++) best = bestOf(best, await measureOnce(chunk));
  return best;
}
