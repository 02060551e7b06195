const FIRST_MS = 200;
const LONGEST_MS = 10_000;

/** Pause before the next try, in milliseconds: doubling from 0.2 s to 10 s, of which `chance` in [0, 1) takes half to all. */
export function backOffMs(attempt: number, chance: number): number {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** (attempt - 1));
  return full * (0.5 + chance / 2);
}
