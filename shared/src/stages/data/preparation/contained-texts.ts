import { grown } from './containment.ts';
import { mix32 } from './hashing.ts';
import { JoinedGroups } from './joined-groups.ts';

/** Probes of a text: of each fifth of its sample the most seldom run that others have as well. */
const PROBES = 5;
/** Share of its probes that a longer text must have to be proposed. */
const LEAST_HITS = 0.8;
/** Share of a text's sample that others must have as well for it to be looked for. */
const LEAST_SHARED = 0.5;
/** A text is held against so many longer ones. */
const MOST_CONTAINERS = 6;

/** A text within a longer one: items by their numbers. */
export interface ContainedPair {
  readonly inner: number;
  readonly outer: number;
  /** Share of the inner text's runs that the outer one has. */
  readonly share: number;
}

/** Pairs that may be a text and a longer one that contains it. */
export interface ContainmentCandidates {
  readonly inner: Uint32Array;
  readonly outer: Uint32Array;
}

/** The samples of the items of a part of the data: `ends[k]` says where that of the k-th item from `first` on ends in `runs`. */
export interface RunSamples {
  readonly first: number;
  readonly ends: Uint32Array;
  readonly runs: Uint32Array;
}

/** Which items are searched, by their numbers. */
export interface SearchedItems {
  /** Different shingles. */
  readonly sizes: Uint32Array;
  /** First item of the group of near-duplicates: pairs within a group are known already. */
  readonly group: Uint32Array;
  /** First item with the same text; only such ones are searched. */
  readonly same: Uint32Array;
}

/** What comes about so often is a phrase, and no probe of any text. */
const MOST_COUNTED = 15;

/** Counts how often each run comes about, up to fifteen times: four bits a cell, and four cells a run where there are up to 134 million. */
class RunCounts {
  readonly #cells: Uint32Array;
  readonly #shift: number;

  constructor(runs: number) {
    const power = Math.min(29, Math.max(16, Math.ceil(Math.log2(Math.max(1, runs) * 4))));
    this.#cells = new Uint32Array(2 ** (power - 3));
    this.#shift = 32 - power;
  }

  add(run: number): void {
    const cell = run >>> this.#shift;
    const shift = (cell & 7) << 2;
    const word = this.#cells[cell >>> 3]!;
    if (((word >>> shift) & MOST_COUNTED) < MOST_COUNTED) this.#cells[cell >>> 3] = word + (1 << shift);
  }

  of(run: number): number {
    const cell = run >>> this.#shift;
    return (this.#cells[cell >>> 3]! >>> ((cell & 7) << 2)) & MOST_COUNTED;
  }
}

/** Which texts have a run as a probe. */
class Probes {
  #keys: Uint32Array<ArrayBuffer>;
  #latest: Uint32Array<ArrayBuffer>;
  #used = 0;
  /** Chains: the item of an entry, and the entry before it with the same run, + 1. */
  #items: Uint32Array<ArrayBuffer>;
  #before: Uint32Array<ArrayBuffer>;
  #length = 0;
  /** One bit for each hash of 24 bits, which tells most runs that are no probe. */
  readonly #filter = new Uint32Array(2 ** 19);

  /** Begins with room for one probe of every item. */
  constructor(items: number) {
    const room = 2 ** Math.max(8, Math.ceil(Math.log2(Math.max(1, items))));
    [this.#keys, this.#latest] = [new Uint32Array(2 * room), new Uint32Array(2 * room)];
    [this.#items, this.#before] = [new Uint32Array(room), new Uint32Array(room)];
  }

  add(run: number, item: number): void {
    if (this.#used * 2 > this.#keys.length) this.#growKeys();
    const slot = this.#slotOf(run);
    if (this.#latest[slot] === 0) this.#used++;
    if (this.#length === this.#items.length) {
      this.#items = grown(this.#items);
      this.#before = grown(this.#before);
    }
    this.#keys[slot] = run;
    this.#items[this.#length] = item;
    this.#before[this.#length] = this.#latest[slot]!;
    this.#latest[slot] = ++this.#length;
    this.#filter[run >>> 13]! |= 1 << ((run >>> 8) & 31);
  }

  /** Whether a run may be a probe: false for most that are none. */
  mayHave(run: number): boolean {
    return (this.#filter[run >>> 13]! & (1 << ((run >>> 8) & 31))) !== 0;
  }

  visit(run: number, outer: number, onItem: (inner: number, outer: number) => void): void {
    for (let entry = this.#latest[this.#slotOf(run)]!; entry !== 0; entry = this.#before[entry - 1]!)
      onItem(this.#items[entry - 1]!, outer);
  }

  #slotOf(run: number): number {
    const mask = this.#keys.length - 1;
    let slot = mix32(run) & mask;
    while (this.#latest[slot] !== 0 && this.#keys[slot] !== run) slot = (slot + 1) & mask;
    return slot;
  }

  #growKeys(): void {
    const [keys, latest] = [this.#keys, this.#latest];
    this.#keys = new Uint32Array(keys.length * 2);
    this.#latest = new Uint32Array(keys.length * 2);
    for (let from = 0; from < keys.length; from++) {
      if (latest[from] === 0) continue;
      const slot = this.#slotOf(keys[from]!);
      this.#keys[slot] = keys[from]!;
      this.#latest[slot] = latest[from]!;
    }
  }
}

/** The search in its three passes over the samples; each is a plain loop, because it sees every run. */
class ContainmentSearch {
  readonly inner: number[] = [];
  readonly outer: number[] = [];
  readonly #counts: RunCounts;
  readonly #items: SearchedItems;
  readonly #probes: Probes;
  /** Probes that a longer text must have; 0 for items that are not looked for. */
  readonly #needed: Uint8Array;
  readonly #found: Uint8Array;
  readonly #hits: Uint8Array;
  #touched: number[] = [];

  constructor(runs: number, items: SearchedItems) {
    this.#counts = new RunCounts(runs);
    this.#items = items;
    const count = items.sizes.length;
    this.#probes = new Probes(count);
    [this.#needed, this.#found, this.#hits] = [new Uint8Array(count), new Uint8Array(count), new Uint8Array(count)];
  }

  count({ first, ends, runs }: RunSamples): void {
    const { same } = this.#items;
    for (let place = 0, from = 0; place < ends.length; place++) {
      const to = ends[place]!;
      if (same[first + place] === first + place) for (let at = from; at < to; at++) this.#counts.add(runs[at]!);
      from = to;
    }
  }

  chooseProbes({ first, ends, runs }: RunSamples): void {
    const { same } = this.#items;
    for (let place = 0, from = 0; place < ends.length; place++) {
      const [item, to] = [first + place, ends[place]!];
      if (same[item] === item && from < to) this.#needed[item] = this.#chooseOf(item, runs, from, to);
      from = to;
    }
  }

  #chooseOf(item: number, runs: Uint32Array, from: number, to: number): number {
    const length = to - from;
    let [shared, taken, seldom, least, part] = [0, 0, -1, MOST_COUNTED, 1];
    const chosen = this.#chosen;
    for (let at = from; at < to; at++) {
      const count = this.#counts.of(runs[at]!);
      if (count > 1) {
        shared++;
        if (count < least) [seldom, least] = [at, count];
      }
      while (part <= PROBES && (at + 1 - from) * PROBES >= part * length) {
        if (seldom !== -1) chosen[taken++] = runs[seldom]!;
        [seldom, least] = [-1, MOST_COUNTED];
        part++;
      }
    }
    // A probe alone tells of a text only that has no more than two runs in its sample.
    if (shared < LEAST_SHARED * length || (taken === 1 && length > 2)) return 0;
    for (let probe = 0; probe < taken; probe++) this.#probes.add(chosen[probe]!, item);
    return taken < 3 ? taken : Math.floor(LEAST_HITS * taken);
  }

  propose({ first, ends, runs }: RunSamples): void {
    const { same } = this.#items;
    for (let place = 0, from = 0; place < ends.length; place++) {
      const [outer, to] = [first + place, ends[place]!];
      if (same[outer] === outer) this.#proposeFor(outer, runs, from, to);
      from = to;
    }
  }

  #proposeFor(outer: number, runs: Uint32Array, from: number, to: number): void {
    for (let at = from; at < to; at++) {
      if (this.#probes.mayHave(runs[at]!)) this.#probes.visit(runs[at]!, outer, this.#onHit);
    }
    if (this.#touched.length === 0) return;
    for (const inner of this.#touched) {
      if (this.#hits[inner]! >= this.#needed[inner]! && this.#found[inner]! < MOST_CONTAINERS) {
        this.#found[inner]!++;
        this.inner.push(inner);
        this.outer.push(outer);
      }
      this.#hits[inner] = 0;
    }
    this.#touched = [];
  }

  readonly #chosen = new Uint32Array(PROBES);
  readonly #onHit = (inner: number, outer: number): void => {
    const { sizes, group } = this.#items;
    if (sizes[inner]! >= sizes[outer]! || group[inner] === group[outer]) return;
    if (this.#hits[inner]!++ === 0) this.#touched.push(inner);
  };
}

/**
 * Proposes pairs of a text and a longer one that may contain it, from samples of their runs (`sampleRuns`), `runs` in all, which `read` gives part by part
 * as often as it is called, always in the same order. Of a text that stands in several others six are proposed, of a phrase that stands in fifteen and
 * more none. Time grows with the number of runs; memory is about 4 bytes a run, 256 MB at most, and at most 60 an item.
 */
export async function containmentCandidates(
  runs: number,
  read: () => AsyncIterable<RunSamples> | Iterable<RunSamples>,
  items: SearchedItems,
): Promise<ContainmentCandidates> {
  const search = new ContainmentSearch(runs, items);
  for await (const part of read()) search.count(part);
  for await (const part of read()) search.chooseProbes(part);
  for await (const part of read()) search.propose(part);
  return { inner: Uint32Array.from(search.inner), outer: Uint32Array.from(search.outer) };
}

/** Texts that stand in more longer ones than this are phrases, which hold no group together. */
const MOST_CONTAINERS_OF_A_COPY = 3;

/** Groups of items (each named by its first one) that must not be parted: those that are given, joined where a text of one stands within one of the other. */
export function groupsWithContained(group: Uint32Array, pairs: readonly ContainedPair[]): Uint32Array {
  const containers = new Map<number, number>();
  for (const { inner } of pairs) containers.set(inner, (containers.get(inner) ?? 0) + 1);
  const joined = new JoinedGroups(group.length);
  for (const { inner, outer } of pairs)
    if (containers.get(inner)! <= MOST_CONTAINERS_OF_A_COPY) joined.join(group[inner]!, group[outer]!);
  return group.map((item) => joined.groupOf(item));
}
