import type { Head } from '../model/settings.ts';
import type { LabelledForward, TextForward } from './engine.ts';
import type { PaddedItems, PaddedText } from './padding.ts';

/** Keeps the rows of real targets from probabilities [batchSize × targetLength × vocabularySize] and takes their loss. */
export function textForward(all: Float32Array, { targetOut, targets: tokens }: PaddedText, width: number): TextForward {
  const probabilities = new Float32Array(tokens * width);
  const targets = new Int32Array(tokens);
  let [row, total] = [0, 0];
  targetOut.forEach((target, position) => {
    if (target === 0) return;
    const start = position * width;
    probabilities.set(all.subarray(start, start + width), row * width);
    targets[row++] = target;
    const chosen = all[start + target] ?? 0;
    // A row without any probability is no softmax: some devices answer zeros where the logits are not finite.
    if (chosen === 0 && !all.subarray(start, start + width).some((probability) => probability > 0)) total = Number.NaN;
    // The smallest float32 stands in for a probability that rounded to 0, so that one token cannot make the loss infinite.
    total -= Math.log(Math.max(chosen, 1.2e-38));
  });
  return { loss: total / tokens, tokens, probabilities, targets };
}

/**
 * Turns a head's logits [batchSize × outputs] into what it answers, and takes the loss in float64, where no probability rounds to 0; an item
 * with weight 0 does not count.
 */
export function labelledForward(
  logits: Float32Array,
  { labels, weights, batchSize }: Pick<PaddedItems, 'labels' | 'weights' | 'batchSize'>,
  { task, outputs: width }: Head,
): Omit<LabelledForward, 'auxiliary'> {
  const outputs = new Float32Array(logits.length);
  let [total, counted] = [0, 0];
  for (let item = 0; item < batchSize; item++) {
    const count = weights[item] === 0 ? 0 : 1;
    counted += count;
    let loss = 0;
    const row = logits.subarray(item * width, (item + 1) * width);
    const label = (output: number): number => labels[item * width + output] ?? Number.NaN;
    if (task === 'single-label') {
      const highest = row.reduce((most, logit) => Math.max(most, logit), -Infinity);
      const logSum = highest + Math.log(row.reduce((sum, logit) => sum + Math.exp(logit - highest), 0));
      row.forEach((logit, output) => (outputs[item * width + output] = Math.exp(logit - logSum)));
      loss = logSum - (row[labels[item] ?? 0] ?? Number.NaN);
    } else if (task === 'multi-label') {
      row.forEach((logit, output) => {
        outputs[item * width + output] = 1 / (1 + Math.exp(-logit));
        loss += (Math.max(logit, 0) - label(output) * logit + Math.log1p(Math.exp(-Math.abs(logit)))) / width;
      });
    } else {
      outputs.set(row, item * width);
      row.forEach((prediction, output) => (loss += (prediction - label(output)) ** 2 / width));
    }
    // Of an item that does not count, only a number that is none must still be seen.
    total += count === 1 || !Number.isFinite(loss) ? loss : 0;
  }
  return { loss: total / Math.max(1, counted), items: batchSize, outputs, labels };
}
