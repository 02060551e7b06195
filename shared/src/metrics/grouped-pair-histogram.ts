import { LOG_ODDS_BINS, logOddsBin } from './log-odds.ts';
import type { ProbabilityChunk } from './probability-chunk.ts';
import type { ScoreGroups } from './score-groups.ts';

const LAST_SHIFT = 10;
const ENTRY_LIMIT = 1_000_000;
/** From this share of the bins on, looking at all of them is quicker than sorting those that a group has. */
const SORTED_SHARE = 1 / 64;

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
  /** The bins of the open group that are not empty, in the order they were met. */
  readonly #met = new Uint16Array(LOG_ODDS_BINS);
  #metCount = 0;
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
        if (c !== target) this.#count(bin >>> this.#shift);
        else {
          this.#positiveGroups.push(groups[item]!);
          this.#positiveFineBins.push(bin);
        }
      }
    }
  }

  #count(bin: number): void {
    if (this.#open[bin] === 0) this.#met[this.#metCount++] = bin;
    this.#open[bin]! += 1;
  }

  /** Returns a function that gives the histogram, from the highest bin down, where group g counts `weights[g]` times; of bins that any pair is in. */
  weighting(): (weights: ArrayLike<number>) => ScoreGroups {
    this.#close();
    const { scores, placeOf } = this.#occupied();
    const places = this.#bins.subarray(0, this.#entries).map((bin) => placeOf[bin]!);
    const counts = this.#counts;
    const groups = Int32Array.from(this.#groups);
    const ends = Int32Array.from(this.#ends);
    const positivePlaces = Uint16Array.from(this.#positiveFineBins, (bin) => placeOf[bin >>> this.#shift]!);
    const positiveGroups = Int32Array.from(this.#positiveGroups);
    const positives = new Float64Array(scores.length);
    const negatives = new Float64Array(scores.length);
    return (weights) => {
      positives.fill(0);
      negatives.fill(0);
      for (let k = 0; k < positivePlaces.length; k++) positives[positivePlaces[k]!]! += weights[positiveGroups[k]!]!;
      for (let closed = 0, k = 0; closed < groups.length; closed++) {
        const weight = weights[groups[closed]!]!;
        const end = ends[closed]!;
        if (weight === 0) k = end;
        for (; k < end; k++) negatives[places[k]!]! += weight * counts[k]!;
      }
      return { scores, positives, negatives };
    };
  }

  /** The bins that any pair is in, from the highest down: their scores, and the place of each among them. */
  #occupied(): { scores: Float64Array; placeOf: Uint16Array } {
    const isOccupied = new Uint8Array(LOG_ODDS_BINS >>> this.#shift);
    for (let k = 0; k < this.#entries; k++) isOccupied[this.#bins[k]!] = 1;
    for (const bin of this.#positiveFineBins) isOccupied[bin >>> this.#shift] = 1;
    const placeOf = new Uint16Array(isOccupied.length);
    const occupied: number[] = [];
    for (let bin = isOccupied.length - 1; bin >= 0; bin--) {
      if (isOccupied[bin] === 0) continue;
      placeOf[bin] = occupied.length;
      occupied.push(bin);
    }
    return { scores: Float64Array.from(occupied), placeOf };
  }

  /** Turns the counters of the group being filled into entries. */
  #close(): void {
    this.#makeRoom(this.#entries + this.#metCount);
    for (const bin of this.#filledBins()) {
      this.#bins[this.#entries] = bin;
      this.#counts[this.#entries] = this.#open[bin]!;
      this.#entries++;
      this.#open[bin] = 0;
    }
    this.#metCount = 0;
    if (this.#entries === (this.#ends.at(-1) ?? 0)) return;
    this.#groups.push(this.#openGroup);
    this.#ends.push(this.#entries);
    while (this.#entries > ENTRY_LIMIT && this.#shift < LAST_SHIFT) this.#coarsen();
  }

  /** The bins of the group being filled that are not empty, ascending. */
  #filledBins(): Uint16Array {
    const met = this.#met.subarray(0, this.#metCount);
    const binCount = LOG_ODDS_BINS >>> this.#shift;
    if (this.#metCount < SORTED_SHARE * binCount) return met.sort();
    for (let bin = 0, filled = 0; filled < met.length; bin++) if (this.#open[bin]! > 0) met[filled++] = bin;
    return met;
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
