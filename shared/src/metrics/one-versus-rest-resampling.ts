import type { AnchorTable } from './anchor-table.ts';
import type { ProbabilityChunk } from './probability-chunk.ts';

// 20 million (class, item) entries are 40 MB (80 MB where there are more groups than two bytes count) and a few seconds for 1,000 resamples.
const ENTRY_LIMIT = 2e7;
const TWO_BYTES = 2 ** 16;

/** Numbers of groups, in as few bytes as hold them. */
type GroupNumbers = Uint16Array | Uint32Array;

/** Means over classes for one resample; null where no class has what the measure needs. */
interface ResampledClassMeans {
  aucMacro: number | null;
  aucWeighted: number | null;
  averagePrecisionMacro: number | null;
}

/**
 * Recomputes the class-averaged AUC and average precision exactly when groups of items are weighted.
 *
 * Per class, only negatives that reach its lowest positive matter one by one (for each, the group it belongs to is kept); all others share
 * a rank, and their weight is what remains of the total.
 */
export class OneVersusRestResampling {
  readonly #anchors: AnchorTable;
  readonly #slotStarts: Uint32Array;
  readonly #slotGroups: GroupNumbers;
  readonly #anchorStarts: Uint32Array;
  readonly #anchorGroups: GroupNumbers;

  /** Null where the entries would pass 20 million. `groups[i] < groupCount` is the group of item i, counted through all chunks. */
  static create(
    chunks: readonly ProbabilityChunk[],
    anchors: AnchorTable,
    groups: ArrayLike<number>,
    groupCount: number,
  ): OneVersusRestResampling | null {
    const starts = slotOffsets(anchors);
    if (starts.at(-1)! > ENTRY_LIMIT) return null;
    return new OneVersusRestResampling(chunks, anchors, groups, groupCount, starts);
  }

  private constructor(
    chunks: readonly ProbabilityChunk[],
    anchors: AnchorTable,
    groups: ArrayLike<number>,
    groupCount: number,
    slotStarts: Uint32Array,
  ) {
    this.#anchors = anchors;
    this.#slotStarts = slotStarts;
    const Numbers = groupCount <= TWO_BYTES ? Uint16Array : Uint32Array;
    this.#slotGroups = new Numbers(slotStarts.at(-1)!);
    this.#anchorStarts = offsets(anchors.positives);
    this.#anchorGroups = new Numbers(this.#anchorStarts.at(-1)!);
    const slotNext = slotStarts.slice();
    const anchorNext = this.#anchorStarts.slice();
    const classCount = anchors.starts.length - 1;
    let itemBefore = 0;
    for (const { probabilities, targets } of chunks) {
      const bits = new Uint32Array(probabilities.buffer, probabilities.byteOffset, probabilities.length);
      for (let item = 0; item < targets.length; item++) {
        const group = groups[itemBefore + item]!;
        const target = targets[item]!;
        for (let c = 0; c < classCount; c++) {
          const start = anchors.starts[c]!;
          const score = bits[item * classCount + c]!;
          if (start === anchors.starts[c + 1]! || score < anchors.anchors[start]!) continue;
          const slot = anchors.slotOf(c, score, start, anchors.starts[c + 1]!);
          if (c === target) this.#anchorGroups[anchorNext[(slot - c - 1) / 2]!++] = group;
          else this.#slotGroups[slotNext[slot]!++] = group;
        }
      }
      itemBefore += targets.length;
    }
  }

  /** The means where group g counts `weights[g]` times; `weightTotal` is the weight of all items. */
  means(weights: Float64Array, weightTotal: number): ResampledClassMeans {
    const { starts } = this.#anchors;
    let [areaClasses, areaSum, areaSupport, areaWeighted] = [0, 0, 0, 0];
    let [precisionClasses, precisionSum] = [0, 0];
    for (let c = 0; c + 1 < starts.length; c++) {
      const positives = this.#weightOfAnchors(starts[c]!, starts[c + 1]!, weights);
      if (positives === 0) continue;
      const negatives = weightTotal - positives;
      let [truePositives, falsePositives, outranked, precision] = [0, 0, 0, 0];
      for (let anchor = starts[c + 1]! - 1; anchor >= starts[c]!; anchor--) {
        falsePositives += this.#weightOfSlot(2 * (anchor + 1) + c, weights);
        const tied = this.#weightOfSlot(2 * anchor + c + 1, weights);
        const here = this.#weightOfAnchors(anchor, anchor + 1, weights);
        outranked += here * (negatives - falsePositives - tied / 2);
        falsePositives += tied;
        truePositives += here;
        if (here > 0) precision += here * (truePositives / (truePositives + falsePositives));
      }
      precisionClasses++;
      precisionSum += precision / positives;
      if (negatives === 0) continue;
      const area = outranked / (positives * negatives);
      areaClasses++;
      areaSum += area;
      areaSupport += positives;
      areaWeighted += positives * area;
    }
    return {
      aucMacro: areaClasses === 0 ? null : areaSum / areaClasses,
      aucWeighted: areaClasses === 0 ? null : areaWeighted / areaSupport,
      averagePrecisionMacro: precisionClasses === 0 ? null : precisionSum / precisionClasses,
    };
  }

  #weightOfAnchors(first: number, end: number, weights: Float64Array): number {
    return sumOver(this.#anchorGroups, this.#anchorStarts[first]!, this.#anchorStarts[end]!, weights);
  }

  #weightOfSlot(slot: number, weights: Float64Array): number {
    return sumOver(this.#slotGroups, this.#slotStarts[slot]!, this.#slotStarts[slot + 1]!, weights);
  }
}

function sumOver(groups: GroupNumbers, start: number, end: number, weights: Float64Array): number {
  let sum = 0;
  for (let k = start; k < end; k++) sum += weights[groups[k]!]!;
  return sum;
}

/** Where each slot's entries start; the lowest slot of every class is left empty. */
function slotOffsets(anchors: AnchorTable): Uint32Array {
  const counts = anchors.negatives.slice();
  for (let c = 0; c + 1 < anchors.starts.length; c++) counts[2 * anchors.starts[c]! + c] = 0;
  return offsets(counts);
}

function offsets(counts: Uint32Array): Uint32Array {
  const starts = new Uint32Array(counts.length + 1);
  for (let k = 0; k < counts.length; k++) starts[k + 1] = starts[k]! + counts[k]!;
  return starts;
}
