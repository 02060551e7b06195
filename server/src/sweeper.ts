import { ClockWatch, type Round } from './plugins/clock-watch.ts';

/** Something that has to be looked after from time to time. */
type Upkeep = (round: Round) => Promise<unknown>;

/** Regular upkeep of a running server. */
export interface Sweeper {
  /** Stops and waits for the round under way. */
  close(): Promise<void>;
}

const SWEEP_INTERVAL_MS = 2_000;

/** Looks after leases, retention and uploads again and again; several servers on one database do no harm to each other. */
export function startSweeper(upkeep: readonly Upkeep[], onError: (error: unknown) => void): Sweeper {
  const clocks = new ClockWatch();
  let round = Promise.resolve();
  let isIdle = true;
  const timer = setInterval(() => {
    clocks.look();
    if (!isIdle) return;
    isIdle = false;
    const begun = clocks.begin();
    round = Promise.all(upkeep.map((look) => look(begun)))
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
