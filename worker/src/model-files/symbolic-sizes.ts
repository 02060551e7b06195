import { parameterSpecs } from '../model/parameters.ts';
import type { ModelSettings } from '../model/settings.ts';

/** The sizes with which graphs are recorded; each stands for a dimension that may differ from run to run. */
export interface RecordedSizes {
  readonly batch: number;
  readonly source: number;
  readonly target: number;
  readonly past: number;
  /** past + target */
  readonly total: number;
}

/** How the dimensions are called in model files. */
const SYMBOLS: Record<keyof RecordedSizes, string> = {
  batch: 'batch_size',
  source: 'encoder_sequence_length',
  target: 'sequence_length',
  past: 'past_sequence_length',
  total: 'past_sequence_length + sequence_length',
};

/** Above what a test model has, so that few candidates are looked at. */
const SMALLEST = 101;

function isPrime(value: number): boolean {
  for (let divisor = 2; divisor * divisor <= value; divisor++) if (value % divisor === 0) return false;
  return true;
}

/**
 * Sizes by which a dimension of a recorded shape is recognised: none divides a fixed dimension of the model, and none another,
 * so that a size that is a multiple of one can only come from it.
 */
export function chooseSizes(settings: ModelSettings): RecordedSizes {
  const { heads, dModel } = settings;
  const fixed = [...parameterSpecs(settings).flatMap(({ shape }) => shape), heads, dModel / heads];
  fixed.push(settings.maxSourceTokens, settings.maxTargetTokens);
  const isFree = (value: number, taken: readonly number[]): boolean =>
    fixed.every((size) => size % value !== 0) && taken.every((other) => other % value !== 0 && value % other !== 0);
  const taken: number[] = [];
  const take = (candidates: (value: number) => boolean): number => {
    let value = SMALLEST;
    while (!isPrime(value) || !isFree(value, taken) || !candidates(value)) value++;
    taken.push(value);
    return value;
  };
  const [batch, source, target] = [take(() => true), take(() => true), take(() => true)];
  const past = take((value) => isFree(value + target, [...taken, value]));
  return { batch, source, target, past, total: past + target };
}

/** Which dimensions of a recorded shape are symbolic, and how they are called. */
export function symbolsOf(shape: readonly number[], sizes: RecordedSizes): Record<number, string> {
  const names = Object.keys(SYMBOLS) as (keyof RecordedSizes)[];
  return Object.fromEntries(
    shape.flatMap((size, axis) => {
      const name = names.find((candidate) => sizes[candidate] === size);
      return name === undefined ? [] : [[axis, SYMBOLS[name]] as const];
    }),
  );
}
