import { hasEnded } from '@greenlight/shared/stages/training/rules.ts';
import {
  getSweep,
  listSweeps,
  planSweep,
  type Sweep,
  type SweepSummary,
} from '@greenlight/shared/stages/training/sweep/contract.ts';
import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import { call } from '../../../api/client.ts';
import { familyOf, pagesOf, queryOf } from '../../../api/query.ts';

type PlanBody = NonNullable<z.input<NonNullable<typeof planSweep.body>>>;

/** Runs change by themselves while they go on: they are looked at this often, as in the list of runs. */
const LOOK_MS = 3_000;

/** The sweeps of a project, newest first, a few at a time: on a phone they stand one below the other, above the runs. */
export function sweepsQuery(projectId: string) {
  return pagesOf(listSweeps, { params: { projectId }, query: { limit: 3 } });
}

/** Whether a run of a sweep waits or trains. */
export function goesOn({ counts }: Pick<SweepSummary, 'counts'>): boolean {
  return counts.queued + counts.running > 0;
}

/** The list of sweeps changes by itself while a run of one goes on. */
export const SWEEPS_MOVE = {
  idOf: ({ id }: SweepSummary) => id,
  moves: (sweeps: readonly SweepSummary[]) => sweeps.some(goesOn),
  everyMs: LOOK_MS,
};

/** A sweep with its runs, read again while one of them goes on. */
export function sweepQuery(sweepId: string) {
  return queryOptions({
    ...queryOf(getSweep, { params: { sweepId } }),
    refetchInterval: ({ state }) => (state.data !== undefined && isOpen(state.data) ? LOOK_MS : false),
  });
}

/** Whether a run of a sweep has not ended. */
export function isOpen({ runs }: Pick<Sweep, 'runs'>): boolean {
  return runs.some(({ run }) => !hasEnded(run.state));
}

/** What a sweep would take; `wanted` is the request's body as JSON, so that equal wishes are asked for once. */
export function sweepPlanQuery(projectId: string, wanted: string) {
  return queryOptions({
    queryKey: [...familyOf(planSweep), projectId, wanted],
    queryFn: ({ signal }) => call(planSweep, { params: { projectId }, body: JSON.parse(wanted) as PlanBody }, signal),
    retry: false,
  });
}
