import { heldOutOrder, makeBatch, type BatchSettings } from '../data/batches.ts';
import { shuffledIndices, STREAMS } from '../data/shuffle.ts';
import type { Engine } from '../training/engine.ts';

/** Prefixes of held-out items are cut as in this epoch, which training never reaches: it counts from 1. */
const HELD_OUT_EPOCH = 0;

/**
 * Every evaluation takes the same items and cuts their prefixes at the same places, whatever the seed of its run, so that two runs can be
 * compared item by item.
 */
export const EVALUATION_SEED = 1;

/** Predictions of one forward pass. */
export interface PredictionChunk {
  /** [tokens × vocabularySize], row-major. */
  probabilities: Float32Array;
  /** [tokens] true ids. */
  targets: Int32Array;
  /** [tokens] place in the given list of items. */
  sentences: Int32Array;
}

/**
 * The places of at most so many items whose tokens × vocabulary stay within `maxPairs`: of all of them, or of the first whole ones in an order
 * that the seed alone decides (at least one).
 */
export function selectPlaces(
  items: readonly Int32Array[],
  vocabularySize: number,
  maxPairs: number,
  seed: number,
  most = Infinity,
): number[] {
  const tokens = items.reduce((sum, item) => sum + item.length + 1, 0);
  if (items.length <= most && tokens * vocabularySize <= maxPairs) return [...items.keys()];
  const chosen: number[] = [];
  let pairs = 0;
  for (const place of shuffledIndices(items.length, seed, STREAMS.heldOutOrder)) {
    pairs += ((items[place]?.length ?? 0) + 1) * vocabularySize;
    if (chosen.length > 0 && (pairs > maxPairs || chosen.length >= most)) break;
    chosen.push(place);
  }
  return chosen;
}

/** The items at the places that `selectPlaces` gives. */
export function selectItems(...given: Parameters<typeof selectPlaces>): Int32Array[] {
  return selectPlaces(...given).map((place) => given[0][place] ?? new Int32Array(0));
}

/** Runs the items through the model under teacher forcing, the same way each time it is called. */
export async function* predict(
  engine: Engine,
  items: readonly Int32Array[],
  settings: BatchSettings,
  vocabularySize: number,
): AsyncGenerator<PredictionChunk> {
  for (const members of heldOutOrder(items, vocabularySize)) {
    const { probabilities, targets } = await engine.forward(makeBatch(items, members, settings, HELD_OUT_EPOCH));
    const sentences = new Int32Array(targets.length);
    let token = 0;
    for (const member of members) {
      const end = token + (items[member]?.length ?? 0) + 1;
      sentences.fill(member, token, end);
      token = end;
    }
    yield { probabilities, targets, sentences };
  }
}
