/** One bin of the reliability curve; means are null where the bin is empty. */
interface ReliabilityBin {
  lowConfidence: number;
  highConfidence: number;
  count: number;
  meanConfidence: number | null;
  accuracy: number | null;
}

/** Weighted sums per confidence bin: items, correct items and confidence. */
interface CalibrationSums {
  counts: Float64Array;
  correct: Float64Array;
  confidence: Float64Array;
}

/** Number of equal-width bins of the reliability curve. */
const CALIBRATION_BINS = 15;

/** Index (0…14) of the bin (low, high] that holds a confidence; a confidence of 0 is in the first. */
function calibrationBin(confidence: number): number {
  return Math.min(CALIBRATION_BINS - 1, Math.max(0, Math.ceil(confidence * CALIBRATION_BINS) - 1));
}

/** Sums per bin over N items; `weights[i]` multiplies item i. */
export function calibrationSums(
  confidence: ArrayLike<number>,
  isCorrect: ArrayLike<number>,
  weights?: ArrayLike<number>,
): CalibrationSums {
  const sums = {
    counts: new Float64Array(CALIBRATION_BINS),
    correct: new Float64Array(CALIBRATION_BINS),
    confidence: new Float64Array(CALIBRATION_BINS),
  };
  for (let i = 0; i < confidence.length; i++) {
    const weight = weights === undefined ? 1 : weights[i]!;
    const bin = calibrationBin(confidence[i]!);
    sums.counts[bin]! += weight;
    sums.confidence[bin]! += weight * confidence[i]!;
    if (isCorrect[i]) sums.correct[bin]! += weight;
  }
  return sums;
}

/** Expected calibration error Σ nᵦ/N · |accuracyᵦ − confidenceᵦ| (Guo et al. 2017), 0…1; null without items. */
export function calibrationError(sums: CalibrationSums): number | null {
  let items = 0;
  let error = 0;
  for (let bin = 0; bin < CALIBRATION_BINS; bin++) {
    items += sums.counts[bin]!;
    error += Math.abs(sums.correct[bin]! - sums.confidence[bin]!);
  }
  return items === 0 ? null : error / items;
}

/**
 * What the calibration error of N items with these confidences would be on average if each were right exactly as often as its confidence says:
 * Σ over bins of √(2/π · Σ c(1 − c)) / N, the mean of a folded normal distribution. Sampling alone makes the error that large, because it adds
 * up deviations without their signs (Roelofs et al. 2022). Null without items.
 */
export function calibrationErrorByChance(confidence: ArrayLike<number>): number | null {
  const variances = new Float64Array(CALIBRATION_BINS);
  for (let i = 0; i < confidence.length; i++) {
    variances[calibrationBin(confidence[i]!)]! += Math.max(0, confidence[i]! * (1 - confidence[i]!));
  }
  const sum = variances.reduce((error, variance) => error + Math.sqrt((2 / Math.PI) * variance), 0);
  return confidence.length === 0 ? null : sum / confidence.length;
}

/** The reliability curve: accuracy against mean confidence per bin. */
export function reliabilityCurve(sums: CalibrationSums): ReliabilityBin[] {
  return Array.from({ length: CALIBRATION_BINS }, (_, bin) => {
    const count = sums.counts[bin]!;
    return {
      lowConfidence: bin / CALIBRATION_BINS,
      highConfidence: (bin + 1) / CALIBRATION_BINS,
      count,
      meanConfidence: count === 0 ? null : sums.confidence[bin]! / count,
      accuracy: count === 0 ? null : sums.correct[bin]! / count,
    };
  });
}
