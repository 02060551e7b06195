import { type ScoreGroups, ScoreGroupsBuilder } from './score-groups.ts';

/**
 * Sorted distinct scores of positives ("anchors", float32 bits) of several lists, laid end to end, with counters of negatives around them.
 * List l has anchors starts[l] ≤ j < starts[l + 1], ascending; slot 2j + l counts its negatives just below anchor j, slot 2j + l + 1 those
 * tied with anchor j, and the last slot of the list, 2·starts[l + 1] + l, those above every anchor.
 */
export class AnchorTable {
  readonly anchors: Uint32Array;
  readonly starts: Int32Array;
  /** Positives per anchor. */
  readonly positives: Uint32Array;
  /** Negatives per slot. */
  readonly negatives: Uint32Array;
  readonly #lowestNegative: Uint32Array;

  constructor(lists: readonly number[][]) {
    const distinct: number[] = [];
    const positives: number[] = [];
    this.starts = new Int32Array(lists.length + 1);
    for (const [index, list] of lists.entries()) {
      const start = distinct.length;
      for (const bits of Uint32Array.from(list).toSorted()) {
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
    this.positives = Uint32Array.from(positives);
    this.negatives = new Uint32Array(slots);
    this.#lowestNegative = new Uint32Array(slots).fill(0xffffffff);
  }

  /** The slot of a score in a list, given a range of the list's anchors outside which it is known not to lie. */
  slotOf(list: number, score: number, low: number, high: number): number {
    const { anchors } = this;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (anchors[middle]! < score) low = middle + 1;
      else high = middle;
    }
    const isTied = low < this.starts[list + 1]! && anchors[low] === score;
    return 2 * low + list + (isTied ? 1 : 0);
  }

  /** Counts a negative in a slot. */
  countNegative(slot: number, score: number): void {
    this.negatives[slot]! += 1;
    if (score < this.#lowestNegative[slot]!) this.#lowestNegative[slot] = score;
  }

  /** The groups of one list, from the highest score down. */
  groups(list: number): ScoreGroups {
    const start = this.starts[list]!;
    const end = this.starts[list + 1]!;
    const builder = new ScoreGroupsBuilder(2 * (end - start) + 1);
    for (let anchor = end; anchor >= start; anchor--) {
      const between = 2 * anchor + list;
      builder.push(floatOfBits(this.#lowestNegative[between]!), 0, this.negatives[between]!);
      if (anchor === start) break;
      builder.push(floatOfBits(this.anchors[anchor - 1]!), this.positives[anchor - 1]!, this.negatives[between - 1]!);
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
