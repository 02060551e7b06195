import { AnchorTable } from './anchor-table.ts';
import type { ProbabilityChunk } from './probability-chunk.ts';
import type { ScoreGroups } from './score-groups.ts';

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
): { micro: ScoreGroups; classes: ClassGroups[]; classAnchors: AnchorTable } {
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
        micro.countNegative(micro.slotOf(0, score, startOfBucket[bucket]!, startOfBucket[bucket + 1]!), score);
        const start = classes.starts[c]!;
        const end = classes.starts[c + 1]!;
        if (start < end) classes.countNegative(classes.slotOf(c, score, start, end), score);
      }
    }
  }
  const groupsOfClasses: ClassGroups[] = [];
  for (let c = 0; c < classCount; c++) {
    if (classes.starts[c]! < classes.starts[c + 1]!) {
      groupsOfClasses.push({ classIndex: c, groups: classes.groups(c) });
    }
  }
  return { micro: micro.groups(0), classes: groupsOfClasses, classAnchors: classes };
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
