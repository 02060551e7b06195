/** N items with L labels each; both arrays are [N × L], row-major. */
export interface MultiLabelItems {
  items: number;
  labels: number;
  /** Probability of each label for each item. */
  probabilities: ArrayLike<number>;
  /** 1 where the item has the label, else 0. */
  truth: ArrayLike<number>;
}

/** Whether a label is said of an item: where its probability is above one half. */
export function isSaid(probability: number): boolean {
  return probability > 0.5;
}

/** Smallest and largest probability whose logarithm is taken, as float32 can tell them from 0 and 1. */
const SMALLEST = 1.2e-38;
const LARGEST = 1 - 2 ** -24;

function binaryCrossEntropy(probability: number, isTrue: boolean): number {
  return isTrue ? -Math.log(Math.max(probability, SMALLEST)) : -Math.log1p(-Math.min(probability, LARGEST));
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

/** A pair of an item and a label that it has or is said to have: the label, and which of both. */
const IS_TRUE = 1;
const IS_SAID = 2;
const FLAG_BITS = 2;

/** What each item contributes to the numbers, whatever its weight: most pairs are neither true nor said, and only count in the loss. */
interface Contributions {
  /** [N] sum over labels of the binary cross-entropy. */
  loss: Float64Array;
  /** [N] labels that are said or missing wrongly. */
  wrong: Uint32Array;
  /** Labels that items have or are said to have, shifted past the flags, one item after the other. */
  entries: Uint16Array | Uint32Array;
  /** [N + 1] where the entries of each item begin. */
  starts: Uint32Array;
}

function contributionsOf({ items, labels, probabilities, truth }: MultiLabelItems): Contributions {
  const loss = new Float64Array(items);
  const wrong = new Uint32Array(items);
  const starts = new Uint32Array(items + 1);
  for (let pair = 0, item = 0; item < items; item++) {
    let count = 0;
    for (const end = pair + labels; pair < end; pair++) {
      const isTrue = truth[pair]! > 0;
      const isPredicted = isSaid(probabilities[pair]!);
      loss[item]! += binaryCrossEntropy(probabilities[pair]!, isTrue);
      if (isTrue || isPredicted) count++;
      if (isTrue !== isPredicted) wrong[item]! += 1;
    }
    starts[item + 1] = starts[item]! + count;
  }
  const Entries = labels << FLAG_BITS <= 2 ** 16 ? Uint16Array : Uint32Array;
  const entries = new Entries(starts[items]!);
  for (let pair = 0, next = 0; pair < items * labels; pair++) {
    const flags = (truth[pair]! > 0 ? IS_TRUE : 0) | (isSaid(probabilities[pair]!) ? IS_SAID : 0);
    if (flags > 0) entries[next++] = ((pair % labels) << FLAG_BITS) | flags;
  }
  return { loss, wrong, entries, starts };
}

/**
 * Returns a function of the numbers that follow from decisions at 0.5, where item i counts `weights[i]` times: loss is the mean binary
 * cross-entropy over all pairs; precision, recall and F1 as scikit-learn with zero_division=0, macro over every label. All null without items.
 */
export function decisionStatistics(given: MultiLabelItems) {
  const { items, labels } = given;
  const of = contributionsOf(given);
  return (weights?: ArrayLike<number>) => {
    const truePositives = new Float64Array(labels);
    const predicted = new Float64Array(labels);
    const support = new Float64Array(labels);
    let [count, loss, exact, wrong] = [0, 0, 0, 0];
    for (let item = 0; item < items; item++) {
      const weight = weights === undefined ? 1 : weights[item]!;
      if (weight === 0) continue;
      loss += weight * of.loss[item]!;
      for (let k = of.starts[item]!; k < of.starts[item + 1]!; k++) {
        const entry = of.entries[k]!;
        const label = entry >>> FLAG_BITS;
        if (entry & IS_TRUE) support[label]! += weight;
        if (entry & IS_SAID) predicted[label]! += weight;
        if ((entry & IS_TRUE) > 0 && (entry & IS_SAID) > 0) truePositives[label]! += weight;
      }
      count += weight;
      wrong += weight * of.wrong[item]!;
      if (of.wrong[item] === 0) exact += weight;
    }
    const isKnown = count > 0 && labels > 0;
    const shown = (value: number): number | null => (isKnown ? value : null);
    const averages = averagesOf(truePositives, predicted, support);
    return {
      loss: shown(loss / (count * labels)),
      'subset-accuracy': shown(exact / count),
      'hamming-loss': shown(wrong / (count * labels)),
      'precision-micro': shown(averages.micro.precision),
      'precision-macro': shown(averages.macro.precision),
      'recall-micro': shown(averages.micro.recall),
      'recall-macro': shown(averages.macro.recall),
      'f1-micro': shown(averages.micro.f1),
      'f1-macro': shown(averages.macro.f1),
      'f1-weighted': shown(averages.weightedF1),
    };
  };
}

/** How many labels nobody is told to have, so that their precision is undefined, and how many nobody has: their recall is; F1 is for either. */
export function undefinedLabels({ items, labels, probabilities, truth }: MultiLabelItems) {
  const undefinedOnes = { precision: 0, recall: 0, f1: 0 };
  for (let label = 0; label < labels; label++) {
    let [isPredicted, isTrue] = [false, false];
    for (let pair = label; pair < items * labels; pair += labels) {
      isPredicted ||= isSaid(probabilities[pair]!);
      isTrue ||= truth[pair]! > 0;
    }
    if (!isPredicted) undefinedOnes.precision++;
    if (!isTrue) undefinedOnes.recall++;
    if (!isPredicted || !isTrue) undefinedOnes.f1++;
  }
  return undefinedOnes;
}

function averagesOf(truePositives: Float64Array, predicted: Float64Array, support: Float64Array) {
  const labels = support.length;
  const total = { truePositives: 0, predicted: 0, support: 0 };
  const macro = { precision: 0, recall: 0, f1: 0 };
  let weightedF1 = 0;
  for (let label = 0; label < labels; label++) {
    const [hits, said, real] = [truePositives[label]!, predicted[label]!, support[label]!];
    const f1 = ratio(2 * hits, said + real);
    total.truePositives += hits;
    total.predicted += said;
    total.support += real;
    macro.precision += ratio(hits, said) / labels;
    macro.recall += ratio(hits, real) / labels;
    macro.f1 += f1 / labels;
    weightedF1 += real * f1;
  }
  return {
    micro: {
      precision: ratio(total.truePositives, total.predicted),
      recall: ratio(total.truePositives, total.support),
      f1: ratio(2 * total.truePositives, total.predicted + total.support),
    },
    macro,
    weightedF1: ratio(weightedF1, total.support),
  };
}
