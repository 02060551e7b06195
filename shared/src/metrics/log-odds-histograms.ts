import type { ClassGroups } from './anchored-counts.ts';
import { LOG_ODDS_BINS, logOddsBin, lowestProbabilityOfBin } from './log-odds.ts';
import type { ProbabilityChunk } from './probability-chunk.ts';
import { type ScoreGroups, ScoreGroupsBuilder } from './score-groups.ts';

/** Counts of positives and negatives per bin of log-odds, for all pairs together and for each of V classes (256 KiB a class). */
export class LogOddsHistograms {
  readonly #microPositives = new Float64Array(LOG_ODDS_BINS);
  readonly #microNegatives = new Float64Array(LOG_ODDS_BINS);
  readonly #positiveBins: number[][];
  readonly #negatives: Uint32Array[];

  constructor(classCount: number) {
    this.#positiveBins = Array.from({ length: classCount }, () => []);
    this.#negatives = Array.from({ length: classCount }, () => new Uint32Array(LOG_ODDS_BINS));
  }

  /** Counts every (item, class) pair of a checked chunk. */
  add({ probabilities, targets }: ProbabilityChunk): void {
    const classCount = this.#negatives.length;
    for (let item = 0; item < targets.length; item++) {
      const target = targets[item]!;
      for (let c = 0; c < classCount; c++) {
        const bin = logOddsBin(probabilities[item * classCount + c]!);
        if (c === target) {
          this.#microPositives[bin]! += 1;
          this.#positiveBins[c]!.push(bin);
        } else {
          this.#microNegatives[bin]! += 1;
          this.#negatives[c]![bin]! += 1;
        }
      }
    }
  }

  /** The bins as groups, for all pairs and for each class that has positives. */
  groups(): { micro: ScoreGroups; classes: ClassGroups[] } {
    const classes: ClassGroups[] = [];
    for (const [classIndex, bins] of this.#positiveBins.entries()) {
      if (bins.length === 0) continue;
      const positives = new Float64Array(LOG_ODDS_BINS);
      for (const bin of bins) positives[bin]! += 1;
      classes.push({ classIndex, groups: groupsOfBins(positives, this.#negatives[classIndex]!) });
    }
    return { micro: groupsOfBins(this.#microPositives, this.#microNegatives), classes };
  }
}

function groupsOfBins(positives: ArrayLike<number>, negatives: ArrayLike<number>): ScoreGroups {
  const builder = new ScoreGroupsBuilder(LOG_ODDS_BINS);
  for (let bin = LOG_ODDS_BINS - 1; bin >= 0; bin--) {
    builder.push(lowestProbabilityOfBin(bin), positives[bin]!, negatives[bin]!);
  }
  return builder.finish();
}
