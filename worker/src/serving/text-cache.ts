/** The keys or values of one text: `length` tokens of `width` values each, token i at `offset + i · stride`. */
interface Strip {
  data: Float32Array;
  offset: number;
  stride: number;
  length: number;
}

/** A text's strips by the name of the cache that they belong to. */
export type Strips = Record<string, Strip>;

/** Where the tokens of a text stand in a block: in front for sources, at the end for targets, which grow there. */
type Alignment = 'front' | 'end';

/**
 * Keys and values of several texts side by side, time first: [slots, texts, width]. All tokens so far are one view of the array's
 * beginning, whatever its capacity, and those of a new token are put right behind.
 */
export class CacheBlock {
  readonly texts: number;
  readonly width: number;
  /** Slots that hold tokens of at least one text. */
  slots: number;
  readonly #arrays = new Map<string, Float32Array>();
  /** Where a new token's values arrive: always in the same place, so that it need not be named anew. */
  readonly #newRows = new Map<string, Float32Array>();
  readonly #lengths: number[];
  readonly #alignment: Alignment;

  /** Copies the strips of the texts, which all have the same names, into a block with room for `spare` more tokens of each. */
  constructor(texts: readonly Strips[], width: number, alignment: Alignment, spare: number) {
    this.texts = texts.length;
    this.width = width;
    this.#alignment = alignment;
    this.#lengths = texts.map((strips) => Object.values(strips)[0]?.length ?? 0);
    this.slots = Math.max(0, ...this.#lengths);
    for (const name of Object.keys(texts[0] ?? {})) {
      const array = new Float32Array((this.slots + spare) * texts.length * width);
      texts.forEach((strips, text) => {
        const strip = strips[name];
        if (strip !== undefined) this.#copy(strip, array, text);
      });
      this.#arrays.set(name, array);
      if (spare > 0) this.#newRows.set(name, new Float32Array(texts.length * width));
    }
  }

  #copy({ data, offset, stride, length }: Strip, array: Float32Array, text: number): void {
    const { width } = this;
    const first = this.firstSlot(text);
    const rowLength = this.texts * width;
    if (stride === width && rowLength === width) {
      array.set(data.subarray(offset, offset + length * width), first * width);
      return;
    }
    for (let token = 0; token < length; token++) {
      const from = offset + token * stride;
      array.set(data.subarray(from, from + width), (first + token) * rowLength + text * width);
    }
  }

  /** Slot of a text's first token. */
  firstSlot(text: number): number {
    return this.#alignment === 'front' ? 0 : this.slots - (this.#lengths[text] ?? 0);
  }

  /** Tokens that a text has in this block. */
  lengthOf(text: number): number {
    return this.#lengths[text] ?? 0;
  }

  /** The tokens so far by the name of their cache: [slots, texts, width]. */
  past(): Map<string, Float32Array> {
    const end = this.slots * this.texts * this.width;
    return new Map([...this.#arrays].map(([name, array]) => [name, array.subarray(0, end)]));
  }

  /** Where the values of a new token of every text are written, [1, texts, width], before it is taken. */
  newRow(name: string): Float32Array {
    const row = this.#newRows.get(name);
    if (row === undefined) throw new Error(`There is no room for new tokens in '${name}'`);
    return row;
  }

  /** Takes the new token of every text, as it was written, into its slots. */
  grow(): void {
    const start = this.slots * this.texts * this.width;
    for (const [name, row] of this.#newRows) this.#arrays.get(name)?.set(row, start);
    this.slots++;
    for (let text = 0; text < this.texts; text++) this.#lengths[text] = (this.#lengths[text] ?? 0) + 1;
  }

  /** The strips of one text, as views. */
  strips(text: number): Strips {
    const rowLength = this.texts * this.width;
    const offset = this.firstSlot(text) * rowLength + text * this.width;
    const length = this.lengthOf(text);
    return Object.fromEntries(
      [...this.#arrays].map(([name, data]) => [name, { data, offset, stride: rowLength, length }]),
    );
  }
}
