import { SPLITS, type DatasetItem, type Split } from '@greenlight/shared/stages/data/content.ts';
import { isPersonalToken } from '@greenlight/shared/stages/data/masked-text.ts';
import {
  FREQUENT_TOKENS,
  LONGEST_CONTEXT,
  type TokenizedSplit,
  type TokenizerReport,
} from '@greenlight/shared/stages/data/tokenizer-job.ts';
import { wordsOf } from '@greenlight/shared/tokenizers/bert-words.ts';
import { UNKNOWN_ID, type Tokenizer } from '@greenlight/shared/tokenizers/tokenizer.ts';
import { WordCache } from '@greenlight/shared/tokenizers/word-cache.ts';
import { encodeText } from '../data/encode-text.ts';

/** Counts what a tokenizer makes of the items of one split. */
class SplitCount {
  readonly #tokenizer: Tokenizer;
  readonly #ids: WordCache;
  readonly #lengths = new Map<number, number>();
  readonly tokenCounts: Float64Array;
  #items = 0;
  #characters = 0;
  #words = 0;
  #coveredWords = 0;
  #tokens = 0;
  #unknownTokens = 0;
  #itemsWithUnknown = 0;

  constructor(tokenizer: Tokenizer) {
    this.#tokenizer = tokenizer;
    this.#ids = new WordCache((word) => Array.from(tokenizer.encode(word)));
    this.tokenCounts = new Float64Array(tokenizer.size);
  }

  add(text: string): void {
    // The ids that a model is trained on.
    const ids = encodeText(this.#tokenizer, text);
    let unknown = 0;
    for (const id of ids) {
      this.tokenCounts[id] = (this.tokenCounts[id] ?? 0) + 1;
      if (id === UNKNOWN_ID) unknown++;
    }
    this.#items++;
    this.#tokens += ids.length;
    this.#unknownTokens += unknown;
    if (unknown > 0) this.#itemsWithUnknown++;
    this.#lengths.set(ids.length, (this.#lengths.get(ids.length) ?? 0) + 1);
    for (const _ of text) this.#characters++;
    for (const word of wordsOf(text)) {
      this.#words++;
      if (!this.#ids.get(word).includes(UNKNOWN_ID)) this.#coveredWords++;
    }
  }

  /** Null where the split has no items. */
  summary(split: Split): TokenizedSplit | null {
    if (this.#items === 0) return null;
    return {
      split,
      items: this.#items,
      characters: this.#characters,
      words: this.#words,
      tokens: this.#tokens,
      unknownTokens: this.#unknownTokens,
      coveredWords: this.#coveredWords,
      itemsWithUnknown: this.#itemsWithUnknown,
      distinctTokens: this.tokenCounts.reduce((sum, count) => sum + Math.sign(count), 0),
      lengths: this.#lengthSummary(),
    };
  }

  #lengthSummary(): TokenizedSplit['lengths'] {
    const byLength = [...this.#lengths].sort(([a], [b]) => a - b);
    /** The shortest length that so large a share of the items do not exceed (nearest rank). */
    const percentile = (share: number): number => {
      let left = Math.ceil(share * this.#items);
      for (const [length, items] of byLength) {
        left -= items;
        if (left <= 0) return length;
      }
      return 0;
    };
    const longest = byLength.at(-1)?.[0] ?? 0;
    const histogram = Array.from(
      { length: Math.min(longest, LONGEST_CONTEXT) + 1 },
      (_, length) => this.#lengths.get(length) ?? 0,
    );
    const within = histogram.reduce((sum, items) => sum + items, 0);
    const [p50, p90, p95, p99] = [0.5, 0.9, 0.95, 0.99].map(percentile) as [number, number, number, number];
    return { p50, p90, p95, p99, longest, histogram, beyond: this.#items - within };
  }
}

/** What a tokenizer makes of these items, split by split. */
export function measureTokenizer(tokenizer: Tokenizer, items: Iterable<DatasetItem>): TokenizerReport {
  const counts = {
    train: new SplitCount(tokenizer),
    validation: new SplitCount(tokenizer),
    test: new SplitCount(tokenizer),
  };
  for (const { split, text } of items) counts[split].add(text);
  const frequent = Array.from(counts.train.tokenCounts, (count, id) => ({ id, count }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count || a.id - b.id)
    .slice(0, FREQUENT_TOKENS);
  const names = Array.from({ length: tokenizer.size }, (_, id) => tokenizer.nameOf(id));
  const personalTokens = names.filter(isPersonalToken).length;
  return { personalTokens, splits: SPLITS.flatMap((split) => counts[split].summary(split) ?? []), frequent };
}
