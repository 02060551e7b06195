import type { RunSamples } from './contained-texts.ts';
import { mix32 } from './hashing.ts';

/*
 * The tables of the search for contained texts, in memory that threads share: each is filled by one thread, and read by all afterwards.
 */

/** What comes about so often is a phrase, and no probe of any text. */
export const MOST_COUNTED = 15;

function sharedWords(length: number): Uint32Array<SharedArrayBuffer> {
  return new Uint32Array(new SharedArrayBuffer(length * 4));
}

/** Counts how often each run comes about, up to fifteen times: four bits a cell, and four cells a run where there are up to 134 million. */
export class RunCounts {
  readonly cells: Uint32Array;
  readonly #shift: number;

  /** Counts in `cells`, a power of two of words with eight cells each. */
  constructor(cells: Uint32Array) {
    this.cells = cells;
    this.#shift = 29 - Math.log2(cells.length);
  }

  static forRuns(runs: number): RunCounts {
    const power = Math.min(29, Math.max(16, Math.ceil(Math.log2(Math.max(1, runs) * 4))));
    return new RunCounts(sharedWords(2 ** (power - 3)));
  }

  /** Counts the runs of the items of a part that are the first with their text. */
  addPart({ first, ends, runs }: RunSamples, same: Uint32Array): void {
    for (let place = 0, from = 0; place < ends.length; place++) {
      const to = ends[place]!;
      if (same[first + place] === first + place) for (let at = from; at < to; at++) this.#add(runs[at]!);
      from = to;
    }
  }

  #add(run: number): void {
    const cell = run >>> this.#shift;
    const shift = (cell & 7) << 2;
    const word = this.cells[cell >>> 3]!;
    if (((word >>> shift) & MOST_COUNTED) < MOST_COUNTED) this.cells[cell >>> 3] = word + (1 << shift);
  }

  of(run: number): number {
    const cell = run >>> this.#shift;
    return (this.cells[cell >>> 3]! >>> ((cell & 7) << 2)) & MOST_COUNTED;
  }
}

/** The probes of some items, an element a probe: the item, the run, and how many of its probes a longer text must have. */
export interface ChosenProbes {
  readonly items: Uint32Array;
  readonly runs: Uint32Array;
  readonly needed: Uint8Array;
}

/** Which texts have a run as a probe, by open addressing: the slots of the runs, and chains of the items that share one. */
export interface ProbeTables {
  readonly keys: Uint32Array;
  /** The latest entry of a slot's run, + 1. */
  readonly latest: Uint32Array;
  /** The item of an entry, and the entry before it with the same run, + 1. */
  readonly items: Uint32Array;
  readonly before: Uint32Array;
  /** One bit for each hash of 24 bits, which tells most runs that are no probe. */
  readonly filter: Uint32Array;
  /** Probes that a longer text must have, an element an item of the data. */
  readonly needed: Uint8Array;
}

/** The tables of the probes that were chosen from `items` items, part by part. */
export function probeTablesOf(chosen: readonly ChosenProbes[], items: number): ProbeTables {
  const entries = chosen.reduce((sum, { runs }) => sum + runs.length, 0);
  const slots = 2 ** Math.max(8, Math.ceil(Math.log2(Math.max(1, entries) * 2)));
  const tables = {
    ...{ keys: sharedWords(slots), latest: sharedWords(slots) },
    ...{ items: sharedWords(entries), before: sharedWords(entries) },
    filter: sharedWords(2 ** 19),
    needed: new Uint8Array(new SharedArrayBuffer(items)),
  };
  let entry = 0;
  for (const part of chosen) {
    for (let probe = 0; probe < part.runs.length; probe++) {
      const [item, run] = [part.items[probe]!, part.runs[probe]!];
      tables.needed[item] = part.needed[probe]!;
      const slot = slotOf(tables, run);
      tables.keys[slot] = run;
      tables.items[entry] = item;
      tables.before[entry] = tables.latest[slot]!;
      tables.latest[slot] = ++entry;
      tables.filter[run >>> 13]! |= 1 << ((run >>> 8) & 31);
    }
  }
  return tables;
}

function slotOf({ keys, latest }: Pick<ProbeTables, 'keys' | 'latest'>, run: number): number {
  const mask = keys.length - 1;
  let slot = mix32(run) & mask;
  while (latest[slot] !== 0 && keys[slot] !== run) slot = (slot + 1) & mask;
  return slot;
}

/** Asks the tables. */
export class Probes {
  readonly #tables: ProbeTables;

  constructor(tables: ProbeTables) {
    this.#tables = tables;
  }

  /** Whether a run may be a probe: false for most that are none. */
  mayHave(run: number): boolean {
    return (this.#tables.filter[run >>> 13]! & (1 << ((run >>> 8) & 31))) !== 0;
  }

  visit(run: number, outer: number, onItem: (inner: number, outer: number) => void): void {
    const { latest, items, before } = this.#tables;
    for (let entry = latest[slotOf(this.#tables, run)]!; entry !== 0; entry = before[entry - 1]!)
      onItem(items[entry - 1]!, outer);
  }
}
