import type { RunConfiguration } from '../configuration.ts';
import { BATCHES_PER_BUCKET, bucketOf, type BatchShape } from './padding.ts';

/** Items that a plan draws from a larger dataset, and batches that it makes of them. */
const MOST_ITEMS = 20_000;
const MOST_BATCHES = 3000;

/** The batches that a run will make, as far as its lengths tell: distinct padded shapes with how often each occurs. */
export interface ShapePlan {
  readonly shapes: readonly { readonly shape: BatchShape; readonly batches: number }[];
  /** The batches one after the other as they are trained, by the place of their shape in `shapes`. */
  readonly order: readonly number[];
  /** Batches that were drawn. */
  readonly batches: number;
  /** Tokens that count in those batches: of the targets, or of a classifier's texts with their begin sign. */
  readonly tokens: number;
  /** The same with padding. */
  readonly paddedTokens: number;
}

/** A small seeded generator of numbers in [0, 1) (mulberry32). */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function shuffle(values: number[], next: () => number): void {
  for (let last = values.length - 1; last > 0; last--) {
    const other = Math.floor(next() * (last + 1));
    [values[last], values[other]] = [values[other] ?? 0, values[last] ?? 0];
  }
}

/** Lengths in tokens, ascending, with how many items have each. */
export type Lengths = readonly (readonly [length: number, items: number])[];

/** One length for each item, at most so many of them spread evenly over the distribution. */
export function drawLengths(lengths: Lengths, most = MOST_ITEMS): number[] {
  const total = lengths.reduce((sum, [, items]) => sum + items, 0);
  const count = Math.min(total, most);
  const drawn: number[] = [];
  let seen = 0;
  for (const [length, items] of lengths) {
    seen += items;
    while (drawn.length < count && ((drawn.length + 0.5) * total) / count < seen) drawn.push(length);
  }
  return drawn;
}

function shapeOf(
  settings: RunConfiguration,
  rows: readonly number[],
  next: () => number,
): BatchShape & { tokens: number } {
  const { architecture, maxTokens } = settings;
  const longest = Math.max(...rows);
  const sum = rows.reduce((total, length) => total + length + 1, 0);
  const batchSize = rows.length;
  if (architecture === 'encoder-classifier') {
    return { batchSize, sourceLength: bucketOf(longest + 1, maxTokens + 1), targetLength: 0, tokens: sum };
  }
  const targetLength = bucketOf(longest + 1, maxTokens + 1);
  if (architecture === 'decoder-only') return { batchSize, sourceLength: 0, targetLength, tokens: sum };
  const prefixes = rows.map((length) => (length < 2 ? length : 1 + Math.floor(next() * (length - 1))));
  return { batchSize, sourceLength: bucketOf(Math.max(1, ...prefixes), maxTokens), targetLength, tokens: sum };
}

/** Draws the batches of a run from the token lengths of its items, ordered and padded as training does it. */
export function drawShapes(settings: RunConfiguration, tokenLengths: readonly number[]): ShapePlan {
  const { batchSize, seed, epochs } = settings;
  const next = numbersFrom(seed);
  const lengths = tokenLengths.map((length) => Math.max(1, Math.min(length, settings.maxTokens)));
  const counts = new Map<string, { shape: BatchShape; batches: number; place: number }>();
  const order: number[] = [];
  let [batches, tokens, paddedTokens] = [0, 0, 0];
  for (let epoch = 0; epoch < epochs && batches < MOST_BATCHES && lengths.length > 0; epoch++) {
    shuffle(lengths, next);
    const places: number[] = [];
    for (let start = 0; start < lengths.length && batches < MOST_BATCHES; start += batchSize * BATCHES_PER_BUCKET) {
      const bucket = lengths.slice(start, start + batchSize * BATCHES_PER_BUCKET).toSorted((a, b) => a - b);
      for (let first = 0; first < bucket.length; first += batchSize) {
        const { tokens: counted, ...shape } = shapeOf(settings, bucket.slice(first, first + batchSize), next);
        const key = `${shape.batchSize}x${shape.sourceLength}x${shape.targetLength}`;
        const known = counts.get(key) ?? { shape, batches: 0, place: counts.size };
        known.batches++;
        counts.set(key, known);
        places.push(known.place);
        batches++;
        tokens += counted;
        paddedTokens += shape.batchSize * (shape.targetLength || shape.sourceLength);
      }
    }
    shuffle(places, next);
    order.push(...places);
  }
  const shapes = [...counts.values()].map(({ shape, batches: count }) => ({ shape, batches: count }));
  return { shapes, order, batches, tokens, paddedTokens };
}
