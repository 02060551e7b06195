/** Work under leases, runs or jobs, that falls back to those who wait when a lease ends. */
interface LeasedWork {
  releaseExpired(now: Date): Promise<unknown>;
}

/** Regular upkeep of a running server. */
export interface Sweeper {
  /** Stops and waits for the round under way. */
  close(): Promise<void>;
}

const SWEEP_INTERVAL_MS = 2_000;

/** Takes back work whose lease has ended, again and again; several servers on one database do no harm to each other. */
export function startSweeper(leased: readonly LeasedWork[], onError: (error: unknown) => void): Sweeper {
  let round = Promise.resolve();
  let isIdle = true;
  const timer = setInterval(() => {
    if (!isIdle) return;
    isIdle = false;
    round = Promise.all(leased.map((work) => work.releaseExpired(new Date())))
      .then(() => undefined, onError)
      .finally(() => {
        isIdle = true;
      });
  }, SWEEP_INTERVAL_MS);
  return {
    async close() {
      clearInterval(timer);
      await round;
    },
  };
}
