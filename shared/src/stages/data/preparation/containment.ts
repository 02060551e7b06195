import { mix32 } from './hashing.ts';
import { comparedUnits, isIdeographic, writeComparedUnits } from './shingles.ts';

/*
 * A text that stands within a longer one (a quoted reply, a text with boilerplate around it) shares too little with all of it to be a
 * near-duplicate. It is known by the runs of signs that it has in common with the longer one: a sample of all runs of sixteen signs (eight where a
 * Chinese, Japanese or Korean character begins them), drawn by their hashes so that both texts keep the same ones, proposes pairs, and the share of the
 * shorter one's runs of six decides.
 */

/** Share of the runs of six signs of a text that stand in a longer one, from which it counts as contained in that. */
export const CONTAINED_SHARE = 0.8;
/** A text is looked for in longer ones from so many letters on; a Chinese character counts as two. */
const FEWEST_CONTAINED_LETTERS = 60;

const FACTOR = 0x9e3779b1;
/** `FACTOR` to the power of a run's length, by which the sign that leaves the run is taken out of its hash. */
const leaving = (run: number) => Array.from({ length: run }).reduce<number>((power) => Math.imul(power, FACTOR), 1);

const RUN = 16;
const RUN_OF_IDEOGRAPHIC = 8;
const LEAVING_RUN = leaving(RUN);
const LEAVING_RUN_OF_IDEOGRAPHIC = leaving(RUN_OF_IDEOGRAPHIC);
/** One of so many runs is kept; of those of Chinese more, because its texts have fewer signs. Both are powers of two. */
const KEPT_OF = 16;
const KEPT_OF_IDEOGRAPHIC = 4;

/** Adds a sample of a text's runs to a list: the same run is kept, or not, wherever it stands. */
export function sampleRuns(text: string, into: RunList): void {
  const length = writeComparedUnits(text);
  if (!hasIdeographic(length)) sampleLongRuns(length, into);
  else sampleAllRuns(length, into);
}

function hasIdeographic(length: number): boolean {
  for (let index = 0; index < length; index++) if (isIdeographic(comparedUnits[index]!)) return true;
  return false;
}

/** Samples the runs of a text without Chinese, Japanese and Korean: what `sampleAllRuns` would, in half the time. */
function sampleLongRuns(length: number, into: RunList): void {
  const units = comparedUnits;
  let hash = 0;
  for (let index = 0; index < Math.min(length, RUN); index++) hash = (Math.imul(hash, FACTOR) + units[index]!) | 0;
  for (let index = RUN; index <= length; index++) {
    const mixed = mix32(hash);
    hash = (Math.imul(hash, FACTOR) + units[index]! - Math.imul(units[index - RUN]!, LEAVING_RUN)) | 0;
    if ((mixed & (KEPT_OF - 1)) === 0) into.push(mixed);
  }
}

function sampleAllRuns(length: number, into: RunList): void {
  const units = comparedUnits;
  let [long, short] = [0, 0];
  for (let index = 0; index < length; index++) {
    const unit = units[index]!;
    long = (Math.imul(long, FACTOR) + unit) | 0;
    short = (Math.imul(short, FACTOR) + unit) | 0;
    if (index >= RUN) long = (long - Math.imul(units[index - RUN]!, LEAVING_RUN)) | 0;
    if (index >= RUN_OF_IDEOGRAPHIC)
      short = (short - Math.imul(units[index - RUN_OF_IDEOGRAPHIC]!, LEAVING_RUN_OF_IDEOGRAPHIC)) | 0;
    if (index >= RUN_OF_IDEOGRAPHIC - 1 && isIdeographic(units[index - RUN_OF_IDEOGRAPHIC + 1]!)) {
      const mixed = mix32(short);
      if ((mixed & (KEPT_OF_IDEOGRAPHIC - 1)) === 0) into.push(mixed);
    }
    if (index >= RUN - 1 && !isIdeographic(units[index - RUN + 1]!)) {
      const mixed = mix32(long);
      if ((mixed & (KEPT_OF - 1)) === 0) into.push(mixed);
    }
  }
}

/** The same values with as much room again behind them. */
function grown(values: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(values.length * 2);
  larger.set(values);
  return larger;
}

/** A list of 32-bit numbers that grows. */
export class RunList {
  #values = new Uint32Array(4096);
  length = 0;

  push(value: number): void {
    if (this.length === this.#values.length) this.#values = grown(this.#values);
    this.#values[this.length++] = value;
  }

  toArray(): Uint32Array {
    return this.#values.slice(0, this.length);
  }
}

const SHORT_RUN = 6;
const LEAVING_SHORT_RUN = leaving(SHORT_RUN);

/** The share of a text's different runs of six signs that stand in another one, 0…1; 0 where it is too short to be looked for. */
export class ContainmentComparer {
  #slots = new Uint32Array(1024);
  /** 2 × the number of the comparison in which a slot was filled; one more once the longer text has it too. */
  #stamps = new Float64Array(1024);
  #turn = 0;

  share(short: string, long: string): number {
    const length = writeComparedUnits(short);
    if (lettersOf(length) < FEWEST_CONTAINED_LETTERS) return 0;
    if (length * 2 > this.#slots.length) {
      const slots = 2 ** Math.ceil(Math.log2(length * 2));
      this.#slots = new Uint32Array(slots);
      this.#stamps = new Float64Array(slots);
    }
    const stamp = 2 * ++this.#turn;
    let runs = 0;
    this.#forEachRun(length, (run) => {
      const slot = this.#slotOf(run, stamp);
      if (this.#stamps[slot]! >= stamp) return;
      this.#slots[slot] = run;
      this.#stamps[slot] = stamp;
      runs++;
    });
    let found = 0;
    this.#forEachRun(writeComparedUnits(long), (run) => {
      const slot = this.#slotOf(run, stamp);
      if (this.#stamps[slot] !== stamp) return;
      this.#stamps[slot] = stamp + 1;
      found++;
    });
    return runs === 0 ? 0 : found / runs;
  }

  #slotOf(run: number, stamp: number): number {
    const mask = this.#slots.length - 1;
    let slot = run & mask;
    while (this.#stamps[slot]! >= stamp && this.#slots[slot] !== run) slot = (slot + 1) & mask;
    return slot;
  }

  #forEachRun(length: number, visit: (run: number) => void): void {
    const units = comparedUnits;
    let hash = 0;
    for (let index = 0; index < length; index++) {
      hash = (Math.imul(hash, FACTOR) + units[index]!) | 0;
      if (index >= SHORT_RUN) hash = (hash - Math.imul(units[index - SHORT_RUN]!, LEAVING_SHORT_RUN)) | 0;
      if (index >= SHORT_RUN - 1) visit(mix32(hash));
    }
  }
}

/** What the first `length` compared units come to in letters. */
function lettersOf(length: number): number {
  let letters = length;
  for (let index = 0; index < length && letters < FEWEST_CONTAINED_LETTERS; index++)
    if (isIdeographic(comparedUnits[index]!)) letters++;
  return letters;
}
