import type { ShapePlan } from './batch-shapes.ts';
import { activationBytes } from './memory.ts';
import { PROGRAM_CACHE_BYTES, workingBytes } from './padding.ts';
import { workOf, type PlannedModel } from './step-work.ts';

/** What training does with the graphs of its batch shapes, of which only so many are kept. */
export interface ProgramUse {
  /** How often the graph of each shape is opened over all batches of a run, in the order of the shapes. */
  readonly openings: readonly number[];
  /** Most bytes that graphs work in at the same time. */
  readonly peakBytes: number;
}

/**
 * Follows the drawn batches through the worker's cache of graphs, which keeps those used last within its budget: a shape that was pushed
 * out is opened again at its next batch. What happens again and again goes on in batches beyond the drawn ones.
 */
export function programUse(model: PlannedModel, { shapes, order }: ShapePlan, batches: number): ProgramUse {
  const { settings, vocabularySize } = model;
  const sizes = shapes.map(({ shape }) => ({
    budget: workingBytes({ ...settings, vocabularySize }, shape),
    bytes: activationBytes(workOf(model, shape)),
  }));
  const size = (place: number): { budget: number; bytes: number } => sizes[place] ?? { budget: 0, bytes: 0 };
  // A set keeps the order of insertion: the first is the one unused for longest.
  const kept = new Set<number>();
  const opened = shapes.map(() => 0);
  let [budget, bytes, peakBytes] = [0, 0, 0];
  for (const place of order) {
    if (!kept.delete(place)) {
      opened[place] = (opened[place] ?? 0) + 1;
      budget += size(place).budget;
      bytes += size(place).bytes;
    }
    kept.add(place);
    for (const oldest of kept) {
      if (budget <= PROGRAM_CACHE_BYTES || oldest === place) break;
      kept.delete(oldest);
      budget -= size(oldest).budget;
      bytes -= size(oldest).bytes;
    }
    peakBytes = Math.max(peakBytes, bytes);
  }
  const repeats = Math.max(1, batches / Math.max(1, order.length));
  return { openings: opened.map((count) => Math.min(count, 1) + repeats * Math.max(0, count - 1)), peakBytes };
}
