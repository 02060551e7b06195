import type { RunState } from '@greenlight/shared/stages/training/contract.ts';
import type { Sweep, SweepRun } from '@greenlight/shared/stages/training/sweep/contract.ts';
import type { SweepAxis } from '@greenlight/shared/stages/training/sweep/search.ts';
import type { SweptName } from '@greenlight/shared/stages/training/sweep/settings.ts';
import type { PlaceScale, PointKind, ScatterPoint } from '../../../charts/scatter.ts';
import { bestRunIds } from './ranking.ts';

/** Listed values that span so many times their smallest are easier to tell apart by their powers of ten. */
const WIDE = 30;

/** How the values of an axis lie beside each other in a chart. */
export function scaleOf(axis: SweepAxis): PlaceScale {
  if (!('values' in axis)) return axis.scale;
  const numbers = axis.values.map(Number);
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  return low > 0 && high / low >= WIDE ? 'logarithmic' : 'linear';
}

function kindOf(state: RunState, value: number | null): PointKind {
  if (state === 'failed' || state === 'cancelled') return 'failed';
  if (value === null) return 'none';
  return state === 'finished' ? 'done' : 'open';
}

/** The runs of a sweep as points over one of its settings; one that waits has no place yet. */
export function pointsOf(
  sweep: Pick<Sweep, 'runs' | 'objective'>,
  setting: SweptName,
  labelOf: (run: SweepRun) => string,
): ScatterPoint[] {
  const best = bestRunIds(sweep);
  return sweep.runs.flatMap((one): ScatterPoint[] => {
    const { id, state } = one.run;
    const x = one.values[setting];
    const y = one.reached?.value ?? null;
    if (x === undefined || state === 'queued') return [];
    return [{ ...{ id, label: labelOf(one), x, y }, kind: kindOf(state, y), isBest: best.has(id) }];
  });
}
