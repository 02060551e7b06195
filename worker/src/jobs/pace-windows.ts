/** A window is no shorter than this, in milliseconds, so that a quick step's jitter does not count as a change of pace. */
const SHORTEST_WINDOW_MS = 250;
/** When there are so many windows, neighbours are joined: they then reach over twice the time. */
const MOST_WINDOWS = 24;
/** The newest windows say how it goes on: at least the last half of the time. */
const RECENT_WINDOWS = MOST_WINDOWS / 2;
/** Fewer windows say nothing of how much they differ. */
const FEWEST_WINDOWS = 4;
/** Standard errors on either side: about 95 % where windows vary as they did. */
const ERRORS = 2;
/** Half the width that a range has at least, as a share: even an even pace is not known better. */
const LEAST_SHARE = 0.02;

interface PaceWindow {
  steps: number;
  ms: number;
}

/** How long steps that are left will take, in milliseconds. */
export interface RemainingTime {
  readonly ms: number;
  /** Null until there are enough windows to tell. */
  readonly range: { readonly lowMs: number; readonly highMs: number } | null;
}

/** Cuts a run's time into windows of whole steps, with all that happens between them, and tells from how much the newest differ how sure the time left is. */
export class PaceWindows {
  #windows: PaceWindow[] = [];
  #shortestMs = SHORTEST_WINDOW_MS;
  #open: PaceWindow = { steps: 0, ms: 0 };

  /** Counts a step that ended so long after the one before. */
  add(ms: number): void {
    this.#open.steps++;
    this.#open.ms += ms;
    if (this.#open.ms < this.#shortestMs) return;
    this.#windows.push(this.#open);
    this.#open = { steps: 0, ms: 0 };
    if (this.#windows.length < MOST_WINDOWS) return;
    this.#shortestMs *= 2;
    this.#windows = Array.from({ length: MOST_WINDOWS / 2 }, (_, place) =>
      sumOf(this.#windows.slice(2 * place, 2 * place + 2)),
    );
  }

  /** The time that so many more steps take at the pace of the newest windows; null before the first step. */
  remaining(steps: number): RemainingTime | null {
    const recent = this.#windows.slice(-RECENT_WINDOWS);
    const all = sumOf([...recent, this.#open]);
    if (all.steps === 0) return null;
    const pace = all.ms / all.steps;
    const ms = pace * steps;
    if (recent.length < FEWEST_WINDOWS) return { ms, range: null };
    const seen = sumOf(recent);
    const mean = seen.ms / seen.steps;
    const variance =
      recent.reduce((sum, window) => sum + (window.steps * (window.ms / window.steps - mean) ** 2) / seen.steps, 0) *
      (recent.length / (recent.length - 1));
    // The mean of the windows seen is uncertain, and so is that of those to come.
    const windowsToCome = (steps * recent.length) / seen.steps;
    const error = Math.sqrt(variance * (1 / recent.length + 1 / Math.max(1, windowsToCome)));
    const half = steps * Math.max(ERRORS * error, LEAST_SHARE * pace);
    return { ms, range: { lowMs: Math.max(0, ms - half), highMs: ms + half } };
  }
}

function sumOf(windows: readonly PaceWindow[]): PaceWindow {
  return windows.reduce((sum, { steps, ms }) => ({ steps: sum.steps + steps, ms: sum.ms + ms }), { steps: 0, ms: 0 });
}
