/** A round of upkeep, and what the two clocks of the machine say of the time before it. */
export interface Round {
  /** By the clock on the wall. */
  readonly now: Date;
  /**
   * Those who hold leases could not be heard since the round before, or the clock was set ahead (the machine may have slept): a lease that seems to have
   * ended may be held by somebody who is well.
   */
  readonly isUncertain: boolean;
  /** The clock was not set ahead within the last hour: what is removed for good may be, by the clock on the wall. */
  readonly mayRemove: boolean;
}

/** Both clocks, in milliseconds: the one on the wall, which can be set, and one that only goes on. */
export interface Clocks {
  wall(): number;
  steady(): number;
}

const MACHINE_CLOCKS: Clocks = { wall: () => Date.now(), steady: () => performance.now() };

/** A clock that is set by less is only being corrected. */
const JUMP_MS = 2_000;

/** A look that comes so much later than the one before was held up together with everything that workers said. */
const LATE_MS = 10_000;

/** So long somebody has to set a wrong clock right before anything is removed by it. */
const WARY_MS = 60 * 60 * 1000;

/** Notices between two looks at the clocks that the one on the wall was set, or that this process stood still. The first look follows a time in which nobody listened. */
export class ClockWatch {
  readonly #clocks: Clocks;
  #last: { wall: number; steady: number } | null = null;
  #setAheadAt = -Infinity;
  #isUncertain = false;

  constructor(clocks: Clocks = MACHINE_CLOCKS) {
    this.#clocks = clocks;
  }

  /** Looks at the clocks; to be called every few seconds, also while a round goes on for longer. */
  look(): void {
    const [wall, steady] = [this.#clocks.wall(), this.#clocks.steady()];
    const passed = this.#last === null ? Infinity : steady - this.#last.steady;
    const aheadBy = this.#last === null ? 0 : wall - this.#last.wall - passed;
    this.#last = { wall, steady };
    if (aheadBy > JUMP_MS) this.#setAheadAt = steady;
    this.#isUncertain ||= aheadBy > JUMP_MS || passed > LATE_MS;
  }

  /** Begins a round: what was noticed since the last one counts for it. */
  begin(): Round {
    this.look();
    const isUncertain = this.#isUncertain;
    this.#isUncertain = false;
    const { wall, steady } = this.#last ?? { wall: this.#clocks.wall(), steady: this.#clocks.steady() };
    return { now: new Date(wall), isUncertain, mayRemove: steady - this.#setAheadAt >= WARY_MS };
  }
}

/** Milliseconds since something was heard of. A moment that is still to come was before the clock was set back, by as much at least. */
export function silentFor(lastSeenAt: Date, now: number): number {
  return Math.abs(now - lastSeenAt.getTime());
}
