import { firstOfEach } from '@greenlight/shared/stages/data/preparation/duplicates.ts';
import { mix32 } from '@greenlight/shared/stages/data/preparation/hashing.ts';
import { BANDS } from '@greenlight/shared/stages/data/preparation/min-hash.ts';
import {
  NearDuplicateSearch,
  type CandidatePairs,
  type SimilarPair,
} from '@greenlight/shared/stages/data/preparation/near-duplicate-search.ts';
import { readBand } from './chunk-files.ts';
import type { Stage } from './stage.ts';
import type { ThreadPool } from './thread-pool.ts';

const PAIRS_A_TASK = 4096;

/** For each item of a stage that was not dropped the first one with the same text (and labels); others stay alone. */
export function exactGroups(stage: Stage, dropped: Uint8Array, compare: 'text' | 'text-and-labels'): Uint32Array {
  const members = membersOf(dropped);
  const high = Uint32Array.from(members, (item) =>
    compare === 'text' ? stage.high[item]! : mix32(stage.high[item]! ^ mix32(stage.meaning[item]!)),
  );
  const low = Uint32Array.from(members, (item) => stage.low[item]!);
  const groups = Uint32Array.from(stage.high.keys());
  for (const [place, first] of firstOfEach(high, low).entries()) groups[members[place]!] = members[first]!;
  return groups;
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
}

/**
 * Finds the groups of near-duplicates among the items that are not dropped, comparing on the threads; items with the text of
 * another one (`same`) are in the group of that one. About 60 bytes an item while it lasts.
 */
export async function nearGroups(
  pool: ThreadPool,
  stage: Stage,
  dropped: Uint8Array,
  same: Uint32Array,
  similarity: number,
  onBand: (done: number) => void,
): Promise<NearGroups> {
  const { folder, starts } = stage;
  const search = new NearDuplicateSearch(stage.high.length, similarity);
  const members = membersOf(dropped).filter((item) => same[item] === item);
  const compare = async ({ first, second }: CandidatePairs): Promise<Float32Array> => {
    const similarities = new Float32Array(first.length);
    const tasks = Array.from({ length: Math.ceil(first.length / PAIRS_A_TASK) }, async (_, task) => {
      const [from, to] = [task * PAIRS_A_TASK, (task + 1) * PAIRS_A_TASK];
      const part = { first: first.slice(from, to), second: second.slice(from, to) };
      const found = await pool.run({ type: 'compare', folder, starts, ...part });
      similarities.set(found!, from);
    });
    await Promise.all(tasks);
    return similarities;
  };
  for (let band = 0; band < BANDS; band++) {
    const pairs = search.propose(members, await readBand(folder, starts, band));
    const again = search.settle(pairs, await compare(pairs));
    search.settle(again, await compare(again));
    onBand((band + 1) / BANDS);
  }
  return { group: same.map((first) => search.groupOf(first)), pairs: search.joined };
}

/** How many items share their text with an earlier item that has other labels or another value. */
export function labelConflicts(stage: Stage, same: Uint32Array): number {
  let conflicts = 0;
  for (const [item, first] of same.entries()) if (stage.meaning[item] !== stage.meaning[first]) conflicts++;
  return conflicts;
}
