import { JoinedGroups } from './joined-groups.ts';
import { MOST_COUNTED, Probes, probeTablesOf, RunCounts, type ChosenProbes, type ProbeTables } from './run-tables.ts';

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

/** Chooses the probes of the items of a part: those of texts of whose sample enough stands elsewhere as well. */
export function chooseProbes({ first, ends, runs }: RunSamples, counts: RunCounts, same: Uint32Array): ChosenProbes {
  const most = ends.length * PROBES;
  const [items, ofItem, needed] = [new Uint32Array(most), new Uint32Array(most), new Uint8Array(most)];
  const chosen = new Uint32Array(PROBES);
  let length = 0;
  for (let place = 0, from = 0; place < ends.length; place++) {
    const [item, to] = [first + place, ends[place]!];
    const taken = same[item] === item && from < to ? chooseOf(runs, from, to, counts, chosen) : 0;
    for (let probe = 0; probe < taken; probe++) {
      items[length] = item;
      ofItem[length] = chosen[probe]!;
      needed[length++] = taken < 3 ? taken : Math.floor(LEAST_HITS * taken);
    }
    from = to;
  }
  return { items: items.slice(0, length), runs: ofItem.slice(0, length), needed: needed.slice(0, length) };
}

/** Writes the probes of the sample from `from` to `to` into `chosen` and returns how many they are; 0 where the text is not looked for. */
function chooseOf(runs: Uint32Array, from: number, to: number, counts: RunCounts, chosen: Uint32Array): number {
  const length = to - from;
  let [shared, taken, seldom, least, part] = [0, 0, -1, MOST_COUNTED, 1];
  for (let at = from; at < to; at++) {
    const count = counts.of(runs[at]!);
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
  return shared < LEAST_SHARED * length || (taken === 1 && length > 2) ? 0 : taken;
}

/** Proposes of each item of a part the texts whose probes it has. */
export function proposeContained(
  { first, ends, runs }: RunSamples,
  tables: ProbeTables,
  { sizes, group, same }: SearchedItems,
): ContainmentCandidates {
  const probes = new Probes(tables);
  const [inners, outers]: [number[], number[]] = [[], []];
  const hits = new Uint8Array(same.length);
  let touched: number[] = [];
  const onHit = (inner: number, outer: number): void => {
    if (sizes[inner]! >= sizes[outer]! || group[inner] === group[outer]) return;
    if (hits[inner]!++ === 0) touched.push(inner);
  };
  for (let place = 0, from = 0; place < ends.length; place++) {
    const [outer, to] = [first + place, ends[place]!];
    if (same[outer] === outer) {
      for (let at = from; at < to; at++) if (probes.mayHave(runs[at]!)) probes.visit(runs[at]!, outer, onHit);
    }
    from = to;
    if (touched.length === 0) continue;
    for (const inner of touched) {
      if (hits[inner]! >= tables.needed[inner]!) {
        inners.push(inner);
        outers.push(outer);
      }
      hits[inner] = 0;
    }
    touched = [];
  }
  return { inner: Uint32Array.from(inners), outer: Uint32Array.from(outers) };
}

/** The work on single parts of the data, which may be spread over threads. */
export interface ContainmentWork {
  readonly parts: number;
  /** As `chooseProbes` does. */
  choose(part: number, counts: RunCounts): Promise<ChosenProbes>;
  /** As `proposeContained` does. */
  propose(part: number, tables: ProbeTables): Promise<ContainmentCandidates>;
}

/**
 * Proposes pairs of a text and a longer one that may contain it, from samples of their runs (`sampleRuns`), `runs` in all. Of a text that stands in
 * several others six are proposed, of a phrase that stands in fifteen and more none. Time grows with the number of runs; memory is about 4 bytes a
 * run, 256 MB at most, and at most 60 an item.
 */
export async function containmentCandidates(
  runs: number,
  samples: AsyncIterable<RunSamples> | Iterable<RunSamples>,
  same: Uint32Array,
  work: ContainmentWork,
): Promise<ContainmentCandidates> {
  const counts = RunCounts.forRuns(runs);
  for await (const part of samples) counts.addPart(part, same);
  const parts = Array.from({ length: work.parts }, (_, part) => part);
  const tables = probeTablesOf(await Promise.all(parts.map((part) => work.choose(part, counts))), same.length);
  const proposed = await Promise.all(parts.map((part) => work.propose(part, tables)));
  const found = new Uint8Array(same.length);
  const [inners, outers]: [number[], number[]] = [[], []];
  for (const { inner, outer } of proposed) {
    for (const [pair, item] of inner.entries()) {
      if (found[item] === MOST_CONTAINERS) continue;
      found[item]!++;
      inners.push(item);
      outers.push(outer[pair]!);
    }
  }
  return { inner: Uint32Array.from(inners), outer: Uint32Array.from(outers) };
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
