import { countNGrams, sharedCount } from './n-grams.ts';

const ORDERS = 4;

/**
 * What one text adds to a corpus BLEU, so that statistics of texts can be summed: [generated tokens, reference tokens, matched 1- to 4-grams,
 * generated 1- to 4-grams].
 */
export function bleuStatistics(generated: readonly string[], reference: readonly string[]): Float64Array {
  const statistics = new Float64Array(2 + 2 * ORDERS);
  statistics[0] = generated.length;
  statistics[1] = reference.length;
  for (let order = 1; order <= ORDERS; order++) {
    statistics[1 + order] = sharedCount(countNGrams(generated, order), countNGrams(reference, order));
    statistics[1 + ORDERS + order] = Math.max(0, generated.length - order + 1);
  }
  return statistics;
}

/**
 * Corpus BLEU-4 (0…100) of summed statistics, one reference a text, exponential smoothing of orders without a match, as sacreBLEU 2
 * (Papineni et al. 2002; Chen & Cherry 2014, method 3). Null without texts.
 */
export function bleu(statistics: Float64Array): number | null {
  if (statistics.every((count) => count === 0)) return null;
  const [generatedTokens, referenceTokens] = [statistics[0]!, statistics[1]!];
  const matched = statistics.subarray(2, 2 + ORDERS);
  if (matched.every((count) => count === 0)) return 0;
  let logSum = 0;
  let smoothing = 1;
  for (let order = 0; order < ORDERS; order++) {
    const total = statistics[2 + ORDERS + order]!;
    if (total === 0) return 0;
    if (matched[order]! > 0) logSum += Math.log(matched[order]! / total);
    else {
      smoothing *= 2;
      logSum += Math.log(1 / (smoothing * total));
    }
  }
  const brevity = generatedTokens < referenceTokens ? Math.exp(1 - referenceTokens / generatedTokens) : 1;
  return 100 * brevity * Math.exp(logSum / ORDERS);
}
