import { z } from 'zod';

/** A whole number of a query or path, from `minimum` to `maximum`. What is no plain number is refused, an empty value above all, which `z.coerce` takes for 0. */
export function queryInteger(minimum: number, maximum: number) {
  const read = (given: unknown) => (typeof given === 'string' ? (/^-?\d+$/.test(given) ? Number(given) : NaN) : given);
  return z.preprocess(read, z.int().min(minimum).max(maximum)).meta({ type: 'integer', minimum, maximum });
}
