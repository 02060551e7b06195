/** Members of a part: about what fits, with all that is known of them, into the second cache of a processor. */
const MEMBERS_A_PART = 16_384;

/**
 * Divides the places of a list (or those of them that are given, ascending) by their values, so that equal values are in one part and a part
 * fits into the processor's cache; the places of each part ascend. The values must be spread evenly over 32 bits, as hashes are.
 */
export function partsOf(values: Uint32Array, given: Uint32Array | null = null): Uint32Array[] {
  const count = given === null ? values.length : given.length;
  const bits = Math.max(0, Math.ceil(Math.log2(count / MEMBERS_A_PART)));
  const parts = 2 ** bits;
  // A shift by 32 would be none.
  const partOf = (value: number) => (bits === 0 ? 0 : value >>> (32 - bits));
  const placeAt = (index: number) => (given === null ? index : given[index]!);
  const ends = new Uint32Array(parts);
  for (let index = 0; index < count; index++) ends[partOf(values[placeAt(index)]!)]!++;
  for (let part = 1; part < parts; part++) ends[part]! += ends[part - 1]!;
  const starts = Uint32Array.from(ends, (_, part) => (part === 0 ? 0 : ends[part - 1]!));
  const next = starts.slice();
  const places = new Uint32Array(count);
  for (let index = 0; index < count; index++) {
    const place = placeAt(index);
    places[next[partOf(values[place]!)]!++] = place;
  }
  return Array.from(ends, (end, part) => places.subarray(starts[part], end));
}

/** The elements of a list at some places. */
export function atPlaces<List extends Uint32Array | Uint8Array>(list: List, places: Uint32Array): List {
  const taken = list instanceof Uint8Array ? new Uint8Array(places.length) : new Uint32Array(places.length);
  for (let index = 0; index < places.length; index++) taken[index] = list[places[index]!]!;
  return taken as unknown as List;
}

/** For each place the number of places with its value, itself included, up to 255. */
export function crowdsOf(values: Uint32Array): Uint8Array {
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

/** The places whose value others have as well, by what `crowdsOf` says. */
export function placesOfSeveral(crowds: Uint8Array): Uint32Array {
  const places = new Uint32Array(crowds.length);
  let length = 0;
  for (let place = 0; place < crowds.length; place++) if (crowds[place]! > 1) places[length++] = place;
  return places.slice(0, length);
}

/** The places whose value one of the places with a flag has as well. */
export function placesAlongside(values: Uint32Array, isFlagged: Uint8Array): Uint32Array {
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
