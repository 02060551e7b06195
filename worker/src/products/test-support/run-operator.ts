import { encodeModel } from '../../graph/encode.ts';
import type { GraphNode } from '../../graph/graph-builder.ts';
import { randomKey, uniformAt } from '../../model/random.ts';
import { shapeSize } from '../../model/parameters.ts';
import { OwnSession, release } from '../../runtime/own-session.ts';

/** Values around each array, which must neither be read nor written. */
const GUARD = 48;

/** Dimensions of arrays by name. */
type Shapes = Readonly<Record<string, readonly number[]>>;

/** What an operator was given and what it gave. */
interface Computed {
  given: Record<string, Float32Array>;
  made: Record<string, Float32Array>;
  /** Values beside the outputs that are no longer as they were. */
  overwritten: number;
}

/** An array between guards. */
export interface Guarded {
  whole: Float32Array;
  data: Float32Array;
  shape: readonly number[];
}

/** An array of uniform numbers in −range…range between guards that are not numbers; `room` values are there, more than the shape says where that is asked for. */
export function guarded(
  shape: readonly number[],
  seed: number,
  { range = 0.5, room = shapeSize(shape) }: { range?: number; room?: number } = {},
): Guarded {
  const whole = new Float32Array(room + 2 * GUARD).fill(Number.NaN);
  const data = whole.subarray(GUARD, whole.length - GUARD);
  const key = randomKey(seed, 1);
  data.forEach((_, index) => (data[index] = range * (2 * uniformAt(key, index) - 1)));
  return { whole, data, shape };
}

/** How many values beside arrays are no longer as they were. */
export function overwrittenBeside(arrays: readonly Guarded[]): number {
  const around = arrays.flatMap(({ whole }) => [...whole.subarray(0, GUARD), ...whole.subarray(whole.length - GUARD)]);
  return around.filter((value) => !Number.isNaN(value)).length;
}

function specs(shapes: Shapes) {
  return Object.entries(shapes).map(([name, shape]) => ({ name, shape: [...shape], type: 'float32' as const }));
}

/**
 * Runs one node on drawn numbers with so many threads, its inputs and outputs in the order of `inputs` and `outputs`; `change` may set inputs before it runs.
 */
export async function runOperator(
  node: Pick<GraphNode, 'operator' | 'domain' | 'attributes'>,
  { inputs, outputs }: { inputs: Shapes; outputs: Shapes },
  threads: number,
  change: (given: Record<string, Float32Array>) => void = () => undefined,
): Promise<Computed> {
  const bytes = encodeModel({
    nodes: [{ ...node, inputs: Object.keys(inputs), outputs: Object.keys(outputs) }],
    initialisers: [],
    inputs: specs(inputs),
    outputs: specs(outputs),
    sequenceOutput: null,
  });
  const arraysOf = (shapes: Shapes, seed: number) =>
    Object.entries(shapes).map(([name, shape], index) => ({ name, ...guarded(shape, seed + index) }));
  const [from, into] = [arraysOf(inputs, 1), arraysOf(outputs, 100)];
  const byName = (arrays: typeof from) => Object.fromEntries(arrays.map(({ name, data }) => [name, data]));
  const feedsOf = (arrays: typeof from) =>
    Object.fromEntries(arrays.map(({ name, data, shape }) => [name, { data, shape }]));
  change(byName(from));
  const session = await OwnSession.open(bytes, { threads, settings: {} });
  const [given, made] = [session.bindAll(feedsOf(from)), session.bindAll(feedsOf(into))];
  session.run(given, made);
  release(given);
  release(made);
  session.close();
  return {
    given: byName(from),
    made: byName(into),
    overwritten: overwrittenBeside(into),
  };
}

/** A value that there has to be. */
export function valueOf(array: ArrayLike<number> | undefined, index: number): number {
  return array?.[index] ?? Number.NaN;
}

/** The largest difference of an array from what is expected of it; not a number where any is not. */
export function largestDifference(actual: ArrayLike<number> | undefined, expected: ArrayLike<number>): number {
  if (actual?.length !== expected.length) return Number.NaN;
  let largest = 0;
  for (let index = 0; index < expected.length; index++) {
    const difference = Math.abs(valueOf(expected, index) - valueOf(actual, index));
    if (!(difference <= largest)) largest = difference;
  }
  return largest;
}
