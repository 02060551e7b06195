import type { RocCurve } from './roc.ts';

/** A mean ROC curve over classes; it has no thresholds, since each class has its own. */
interface MeanRocCurve {
  falsePositiveRate: Float64Array;
  truePositiveRate: Float64Array;
}

const GRID_POINTS = 4_096;

/**
 * Macro-average ROC curve as in scikit-learn's multi-class example: the mean over classes of the true positive rate, interpolated at the
 * union of all classes' false positive rates (at 4,096 evenly chosen members of that union where it is larger). Null without curves.
 *
 * Its own area is not the macro AUC: interpolation between the grid's points smooths each class's steps. The macro AUC is the mean of the areas.
 */
export function meanRocCurve(curves: readonly RocCurve[]): MeanRocCurve | null {
  if (curves.length === 0) return null;
  const grid = thinned(unionOfRates(curves));
  const truePositiveRate = new Float64Array(grid.length);
  for (const curve of curves) addInterpolated(curve, grid, truePositiveRate);
  for (let k = 0; k < grid.length; k++) truePositiveRate[k]! /= curves.length;
  return { falsePositiveRate: grid, truePositiveRate };
}

function unionOfRates(curves: readonly RocCurve[]): Float64Array {
  const rates = new Set<number>();
  for (const curve of curves) for (const rate of curve.falsePositiveRate) rates.add(rate);
  return Float64Array.from(rates).toSorted();
}

function thinned(grid: Float64Array): Float64Array {
  if (grid.length <= GRID_POINTS) return grid;
  return Float64Array.from(
    { length: GRID_POINTS },
    (_, k) => grid[Math.round((k * (grid.length - 1)) / (GRID_POINTS - 1))]!,
  );
}

/** Adds the curve's height at each point of the grid; on a vertical stretch its upper end, as `numpy.interp`. */
function addInterpolated(
  { falsePositiveRate, truePositiveRate }: RocCurve,
  grid: Float64Array,
  sums: Float64Array,
): void {
  let k = 0;
  const last = falsePositiveRate.length - 1;
  for (let g = 0; g < grid.length; g++) {
    const x = grid[g]!;
    while (k < last && falsePositiveRate[k + 1]! <= x) k++;
    const x0 = falsePositiveRate[k]!;
    const y0 = truePositiveRate[k]!;
    if (k === last || x === x0) sums[g]! += y0;
    else sums[g]! += y0 + ((truePositiveRate[k + 1]! - y0) * (x - x0)) / (falsePositiveRate[k + 1]! - x0);
  }
}
