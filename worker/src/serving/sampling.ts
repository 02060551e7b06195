import { plainLargest, type LargestOf } from '../products/largest.ts';
import { randomKey, uniformAt } from '../model/random.ts';

/** Distinguishes sampling's random stream from those of initialisation and dropout. */
const SAMPLING_STREAM = 3;

/** How tokens are chosen by their logits. */
export interface Sampling {
  /** 0 takes the likeliest token; above 0 one is drawn from softmax(logits / temperature). */
  temperature: number;
  /** Draws among so many of the likeliest tokens (top-k sampling, Fan et al. 2018); 0 or none among all. */
  topK?: number;
  /** Draws among the likeliest tokens whose probabilities first reach this sum, those of the top k being 1 together (nucleus sampling, Holtzman et al. 2020). */
  topP?: number;
  seed: number;
}

function sumOf(weights: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < weights.length; index++) sum += weights[index] ?? 0;
  return sum;
}

/** Sets the weights of all but the likeliest tokens to 0; of equals at the edge those with the smallest ids stay. */
function keepLikeliest(weights: Float64Array, topK: number, topP: number): void {
  const total = sumOf(weights);
  // Lighter ones than this weigh less together than what the nucleus leaves out.
  const lightest = topK === 0 ? ((1 - topP) * total) / weights.length : 0;
  const heaviest = weights.filter((weight) => weight > 0 && weight >= lightest).sort();
  const most = topK === 0 ? heaviest.length : Math.min(topK, heaviest.length);
  const first = heaviest.length - most;
  const aim = topP * (topK === 0 ? total : sumOf(heaviest.subarray(first)));
  let last = heaviest.length;
  for (let sum = 0; last > first && sum < aim;) sum += heaviest[--last] ?? 0;
  const edge = heaviest[last] ?? 0;
  let equals = heaviest.subarray(last).filter((weight) => weight === edge).length;
  for (let index = 0; index < weights.length; index++) {
    const weight = weights[index] ?? 0;
    if (weight < edge || (weight === edge && --equals < 0)) weights[index] = 0;
  }
}

/** Chooses the next token by seed and place alone. */
export function chooseToken(
  logits: Float32Array,
  { temperature, topK = 0, topP = 1, seed }: Sampling,
  place: number,
  largestOf: LargestOf = plainLargest,
): number {
  // The first of equals.
  const best = Math.max(0, logits.indexOf(largestOf(logits)));
  if (temperature <= 0) return best;
  const highest = logits[best] ?? 0;
  const weights = Float64Array.from(logits, (logit) => Math.exp((logit - highest) / temperature));
  if (topK > 0 || topP < 1) keepLikeliest(weights, topK, topP);
  let rest = uniformAt(randomKey(seed, SAMPLING_STREAM), place) * sumOf(weights);
  for (let index = 0; index < weights.length; index++) {
    rest -= weights[index] ?? 0;
    if (rest < 0) return index;
  }
  return best;
}
