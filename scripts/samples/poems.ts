import { z } from 'zod';
import { randomKey, uniformAt } from '../../worker/src/model/random.ts';

/** The form of a poem file in the package. */
export const poemFile = z.array(z.object({ paragraphs: z.array(z.string()) }));

/** A text dataset in its three parts. */
export interface Splits {
  train: string[];
  validation: string[];
  test: string[];
}

const COUPLETS = 4;
const COUPLET = /^\p{Script=Han}{5}，\p{Script=Han}{5}。$/u;

/**
 * The poems of eight lines of five characters, each as one text. A poem that shares a couplet with an earlier one is left
 * out: collections hold variants of the same poem, and one must not be trained on while the other tests.
 */
export function eightLinePoems(poems: Iterable<{ paragraphs: readonly string[] }>): string[] {
  const couplets = new Set<string>();
  const kept: string[] = [];
  for (const { paragraphs } of poems) {
    if (paragraphs.length !== COUPLETS || !paragraphs.every((couplet) => COUPLET.test(couplet))) continue;
    if (paragraphs.some((couplet) => couplets.has(couplet))) continue;
    for (const couplet of paragraphs) couplets.add(couplet);
    kept.push(paragraphs.join(''));
  }
  return kept;
}

/**
 * The texts that are written with the `count` most frequent characters of all of them (ties by code point): rare
 * characters, which a small model can only learn as unknown, do not occur.
 */
export function textsOfCommonCharacters(texts: readonly string[], count: number): string[] {
  const counts = new Map<string, number>();
  for (const text of texts) for (const symbol of text) counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
  const ranked = [...counts].sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1));
  const common = new Set(ranked.slice(0, count).map(([symbol]) => symbol));
  return texts.filter((text) => Array.from(text).every((symbol) => common.has(symbol)));
}

/** Divides texts in a seeded order: `heldOut` for validation, as many for the test, up to `limit` in all. */
export function splitTexts(texts: readonly string[], limit: number, heldOut: number, seed: number): Splits {
  const key = randomKey(seed);
  const chosen = texts
    .map((text, index) => ({ text, order: uniformAt(key, index) }))
    .sort((a, b) => a.order - b.order)
    .slice(0, limit)
    .map(({ text }) => text);
  return {
    validation: chosen.slice(0, heldOut),
    test: chosen.slice(heldOut, 2 * heldOut),
    train: chosen.slice(2 * heldOut),
  };
}
