/** The parts of a preparation, in order. */
export const PHASES = ['scan', 'read', 'look', 'clean', 'compare', 'write'] as const;

/** A part of a preparation. */
export type Phase = (typeof PHASES)[number];

/** How far a preparation is. */
export interface PreparationProgress {
  readonly phase: Phase;
  /** Of the whole, 0 to 1; never falls. */
  readonly share: number;
  /** Rows of the source that were read, and bytes of it. */
  readonly rows: number;
  readonly bytes: number;
  readonly totalBytes: number;
  /** Null until there is something to go by. */
  readonly remainingMs: number | null;
}

/**
 * How long the phases take, relative to each other: measured on a million lines of Chinese and English; looking at images, which is for
 * versions of images alone, on photographs.
 */
const WEIGHTS: Readonly<Record<Phase, number>> = { scan: 1, read: 14, look: 40, clean: 10, compare: 5, write: 2 };

/** Adds up the phases of a preparation into one share and a time left. */
export class ProgressMeter {
  readonly #tell: (progress: PreparationProgress) => void;
  readonly #total: number;
  readonly #startedAt = performance.now();
  #done = 0;
  #share = 0;
  /** The share that was there from an earlier attempt, and cost no time now. */
  #given = 0;
  #phase: Phase = 'scan';
  rows = 0;
  bytes = 0;
  totalBytes = 0;

  /** `phases` are those to come, each as often as it comes. */
  constructor(phases: readonly Phase[], tell: (progress: PreparationProgress) => void) {
    this.#tell = tell;
    this.#total = phases.reduce((sum, phase) => sum + WEIGHTS[phase], 0);
  }

  /** Says that a part (0 to 1) of a phase is done; `isGiven` where an earlier attempt has done it. */
  advance(phase: Phase, part: number, isGiven = false): void {
    this.#phase = phase;
    const share = Math.min(1, (this.#done + WEIGHTS[phase] * part) / this.#total);
    if (isGiven) this.#given += Math.max(0, share - this.#share);
    this.#share = Math.max(this.#share, share);
    this.#emit();
  }

  /** Says that a phase is over. */
  finish(phase: Phase): void {
    this.#done += WEIGHTS[phase];
    this.advance(phase, 0);
  }

  #emit(): void {
    const elapsedMs = performance.now() - this.#startedAt;
    const own = this.#share - this.#given;
    this.#tell({
      phase: this.#phase,
      share: this.#share,
      rows: this.rows,
      bytes: this.bytes,
      totalBytes: this.totalBytes,
      remainingMs: own < 0.005 ? null : Math.round((elapsedMs / own) * (1 - this.#share)),
    });
  }
}
