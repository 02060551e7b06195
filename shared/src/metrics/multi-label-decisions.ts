/** N items with L labels each; both arrays are [N × L], row-major. */
export interface MultiLabelItems {
  items: number;
  labels: number;
  /** Probability of each label for each item. */
  probabilities: ArrayLike<number>;
  /** 1 where the item has the label, else 0. */
  truth: ArrayLike<number>;
}

/** A label is said where its probability is above this. */
const DECISION = 0.5;

/** Smallest and largest probability whose logarithm is taken, as float32 can tell them from 0 and 1. */
const SMALLEST = 1.2e-38;
const LARGEST = 1 - 2 ** -24;

function binaryCrossEntropy(probability: number, isTrue: boolean): number {
  return isTrue ? -Math.log(Math.max(probability, SMALLEST)) : -Math.log1p(-Math.min(probability, LARGEST));
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

/**
 * The numbers that follow from decisions at 0.5, where item i counts `weights[i]` times: loss is the mean binary cross-entropy over all
 * pairs; precision, recall and F1 as scikit-learn with zero_division=0, macro over every label. All null without items.
 */
export function decisionValues({ items, labels, probabilities, truth }: MultiLabelItems, weights?: ArrayLike<number>) {
  const truePositives = new Float64Array(labels);
  const predicted = new Float64Array(labels);
  const support = new Float64Array(labels);
  let [count, loss, exact, wrong] = [0, 0, 0, 0];
  for (let item = 0; item < items; item++) {
    const weight = weights === undefined ? 1 : weights[item]!;
    if (weight === 0) continue;
    let wrongOfItem = 0;
    for (let label = 0; label < labels; label++) {
      const pair = item * labels + label;
      const isTrue = truth[pair]! > 0;
      const isSaid = probabilities[pair]! > DECISION;
      loss += weight * binaryCrossEntropy(probabilities[pair]!, isTrue);
      if (isTrue) support[label]! += weight;
      if (isSaid) predicted[label]! += weight;
      if (isTrue && isSaid) truePositives[label]! += weight;
      if (isTrue !== isSaid) wrongOfItem++;
    }
    count += weight;
    wrong += weight * wrongOfItem;
    if (wrongOfItem === 0) exact += weight;
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
}

/** How many labels nobody is told to have, so that their precision is undefined, and how many nobody has: their recall is; F1 is for either. */
export function undefinedLabels({ items, labels, probabilities, truth }: MultiLabelItems) {
  const undefinedOnes = { precision: 0, recall: 0, f1: 0 };
  for (let label = 0; label < labels; label++) {
    let [isSaid, isTrue] = [false, false];
    for (let pair = label; pair < items * labels; pair += labels) {
      isSaid ||= probabilities[pair]! > DECISION;
      isTrue ||= truth[pair]! > 0;
    }
    if (!isSaid) undefinedOnes.precision++;
    if (!isTrue) undefinedOnes.recall++;
    if (!isSaid || !isTrue) undefinedOnes.f1++;
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
