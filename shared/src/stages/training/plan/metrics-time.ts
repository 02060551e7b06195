import { MOST_RANKED_PAIRS } from '../../../metrics/weighted-label-ranking.ts';
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
 * A thousand resamples of a classification: of each prediction, of each pair that outranks a true one, of the bins of scores that hold any pair, and of the
 * entries that the pairs of an item have there. Fitted to 31 sizes of 3 to 100,000 items over 2 to 8,700 classes.
 */
/** Code that is still cold: the evaluation of three sentences is little else. */
const RESAMPLED_START_MS = 60;
const RESAMPLED_PREDICTION_MS = 0.09;
const RESAMPLED_PAIR_MS = 0.62e-3;
const RESAMPLED_ENTRY_MS = 0.88e-3;
const RESAMPLED_BIN_MS = 0.02;
/** Bins that the scores of all items are spread over. */
const HELD_BINS = 5000;
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

/** The same of labels of which an item may have several, by item and by pair of both, which are ranked unless they are too many; and of numbers. */
const RESAMPLED_LABELLED_MS = 0.038;
const RESAMPLED_LABEL_MS = { ranked: 0.0148, unranked: 0.9e-3 } as const;
const RESAMPLED_NUMBER_MS = 0.018;

function classificationMs({ items, predictions, classes }: MeasuredSample): number {
  const present = Math.min(classes, predictions);
  const truths = predictions / Math.max(1, present);
  const outranking = predictions * present * (truths / (truths + 1));
  const pairs = predictions * classes;
  const { entries, share } = entriesOf(items, pairs / Math.max(1, items));
  const spread = HELD_BINS * share;
  return (
    RESAMPLED_START_MS +
    RESAMPLED_PREDICTION_MS * predictions +
    RESAMPLED_PAIR_MS * outranking +
    RESAMPLED_ENTRY_MS * entries +
    RESAMPLED_BIN_MS * spread * (1 - Math.exp(-pairs / spread))
  );
}

function multiLabelMs({ items, classes }: MeasuredSample): number {
  const pairs = items * classes;
  const { ranked, unranked } = RESAMPLED_LABEL_MS;
  return RESAMPLED_START_MS + RESAMPLED_LABELLED_MS * items + (pairs > MOST_RANKED_PAIRS ? unranked : ranked) * pairs;
}

/** Milliseconds of the intervals of the metrics of a task. */
export function resamplingMs(
  task: RunConfiguration['task'],
  sample: MeasuredSample,
  { metricPairsPerSecond }: Pick<MachineCalibration, 'metricPairsPerSecond'>,
): number {
  const msOf = {
    'multi-label': () => multiLabelMs(sample),
    regression: () => RESAMPLED_NUMBER_MS * sample.items,
    'single-label': () => classificationMs(sample),
    'next-token': () => classificationMs(sample),
    'prefix-to-whole': () => classificationMs(sample),
  } satisfies Record<typeof task, () => number>;
  return msOf[task]() * slownessOf(metricPairsPerSecond);
}
