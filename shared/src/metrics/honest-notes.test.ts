import { expect, test } from 'vitest';
import { calibrationError, calibrationErrorByChance, calibrationSums } from './calibration.ts';
import { classificationReport } from './classification-report.ts';
import { describeMetricNote } from './metric-notes.ts';
import { multiLabelReport } from './multi-label-report.ts';
import { seededRandom } from './random.ts';
import { regressionReport } from './regression-report.ts';

const noteOf = (metrics: readonly { metric: string; note: string | null }[], metric: string) =>
  metrics.find((one) => one.metric === metric)?.note ?? '';

/** N items of two classes, `rare` of them of the second, with probabilities that tell most of them apart. */
function twoClasses(items: number, rare: number) {
  const random = seededRandom(5);
  const targets = Int32Array.from({ length: items }, (_, item) => (item < rare ? 1 : 0));
  const probabilities = new Float32Array(2 * items);
  for (const [item, target] of targets.entries()) {
    const ofSecond = Math.min(0.99, Math.max(0.01, 0.2 + 0.5 * target + 0.4 * (random() - 0.5)));
    probabilities.set([1 - ofSecond, ofSecond], 2 * item);
  }
  return { probabilities, targets };
}

test('an interval of a mean over classes says that the rarest has few items, and others do not', () => {
  const rare = classificationReport(twoClasses(100, 5), 2, { resamples: 50 }).metrics;
  for (const metric of ['f1-macro', 'auc-macro', 'average-precision-macro'])
    expect(noteOf(rare, metric)).toContain('rare-classes=5');
  expect(noteOf(rare, 'accuracy')).not.toContain('rare-classes');
  const common = classificationReport(twoClasses(100, 10), 2, { resamples: 50 }).metrics;
  expect(noteOf(common, 'f1-macro')).not.toContain('rare-classes');
  expect(describeMetricNote('rare-classes=5', 'en')).toContain('only 5 items');
  expect(describeMetricNote('rare-classes=5', 'zh')).toContain('5 个样本');
  expect(describeMetricNote('rare-classes=1', 'en')).toContain('only 1 item;');
});

test('what sampling makes of a calibration error is what perfectly calibrated items show', () => {
  const random = seededRandom(3);
  for (const items of [50, 400]) {
    let [measured, expected] = [0, 0];
    for (let sample = 0; sample < 300; sample++) {
      const confidence = Float64Array.from({ length: items }, () => 0.5 + 0.5 * random());
      const isCorrect = confidence.map((share) => (random() < share ? 1 : 0));
      measured += calibrationError(calibrationSums(confidence, isCorrect)) ?? 0;
      expected += calibrationErrorByChance(confidence) ?? 0;
    }
    expect(measured / expected).toBeGreaterThan(0.95);
    expect(measured / expected).toBeLessThan(1.05);
  }
  expect(calibrationErrorByChance([])).toBeNull();
});

test('a calibration error that few items alone could make says so', () => {
  const { metrics } = classificationReport(twoClasses(100, 50), 2, { resamples: 0 });
  expect(noteOf(metrics, 'calibration-error')).toContain('calibration-by-chance=');
  const wrong = { probabilities: Float32Array.from({ length: 200 }, (_, k) => 0.01 + 0.98 * (k % 2)) };
  const certain = classificationReport({ ...wrong, targets: new Int32Array(100) }, 2, { resamples: 0 });
  expect(noteOf(certain.metrics, 'calibration-error')).toBe('');
});

test('what sampling makes of a calibration error is not put down to few items, of which there may be a million', () => {
  expect(describeMetricNote('calibration-by-chance=0.02', 'en')).toBe(
    'by sampling alone, even a perfectly calibrated model would show about 0.02',
  );
  expect(describeMetricNote('calibration-by-chance=0.02', 'zh')).toBe('仅因抽样，即使完美校准的模型也会得到约 0.02');
});

test('an interval of a mean over labels says that the rarest is had by few items, and others do not', () => {
  const random = seededRandom(7);
  /** Items with two labels, the second had by the first `rare`, and a third that nobody has, which is no rare one. */
  const labelled = (rare: number) => {
    const truth = Array.from({ length: 100 }, (_, item) => [item % 2, item < rare ? 1 : 0, 0]).flat();
    const given = { items: 100, labels: 3, truth, probabilities: truth.map((is) => 0.2 + 0.5 * is + 0.2 * random()) };
    return multiLabelReport(given, { resamples: 50 }).metrics;
  };
  const rare = labelled(4);
  for (const metric of ['precision-macro', 'recall-macro', 'f1-macro', 'auc-macro', 'average-precision-macro'])
    expect(noteOf(rare, metric)).toContain('rare-classes=4');
  for (const metric of ['f1-micro', 'f1-weighted', 'auc-micro'])
    expect(noteOf(rare, metric)).not.toContain('rare-classes');
  expect(noteOf(labelled(10), 'f1-macro')).not.toContain('rare-classes');
});

test('labels that nobody has or is told to have are counted as undefined', () => {
  // The second label is never said, the third occurs nowhere.
  const given = { items: 2, labels: 3, truth: [1, 1, 0, 0, 1, 0], probabilities: [0.9, 0.1, 0.9, 0.2, 0.1, 0.1] };
  const { metrics } = multiLabelReport(given, { resamples: 0 });
  expect(noteOf(metrics, 'precision-macro')).toBe('undefined-classes=1');
  expect(noteOf(metrics, 'recall-macro')).toBe('undefined-classes=1');
  expect(noteOf(metrics, 'f1-macro')).toBe('undefined-classes=2');
  expect(noteOf(metrics, 'f1-micro')).toBe('');
});

test('equal true numbers have no R², however they round, nor have those whose spread no number holds', () => {
  const valueOf = (predictions: number[], targets: number[]) =>
    regressionReport(predictions, targets, { resamples: 0 }).find(({ metric }) => metric === 'r-squared')?.value;
  expect(valueOf([0.1, 0.2, 0.3], [0.1, 0.1, 0.1])).toBeNull();
  expect(valueOf([1e154, 2e154, -3e154], [1e154, 2e154, -4e154])).toBeNull();
  expect(valueOf([1, 2, 4], [1, 2, 3])).toBeCloseTo(0.5, 12);
});
