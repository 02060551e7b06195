import type { Sweep, SweepRun } from '@greenlight/shared/stages/training/sweep/contract.ts';
import type { SweepAxis } from '@greenlight/shared/stages/training/sweep/search.ts';
import type { SweptName } from '@greenlight/shared/stages/training/sweep/settings.ts';
import type { PlaceScale, PointKind, ScatterPoint } from '../../../charts/scatter.ts';

/** Listed values that span so many times their smallest are easier to tell apart by their powers of ten. */
const WIDE = 30;

/** How the values of an axis lie beside each other in a chart. */
export function scaleOf(axis: SweepAxis): PlaceScale {
  if (!('values' in axis)) return axis.scale;
  const numbers = axis.values.map(Number);
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  return low > 0 && high / low >= WIDE ? 'logarithmic' : 'linear';
}

function kindOf({ run, reached }: SweepRun): PointKind {
  if (reached === null || run.state === 'failed' || run.state === 'cancelled') return 'none';
  return run.state === 'finished' ? 'done' : 'open';
}

/** The runs of a sweep as points over one of its settings; one that waits has no place yet. */
export function pointsOf(
  { runs, best }: Pick<Sweep, 'runs' | 'best'>,
  setting: SweptName,
  labelOf: (run: SweepRun) => string,
): ScatterPoint[] {
  return runs.flatMap((one): ScatterPoint[] => {
    const x = one.values[setting];
    const kind = kindOf(one);
    if (x === undefined || one.run.state === 'queued') return [];
    const isBest = best?.runId === one.run.id;
    const y = kind === 'none' ? null : (one.reached?.value ?? null);
    return [{ id: one.run.id, label: labelOf(one), x, y, kind, isBest }];
  });
}
