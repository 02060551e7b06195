import { lanesOf } from './lanes.ts';
import { activationBytes } from './memory.ts';
import type { BatchShape } from './padding.ts';
import { workOf, type PlannedModel, type StepWork } from './step-work.ts';

/** Opening a second session at the same time, and what the thread of the second lane takes to start. */
const OPENING_TWO = 1.5;
const LANE_THREAD_MS = 150;
/** A graph's memory is given page by page when it runs for the first time. */
const FIRST_TOUCH_BYTES_PER_MS = 1.5e6;

/** Milliseconds of recording a graph and opening its session. */
export function recordingMs({ subLayers }: StepWork, kind: 'training' | 'forward'): number {
  return kind === 'training' ? 6 + 6 * subLayers : 3 + 2 * subLayers;
}

/** Milliseconds until the training graphs of all shapes have been recorded, opened and run for the first time, besides a usual step. */
export function openingMs(model: PlannedModel, parameters: number, shapes: readonly BatchShape[]): number {
  let [totalMs, usesThread] = [0, false];
  for (const shape of shapes) {
    const work = workOf(model, shape);
    const isDivided = lanesOf(model.settings, parameters, shape) > 1;
    usesThread ||= isDivided;
    totalMs += recordingMs(work, 'training') * (isDivided ? OPENING_TWO : 1);
    totalMs += activationBytes(work) / FIRST_TOUCH_BYTES_PER_MS;
  }
  return totalMs + (usesThread ? LANE_THREAD_MS : 0);
}
