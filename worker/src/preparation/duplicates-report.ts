import { leakageBetween, type LeakageReport } from '@greenlight/shared/stages/data/preparation/leakage.ts';
import type { DataProfile } from '@greenlight/shared/stages/data/preparation/profile.ts';
import { labelConflicts, type NearGroups } from './stage-duplicates.ts';
import type { Stage } from './stage.ts';

const SHOWN_PAIRS = 20;

/** The repetitions of a stage. */
export interface Duplicates {
  readonly same: Uint32Array;
  readonly near: NearGroups;
}

/** What leaks between the splits that a source came with, its examples by row; null where every item is in one split. */
export function leakageOfSource({ given, rows }: Stage, { same, near }: Duplicates): LeakageReport | null {
  if (!given.some((split) => split > 1)) return null;
  const splits = given.map((split) => Math.max(0, split - 1));
  const { isClean, leaks } = leakageBetween(splits, same, near.group, near.pairs);
  const rowOf = (line: number) => rows[line - 1]!;
  const inRows = leaks.map((leak) => ({
    ...leak,
    examples: leak.examples.map((example) => ({
      ...example,
      heldLine: rowOf(example.heldLine),
      fromLine: rowOf(example.fromLine),
    })),
  }));
  return { isClean, leaks: inRows };
}

/** The profile of a stage; `rows` names the places of examples where they are not the items' own. */
export function profileOf(
  stage: Stage,
  { same, near }: Duplicates,
  lines: { rows: number; empty: number; unreadable: number },
  rows: Uint32Array | null,
): DataProfile {
  if (stage.profile === null) throw new Error('A stage was not profiled.');
  let [exact, nearCount] = [0, 0];
  for (let item = 0; item < same.length; item++) {
    if (same[item] !== item) exact++;
    else if (near.group[item] !== item) nearCount++;
  }
  const placeOf = (item: number) => (rows === null ? item + 1 : rows[item]!);
  const examples = near.pairs
    .slice(0, SHOWN_PAIRS)
    .map(({ first, second, similarity }) => ({ first: placeOf(first), second: placeOf(second), similarity }));
  const duplicates = {
    exact,
    near: nearCount,
    labelConflicts: labelConflicts(stage, same),
    partlyCompared: near.partlyCompared.length,
    examples,
  };
  return stage.profile.profile({ ...lines, duplicates });
}
