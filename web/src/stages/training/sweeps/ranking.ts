import { findMetric } from '@greenlight/shared/metrics/registry.ts';
import type { Sweep } from '@greenlight/shared/stages/training/sweep/contract.ts';
import { rankedRuns } from '@greenlight/shared/stages/training/sweep/results.ts';

/** The runs of a sweep by what they are ranked by, best first. */
export function rankingOf({ runs, objective }: Pick<Sweep, 'runs' | 'objective'>) {
  return rankedRuns(runs, findMetric(objective)?.better === 'lower' ? 'lower' : 'higher');
}

/** The runs that none does better than: more than one where the best value was reached several times. */
export function bestRunIds(sweep: Pick<Sweep, 'runs' | 'objective'>): ReadonlySet<string> {
  return new Set(rankingOf(sweep).flatMap(({ run, rank }) => (rank === 1 ? [run.id] : [])));
}
