import type { SimilarPair } from '@greenlight/shared/stages/data/preparation/near-duplicate-groups.ts';
import type { NearGroups } from './stage-duplicates.ts';
import type { Stage } from './stage.ts';

/** A search for near-duplicates that was made, from which a later one takes over what still holds. */
export interface Search {
  readonly stage: Stage;
  readonly dropped: Uint8Array;
  /** For each item the first one with the same text. */
  readonly same: Uint32Array;
  readonly similarity: number;
  readonly near: NearGroups;
}

/** What a search knows before it begins, in the numbers of its own stage. */
export interface KnownGroups {
  readonly pairs: readonly SimilarPair[];
  readonly partlyCompared: Uint32Array;
  /** 1 for each member that must be compared with all others. */
  readonly isNew: Uint8Array;
}

/**
 * What holds of an earlier search for `members` of a stage that comes from it. Two items whose texts are compared as they were, and that were in
 * different groups, need not be compared again; nor those of a group that is as it was. Members with another text are new, and so
 * are those of groups that lost some that may have held them together. About 13 bytes an item of either stage.
 */
export function knownGroups(earlier: Search, stage: Stage, members: Uint32Array): KnownGroups {
  const { same, near, dropped } = earlier;
  const before = earlier.stage;
  /** For the first earlier item with a text the place of the member that has it, + 1. */
  const heir = new Uint32Array(same.length);
  const isNew = new Uint8Array(members.length);
  for (let place = 0, item = 0; place < members.length; place++) {
    const member = members[place]!;
    // The items of both stages stand in the order of their rows.
    while (item < same.length && before.rows[item]! < stage.rows[member]!) item++;
    const isThere = item < same.length && before.rows[item] === stage.rows[member] && dropped[item] === 0;
    if (isThere && isComparedAsBefore(before, item, stage, member)) heir[same[item]!] = place + 1;
    else isNew[place] = 1;
  }
  const [were, are] = [new Uint32Array(same.length), new Uint32Array(same.length)];
  for (let item = 0; item < same.length; item++) {
    if (dropped[item] === 1 || same[item] !== item) continue;
    were[near.group[item]!]!++;
    if (heir[item] !== 0) are[near.group[item]!]!++;
  }
  for (let item = 0; item < same.length; item++) {
    if (heir[item] === 0) continue;
    const group = near.group[item]!;
    if (are[group]! > 1 && are[group] !== were[group]) isNew[heir[item]! - 1] = 1;
  }
  const heirOf = (item: number): number | null => (heir[same[item]!] === 0 ? null : members[heir[same[item]!]! - 1]!);
  const pairs = near.pairs.flatMap(({ first, second, similarity }) => {
    const [one, other] = [heirOf(first), heirOf(second)];
    return one === null || other === null
      ? []
      : [{ first: Math.min(one, other), second: Math.max(one, other), similarity }];
  });
  const partlyCompared = Uint32Array.from([...near.partlyCompared].map(heirOf).filter((member) => member !== null));
  return { pairs, partlyCompared, isNew };
}

/** Whether an item has the same text in two stages, or one in both that is compared as the row that was read. */
function isComparedAsBefore(before: Stage, item: number, stage: Stage, member: number): boolean {
  if (before.asRead[item] === 1 && stage.asRead[member] === 1) return true;
  return before.high[item] === stage.high[member] && before.low[item] === stage.low[member];
}
