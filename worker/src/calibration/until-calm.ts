import { cpus } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

/** Time of all cores since the machine started, in milliseconds. */
export interface CoreTimes {
  readonly idle: number;
  readonly total: number;
}

/** How the machine is watched. */
export interface Watch {
  times(): CoreTimes;
  /** Resolves after so long; rejects with the signal. */
  wait(ms: number): Promise<void>;
}

/** The machine is looked at for so long; whoever still starts something pauses for less. */
const WINDOW_MS = 500;
/** Share of all cores that may be at work in a calm machine. */
const MOST_BUSY = 0.1;
function coreTimes(): CoreTimes {
  const times = cpus().map((core) => core.times);
  const sum = (of: (core: (typeof times)[number]) => number): number =>
    times.reduce((total, core) => total + of(core), 0);
  const idle = sum((core) => core.idle);
  return { idle, total: idle + sum(({ user, nice, sys, irq }) => user + nice + sys + irq) };
}

function watchMachine(signal: AbortSignal): Watch {
  return { times: coreTimes, wait: (ms) => delay(ms, undefined, { signal }) };
}

/**
 * Waits until the machine has little to do, at most so long: one that is not calm by then does other work, which is no reason to stay idle. Ends early,
 * without a word, with the signal. What is started together with a
 * worker, and the page that somebody opens then, keep the cores busy for some seconds, in which a machine would be measured as a slower one.
 */
export async function untilCalm(
  signal: AbortSignal,
  patienceMs: number,
  { times, wait }: Watch = watchMachine(signal),
): Promise<void> {
  for (let waitedMs = 0; waitedMs < patienceMs && !signal.aborted; waitedMs += WINDOW_MS) {
    const before = times();
    try {
      await wait(WINDOW_MS);
    } catch (error) {
      if (signal.aborted) return;
      throw error;
    }
    const after = times();
    const total = after.total - before.total;
    if (total > 0 && (total - (after.idle - before.idle)) / total <= MOST_BUSY) return;
  }
}
