/** The longest run of tokens that each generated text shares with any one training text, in tokens. */
export function longestOverlaps<Token extends string | number>(
  generated: readonly (readonly Token[])[],
  training: Iterable<readonly Token[]>,
): number[] {
  const automaton = new SuffixAutomaton<Token>();
  for (const text of generated) automaton.addText(text);
  for (const text of training) automaton.match(text);
  const longestTo = automaton.longestMatches();
  return generated.map((text) => automaton.longestMatchWithin(text, longestTo));
}

const MEMORISED_TOKENS = 50;

/** Whether an overlap counts as memorised: 50 tokens or more, or the whole of a text that has any. */
export function isMemorised(overlapTokens: number, textTokens: number): boolean {
  return overlapTokens >= MEMORISED_TOKENS || (textTokens > 0 && overlapTokens === textTokens);
}

/**
 * All runs of tokens of the generated texts (Blumer et al. 1985). Training texts only stream through it, so that memory grows with what
 * was generated and time with both, never with their product.
 */
class SuffixAutomaton<Token> {
  readonly #next: Map<Token, number>[] = [new Map()];
  readonly #link: number[] = [-1];
  readonly #length: number[] = [0];
  /** Longest run ending in the state that a training text held. */
  readonly #matched: number[] = [0];

  addText(text: readonly Token[]): void {
    let last = 0;
    for (const token of text) last = this.#extend(last, token);
  }

  match(text: readonly Token[]): void {
    let state = 0;
    let length = 0;
    for (const token of text) {
      let next = this.#next[state]!.get(token);
      while (next === undefined && state !== 0) {
        state = this.#link[state]!;
        length = this.#length[state]!;
        next = this.#next[state]!.get(token);
      }
      if (next === undefined) continue;
      state = next;
      length++;
      if (length > this.#matched[state]!) this.#matched[state] = length;
    }
  }

  /** For every state, the longest run ending there that was matched, in the state itself or as a longer run's end. */
  longestMatches(): Uint32Array {
    const byLength = Uint32Array.from(this.#length.keys()).toSorted((a, b) => this.#length[a]! - this.#length[b]!);
    const longest = Uint32Array.from(this.#matched);
    for (const state of byLength.toReversed()) {
      const link = this.#link[state]!;
      // A matched run's shorter ends were matched with it.
      if (link >= 0 && longest[state]! > 0) longest[link] = Math.max(longest[link]!, this.#length[link]!);
    }
    for (const state of byLength) {
      const link = this.#link[state]!;
      if (link >= 0) longest[state] = Math.max(longest[state]!, longest[link]!);
    }
    return longest;
  }

  longestMatchWithin(text: readonly Token[], longestTo: Uint32Array): number {
    let state = 0;
    let longest = 0;
    for (const token of text) {
      state = this.#next[state]!.get(token)!;
      longest = Math.max(longest, longestTo[state]!);
    }
    return longest;
  }

  #extend(last: number, token: Token): number {
    const known = this.#next[last]!.get(token);
    if (known !== undefined) {
      return this.#length[known] === this.#length[last]! + 1 ? known : this.#split(last, known, token);
    }
    const added = this.#addState(new Map(), this.#length[last]! + 1);
    let state = last;
    while (state >= 0 && !this.#next[state]!.has(token)) {
      this.#next[state]!.set(token, added);
      state = this.#link[state]!;
    }
    if (state < 0) this.#link[added] = 0;
    else {
      const target = this.#next[state]!.get(token)!;
      const isDirect = this.#length[target] === this.#length[state]! + 1;
      this.#link[added] = isDirect ? target : this.#split(state, target, token);
    }
    return added;
  }

  /** Gives the runs that reach `target` from `state` a state of their own. */
  #split(state: number, target: number, token: Token): number {
    const clone = this.#addState(new Map(this.#next[target]), this.#length[state]! + 1);
    this.#link[clone] = this.#link[target]!;
    this.#link[target] = clone;
    for (let from = state; from >= 0 && this.#next[from]!.get(token) === target; from = this.#link[from]!) {
      this.#next[from]!.set(token, clone);
    }
    return clone;
  }

  #addState(next: Map<Token, number>, length: number): number {
    this.#next.push(next);
    this.#link.push(0);
    this.#length.push(length);
    this.#matched.push(0);
    return this.#length.length - 1;
  }
}
