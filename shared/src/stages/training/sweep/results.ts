import type { InBothLanguages } from '../../../api/localized-text.ts';
import type { RunProgress, RunState } from '../contract.ts';
import { hasEnded } from '../rules.ts';
import type { Combination } from './combinations.ts';
import { settingWords, SWEPT_SETTINGS, type SweptName } from './settings.ts';

/** What a run of a sweep is ranked by. */
interface RankedRun {
  readonly place: number;
  readonly run: { readonly state: RunState };
  /** The value of its kept model, or its last one; null where there is none. */
  readonly reached: { readonly value: number } | null;
}

/**
 * The runs of a sweep, best first, with their ranks. Only finished runs have one; equal values share it, and the next is as many further down.
 * After them come those with a value so far, best first, then those without, in the order of the sweep.
 */
export function rankedRuns<Run extends RankedRun>(
  runs: readonly Run[],
  better: 'lower' | 'higher',
): (Run & { readonly rank: number | null })[] {
  const sign = better === 'lower' ? 1 : -1;
  const worthOf = ({ reached }: Run) => (reached === null ? Infinity : sign * reached.value);
  const isRanked = ({ run, reached }: Run) => run.state === 'finished' && reached !== null;
  const byWorth = (a: Run, b: Run) => {
    const [first, second] = [worthOf(a), worthOf(b)];
    return Number(isRanked(b)) - Number(isRanked(a)) || (first === second ? a.place - b.place : first - second);
  };
  const sorted = runs.toSorted(byWorth);
  return sorted.map((run) => ({
    ...run,
    rank: isRanked(run) ? sorted.findIndex((other) => worthOf(other) === worthOf(run)) + 1 : null,
  }));
}

/** How many runs of a sweep are where; those that are being evaluated run. */
export interface SweepCounts {
  readonly total: number;
  readonly queued: number;
  readonly running: number;
  /** Those of them that have been asked to stop. */
  readonly stopping: number;
  readonly finished: number;
  readonly failed: number;
  readonly cancelled: number;
}

/** How many runs are where; `stopping` of those that run have been asked to stop. */
export function countsOf(states: readonly RunState[], stopping = 0): SweepCounts {
  const count = (...wanted: RunState[]) => states.filter((state) => wanted.includes(state)).length;
  return {
    ...{ total: states.length, queued: count('queued'), running: count('running', 'evaluating'), stopping },
    ...{ finished: count('finished'), failed: count('failed'), cancelled: count('cancelled') },
  };
}

/** How many runs of a sweep there are to stop: those that have neither ended nor been asked to. */
export function stoppable({ queued, running, stopping }: SweepCounts): number {
  return queued + running - stopping;
}

/** What is known of the time that a run still takes. */
interface TimedRun {
  readonly state: RunState;
  readonly progress: Pick<RunProgress, 'remainingMs'> | null;
  /** Milliseconds that it was planned to take. */
  readonly plannedMs: number | null;
}

/**
 * Milliseconds until all runs of a sweep have ended, if as many go on at once as do now: what is left of those that run, and what those that wait are
 * planned to take. Null where it is not known of one of them; 0 where all have ended.
 */
export function remainingMs(runs: readonly TimedRun[]): number | null {
  const open = runs.filter(({ state }) => !hasEnded(state));
  const running = open.filter(({ state }) => state !== 'queued').length;
  let total = 0;
  for (const { state, progress, plannedMs } of open) {
    const left = state === 'queued' ? plannedMs : state === 'evaluating' ? 0 : (progress?.remainingMs ?? plannedMs);
    if (left === null) return null;
    total += left;
  }
  return total / Math.max(1, running);
}

/** A combination in words: `learning rate 0.001, optimiser Adam`. */
export function combinationWords(combination: Combination): InBothLanguages {
  const entries = Object.entries(combination) as [SweptName, number | string][];
  const said = (language: 'en' | 'zh') =>
    entries.map(([name, value]) => `${SWEPT_SETTINGS[name][language]} ${settingWords(name, value)[language]}`);
  return { en: said('en').join(', '), zh: said('zh').join('，') };
}

/** The name of a run of a sweep: what varies in it. */
export function sweepRunName(number: number, combination: Combination): InBothLanguages {
  const { en, zh } = combinationWords(combination);
  return { en: `Sweep ${number}: ${en}`, zh: `超参搜索 ${number}：${zh}` };
}
