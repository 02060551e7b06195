import { randomKey, uniformAt } from '../model/random.ts';

/** Distinguishes sampling's random stream from those of initialisation and dropout. */
const SAMPLING_STREAM = 3;

/** Index of the largest logit; the first of equals. */
function argmax(logits: Float32Array): number {
  let best = 0;
  for (let index = 1; index < logits.length; index++) {
    if ((logits[index] ?? -Infinity) > (logits[best] ?? -Infinity)) best = index;
  }
  return best;
}

/** Chooses the next token: the likeliest at temperature 0, else one drawn from softmax(logits / temperature) by seed and place alone. */
export function chooseToken(logits: Float32Array, temperature: number, seed: number, place: number): number {
  const best = argmax(logits);
  if (temperature <= 0) return best;
  const highest = logits[best] ?? 0;
  const weights = Float64Array.from(logits, (logit) => Math.exp((logit - highest) / temperature));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let rest = uniformAt(randomKey(seed, SAMPLING_STREAM), place) * total;
  for (let index = 0; index < weights.length; index++) {
    rest -= weights[index] ?? 0;
    if (rest < 0) return index;
  }
  return best;
}
