import type { ProbabilityChunk } from './probability-chunk.ts';
import { type ScoreGroups, ScoreGroupsBuilder } from './score-groups.ts';

/** One-versus-rest groups of a class that occurs among the targets. */
export interface ClassGroups {
  classIndex: number;
  groups: ScoreGroups;
}

/**
 * Exact one-versus-rest groups of all (item, class) pairs, and of every class among the targets, in one pass over the matrix.
 *
 * Only the scores of the positives ("anchors") are sorted: every negative is counted between two anchors or as tied with one. The
 * negatives between two anchors share a group, so ROC corners, areas and average precision are those of the full ranking, with
 * O(N + V) memory beside the matrix. Non-negative float32 are compared by their bits, which have the same order.
 */
export function anchoredCounts(
  chunks: readonly ProbabilityChunk[],
  classCount: number,
): { micro: ScoreGroups; classes: ClassGroups[] } {
  const { microBits, bitsByClass } = positiveBits(chunks, classCount);
  const micro = new AnchorTable([microBits]);
  const classes = new AnchorTable(bitsByClass);
  const startOfBucket = bucketStarts(micro.anchors);
  for (const { probabilities, targets } of chunks) {
    const bits = new Uint32Array(probabilities.buffer, probabilities.byteOffset, probabilities.length);
    for (let item = 0; item < targets.length; item++) {
      const row = item * classCount;
      const target = targets[item]!;
      for (let c = 0; c < classCount; c++) {
        if (c === target) continue;
        const score = bits[row + c]!;
        const bucket = score >>> BUCKET_SHIFT;
        micro.countNegative(0, score, startOfBucket[bucket]!, startOfBucket[bucket + 1]!);
        const start = classes.starts[c]!;
        const end = classes.starts[c + 1]!;
        if (start < end) classes.countNegative(c, score, start, end);
      }
    }
  }
  const groupsOfClasses: ClassGroups[] = [];
  for (let c = 0; c < classCount; c++) {
    if (classes.starts[c]! < classes.starts[c + 1]!) {
      groupsOfClasses.push({ classIndex: c, groups: classes.groups(c) });
    }
  }
  return { micro: micro.groups(0), classes: groupsOfClasses };
}

function positiveBits(chunks: readonly ProbabilityChunk[], classCount: number) {
  const bitsByClass: number[][] = Array.from({ length: classCount }, () => []);
  const microBits: number[] = [];
  for (const { probabilities, targets } of chunks) {
    const bits = new Uint32Array(probabilities.buffer, probabilities.byteOffset, probabilities.length);
    for (let item = 0; item < targets.length; item++) {
      const score = bits[item * classCount + targets[item]!]!;
      microBits.push(score);
      bitsByClass[targets[item]!]!.push(score);
    }
  }
  return { microBits, bitsByClass };
}

const BUCKET_SHIFT = 15;

/** For each value of the upper bits, how many anchors lie below it: narrows a search among thousands of anchors to a few. */
function bucketStarts(anchors: Uint32Array): Int32Array {
  const starts = new Int32Array((1 << (31 - BUCKET_SHIFT)) + 1);
  for (const anchor of anchors) starts[(anchor >>> BUCKET_SHIFT) + 1]! += 1;
  for (let bucket = 1; bucket < starts.length; bucket++) starts[bucket]! += starts[bucket - 1]!;
  return starts;
}

/**
 * Sorted distinct anchors of several lists, laid end to end, with counters. List l has anchors starts[l]…starts[l + 1]; its slot 2j counts
 * negatives between anchors j − 1 and j, slot 2j + 1 those tied with anchor j.
 */
class AnchorTable {
  readonly anchors: Uint32Array;
  readonly starts: Int32Array;
  readonly #positives: Uint32Array;
  readonly #negatives: Uint32Array;
  readonly #lowestNegative: Uint32Array;

  constructor(lists: readonly number[][]) {
    const distinct: number[] = [];
    const positives: number[] = [];
    this.starts = new Int32Array(lists.length + 1);
    for (const [index, list] of lists.entries()) {
      const start = distinct.length;
      for (const bits of Uint32Array.from(list).sort()) {
        if (distinct.length > start && distinct.at(-1) === bits) positives[positives.length - 1]! += 1;
        else {
          distinct.push(bits);
          positives.push(1);
        }
      }
      this.starts[index + 1] = distinct.length;
    }
    const slots = 2 * distinct.length + lists.length;
    this.anchors = Uint32Array.from(distinct);
    this.#positives = Uint32Array.from(positives);
    this.#negatives = new Uint32Array(slots);
    this.#lowestNegative = new Uint32Array(slots).fill(0xffffffff);
  }

  /** Counts a negative of a list, given a range of anchors outside which it is known not to lie. */
  countNegative(list: number, score: number, low: number, high: number): void {
    const { anchors } = this;
    const end = this.starts[list + 1]!;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (anchors[middle]! < score) low = middle + 1;
      else high = middle;
    }
    const tied = low < end && anchors[low] === score ? 1 : 0;
    const slot = 2 * low + list + tied;
    this.#negatives[slot]! += 1;
    if (score < this.#lowestNegative[slot]!) this.#lowestNegative[slot] = score;
  }

  /** The groups of one list, from the highest score down. */
  groups(list: number): ScoreGroups {
    const start = this.starts[list]!;
    const end = this.starts[list + 1]!;
    const builder = new ScoreGroupsBuilder(2 * (end - start) + 1);
    for (let anchor = end; anchor >= start; anchor--) {
      const between = 2 * anchor + list;
      builder.push(floatOfBits(this.#lowestNegative[between]!), 0, this.#negatives[between]!);
      if (anchor === start) break;
      builder.push(floatOfBits(this.anchors[anchor - 1]!), this.#positives[anchor - 1]!, this.#negatives[between - 1]!);
    }
    return builder.finish();
  }
}

const scratchFloat = new Float32Array(1);
const scratchBits = new Uint32Array(scratchFloat.buffer);

function floatOfBits(bits: number): number {
  scratchBits[0] = bits;
  return scratchFloat[0]!;
}
