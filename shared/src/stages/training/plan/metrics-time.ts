import { REFERENCE_RATES, type MachineCalibration } from './calibration.ts';

/*
 * Milliseconds of counting metrics, which is one thread's work. Fitted to 13 sizes from 400 to 20,000 predictions over 32 to 5,000 classes
 * on the reference machine, most of whose short measurement is code that is still cold.
 */

/** Predictions that metrics are computed of. */
export interface MeasuredSample {
  /** What is resampled as one: texts. */
  readonly items: number;
  /** Tokens of all of those, or one for each labelled item. */
  readonly predictions: number;
  readonly classes: number;
}

/** A prediction by itself, and each of its classes: found among the scores of those that the class was true of. */
const PREDICTION_MS = 4e-3;
const PAIR_MS = 3e-5;
const SEARCH_MS = 1.2e-5;

/** How many times as long a machine takes: half of what its short measurement differs by is chance. */
function slownessOf(metricPairsPerSecond: number): number {
  return Math.sqrt(REFERENCE_RATES.metricPairsPerSecond / metricPairsPerSecond);
}

/** Milliseconds of the metrics of a sample, without intervals. */
export function metricsMs(
  { predictions, classes }: MeasuredSample,
  { metricPairsPerSecond }: Pick<MachineCalibration, 'metricPairsPerSecond'>,
): number {
  const pairMs = PAIR_MS + SEARCH_MS * Math.log2(1 + predictions / classes);
  return (PREDICTION_MS + pairMs * classes) * predictions * slownessOf(metricPairsPerSecond);
}

/**
 * A thousand resamples: of each prediction, of each pair that outranks a true one, and of the scores that the pairs of an item are spread over. Fitted to the
 * last evaluations of 22 runs.
 */
const RESAMPLED_PREDICTION_MS = 0.05;
const RESAMPLED_PAIR_MS = 0.15e-3;
const RESAMPLED_SCORES_MS = 0.13;

/** Milliseconds of the intervals of those metrics. */
export function resamplingMs(
  { items, predictions, classes }: MeasuredSample,
  { metricPairsPerSecond }: Pick<MachineCalibration, 'metricPairsPerSecond'>,
): number {
  const present = Math.min(classes, predictions);
  const truths = predictions / Math.max(1, present);
  const outranking = predictions * present * (truths / (truths + 1));
  const scores = items * Math.sqrt((predictions * classes) / Math.max(1, items));
  const ms = RESAMPLED_PREDICTION_MS * predictions + RESAMPLED_PAIR_MS * outranking + RESAMPLED_SCORES_MS * scores;
  return ms * slownessOf(metricPairsPerSecond);
}
