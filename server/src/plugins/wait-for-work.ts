import type { Live } from './live.ts';

/** How long a waiting worker trusts the signals before it looks again by itself, in milliseconds. */
const LOOK_AGAIN_MS = 2_000;

/** Waits until woken or until the time has passed. */
async function pause(milliseconds: number, bell: { wake: () => void }): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, milliseconds);
  bell.wake = resolve;
  await promise;
  clearTimeout(timer);
}

/**
 * Tries to take work at once and whenever something new is queued, for at most `waitMs` or until the signal ends;
 * `take` answers 'stale' where it should be asked again at once, undefined where nothing waits.
 */
export async function waitForWork<Work>(
  live: Live,
  waitMs: number,
  signal: AbortSignal,
  take: () => Promise<Work | 'stale' | undefined>,
): Promise<Work | undefined> {
  const deadline = Date.now() + waitMs;
  const bell = { wake: (): void => undefined, rung: false };
  const stopListening = live.onQueued(() => {
    bell.rung = true;
    bell.wake();
  });
  const onAbort = (): void => bell.wake();
  signal.addEventListener('abort', onAbort);
  try {
    while (!signal.aborted) {
      bell.rung = false;
      const taken = await take();
      if (taken === 'stale') continue;
      if (taken !== undefined) return taken;
      const remainingMs = deadline - Date.now();
      if (remainingMs <= 0) return undefined;
      if (!bell.rung) await pause(Math.min(remainingMs, LOOK_AGAIN_MS), bell);
    }
    return undefined;
  } finally {
    stopListening();
    signal.removeEventListener('abort', onAbort);
  }
}
