import { bootstrapIntervals, type BootstrapOptions, DEFAULT_BOOTSTRAP } from './bootstrap.ts';
import { type MeasuredValue, measuredValue } from './measured-value.ts';
import { fewGroupsNote } from './metric-notes.ts';

type Name = 'mean-squared-error' | 'mean-absolute-error' | 'r-squared';

/**
 * The numbers where item i counts `weights[i]` times; R² = 1 − Σ(y − ŷ)² / Σ(y − ȳ)², null where all true numbers are equal or too far apart
 * for 64 bits.
 */
function values(
  predictions: ArrayLike<number>,
  targets: ArrayLike<number>,
  weights?: ArrayLike<number>,
): Record<Name, number | null> {
  let [count, squares, absolutes, sum] = [0, 0, 0, 0];
  // Sums are of what true numbers are above one of them: equal ones then have a spread of exactly 0.
  let origin: number | null = null;
  for (let item = 0; item < targets.length; item++) {
    const weight = weights === undefined ? 1 : weights[item]!;
    const difference = predictions[item]! - targets[item]!;
    count += weight;
    squares += weight * difference * difference;
    absolutes += weight * Math.abs(difference);
    if (weight === 0) continue;
    origin ??= targets[item]!;
    sum += weight * (targets[item]! - origin);
  }
  if (origin === null) return { 'mean-squared-error': null, 'mean-absolute-error': null, 'r-squared': null };
  const mean = sum / count;
  let spread = 0;
  for (let item = 0; item < targets.length; item++) {
    spread += (weights === undefined ? 1 : weights[item]!) * (targets[item]! - origin - mean) ** 2;
  }
  return {
    'mean-squared-error': squares / count,
    'mean-absolute-error': absolutes / count,
    'r-squared': spread === 0 || !Number.isFinite(spread) ? null : 1 - squares / spread,
  };
}

/** Every number of N predicted against N true numbers, with 95 % bootstrap intervals over items. Throws RangeError on lengths that differ. */
export function regressionReport(
  predictions: ArrayLike<number>,
  targets: ArrayLike<number>,
  options: Partial<BootstrapOptions> = {},
): MeasuredValue[] {
  if (predictions.length !== targets.length) {
    throw new RangeError(`${predictions.length} predictions for ${targets.length} items`);
  }
  const items = targets.length;
  const points = values(predictions, targets);
  const intervals = bootstrapIntervals(items, (weights) => values(predictions, targets, weights), {
    ...DEFAULT_BOOTSTRAP,
    ...options,
  });
  return (Object.keys(points) as Name[]).map((name) => {
    const interval = intervals[name];
    return measuredValue(name, points[name], items, interval, interval === undefined ? [] : fewGroupsNote(items));
  });
}
