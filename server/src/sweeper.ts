import type { LeaseService } from './stages/training/lease-service.ts';

/** Regular upkeep of a running server. */
export interface Sweeper {
  /** Stops and waits for the round under way. */
  close(): Promise<void>;
}

const SWEEP_INTERVAL_MS = 2_000;

/** Takes back runs whose lease has ended, again and again; several servers on one database do no harm to each other. */
export function startSweeper(leases: LeaseService, onError: (error: unknown) => void): Sweeper {
  let round = Promise.resolve();
  let isIdle = true;
  const timer = setInterval(() => {
    if (!isIdle) return;
    isIdle = false;
    round = leases
      .releaseExpired(new Date())
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
