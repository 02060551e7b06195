import type { ShapePlan } from './batch-shapes.ts';
import { lanesOf } from './lanes.ts';
import { activationBytes, sharedBytesOf } from './memory.ts';
import { keptBytes, PROGRAM_CACHE_BYTES, workingBytes } from './padding.ts';
import { RecentlyUsed } from './recently-used.ts';
import { workOf, type PlannedModel } from './step-work.ts';

/** What training does with the graphs of its batch shapes, of which only so many are kept. */
export interface ProgramUse {
  /** How often the graph of each shape is opened over all batches of a run, in the order of the shapes. */
  readonly openings: readonly number[];
  /** How often it runs again before others push it out: once at most for each opening. */
  readonly secondRuns: readonly number[];
  /** Most bytes that graphs take at the same time. */
  readonly peakBytes: number;
  /** Those of them that all graphs work in, one after the other; null where each has its own. */
  readonly sharedBytes: number | null;
}

/** How graphs get what they work in: from one place on processors, each for itself on other devices. */
export interface GraphMemoryUse {
  readonly isShared: boolean;
  readonly hasOwnOperators: boolean;
}

/**
 * Follows the drawn batches through the rule of the worker's cache of graphs (`recently-used.ts`): a shape that was pushed out is opened
 * again at its next batch. What happens again and again goes on in batches beyond the drawn ones.
 */
export function programUse(
  model: PlannedModel,
  parameters: number,
  { shapes, order }: ShapePlan,
  batches: number,
  { isShared, hasOwnOperators }: GraphMemoryUse,
): ProgramUse {
  const { settings, vocabularySize } = model;
  const programs = shapes.map(({ shape }) => {
    const kept = keptBytes({ ...settings, vocabularySize }, shape, lanesOf(settings, parameters, shape));
    return isShared
      ? { sizeBytes: kept, takenBytes: kept }
      : {
          sizeBytes: workingBytes({ ...settings, vocabularySize }, shape),
          takenBytes: activationBytes(workOf(model, shape)),
        };
  });
  const sharedBytes = isShared
    ? Math.max(0, ...shapes.map(({ shape }) => sharedBytesOf(workOf(model, shape), hasOwnOperators)))
    : null;
  const kept = new RecentlyUsed<number, (typeof programs)[number]>(PROGRAM_CACHE_BYTES);
  const opened = shapes.map(() => 0);
  const ranAgain = shapes.map(() => 0);
  const runsOfOpen = new Map<number, number>();
  let [bytes, peakBytes] = [0, 0];
  for (const place of order) {
    const program = programs[place]!;
    if (kept.get(place) === undefined) {
      opened[place] = (opened[place] ?? 0) + 1;
      bytes += program.takenBytes;
      runsOfOpen.set(place, 0);
    }
    const runs = (runsOfOpen.get(place) ?? 0) + 1;
    runsOfOpen.set(place, runs);
    if (runs === 2) ranAgain[place] = (ranAgain[place] ?? 0) + 1;
    for (const { takenBytes } of kept.use(place, program)) bytes -= takenBytes;
    peakBytes = Math.max(peakBytes, bytes);
  }
  const repeats = Math.max(1, batches / Math.max(1, order.length));
  const overAll = (count: number): number => Math.min(count, 1) + repeats * Math.max(0, count - 1);
  return {
    ...{ openings: opened.map(overAll), secondRuns: ranAgain.map(overAll) },
    ...{ peakBytes: peakBytes + (sharedBytes ?? 0), sharedBytes },
  };
}
