import { countNGrams, sharedCount } from './n-grams.ts';
import { charactersOf } from './tokenisation.ts';

const ORDERS = 6;
const BETA_SQUARED = 4;

/** What one text adds to a corpus chrF, for orders 1 to 6: [generated, reference, matched character n-grams] each. */
export function chrfStatistics(generated: string, reference: string): Float64Array {
  const statistics = new Float64Array(3 * ORDERS);
  const [generatedCharacters, referenceCharacters] = [charactersOf(generated), charactersOf(reference)];
  for (let order = 1; order <= ORDERS; order++) {
    const referenceTotal = Math.max(0, referenceCharacters.length - order + 1);
    const at = 3 * (order - 1);
    // An order that the reference is too short for counts for neither side.
    statistics[at] = referenceTotal === 0 ? 0 : Math.max(0, generatedCharacters.length - order + 1);
    statistics[at + 1] = referenceTotal;
    statistics[at + 2] = sharedCount(countNGrams(generatedCharacters, order), countNGrams(referenceCharacters, order));
  }
  return statistics;
}

/**
 * chrF2 (0…100) of summed statistics: precision and recall averaged over the orders that occur on both sides, recall weighing β = 2 times,
 * white space left out, as sacreBLEU 2 (Popović 2015). Null without texts.
 */
export function chrf(statistics: Float64Array): number | null {
  if (statistics.every((count) => count === 0)) return null;
  let [precision, recall, orders] = [0, 0, 0];
  for (let at = 0; at < statistics.length; at += 3) {
    const [generated, reference, matched] = [statistics[at]!, statistics[at + 1]!, statistics[at + 2]!];
    if (generated === 0 || reference === 0) continue;
    precision += matched / generated;
    recall += matched / reference;
    orders++;
  }
  if (precision + recall === 0) return 0;
  precision /= orders;
  recall /= orders;
  return (100 * (1 + BETA_SQUARED) * precision * recall) / (BETA_SQUARED * precision + recall);
}
