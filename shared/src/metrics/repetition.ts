import { countNGrams } from './n-grams.ts';

const LENGTH = 4;

/** The 4-grams of one text, and how many of them occurred in it before. */
export function repeatedFourGrams(tokens: readonly string[]): { repeated: number; total: number } {
  const total = Math.max(0, tokens.length - LENGTH + 1);
  return { repeated: total - countNGrams(tokens, LENGTH).size, total };
}
