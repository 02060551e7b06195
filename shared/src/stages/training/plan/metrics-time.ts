import type { RunConfiguration } from '../configuration.ts';
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

/*
 * A thousand resamples of a classification: of each prediction, of each pair that outranks a true one, of the bins of scores that the pairs are counted in, and of
 * the entries that the pairs of an item have there. Fitted to 21 sizes of 3 to 2,000 items over 25 to 8,700 classes, of which the last evaluations of runs take
 * 1.15 times as long.
 */
const RESAMPLED_ITEM_MS = 0.07;
const RESAMPLED_PREDICTION_MS = 0.073;
const RESAMPLED_PAIR_MS = 0.31e-3;
const RESAMPLED_ENTRY_MS = 2.4e-3;
const RESAMPLED_BINS_MS = 320;
/** Bins that the scores of an item are spread over, and entries from which on there are half as many bins (`GroupedPairHistogram`). */
const SPREAD_BINS = 7000;
const MOST_ENTRIES = 1e6;
const MOST_HALVINGS = 10;

/** Entries of so many items with so many pairs each, and the share of the bins that are left for them. */
function entriesOf(items: number, pairsOfItem: number): { entries: number; share: number } {
  for (let halvings = 0; ; halvings++) {
    const share = 2 ** -halvings;
    const spread = share * SPREAD_BINS;
    const entries = items * spread * (1 - Math.exp(-pairsOfItem / spread));
    if (entries <= MOST_ENTRIES || halvings === MOST_HALVINGS) return { entries, share };
  }
}

/** The same of labels of which an item may have several, and of numbers. */
const RESAMPLED_LABEL_MS = 0.09;
const RESAMPLED_NUMBER_MS = 0.018;

function classificationMs({ items, predictions, classes }: MeasuredSample): number {
  const present = Math.min(classes, predictions);
  const truths = predictions / Math.max(1, present);
  const outranking = predictions * present * (truths / (truths + 1));
  const { entries, share } = entriesOf(items, (predictions * classes) / Math.max(1, items));
  return (
    RESAMPLED_ITEM_MS * items +
    RESAMPLED_PREDICTION_MS * predictions +
    RESAMPLED_PAIR_MS * outranking +
    RESAMPLED_ENTRY_MS * entries +
    RESAMPLED_BINS_MS * share
  );
}

/** Milliseconds of the intervals of the metrics of a task. */
export function resamplingMs(
  task: RunConfiguration['task'],
  sample: MeasuredSample,
  { metricPairsPerSecond }: Pick<MachineCalibration, 'metricPairsPerSecond'>,
): number {
  const msOf = {
    'multi-label': () => RESAMPLED_LABEL_MS * sample.items * sample.classes,
    regression: () => RESAMPLED_NUMBER_MS * sample.items,
    'single-label': () => classificationMs(sample),
    'next-token': () => classificationMs(sample),
    'prefix-to-whole': () => classificationMs(sample),
  } satisfies Record<typeof task, () => number>;
  return msOf[task]() * slownessOf(metricPairsPerSecond);
}
