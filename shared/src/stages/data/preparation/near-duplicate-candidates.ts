import { mix32 } from './hashing.ts';
import { agreementOf, expectedAgreement, leastAgreement } from './min-hash.ts';

/** An item is held against so many earlier ones of its band; where more agree, against those that agree in the next bands as well. */
const MOST_COMPARED = 12;
const MOST_COMPARED_CROWDED = 4;
/** Share of the pairs right at the threshold that the sketches may hide. */
const MISSED = 1e-4;

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
  /** Items that agree with more earlier ones than they were held against, without a clear match among these. */
  readonly crowded: Uint32Array;
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

  /** The pairs, those with the greatest agreement first, equal ones in the order in which they came. */
  sorted(): CandidatePairs {
    const counts = new Uint32Array(258);
    for (let pair = 0; pair < this.length; pair++) counts[256 - this.#values[3 * pair + 2]! + 1]!++;
    for (let agreement = 1; agreement < counts.length; agreement++) counts[agreement]! += counts[agreement - 1]!;
    const first = new Uint32Array(this.length);
    const second = new Uint32Array(this.length);
    for (let pair = 0; pair < this.length; pair++) {
      const place = counts[256 - this.#values[3 * pair + 2]!]!++;
      first[place] = this.#values[3 * pair]!;
      second[place] = this.#values[3 * pair + 1]!;
    }
    return { first, second };
  }
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

/** For each place the number of members with its value in a band, itself included, as far as it matters. */
function crowdsOf(values: Uint32Array): Uint8Array {
  const slots = 2 ** Math.ceil(Math.log2(Math.max(16, values.length * 2)));
  const mask = slots - 1;
  const firsts = new Uint32Array(slots);
  const counts = new Uint32Array(slots);
  const slotOf = new Uint32Array(values.length);
  for (let place = 0; place < values.length; place++) {
    const value = values[place]!;
    let slot = value & mask;
    while (firsts[slot] !== 0 && values[firsts[slot]! - 1] !== value) slot = (slot + 1) & mask;
    if (firsts[slot] === 0) firsts[slot] = place + 1;
    counts[slot]!++;
    slotOf[place] = slot;
  }
  const crowds = new Uint8Array(values.length);
  for (let place = 0; place < crowds.length; place++) crowds[place] = Math.min(255, counts[slotOf[place]!]!);
  return crowds;
}

/** The places whose value one of the places with a flag has as well. */
function placesAlongside(values: Uint32Array, isFlagged: Uint8Array): Uint32Array {
  let flagged = 0;
  for (let place = 0; place < isFlagged.length; place++) flagged += isFlagged[place]!;
  const slots = 2 ** Math.ceil(Math.log2(Math.max(16, flagged * 2)));
  const mask = slots - 1;
  /** Place of a flagged value, + 1. */
  const owners = new Uint32Array(slots);
  const slotOf = (value: number) => {
    let slot = value & mask;
    while (owners[slot] !== 0 && values[owners[slot]! - 1] !== value) slot = (slot + 1) & mask;
    return slot;
  };
  for (let place = 0; place < values.length; place++) {
    if (isFlagged[place] === 1) owners[slotOf(values[place]!)] = place + 1;
  }
  const places = new Uint32Array(values.length);
  let length = 0;
  for (let place = 0; place < values.length; place++) {
    if (owners[slotOf(values[place]!)] !== 0) places[length++] = place;
  }
  return places.slice(0, length);
}

function atPlaces<List extends Uint32Array | Uint8Array>(list: List, places: Uint32Array): List {
  const taken = list instanceof Uint8Array ? new Uint8Array(places.length) : new Uint32Array(places.length);
  for (let index = 0; index < places.length; index++) taken[index] = list[places[index]!]!;
  return taken as unknown as List;
}

/** Who takes part in a band. */
export interface BandMembers {
  /** Numbers of items, ascending. */
  readonly members: Uint32Array;
  /** 1 for each member that an earlier search does not cover: only pairs with such a one are proposed; null where all are. */
  readonly isNew: Uint8Array | null;
}

/**
 * Proposes pairs of members that agree in a band, which their sizes and sketches do not tell apart at a
 * similarity of `threshold`. `bands` holds the band's values and those of the two next bands, by member. An item is held against at
 * most 12 earlier ones, so that time grows linearly whatever the texts are; about 40 bytes a member while it lasts.
 */
export function candidatesOfBand(
  all: BandMembers,
  bands: readonly [Uint32Array, Uint32Array, Uint32Array],
  { sizes, sketches }: ItemSketches,
  threshold: number,
): BandCandidates {
  const places = all.isNew === null ? null : placesAlongside(bands[0], all.isNew);
  const taken = <List extends Uint32Array | Uint8Array>(list: List): List =>
    places === null ? list : atPlaces(list, places);
  const members = taken(all.members);
  const isNew = all.isNew === null ? null : taken(all.isNew);
  const [values, next, afterNext] = [taken(bands[0]), taken(bands[1]), taken(bands[2])];
  const least = leastAgreement(threshold, MISSED);
  // Whoever agrees as texts do that are clearly above the threshold needs no other partner.
  const clear = Math.round(expectedAgreement((1 + threshold) / 2));
  const crowds = crowdsOf(values);
  let [crowdedMembers, together] = [0, 0];
  for (let place = 0; place < crowds.length; place++) {
    if (crowds[place]! > MOST_COMPARED + 1) crowdedMembers++;
    if (crowds[place]! > 1) together++;
  }
  const chains = new Chains(together, values.length);
  const deep = crowdedMembers === 0 ? null : new Chains(crowdedMembers, values.length);
  const deepest = crowdedMembers === 0 ? null : new Chains(crowdedMembers, values.length);
  const pairs = new PairList();
  const crowded = new Uint32Array(crowdedMembers);
  let crowdedCount = 0;

  /** Holds a member against up to `most` earlier ones, but for those with its own value in `held`; whether one of them agrees
   *  clearly, or nobody is left. */
  const walk = (
    chain: Chains,
    place: number,
    from: number,
    most: number,
    held: Uint32Array | null,
  ): 'clear' | 'whole' | 'cut' => {
    const item = members[place]!;
    const size = sizes[item]!;
    const [smallest, largest] = [size * threshold, size / threshold];
    let before = from;
    for (let count = 0; before !== 0; count++) {
      if (count === most) return 'cut';
      const otherPlace = before - 1;
      before = chain.before(otherPlace);
      if (held !== null && held[otherPlace] === held[place]) continue;
      if (isNew !== null && isNew[place] === 0 && isNew[otherPlace] === 0) continue;
      const other = members[otherPlace]!;
      const otherSize = sizes[other]!;
      if (otherSize < smallest || otherSize > largest) continue;
      const agreement = agreementOf(sketches, other, item);
      if (agreement < least) continue;
      pairs.push(other, item, agreement);
      if (agreement >= clear) return 'clear';
    }
    return 'whole';
  };

  for (let place = 0; place < values.length; place++) {
    if (crowds[place] === 1) continue;
    const value = values[place]!;
    const before = chains.add(value, place);
    if (crowds[place]! <= MOST_COMPARED + 1) {
      walk(chains, place, before, MOST_COMPARED, null);
      continue;
    }
    const deepKey = mix32(value ^ mix32(next[place]!));
    const deepBefore = deep!.add(deepKey, place);
    const deepestBefore = deepest!.add(mix32(deepKey ^ mix32(afterNext[place]!)), place);
    if (walk(deepest!, place, deepestBefore, MOST_COMPARED_CROWDED, null) === 'clear') continue;
    if (walk(deep!, place, deepBefore, MOST_COMPARED_CROWDED, afterNext) === 'clear') continue;
    if (walk(chains, place, before, MOST_COMPARED_CROWDED, next) === 'cut') crowded[crowdedCount++] = members[place]!;
  }
  return { ...pairs.sorted(), crowded: crowded.slice(0, crowdedCount) };
}
