import { z } from 'zod';

/** What people set for a worker: power and prices that no driver tells. */
export const workerRates = z.object({
  /** Power in watts under full load; null where nobody has set it. */
  ratedWatts: z.number().gt(0).max(1_000_000).nullable(),
  pricePerHour: z.number().min(0).max(1_000_000).nullable(),
  pricePerKilowattHour: z.number().min(0).max(1_000_000).nullable(),
  /** ISO 4217. */
  currency: z.string().regex(/^[A-Z]{3}$/),
});

/** What people set for a worker. */
export type WorkerRates = z.infer<typeof workerRates>;

/** Rates of a worker for which nobody has set any. */
export const NO_RATES: WorkerRates = {
  ratedWatts: null,
  pricePerHour: null,
  pricePerKilowattHour: null,
  currency: 'USD',
};
