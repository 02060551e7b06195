import { hashOfText, hashText } from './hashing.ts';
import { BANDS, SIGNATURE_WORDS, SKETCH_WORDS, writeSignature } from './min-hash.ts';
import { candidatesOfBand, type CandidatePairs } from './near-duplicate-candidates.ts';
import { NearDuplicateGroups } from './near-duplicate-groups.ts';
import { comparedUnitsOf, jaccard, ShingleSet, shinglesOf } from './shingles.ts';
import { editSimilarity, MOST_SHORT_UNITS } from './short-texts.ts';

/** Similarity (as `TextComparer` says) from which two texts are near-duplicates unless something else is said. */
export const NEAR_DUPLICATE_SIMILARITY = 0.8;

/** Similarity (correlation of brightness, less where colours differ) from which two images are near-duplicates. */
export const NEAR_IMAGE_SIMILARITY = 0.97;

/** The same for an image that is mirrored or turned by quarters: the simplest drawings look like others in one of eight positions. */
export const TURNED_IMAGE_SIMILARITY = 0.98;

/** For each item the first one with the same 64-bit hash; hashes are given as high and low halves. */
export function firstOfEach(high: Uint32Array, low: Uint32Array): Uint32Array {
  const slots = 2 ** Math.ceil(Math.log2(Math.max(16, high.length * 2)));
  const mask = slots - 1;
  /** The first item of a slot, + 1; 0 says that the slot is free. */
  const owners = new Uint32Array(slots);
  const firsts = new Uint32Array(high.length);
  for (let item = 0; item < firsts.length; item++) {
    const [itsHigh, itsLow] = [high[item]!, low[item]!];
    let slot = itsLow & mask;
    let owner = owners[slot]!;
    while (owner !== 0 && (low[owner - 1] !== itsLow || high[owner - 1] !== itsHigh)) {
      slot = (slot + 1) & mask;
      owner = owners[slot]!;
    }
    if (owner === 0) owners[slot] = item + 1;
    firsts[item] = owner === 0 ? item : owner - 1;
  }
  return firsts;
}

/** Compares two texts exactly: Jaccard's similarity of their shingles, 0…1, or that of their edit distance where short texts are more alike by it. */
export class TextComparer {
  readonly #first = new ShingleSet();
  readonly #second = new ShingleSet();
  readonly #firstUnits = new Uint16Array(MOST_SHORT_UNITS);
  readonly #secondUnits = new Uint16Array(MOST_SHORT_UNITS);
  #firstLength = 0;
  #firstText: string | null = null;

  similarity(first: string, second: string): number {
    if (first !== this.#firstText) {
      shinglesOf(first, this.#first);
      this.#firstText = first;
      this.#firstLength = comparedUnitsOf(first, this.#firstUnits);
    }
    shinglesOf(second, this.#second);
    const similarity = jaccard(this.#first, this.#second);
    if (this.#firstLength === 0 || similarity === 1) return similarity;
    const secondLength = comparedUnitsOf(second, this.#secondUnits);
    return Math.max(similarity, editSimilarity(this.#firstUnits, this.#firstLength, this.#secondUnits, secondLength));
  }
}

/** Which texts of a list are alike: for each the first one that is the same, and the first of its group of near-duplicates. */
export interface TextDuplicates {
  readonly same: Uint32Array;
  readonly group: Uint32Array;
}

/** Finds exact and near-duplicates in a list that fits in memory. */
export function duplicatesOf(texts: readonly string[], threshold = NEAR_DUPLICATE_SIMILARITY): TextDuplicates {
  const high = new Uint32Array(texts.length);
  const low = new Uint32Array(texts.length);
  const bands = new Uint32Array(texts.length * BANDS);
  const sizes = new Uint32Array(texts.length);
  const sketches = new Uint32Array(texts.length * SKETCH_WORDS);
  const signature = new Uint32Array(SIGNATURE_WORDS);
  const set = new ShingleSet();
  for (const [item, text] of texts.entries()) {
    hashText(text);
    high[item] = hashOfText.high;
    low[item] = hashOfText.low;
    shinglesOf(text, set);
    writeSignature(set, signature);
    bands.set(signature.subarray(0, BANDS), item * BANDS);
    sizes[item] = signature[BANDS]!;
    sketches.set(signature.subarray(BANDS + 1), item * SKETCH_WORDS);
  }
  const same = firstOfEach(high, low);
  const members = Uint32Array.from(same.keys()).filter((item) => same[item] === item);
  const groups = new NearDuplicateGroups(texts.length, threshold);
  const comparer = new TextComparer();
  const compare = ({ first, second }: CandidatePairs) =>
    Float32Array.from(first, (item, index) => comparer.similarity(texts[item]!, texts[second[index]!]!));
  const bandOf = (band: number) => Uint32Array.from(members, (item) => bands[item * BANDS + (band % BANDS)]!);
  for (let band = 0; band < BANDS; band++) {
    const values = [bandOf(band), bandOf(band + 1), bandOf(band + 2)] as const;
    const settling = groups.settle(candidatesOfBand({ members, isNew: null }, values, { sizes, sketches }, threshold));
    for (let step = settling.next(); step.done !== true;) step = settling.next(compare(step.value));
  }
  return { same, group: same.map((first) => groups.groupOf(first)) };
}
