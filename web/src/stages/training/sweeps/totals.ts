import { summed, type Estimate } from '@greenlight/shared/stages/training/plan/interval.ts';
import type { PlannedCombination } from '@greenlight/shared/stages/training/sweep/contract.ts';

/** What all runs of a sweep are planned to take one after the other; null where it is not known of one of them. */
export interface SweepTotals {
  /** Milliseconds. */
  readonly time: Estimate | null;
  /** Kilowatt-hours. */
  readonly energy: Estimate | null;
  readonly cost: { readonly amount: Estimate; readonly currency: string } | null;
}

function sumOf(parts: readonly (Estimate | null | undefined)[]): Estimate | null {
  const known = parts.filter((part) => part !== null && part !== undefined);
  return known.length === parts.length && known.length > 0 ? summed(known) : null;
}

/** What all combinations that can be trained take together. */
export function totalsOf(combinations: readonly PlannedCombination[]): SweepTotals {
  const plans = combinations.flatMap(({ plan }) => plan ?? []);
  const amount = sumOf(plans.map(({ cost }) => cost?.amount));
  const currency = plans[0]?.cost?.currency;
  return {
    time: sumOf(plans.map(({ time }) => time)),
    energy: sumOf(plans.map(({ energy }) => energy)),
    cost: amount === null || currency === undefined ? null : { amount, currency },
  };
}
