import { firstOfEach } from '@greenlight/shared/stages/data/preparation/duplicates.ts';
import { mix32 } from '@greenlight/shared/stages/data/preparation/hashing.ts';
import { BANDS } from '@greenlight/shared/stages/data/preparation/min-hash.ts';
import type { BandCandidates } from '@greenlight/shared/stages/data/preparation/near-duplicate-candidates.ts';
import {
  NearDuplicateGroups,
  type SimilarPair,
} from '@greenlight/shared/stages/data/preparation/near-duplicate-groups.ts';
import { compareOnThreads } from './compare-pairs-on-threads.ts';
import { knownGroups, type Search } from './known-groups.ts';
import type { LineMemory } from './line-memory.ts';
import { sharedCopy, type Stage } from './stage.ts';
import type { ThreadPool } from './thread-pool.ts';

/** For each item of a stage that was not dropped the first one with the same text (and labels); others stay alone. */
export function exactGroups(stage: Stage, dropped: Uint8Array, compare: 'text' | 'text-and-labels'): Uint32Array {
  const members = membersOf(dropped);
  const high = new Uint32Array(members.length);
  const low = new Uint32Array(members.length);
  for (let place = 0; place < members.length; place++) {
    const item = members[place]!;
    high[place] = compare === 'text' ? stage.high[item]! : mix32(stage.high[item]! ^ mix32(stage.meaning[item]!));
    low[place] = stage.low[item]!;
  }
  const groups = allItems(dropped.length);
  const firsts = firstOfEach(high, low);
  for (let place = 0; place < members.length; place++) groups[members[place]!] = members[firsts[place]!]!;
  return groups;
}

function allItems(count: number): Uint32Array {
  const items = new Uint32Array(count);
  for (let item = 0; item < count; item++) items[item] = item;
  return items;
}

/** Items that are not dropped, in order. */
function membersOf(dropped: Uint8Array): Uint32Array {
  const members = new Uint32Array(dropped.length);
  let length = 0;
  for (let item = 0; item < dropped.length; item++) if (dropped[item] === 0) members[length++] = item;
  return members.subarray(0, length);
}

/** The groups of near-duplicates of a stage. */
export interface NearGroups {
  /** For each item the first of its group. */
  readonly group: Uint32Array;
  /** The compared pairs that made the groups. */
  readonly pairs: readonly SimilarPair[];
  /** Items whose near-duplicates may have been missed, because too many others seemed alike. */
  readonly partlyCompared: Uint32Array;
}

/**
 * Finds the groups of near-duplicates among the items of a stage that are not dropped, on the threads; items with the text of another
 * one (`same`) are in the group of that one. What an earlier search of the same similarity has found is taken over. While it lasts
 * it takes 15 bytes an item, and 25 an item and thread.
 */
export async function nearGroups(
  pool: ThreadPool,
  memory: LineMemory,
  { stage, dropped, same, similarity }: Omit<Search, 'near'>,
  earlier: Search | null,
  onBand: (done: number) => void,
): Promise<NearGroups> {
  const { folder, starts, sizes, sketches } = stage;
  const groups = new NearDuplicateGroups(stage.high.length, similarity);
  const members = sharedCopy(membersOf(dropped).filter((item) => same[item] === item));
  const known = earlier?.similarity === similarity ? knownGroups(earlier, stage, members) : null;
  if (known !== null) groups.takeOver(known.pairs, known.partlyCompared);
  const isNew = known === null ? null : sharedFlags(known.isNew);
  if (isNew === null || isNew.includes(1)) {
    const propose = (band: number): Promise<BandCandidates> => {
      const proposed = pool.run({
        type: 'propose',
        folder,
        starts,
        band,
        members: { members, isNew },
        sketches: { sizes, sketches },
        similarity,
      });
      // Where the search ends early, nobody waits for it any more.
      proposed.catch(() => undefined);
      return proposed;
    };
    const waiting = Array.from({ length: Math.min(BANDS, pool.size + 1) }, (_, band) => propose(band));
    const lines = await memory.take(stage);
    for (let band = 0; band < BANDS; band++) {
      const candidates = await waiting.shift()!;
      if (band + pool.size + 1 < BANDS) waiting.push(propose(band + pool.size + 1));
      const settling = groups.settle(candidates);
      for (let step = settling.next(); step.done !== true;)
        step = settling.next(await compareOnThreads(pool, lines, step.value, 'similarity'));
      onBand((band + 1) / BANDS);
    }
  }
  const group = new Uint32Array(same.length);
  for (let item = 0; item < same.length; item++) group[item] = groups.groupOf(same[item]!);
  return { group, pairs: groups.joined, partlyCompared: groups.partlyCompared() };
}

function sharedFlags(flags: Uint8Array): Uint8Array {
  const copy = new Uint8Array(new SharedArrayBuffer(flags.length));
  copy.set(flags);
  return copy;
}

/** How many items share their text with an earlier item that has other labels or another value. */
export function labelConflicts(stage: Stage, same: Uint32Array): number {
  let conflicts = 0;
  for (let item = 0; item < same.length; item++) if (stage.meaning[item] !== stage.meaning[same[item]!]) conflicts++;
  return conflicts;
}
