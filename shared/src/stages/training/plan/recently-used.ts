/** Entries by when they were used last, as many of them as a budget of bytes allows and at least the newest. */
export class RecentlyUsed<Key, Entry extends { readonly sizeBytes: number }> {
  // A Map keeps the order of insertion: the first key is the one unused for longest.
  readonly #entries = new Map<Key, Entry>();
  readonly #budgetBytes: number;
  #sizeBytes = 0;

  constructor(budgetBytes: number) {
    this.#budgetBytes = budgetBytes;
  }

  get(key: Key): Entry | undefined {
    return this.#entries.get(key);
  }

  /** Makes an entry the newest; gives those that are pushed out, one after the other as they are asked for. */
  *use(key: Key, entry: Entry): Generator<Entry> {
    this.#drop(key);
    this.#entries.set(key, entry);
    this.#sizeBytes += entry.sizeBytes;
    for (const [oldest, pushedOut] of this.#entries) {
      if (this.#sizeBytes <= this.#budgetBytes || oldest === key) return;
      this.#drop(oldest);
      yield pushedOut;
    }
  }

  /** Forgets all entries and gives them. */
  clear(): Entry[] {
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    this.#sizeBytes = 0;
    return entries;
  }

  #drop(key: Key): void {
    this.#sizeBytes -= this.#entries.get(key)?.sizeBytes ?? 0;
    this.#entries.delete(key);
  }
}
