import type { ShapePlan } from './batch-shapes.ts';
import type { MachineCalibration } from './calibration.ts';
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
/**
 * What a graph works in is given page by page: about half of it in its first run, and the other half in its second, for which ONNX Runtime plans one block.
 * Shares of `activationBytes`, by the growth of 60 processes with the worker's own operators, which need fewer arrays, and of 40 without.
 */
const TOUCHED = { own: { first: 0.39, second: 0.335 }, others: { first: 0.49, second: 0.455 } } as const;
/** A page that the process has never had, and one that graphs gave back when they were closed. */
const TOUCH_MS_PER_BYTE = { fresh: 0.5e-6, again: 0.2e-6 } as const;
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

/** How much longer first and second runs take than usual steps, where graphs work in so many bytes at a time and in so many over all openings. */
function firstRunsMsOf(peakBytes: number, firstBytes: number, secondBytes: number, hasOwnOperators: boolean): number {
  const shares = hasOwnOperators ? TOUCHED.own : TOUCHED.others;
  const touched = shares.first * firstBytes + shares.second * secondBytes;
  const fresh = Math.min(touched, (shares.first + shares.second) * peakBytes);
  return TOUCH_MS_PER_BYTE.fresh * fresh + TOUCH_MS_PER_BYTE.again * (touched - fresh);
}

/** What opening the training graphs of a run takes. */
export function openingTime(
  model: PlannedModel,
  parameters: number,
  { shapes }: Pick<ShapePlan, 'shapes'>,
  { openings, secondRuns, peakBytes, sharedBytes }: ProgramUse,
  { hasOwnOperators = false }: Pick<MachineCalibration, 'hasOwnOperators'>,
): OpeningTime {
  let [openingMs, firstBytes, secondBytes, isDivided] = [0, 0, 0, false];
  shapes.forEach(({ shape }, place) => {
    const work = workOf(model, shape);
    const kind = lanesOf(model.settings, parameters, shape) > 1 ? 'divided' : 'whole';
    const count = openings[place] ?? 1;
    const bytes = activationBytes(work);
    isDivided ||= kind === 'divided';
    openingMs += count * recordingMs(work, kind);
    // What graphs share is not given back with one of them.
    if (sharedBytes === null) openingMs += (count - 1) * CLOSING_MS_PER_BYTE * bytes;
    firstBytes += count * bytes;
    secondBytes += (secondRuns[place] ?? 0) * bytes;
  });
  const firstRunsMs =
    sharedBytes === null
      ? firstRunsMsOf(peakBytes, firstBytes, secondBytes, hasOwnOperators)
      : TOUCH_MS_PER_BYTE.fresh * sharedBytes;
  return { openingMs: openingMs + FIRST_MS[isDivided ? 'divided' : 'whole'], firstRunsMs };
}
