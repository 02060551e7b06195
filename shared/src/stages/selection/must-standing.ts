import type { Criterion } from '../requirements/contract.ts';
import type { CellInput } from './matrix.ts';

/** How a score stands against an acceptance criterion; `doubtful` where it does not settle the question. */
export const STANDINGS = ['meets', 'misses', 'doubtful', 'unknown'] as const;

/** How a score stands against an acceptance criterion. */
export type Standing = (typeof STANDINGS)[number];

/**
 * Whether a score meets an acceptance criterion for certain: its whole range does, or its point where the criterion lets that decide. What was
 * published about other data, and what was measured on too few items, settles nothing.
 */
export function mustStanding(criterion: Criterion, cell: CellInput | undefined): Standing {
  if (cell === undefined) return 'unknown';
  const { score, evidence, items } = cell;
  const isPoint = criterion.decisionMode === 'point';
  const [low, high] = isPoint ? [score, score] : [cell.low ?? score, cell.high ?? score];
  const meets = (value: number) =>
    criterion.operator === '>=' ? value >= criterion.threshold : value <= criterion.threshold;
  const [lowMeets, highMeets] = [meets(low), meets(high)];
  const isSettling = evidence.kind !== 'catalogue' && (items === null || items >= criterion.minimumItems);
  if (lowMeets !== highMeets) return 'doubtful';
  if (!isSettling) return lowMeets ? 'unknown' : 'doubtful';
  return lowMeets ? 'meets' : 'misses';
}

/** The score at which a candidate begins to miss a criterion, its range moved along; null where no score can. */
export function missesBeyond(criterion: Criterion, cell: CellInput): number | null {
  const { score, low, high, items, evidence } = cell;
  if (evidence.kind === 'catalogue' || (items !== null && items < criterion.minimumItems)) return null;
  const isPoint = criterion.decisionMode === 'point';
  return criterion.operator === '>='
    ? criterion.threshold - (isPoint ? 0 : (high ?? score) - score)
    : criterion.threshold + (isPoint ? 0 : score - (low ?? score));
}
