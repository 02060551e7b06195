const PERCENTILES = ['p50', 'p95', 'p99'] as const;

/** Pairs of numbers of which the first never exceeds the second, whatever is measured. */
const NEVER_ABOVE: readonly (readonly [lower: string, upper: string])[] = [
  ...['latency', 'first-token-latency'].flatMap((name) =>
    PERCENTILES.flatMap((lower, index) =>
      PERCENTILES.slice(index + 1).map((upper) => [`${name}-${lower}-ms`, `${name}-${upper}-ms`] as const),
    ),
  ),
  ...PERCENTILES.flatMap((lower, index) =>
    PERCENTILES.slice(index).map((upper) => [`first-token-latency-${lower}-ms`, `latency-${upper}-ms`] as const),
  ),
  ['accuracy', 'accuracy-top5'],
];

/** Whether a number can never exceed another one of the same items. */
export function isNeverAbove(metric: string, other: string): boolean {
  return NEVER_ABOVE.some(([lower, upper]) => lower === metric && upper === other);
}
