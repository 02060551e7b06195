import { LOG_ODDS_BINS, logOddsBin } from './log-odds.ts';
import type { ProbabilityChunk } from './probability-chunk.ts';
import type { ScoreGroups } from './score-groups.ts';

const LAST_SHIFT = 10;
const ENTRY_LIMIT = 1_000_000;

/**
 * All (item, class) pairs by group of items and bin of log-odds, so that a resample of groups is a weighted sum of short histograms.
 *
 * Bins start at 1/1,024 of a unit of log-odds (65,536 bins) and are halved in number, down to 64, whenever over a million entries (6 bytes
 * each) would be kept: memory and the time of a resample stay bounded for any number of classes. Binning shifts an area by far less than
 * its interval; the shift is known on the whole sample and taken off by the caller.
 */
export class GroupedPairHistogram {
  #shift = 0;
  #bins = new Uint16Array(LOG_ODDS_BINS);
  #counts = new Uint32Array(LOG_ODDS_BINS);
  #entries = 0;
  /** The groups as they were closed, and where the entries of each end. */
  readonly #groups: number[] = [];
  readonly #ends: number[] = [];
  readonly #positiveGroups: number[] = [];
  readonly #positiveFineBins: number[] = [];
  readonly #open = new Uint32Array(LOG_ODDS_BINS);
  #openGroup = -1;

  /** Counts every pair of a checked chunk; `groups[i]` is the group of its item i. */
  add({ probabilities, targets }: ProbabilityChunk, groups: ArrayLike<number>): void {
    const classCount = probabilities.length / targets.length;
    for (let item = 0; item < targets.length; item++) {
      if (groups[item] !== this.#openGroup) {
        this.#close();
        this.#openGroup = groups[item]!;
      }
      const target = targets[item]!;
      for (let c = 0; c < classCount; c++) {
        const bin = logOddsBin(probabilities[item * classCount + c]!);
        if (c !== target) this.#open[bin >>> this.#shift]! += 1;
        else {
          this.#positiveGroups.push(groups[item]!);
          this.#positiveFineBins.push(bin);
        }
      }
    }
  }

  /** Returns a function that gives the histogram, from the highest bin down, where group g counts `weights[g]` times. */
  weighting(): (weights: ArrayLike<number>) => ScoreGroups {
    this.#close();
    const last = (LOG_ODDS_BINS >>> this.#shift) - 1;
    const [bins, counts] = [this.#bins, this.#counts];
    const groups = Int32Array.from(this.#groups);
    const ends = Int32Array.from(this.#ends);
    const positiveBins = Uint16Array.from(this.#positiveFineBins, (bin) => last - (bin >>> this.#shift));
    const positiveGroups = Int32Array.from(this.#positiveGroups);
    const scores = Float64Array.from({ length: last + 1 }, (_, k) => -k);
    const positives = new Float64Array(last + 1);
    const negatives = new Float64Array(last + 1);
    return (weights) => {
      positives.fill(0);
      negatives.fill(0);
      for (let k = 0; k < positiveBins.length; k++) positives[positiveBins[k]!]! += weights[positiveGroups[k]!]!;
      for (let closed = 0, k = 0; closed < groups.length; closed++) {
        const weight = weights[groups[closed]!]!;
        const end = ends[closed]!;
        if (weight === 0) k = end;
        for (; k < end; k++) negatives[last - bins[k]!]! += weight * counts[k]!;
      }
      return { scores, positives, negatives };
    };
  }

  /** Turns the counters of the group being filled into entries. */
  #close(): void {
    const binCount = LOG_ODDS_BINS >>> this.#shift;
    this.#makeRoom(this.#entries + binCount);
    for (let bin = 0; bin < binCount; bin++) {
      if (this.#open[bin] === 0) continue;
      this.#bins[this.#entries] = bin;
      this.#counts[this.#entries] = this.#open[bin]!;
      this.#entries++;
      this.#open[bin] = 0;
    }
    if (this.#entries === (this.#ends.at(-1) ?? 0)) return;
    this.#groups.push(this.#openGroup);
    this.#ends.push(this.#entries);
    while (this.#entries > ENTRY_LIMIT && this.#shift < LAST_SHIFT) this.#coarsen();
  }

  #makeRoom(entries: number): void {
    if (entries <= this.#bins.length) return;
    const [bins, counts] = [this.#bins, this.#counts];
    this.#bins = new Uint16Array(2 * entries);
    this.#counts = new Uint32Array(2 * entries);
    this.#bins.set(bins);
    this.#counts.set(counts);
  }

  #coarsen(): void {
    this.#shift++;
    let [from, kept] = [0, 0];
    for (const [closed, end] of this.#ends.entries()) {
      const first = kept;
      for (; from < end; from++) {
        const bin = this.#bins[from]! >>> 1;
        if (kept > first && this.#bins[kept - 1] === bin) this.#counts[kept - 1]! += this.#counts[from]!;
        else {
          this.#bins[kept] = bin;
          this.#counts[kept] = this.#counts[from]!;
          kept++;
        }
      }
      this.#ends[closed] = kept;
    }
    this.#entries = kept;
  }
}
