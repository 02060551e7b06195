/** UTF-16 units that the counted words hold at most together: bounds memory whatever the texts are. */
const MAX_UNITS = 32_000_000;

/**
 * How often each word comes, in the order of first coming. When the words outgrow the bound, the rarest are forgotten, so
 * that the count of a rare word in very large data is a lower bound.
 */
export function countWords(words: Iterable<string>, maxUnits: number = MAX_UNITS): Map<string, number> {
  const counts = new Map<string, number>();
  let units = 0;
  for (const word of words) {
    const count = counts.get(word);
    if (count === undefined) units += word.length;
    counts.set(word, (count ?? 0) + 1);
    for (let rare = 1; units > maxUnits; rare *= 2) units -= forget(counts, rare);
  }
  return counts;
}

/** Drops the words that came at most so often; how many units they held. */
function forget(counts: Map<string, number>, atMost: number): number {
  let units = 0;
  for (const [word, count] of counts) {
    if (count > atMost) continue;
    counts.delete(word);
    units += word.length;
  }
  return units;
}
