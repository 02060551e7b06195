/** Groups of items that are joined two by two, each named by its first item: disjoint sets with their paths shortened on the way. */
export class JoinedGroups {
  readonly #parent: Uint32Array;

  /** Every one of so many items is alone. */
  constructor(items: number) {
    this.#parent = new Uint32Array(items);
    for (let item = 0; item < items; item++) this.#parent[item] = item;
  }

  /** The first item of the group that an item belongs to; itself where it is alone. */
  groupOf(item: number): number {
    const parent = this.#parent;
    let root = item;
    while (parent[root] !== root) root = parent[root]!;
    for (let next = item; parent[next] !== root;) [next, parent[next]] = [parent[next]!, root];
    return root;
  }

  /** Joins the groups of two items; false where they are in one already. */
  join(one: number, other: number): boolean {
    const [a, b] = [this.groupOf(one), this.groupOf(other)];
    if (a === b) return false;
    this.#parent[Math.max(a, b)] = Math.min(a, b);
    return true;
  }
}
