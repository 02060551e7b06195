import type { EvaluationSummary } from '@greenlight/shared/stages/evaluation/contract.ts';
import { PALETTE } from '../../charts/palette.ts';

const PLACES = PALETTE.light.length;

/**
 * A place in the palette for each of at most eight evaluations, each different. It follows the number of the run, and goes on to the next
 * place where an older one has that: neither the order of columns nor the choice of a baseline changes a colour.
 */
export function evaluationColors(
  evaluations: readonly Pick<EvaluationSummary, 'id' | 'runNumber'>[],
): ReadonlyMap<string, number> {
  const colors = new Map<string, number>();
  const taken = new Set<number>();
  for (const { id, runNumber } of evaluations.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
    let place = (runNumber ?? 0) % PLACES;
    while (taken.has(place) && taken.size < PLACES) place = (place + 1) % PLACES;
    taken.add(place);
    colors.set(id, place);
  }
  return colors;
}
