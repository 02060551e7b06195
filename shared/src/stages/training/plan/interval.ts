import { z } from 'zod';

/** An estimate with the 95 % interval that it is expected to lie in. */
export const estimate = z.object({ value: z.number(), low: z.number(), high: z.number() });

/** An estimate with its 95 % interval. */
export type Estimate = z.infer<typeof estimate>;

/** Half-width of a 95 % interval in standard deviations. */
const NORMAL_95 = 1.96;

/** A positive quantity whose logarithm is uncertain by so many standard deviations: intervals are ratios. */
export function lognormal(value: number, deviation: number): Estimate {
  const factor = Math.exp(NORMAL_95 * deviation);
  return { value, low: value / factor, high: value * factor };
}

/** An estimate times a factor that is known. */
export function scaled({ value, low, high }: Estimate, factor: number): Estimate {
  return { value: value * factor, low: low * factor, high: high * factor };
}

/** The sum of estimates that err together. */
export function summed(parts: readonly Estimate[]): Estimate {
  const add = (key: keyof Estimate) => parts.reduce((sum, part) => sum + part[key], 0);
  return { value: add('value'), low: add('low'), high: add('high') };
}
