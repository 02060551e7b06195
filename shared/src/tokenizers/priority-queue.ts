/** A binary heap: the first item of the given order comes out first. */
export class PriorityQueue<Item> {
  readonly #items: Item[] = [];
  readonly #isBefore: (a: Item, b: Item) => boolean;

  constructor(isBefore: (a: Item, b: Item) => boolean) {
    this.#isBefore = isBefore;
  }

  /** Adds an item. */
  push(item: Item): void {
    let place = this.#items.length;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const above = this.#items[parent] as Item;
      if (!this.#isBefore(item, above)) break;
      this.#items[place] = above;
      place = parent;
    }
    this.#items[place] = item;
  }

  /** Takes the first item out; undefined when there is none. */
  pop(): Item | undefined {
    const first = this.#items[0];
    const last = this.#items.pop();
    if (last === undefined || this.#items.length === 0) return first;
    let place = 0;
    for (;;) {
      const child = this.#firstChild(place);
      if (child === undefined || !this.#isBefore(this.#items[child] as Item, last)) break;
      this.#items[place] = this.#items[child] as Item;
      place = child;
    }
    this.#items[place] = last;
    return first;
  }

  #firstChild(place: number): number | undefined {
    const left = 2 * place + 1;
    const right = left + 1;
    if (left >= this.#items.length) return undefined;
    if (right >= this.#items.length) return left;
    return this.#isBefore(this.#items[right] as Item, this.#items[left] as Item) ? right : left;
  }
}
