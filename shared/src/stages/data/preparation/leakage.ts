import { z } from 'zod';
import { SPLITS } from '../content.ts';
import type { ContainedPair } from './contained-texts.ts';
import type { SimilarPair } from './near-duplicate-groups.ts';

const MAX_EXAMPLES = 20;

/** Items of one split that another split, from which they should be new, holds as well. */
const splitLeak = z.object({
  /** The split whose items should be new. */
  held: z.enum(SPLITS),
  /** The split that they leaked from. */
  from: z.enum(SPLITS),
  /** Held items whose text is in the other split. */
  exact: z.int().min(0),
  /** Held items without that, whose group of near-duplicates reaches into the other split. */
  near: z.int().min(0),
  /** Held items without either, whose text stands within a longer one of the other split, or holds one; null where that was not looked for. */
  contained: z.int().min(0).nullable().default(null),
  heldItems: z.int().min(0),
  /** Lines of the version, from 1. */
  examples: z.array(
    z.object({
      heldLine: z.int().min(1),
      fromLine: z.int().min(1),
      similarity: z.number().min(0).max(1),
      /** An image that is mirrored or turned by quarters. */
      isTurned: z.literal(true).optional(),
      /** Which of the two texts stands within the other; `similarity` is the share of it that does. */
      contained: z.enum(['held', 'from']).optional(),
    }),
  ),
});

/** What leaks between the splits of a version; clean where no number but `heldItems` is above 0. */
export const leakageReport = z
  .object({ isClean: z.boolean(), leaks: z.array(splitLeak) })
  .meta({ id: 'LeakageReport' });

/** What leaks between the splits of a version. */
export type LeakageReport = z.infer<typeof leakageReport>;

/** How many held items a leak has. */
export function leakedItems({ exact, near, contained }: LeakageReport['leaks'][number]): number {
  return exact + near + (contained ?? 0);
}

const DIRECTIONS = [
  [1, 0],
  [2, 0],
  [2, 1],
] as const;

/** Which splits every group (named by an item) has members in, as bits. */
function splitsOfGroups(groups: Uint32Array, splits: Uint8Array): Uint8Array {
  const bits = new Uint8Array(groups.length);
  for (let item = 0; item < groups.length; item++) bits[groups[item]!]! |= 1 << splits[item]!;
  return bits;
}

/**
 * Compares the splits (as numbers) by the first item with the same text (`same`) and the first of the group (`group`);
 * `pairs` are the compared items that made the groups, for examples. `contained` names texts by their first items, and is null where they were not looked for.
 */
export function leakageBetween(
  splits: Uint8Array,
  same: Uint32Array,
  group: Uint32Array,
  pairs: readonly SimilarPair[],
  contained: readonly ContainedPair[] | null = null,
): LeakageReport {
  const exactBits = splitsOfGroups(same, splits);
  const nearBits = splitsOfGroups(group, splits);
  const containedBits = new Uint8Array(splits.length);
  for (const { inner, outer } of contained ?? []) {
    containedBits[inner]! |= exactBits[outer]!;
    containedBits[outer]! |= exactBits[inner]!;
  }
  const sizes = [0, 0, 0];
  for (const split of splits) sizes[split]!++;
  const leaks = DIRECTIONS.map(([held, from]) => ({
    held: SPLITS[held],
    from: SPLITS[from],
    exact: 0,
    near: 0,
    contained: contained === null ? null : 0,
    heldItems: sizes[held]!,
    examples: [] as z.infer<typeof splitLeak>['examples'],
  }));
  const firstIn = new Map<number, number>();
  for (const [index, [held, from]] of DIRECTIONS.entries()) {
    const leak = leaks[index]!;
    const wanted: number[] = [];
    for (let item = 0; item < splits.length; item++) {
      if (splits[item] !== held) continue;
      if ((exactBits[same[item]!]! & (1 << from)) !== 0) {
        leak.exact++;
        if (wanted.length < MAX_EXAMPLES) wanted.push(item);
      } else if ((nearBits[group[item]!]! & (1 << from)) !== 0) leak.near++;
      else if ((containedBits[same[item]!]! & (1 << from)) !== 0) leak.contained = (leak.contained ?? 0) + 1;
    }
    const needed = new Set(wanted.map((item) => same[item]!));
    firstIn.clear();
    for (let item = 0; item < splits.length && firstIn.size < needed.size; item++) {
      if (splits[item] === from && needed.has(same[item]!) && !firstIn.has(same[item]!)) firstIn.set(same[item]!, item);
    }
    for (const item of wanted) {
      leak.examples.push({ heldLine: item + 1, fromLine: firstIn.get(same[item]!)! + 1, similarity: 1 });
    }
    for (const { first, second, similarity, isTurned } of pairs) {
      if (leak.examples.length >= 2 * MAX_EXAMPLES) break;
      const [one, other] = [splits[first], splits[second]];
      const how = { similarity, ...(isTurned && { isTurned }) };
      if (one === from && other === held) leak.examples.push({ heldLine: second + 1, fromLine: first + 1, ...how });
      if (one === held && other === from) leak.examples.push({ heldLine: first + 1, fromLine: second + 1, ...how });
    }
    for (const { inner, outer, share } of contained ?? []) {
      if (leak.examples.length >= 3 * MAX_EXAMPLES) break;
      const [one, other] = [splits[inner], splits[outer]];
      if (one === held && other === from)
        leak.examples.push({ heldLine: inner + 1, fromLine: outer + 1, similarity: share, contained: 'held' });
      if (one === from && other === held)
        leak.examples.push({ heldLine: outer + 1, fromLine: inner + 1, similarity: share, contained: 'from' });
    }
  }
  return { isClean: leaks.every((leak) => leakedItems(leak) === 0), leaks };
}
