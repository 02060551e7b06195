/** What a finished run really took on a worker, as ratios to its plan before any correction; null where it was not measured. */
export interface Observation {
  /** The device that it ran on: what one device takes says nothing of another. */
  readonly device: string;
  readonly features: readonly number[];
  readonly ratios: {
    readonly step: number | null;
    readonly other: number | null;
    readonly memory: number | null;
    /** Of the share of all cores that was at work. */
    readonly power: number | null;
  };
}

/** A correction of an estimate by what finished runs took. */
export interface Correction {
  readonly factor: number;
  /** Standard deviation of the logarithm of what remains uncertain. */
  readonly deviation: number;
  readonly runs: number;
}

/** Distance in doublings at which a run counts as e^−½ of one of the same size. */
const REACH = 2;
/** Runs that an estimate from a measured machine counts as, and one that is little more than a guess. */
const PRIOR_WEIGHT = 1;
export const GUESS_WEIGHT = 0.05;
/** Even runs of the same configuration differ: other work on the machine, its clock, the order of batches. */
const LEAST_DEVIATION = 0.08;
/** Runs lighter than this are too far away to say anything. */
const LEAST_WEIGHT = 0.01;

/** Size of a run in doublings: how unlike two runs are is the distance between their sizes. */
export function featuresOf(sizes: { flopsPerStep: number; parameters: number; rowsPerStep: number }): number[] {
  return [sizes.flopsPerStep, sizes.parameters, sizes.rowsPerStep].map((size) => Math.log2(Math.max(1, size)));
}

/** How fast a run counts less of speed, the less of the planned share of the processor it got: others slowed it by their work. */
const DISTURBANCE_POWER = 3;

/** How far a run tells how long one takes that has the processor to itself. */
function quietness({ power }: Observation['ratios'], quantity: keyof Observation['ratios']): number {
  if ((quantity !== 'step' && quantity !== 'other') || power === null) return 1;
  return Math.min(1, power) ** DISTURBANCE_POWER;
}

function weightOf(a: readonly number[], b: readonly number[]): number {
  const squared = a.reduce((sum, value, index) => sum + (value - (b[index] ?? 0)) ** 2, 0);
  return Math.exp(-squared / (2 * REACH ** 2));
}

/**
 * Corrects an estimate by the runs that are most like it: the mean of the logarithms of their ratios, weighted by nearness and quiet, with the
 * estimate itself as a run. The deviation is that of the runs around the mean, and of the estimate where runs are few.
 */
export function correctionOf(
  observations: readonly Observation[],
  quantity: keyof Observation['ratios'],
  features: readonly number[],
  priorDeviation: number,
  priorWeight = PRIOR_WEIGHT,
): Correction {
  const near = observations.flatMap(({ features: place, ratios }) => {
    const ratio = ratios[quantity];
    const weight = weightOf(place, features) * quietness(ratios, quantity);
    return ratio === null || !(ratio > 0) || weight < LEAST_WEIGHT ? [] : [{ weight, log: Math.log(ratio) }];
  });
  const total = near.reduce((sum, { weight }) => sum + weight, priorWeight);
  const mean = near.reduce((sum, { weight, log }) => sum + weight * log, 0) / total;
  const squares = near.reduce((sum, { weight, log }) => sum + weight * (log - mean) ** 2, 0);
  const variance = (squares + priorWeight * priorDeviation ** 2) / total;
  return { factor: Math.exp(mean), deviation: Math.max(LEAST_DEVIATION, Math.sqrt(variance)), runs: near.length };
}
