/** Middle and spread of repeated measurements. */
export interface Spread {
  median: number;
  /** First and third quartile. */
  quartiles: [number, number];
}

/** The value below which a share of the values lies; NaN for none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  if (below === undefined || above === undefined) return Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}

/** Median and quartiles, rounded to so many digits after the point. */
export function spreadOf(values: readonly number[], digits: number): Spread {
  return {
    median: rounded(quantile(values, 0.5), digits),
    quartiles: [rounded(quantile(values, 0.25), digits), rounded(quantile(values, 0.75), digits)],
  };
}

/** A number with so many digits after the point. */
export function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
