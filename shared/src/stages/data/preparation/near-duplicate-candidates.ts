import { atPlaces, crowdsOf, partsOf, placesAlongside, placesOfSeveral } from './band-parts.ts';
import { mix32 } from './hashing.ts';
import { agreementOf, expectedAgreement, leastAgreement, SKETCH_WORDS } from './min-hash.ts';
import { LEAST_SHORT_SIMILARITY, MOST_SHORT_UNITS } from './short-texts.ts';

/** An item is held against so many earlier ones of its band; where more agree, against those that agree in the next bands as well. */
const MOST_COMPARED = 12;
const MOST_COMPARED_CROWDED = 4;
/** Share of the pairs right at the threshold that the sketches may hide. */
const MISSED = 1e-4;
/** The same of pairs of short texts at the least similarity that they can have. */
const MISSED_OF_SHORT = 0.02;
/** Of so many members one is new, at most, where only those are looked at that share their value with a new one. */
const FEW = 8;

/** What the search knows of every item, by its number. */
export interface ItemSketches {
  /** Different shingles. */
  readonly sizes: Uint32Array;
  /** `SKETCH_WORDS` words an item. */
  readonly sketches: Uint32Array;
}

/** Pairs of items that may be alike: `first[k]` with the later item `second[k]`, the most promising pairs first. */
export interface CandidatePairs {
  readonly first: Uint32Array;
  readonly second: Uint32Array;
}

/** What one band proposes. */
export interface BandCandidates extends CandidatePairs {
  /** Items that agree with more earlier ones than they were held against, without a clear match among these; in no order. */
  readonly crowded: Uint32Array;
}

/** Who takes part in a band. */
export interface BandMembers {
  /** Numbers of items, ascending. */
  readonly members: Uint32Array;
  /** 1 for each member that an earlier search does not cover: only pairs with such a one are proposed; null where all are. */
  readonly isNew: Uint8Array | null;
}

class PairList {
  #values = new Uint32Array(3 * 1024);
  length = 0;

  push(first: number, second: number, agreement: number): void {
    if (3 * this.length === this.#values.length) {
      const larger = new Uint32Array(this.#values.length * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    const at = 3 * this.length++;
    this.#values[at] = first;
    this.#values[at + 1] = second;
    this.#values[at + 2] = agreement;
  }

  /** The pairs, those with the greatest agreement first, equal ones by their second item, then in the order in which they came. */
  sorted(): CandidatePairs {
    const values = this.#values;
    let lastItem = 0;
    for (let pair = 0; pair < this.length; pair++) lastItem = Math.max(lastItem, values[3 * pair + 1]!);
    const all = new Uint32Array(this.length);
    for (let pair = 0; pair < all.length; pair++) all[pair] = pair;
    const byItem = sortedBy(all, lastItem + 1, (pair) => values[3 * pair + 1]!);
    const order = sortedBy(byItem, 257, (pair) => 256 - values[3 * pair + 2]!);
    return {
      first: order.map((pair) => values[3 * pair]!),
      second: order.map((pair) => values[3 * pair + 1]!),
    };
  }
}

/** Sorts numbers by a key below `keys`, equal ones staying in their order (counting sort). */
function sortedBy(numbers: Uint32Array, keys: number, keyOf: (number: number) => number): Uint32Array {
  const places = new Uint32Array(keys + 1);
  for (let index = 0; index < numbers.length; index++) places[keyOf(numbers[index]!) + 1]!++;
  for (let key = 1; key < keys; key++) places[key]! += places[key - 1]!;
  const sorted = new Uint32Array(numbers.length);
  for (let index = 0; index < numbers.length; index++) {
    const number = numbers[index]!;
    sorted[places[keyOf(number)]!++] = number;
  }
  return sorted;
}

/** Chains of items that share a key: open addressing, 8 bytes a slot and 4 a member. */
class Chains {
  readonly #mask: number;
  readonly #keys: Uint32Array;
  readonly #latest: Uint32Array;
  /** For each member the one before it with the same key, + 1. */
  readonly #previous: Uint32Array;

  constructor(members: number, places: number) {
    const slots = 2 ** Math.ceil(Math.log2(Math.max(16, members * 2)));
    this.#mask = slots - 1;
    this.#keys = new Uint32Array(slots);
    this.#latest = new Uint32Array(slots);
    this.#previous = new Uint32Array(places);
  }

  /** Adds a member, given by its place; returns the place before it with the same key + 1, 0 where it is the first. */
  add(key: number, place: number): number {
    let slot = key & this.#mask;
    while (this.#latest[slot] !== 0 && this.#keys[slot] !== key) slot = (slot + 1) & this.#mask;
    const before = this.#latest[slot]!;
    this.#keys[slot] = key;
    this.#latest[slot] = place + 1;
    this.#previous[place] = before;
    return before;
  }

  /** The place before a place with the same key, + 1. */
  before(place: number): number {
    return this.#previous[place]!;
  }
}

/** The sketches of some items, one after another. */
function sketchesOf(items: Uint32Array, sketches: Uint32Array): Uint32Array {
  const taken = new Uint32Array(items.length * SKETCH_WORDS);
  let to = 0;
  for (let index = 0; index < items.length; index++) {
    const from = items[index]! * SKETCH_WORDS;
    for (let word = 0; word < SKETCH_WORDS; word++) taken[to++] = sketches[from + word]!;
  }
  return taken;
}

/** Bounds of a search at a similarity. */
interface Bounds {
  readonly threshold: number;
  /** Fewest minima in which the sketches of a pair agree, and of a pair of short texts, which their edit distance can make alike. */
  readonly least: number;
  readonly leastOfShort: number;
  /** Whoever agrees as texts do that are clearly above the threshold needs no other partner. */
  readonly clear: number;
}

/** The members of a part of a band that share their value with another one, with what is known of them, by place. */
class BandPart {
  readonly #crowds: Uint8Array;
  readonly #members: Uint32Array;
  readonly #isNew: Uint8Array | null;
  readonly #values: readonly [Uint32Array, Uint32Array, Uint32Array];
  readonly #sizes: Uint32Array;
  readonly #sketches: Uint32Array;
  readonly #bounds: Bounds;
  readonly #pairs: PairList;

  constructor(
    part: Uint32Array,
    { members, isNew }: BandMembers,
    bands: readonly [Uint32Array, Uint32Array, Uint32Array],
    { sizes, sketches }: ItemSketches,
    bounds: Bounds,
    pairs: PairList,
  ) {
    const alongside =
      isNew === null ? part : atPlaces(part, placesAlongside(atPlaces(bands[0], part), atPlaces(isNew, part)));
    const crowds = crowdsOf(atPlaces(bands[0], alongside));
    const together = placesOfSeveral(crowds);
    const places = atPlaces(alongside, together);
    this.#crowds = atPlaces(crowds, together);
    this.#members = atPlaces(members, places);
    this.#isNew = isNew === null ? null : atPlaces(isNew, places);
    this.#values = [atPlaces(bands[0], places), atPlaces(bands[1], places), atPlaces(bands[2], places)];
    this.#sizes = atPlaces(sizes, this.#members);
    this.#sketches = sketchesOf(this.#members, sketches);
    this.#bounds = bounds;
    this.#pairs = pairs;
  }

  /** Proposes the part's pairs, and tells of each member that was not held against all that it might be. */
  propose(onCrowded: (item: number) => void): void {
    const crowds = this.#crowds;
    const [values, next, afterNext] = this.#values;
    let crowdedMembers = 0;
    for (let place = 0; place < crowds.length; place++) if (crowds[place]! > MOST_COMPARED + 1) crowdedMembers++;
    const chains = new Chains(crowds.length, crowds.length);
    const [deep, deepest] = [0, 1].map(() => new Chains(crowdedMembers, crowds.length)) as [Chains, Chains];
    for (let place = 0; place < crowds.length; place++) {
      const value = values[place]!;
      const before = chains.add(value, place);
      if (crowds[place]! <= MOST_COMPARED + 1) {
        this.#walk(chains, place, before, MOST_COMPARED, null);
        continue;
      }
      const deepKey = mix32(value ^ mix32(next[place]!));
      const deepBefore = deep.add(deepKey, place);
      const deepestBefore = deepest.add(mix32(deepKey ^ mix32(afterNext[place]!)), place);
      if (this.#walk(deepest, place, deepestBefore, MOST_COMPARED_CROWDED, null) === 'clear') continue;
      if (this.#walk(deep, place, deepBefore, MOST_COMPARED_CROWDED, afterNext) === 'clear') continue;
      if (this.#walk(chains, place, before, MOST_COMPARED_CROWDED, next) === 'cut') onCrowded(this.#members[place]!);
    }
  }

  /** Holds a member against up to `most` earlier ones, but for those with its own value in `held`; whether one of them agrees
   *  clearly, or nobody is left. */
  #walk(chain: Chains, place: number, from: number, most: number, held: Uint32Array | null): 'clear' | 'whole' | 'cut' {
    const [members, isNew, sizes, sketches] = [this.#members, this.#isNew, this.#sizes, this.#sketches];
    const { clear } = this.#bounds;
    const size = sizes[place]!;
    const isShort = size <= MOST_SHORT_UNITS;
    const threshold = isShort ? Math.min(this.#bounds.threshold, LEAST_SHORT_SIMILARITY) : this.#bounds.threshold;
    const least = isShort ? this.#bounds.leastOfShort : this.#bounds.least;
    const [smallest, largest] = [size * threshold, size / threshold];
    let before = from;
    for (let count = 0; before !== 0; count++) {
      if (count === most) return 'cut';
      const other = before - 1;
      before = chain.before(other);
      if (held !== null && held[other] === held[place]) continue;
      if (isNew !== null && isNew[place] === 0 && isNew[other] === 0) continue;
      if (sizes[other]! < smallest || sizes[other]! > largest) continue;
      const agreement = agreementOf(sketches, other, place);
      if (agreement < least) continue;
      this.#pairs.push(members[other]!, members[place]!, agreement);
      if (agreement >= clear) return 'clear';
    }
    return 'whole';
  }
}

/** The members that can be in a pair where few are new: those that share their value with a new one; null where all may be. */
function placesToLookAt({ isNew }: BandMembers, values: Uint32Array): Uint32Array | null {
  if (isNew === null) return null;
  let fresh = 0;
  for (let place = 0; place < isNew.length; place++) fresh += isNew[place]!;
  return fresh > isNew.length / FEW ? null : placesAlongside(values, isNew);
}

/**
 * Proposes pairs of members that agree in a band, which their sizes and sketches do not tell apart at a
 * similarity of `threshold`. `bands` holds the band's values and those of the two next bands, by member. An item is held against at
 * most 12 earlier ones, so that time grows linearly whatever the texts are; about 12 bytes a member while it lasts, and 12 a pair.
 */
export function candidatesOfBand(
  members: BandMembers,
  bands: readonly [Uint32Array, Uint32Array, Uint32Array],
  sketches: ItemSketches,
  threshold: number,
): BandCandidates {
  const bounds = {
    threshold,
    least: leastAgreement(threshold, MISSED),
    leastOfShort: leastAgreement(Math.min(threshold, LEAST_SHORT_SIMILARITY), MISSED_OF_SHORT),
    clear: Math.round(expectedAgreement((1 + threshold) / 2)),
  };
  const pairs = new PairList();
  const crowded = new Uint32Array(members.members.length);
  let crowdedCount = 0;
  for (const part of partsOf(bands[0], placesToLookAt(members, bands[0]))) {
    new BandPart(part, members, bands, sketches, bounds, pairs).propose((item) => {
      crowded[crowdedCount++] = item;
    });
  }
  return { ...pairs.sorted(), crowded: crowded.slice(0, crowdedCount) };
}
