import type { ModelSettings } from '../model/settings.ts';
import { HIDDEN_SCORE } from '../model/transformer.ts';
import type { Feeds } from '../runtime/device.ts';
import { cacheName, newRowName, ROLES } from './graphs.ts';
import { CacheBlock, type Strips } from './text-cache.ts';

/** What an arrangement reads of a text. */
export interface PlacedText {
  readonly ids: readonly number[];
  /** Tokens in the cache; the next token's position. */
  readonly length: number;
  readonly self: Strips;
  readonly cross: Strips;
}

/**
 * The texts of decoding steps, side by side, and the arrays that steps read and write. What stays the same from step to step is laid out once: a token of a single text takes little
 * more than a millisecond.
 */
export class Arrangement<T extends PlacedText> {
  readonly texts: readonly T[];
  readonly self: CacheBlock;
  readonly cross: CacheBlock;
  /** What the next step reads; `prepare` writes it. */
  readonly feeds: Feeds;
  /** Where each step writes: the logits, and the new tokens' keys and values. */
  readonly into: Feeds;
  readonly #logits: Float32Array;
  readonly #tokens: Int32Array;
  readonly #positions: Int32Array;
  readonly #pastMask: Float32Array;
  readonly #headShape: readonly [heads: number, size: number];

  /** Lays out the texts with room for `spare` more tokens of each. */
  constructor({ vocabularySize, dModel, heads, decoderLayers }: ModelSettings, texts: readonly T[], spare: number) {
    const rows = texts.length;
    this.texts = texts;
    this.self = new CacheBlock(
      texts.map((text) => text.self),
      dModel,
      'end',
      spare,
    );
    this.cross = new CacheBlock(
      texts.map((text) => text.cross),
      dModel,
      'front',
      0,
    );
    this.#headShape = [heads, dModel / heads];
    this.#logits = new Float32Array(rows * vocabularySize);
    this.#tokens = new Int32Array(rows);
    this.#positions = new Int32Array(rows);
    this.#pastMask = new Float32Array(rows * (this.self.slots + spare + 1));
    this.feeds = {
      token: { data: this.#tokens, shape: [rows, 1] },
      position: { data: this.#positions, shape: [rows] },
      ...this.#sourceFeeds(),
    };
    this.into = { logits: { data: this.#logits, shape: [rows, vocabularySize] } };
    for (let layer = 0; layer < decoderLayers; layer++) {
      for (const role of ROLES) {
        const data = this.self.newRow(cacheName('self', layer, role));
        this.into[newRowName(layer, role)] = { data, shape: [1, rows, ...this.#headShape] };
      }
    }
  }

  #sourceFeeds(): Feeds {
    const { texts, cross } = this;
    if (cross.slots === 0) return {};
    const mask = new Float32Array(texts.length * cross.slots);
    texts.forEach((_, row) => {
      mask.fill(HIDDEN_SCORE, row * cross.slots + cross.lengthOf(row), (row + 1) * cross.slots);
    });
    return { ...this.#cacheFeeds(cross), sourceMask: { data: mask, shape: [texts.length, 1, 1, cross.slots] } };
  }

  #cacheFeeds(block: CacheBlock): Feeds {
    const shape = [block.slots, this.texts.length, ...this.#headShape];
    return Object.fromEntries([...block.past()].map(([name, data]) => [name, { data, shape }]));
  }

  /** Whether these are the texts, in this order. */
  holds(texts: readonly T[]): boolean {
    return texts.length === this.texts.length && texts.every((text, row) => text === this.texts[row]);
  }

  /** Writes what the next step reads. `begin` is the token of a text without any. */
  prepare(begin: number): void {
    const { texts, self, feeds } = this;
    const [rows, seen] = [texts.length, self.slots + 1];
    const mask = this.#pastMask.subarray(0, rows * seen).fill(0);
    texts.forEach(({ ids, length }, row) => {
      mask.fill(HIDDEN_SCORE, row * seen, row * seen + self.firstSlot(row));
      this.#tokens[row] = ids.at(-1) ?? begin;
      this.#positions[row] = length;
    });
    feeds['pastMask'] = { data: mask, shape: [rows, 1, 1, seen] };
    Object.assign(feeds, this.#cacheFeeds(self));
  }

  /** The logits that a step wrote for one text. */
  logitsOf(row: number): Float32Array {
    const width = this.#logits.length / this.texts.length;
    return this.#logits.subarray(row * width, (row + 1) * width);
  }
}
