import { countNGrams } from './n-grams.ts';

/**
 * Distinct-n (Li et al. 2016): different n-grams ÷ n-grams over all generated texts, 0…1. `weights[i]` counts text i that many times, which
 * adds to the n-grams but not to the different ones. Null without n-grams.
 */
export function distinct(
  texts: readonly (readonly string[])[],
  length: number,
): (weights?: ArrayLike<number>) => number | null {
  const identifiers = new Map<string, number>();
  const nGramsOfText = texts.map((text) =>
    Uint32Array.from(countNGrams(text, length).keys(), (key) => {
      const known = identifiers.get(key);
      if (known !== undefined) return known;
      identifiers.set(key, identifiers.size);
      return identifiers.size - 1;
    }),
  );
  const lastCall = new Uint32Array(identifiers.size);
  let call = 0;
  return (weights) => {
    call++;
    let [different, total] = [0, 0];
    for (const [index, nGrams] of nGramsOfText.entries()) {
      const weight = weights === undefined ? 1 : weights[index]!;
      if (weight === 0) continue;
      total += weight * Math.max(0, texts[index]!.length - length + 1);
      for (const nGram of nGrams) {
        if (lastCall[nGram] === call) continue;
        lastCall[nGram] = call;
        different++;
      }
    }
    return total === 0 ? null : different / total;
  };
}
