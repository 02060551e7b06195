import type { RunState } from '@greenlight/shared/stages/training/contract.ts';
import type { Sweep } from '@greenlight/shared/stages/training/sweep/contract.ts';
import { countsOf } from '@greenlight/shared/stages/training/sweep/results.ts';

const AT = '2026-01-01T00:00:00.000Z';
const RATES = [0.1, 0.01, 0.001, 0.0001];

/** A sweep over four learning rates whose runs are in these states and have reached these values; `change` replaces parts of it. */
export function sweepOf(
  projectId: string,
  runs: readonly (readonly [state: RunState, value: number | null])[],
  change: Partial<Sweep> = {},
): Sweep {
  const idOf = (place: number) => `01a20a76-a2a3-7a62-8176-708ce0b86c4${place}`;
  return {
    ...{ id: idOf(9), projectId, number: 3, datasetVersionId: idOf(8), objective: 'loss', createdAt: AT },
    search: { strategy: 'grid', axes: [{ setting: 'learningRate', values: RATES.slice(0, runs.length) }] },
    counts: countsOf(runs.map(([state]) => state)),
    ...{ best: null, remainingMs: null },
    runs: runs.map(([state, value], place) => ({
      ...{ place, values: { learningRate: RATES[place] ?? 1 }, validationItems: null, allValidationItems: null },
      reached: value === null ? null : { value, step: 10 },
      run: {
        ...{ id: idOf(place), projectId, number: 11 + place, name: { en: `Sweep 3: ${place}` }, state },
        ...{ progress: null, createdAt: AT, startedAt: AT, finishedAt: null, finalMetrics: {}, evaluationId: null },
        sweep: { id: idOf(9), number: 3 },
      },
    })),
    ...change,
  };
}
