import { LOG_ODDS_BINS, logOddsBin } from './log-odds.ts';
import type { ProbabilityChunk } from './probability-chunk.ts';
import type { ScoreGroups } from './score-groups.ts';

const LAST_SHIFT = 10;
const ENTRY_LIMIT = 1_000_000;

/**
 * All (item, class) pairs by group of items and bin of log-odds, so that a resample of groups is a weighted sum of short histograms.
 *
 * Bins start at 1/1,024 of a unit of log-odds (65,536 bins) and are halved in number, down to 64, whenever over a million entries would be
 * kept: memory and the time of a resample stay bounded for any number of items and classes. Binning shifts an area by far less than its
 * interval; the shift is known on the whole sample and taken off by the caller.
 */
export class GroupedPairHistogram {
  #shift = 0;
  #entryGroups: number[] = [];
  #entryBins: number[] = [];
  #entryCounts: number[] = [];
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
    const binCount = LOG_ODDS_BINS >>> this.#shift;
    const entryGroups = Int32Array.from(this.#entryGroups);
    const entryBins = Uint16Array.from(this.#entryBins, (bin) => binCount - 1 - bin);
    const entryCounts = Uint32Array.from(this.#entryCounts);
    const positiveBins = Uint16Array.from(this.#positiveFineBins, (bin) => binCount - 1 - (bin >>> this.#shift));
    const positiveGroups = Int32Array.from(this.#positiveGroups);
    const scores = Float64Array.from({ length: binCount }, (_, k) => -k);
    const positives = new Float64Array(binCount);
    const negatives = new Float64Array(binCount);
    return (weights) => {
      positives.fill(0);
      negatives.fill(0);
      for (let k = 0; k < positiveBins.length; k++) positives[positiveBins[k]!]! += weights[positiveGroups[k]!]!;
      for (let k = 0; k < entryBins.length; k++) {
        const weight = weights[entryGroups[k]!]!;
        if (weight !== 0) negatives[entryBins[k]!]! += weight * entryCounts[k]!;
      }
      return { scores, positives, negatives };
    };
  }

  /** Turns the counters of the group being filled into entries. */
  #close(): void {
    const binCount = LOG_ODDS_BINS >>> this.#shift;
    for (let bin = 0; bin < binCount; bin++) {
      if (this.#open[bin] === 0) continue;
      this.#entryGroups.push(this.#openGroup);
      this.#entryBins.push(bin);
      this.#entryCounts.push(this.#open[bin]!);
      this.#open[bin] = 0;
    }
    while (this.#entryBins.length > ENTRY_LIMIT && this.#shift < LAST_SHIFT) this.#coarsen();
  }

  #coarsen(): void {
    this.#shift++;
    let kept = 0;
    for (let k = 0; k < this.#entryBins.length; k++) {
      const bin = this.#entryBins[k]! >>> 1;
      const group = this.#entryGroups[k]!;
      if (kept > 0 && this.#entryGroups[kept - 1] === group && this.#entryBins[kept - 1] === bin) {
        this.#entryCounts[kept - 1]! += this.#entryCounts[k]!;
        continue;
      }
      this.#entryGroups[kept] = group;
      this.#entryBins[kept] = bin;
      this.#entryCounts[kept] = this.#entryCounts[k]!;
      kept++;
    }
    this.#entryGroups.length = this.#entryBins.length = this.#entryCounts.length = kept;
  }
}
