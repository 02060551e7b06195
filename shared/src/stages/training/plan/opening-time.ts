import type { ShapePlan } from './batch-shapes.ts';
import type { ProgramUse } from './kept-programs.ts';
import { lanesOf } from './lanes.ts';
import { activationBytes } from './memory.ts';
import { workOf, type PlannedModel, type StepWork } from './step-work.ts';

/*
 * Recording a graph and opening its session, in milliseconds, and what its first run takes besides a usual one: fitted to 200 openings of
 * 110 configurations.
 */
const WHOLE = { fixed: 7.7, subLayer: 4.85 } as const;
const DIVIDED = { fixed: 19.4, subLayer: 5.95 } as const;
const FORWARD = { fixed: 3, subLayer: 2 } as const;
/** What the first graph of a run takes besides: code that is still cold, and the thread of the second lane. */
const FIRST_MS = { whole: 35, divided: 185 } as const;
/** A graph's memory is given page by page when it runs for the first time, more slowly the first time in a process, and taken back when it is closed. */
const TOUCH_MS_PER_BYTE = { first: 0.42e-6, again: 0.21e-6 } as const;
/** So much of what the graphs of a run need in all comes from what the process has already; of a graph that is opened again, so much comes from what others gave back. */
const HELD_BYTES = 20e6;
const GIVEN_BACK_BYTES = 80e6;
const CLOSING_MS_PER_BYTE = 0.03e-6;

/** Milliseconds of recording a graph and opening its session. */
export function recordingMs({ subLayers }: StepWork, kind: 'whole' | 'divided' | 'forward'): number {
  const { fixed, subLayer } = { whole: WHOLE, divided: DIVIDED, forward: FORWARD }[kind];
  return fixed + subLayer * subLayers;
}

/** Milliseconds of the openings of a run. */
export interface OpeningTime {
  /** Recording graphs, opening their sessions, and closing those that make room. */
  readonly openingMs: number;
  /** How much longer the first runs take than usual steps, as a part of which they are counted. */
  readonly firstRunsMs: number;
}

/** What opening the training graphs of a run takes. */
export function openingTime(
  model: PlannedModel,
  parameters: number,
  { shapes }: Pick<ShapePlan, 'shapes'>,
  { openings }: ProgramUse,
): OpeningTime {
  let [openingMs, firstRunsMs, firstBytes, isDivided] = [0, 0, 0, false];
  shapes.forEach(({ shape }, place) => {
    const work = workOf(model, shape);
    const kind = lanesOf(model.settings, parameters, shape) > 1 ? 'divided' : 'whole';
    const count = openings[place] ?? 1;
    const bytes = activationBytes(work);
    isDivided ||= kind === 'divided';
    openingMs += count * recordingMs(work, kind) + (count - 1) * CLOSING_MS_PER_BYTE * bytes;
    firstBytes += bytes;
    firstRunsMs += (count - 1) * TOUCH_MS_PER_BYTE.again * Math.max(0, bytes - GIVEN_BACK_BYTES);
  });
  firstRunsMs += TOUCH_MS_PER_BYTE.first * Math.max(0, firstBytes - HELD_BYTES);
  return { openingMs: openingMs + FIRST_MS[isDivided ? 'divided' : 'whole'], firstRunsMs };
}
