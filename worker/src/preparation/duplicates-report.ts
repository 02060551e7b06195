import type { ContainedPair } from '@greenlight/shared/stages/data/preparation/contained-texts.ts';
import { leakageBetween, type LeakageReport } from '@greenlight/shared/stages/data/preparation/leakage.ts';
import type { DataProfile } from '@greenlight/shared/stages/data/preparation/profile.ts';
import { labelConflicts, type NearGroups } from './stage-duplicates.ts';
import type { Stage } from './stage.ts';

const SHOWN_PAIRS = 20;

/** The repetitions of a stage. */
export interface Duplicates {
  readonly same: Uint32Array;
  readonly near: NearGroups;
  /** Texts within longer ones, each named by its first item; null where they were not looked for, as with images. */
  readonly contained: readonly ContainedPair[] | null;
}

/** Whether a source places any of its items in a held-out split. */
export function hasSplits({ given }: Pick<Stage, 'given'>): boolean {
  return given.some((split) => split > 1);
}

/** What leaks between the splits that a source came with, its examples by row; null where every item is in one split. */
export function leakageOfSource(stage: Stage, { same, near, contained }: Duplicates): LeakageReport | null {
  if (!hasSplits(stage)) return null;
  const { given, rows } = stage;
  const splits = given.map((split) => Math.max(0, split - 1));
  const { isClean, leaks } = leakageBetween(splits, same, near.group, near.pairs, contained);
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

/** How many items stand within a longer text and are no repetition of an earlier one. */
function containedItems({ same, near, contained }: Duplicates): number | null {
  if (contained === null) return null;
  const inner = new Set(contained.map((pair) => pair.inner));
  let items = 0;
  for (const item of inner) if (same[item] === item && near.group[item] === item) items++;
  return items;
}

/** The profile of a stage; `rows` names the places of examples where they are not the items' own. */
export function profileOf(
  stage: Stage,
  { same, near, contained }: Duplicates,
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
    contained: containedItems({ same, near, contained }),
    labelConflicts: labelConflicts(stage, same),
    partlyCompared: near.partlyCompared.length,
    examples,
  };
  return stage.profile.profile({ ...lines, duplicates });
}
