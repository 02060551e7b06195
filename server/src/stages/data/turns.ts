import { PassThrough, type Readable } from 'node:stream';
import { AppError } from '../../plugins/app-error.ts';

/** A stream that brings less than this in that time, in milliseconds, stands still. */
const STANDSTILL_MS = 5_000;
const LEAST_BYTES = 16 * 1024;

/** A stream that counts what is taken from it, and can be taken from no further while its connection stays open for an answer. */
export class Sender {
  takenBytes = 0;
  readonly #stream: Readable;
  #given: PassThrough | null = null;
  #isBrokenOff = false;

  constructor(stream: Readable) {
    this.#stream = stream;
  }

  /** The stream block by block; it is left open when it is refused half-way, so that its sender still gets the answer. */
  async *blocks(): AsyncGenerator<Buffer> {
    if (this.#isBrokenOff) throw new AppError('conflict');
    const [stream, given] = [this.#stream, new PassThrough()];
    this.#given = given;
    stream.once('close', () => {
      if (!stream.readableEnded) given.destroy(stream.errored ?? new Error('aborted'));
    });
    if (stream.destroyed) throw stream.errored ?? new Error('aborted');
    for await (const block of stream.pipe(given) as AsyncIterable<Buffer>) {
      this.takenBytes += block.length;
      yield block;
    }
  }

  /** Takes nothing more: whoever reads is told `conflict`. */
  breakOff(): void {
    this.#isBrokenOff = true;
    this.#given?.destroy(new AppError('conflict'));
  }

  /** Breaks off, and gives the connection up. */
  hangUp(): void {
    this.breakOff();
    this.#stream.destroy(new AppError('conflict'));
  }
}

/** Puts work on one thing after another. */
export interface Turns {
  /**
   * Does `work` once everything before it on `id` has ended. Earlier work goes on as long as its sender brings bytes, so that two who
   * send the same do not break each other off for ever; one that stands still is hung up: it has lost the connection. Work
   * without a sender breaks off every one before it, which then is told so, or what it asked where nothing more had to be taken for that.
   */
  take<Result>(id: string, sender: Sender | null, work: () => Promise<Result>): Promise<Result>;
}

interface Turn {
  readonly sender: Sender | null;
  /** Who waits cannot be asked to bring anything yet. */
  hasBegun: boolean;
  ended: Promise<unknown>;
}

function endsWithin({ ended }: Turn, milliseconds: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), milliseconds);
    const end = (): void => {
      clearTimeout(timer);
      resolve(true);
    };
    ended.then(end, end);
  });
}

async function endOf(turn: Turn): Promise<void> {
  const { sender } = turn;
  for (let isWatched = true; ;) {
    const takenBefore = turn.hasBegun && isWatched && sender !== null ? sender.takenBytes : null;
    if (await endsWithin(turn, STANDSTILL_MS)) return;
    if (takenBefore !== null && sender!.takenBytes - takenBefore < LEAST_BYTES) {
      sender!.hangUp();
      isWatched = false;
    }
  }
}

/** Makes turns for one process. */
export function createTurns(): Turns {
  const turns = new Map<string, Turn[]>();
  return {
    async take(id, sender, work) {
      const before = turns.get(id) ?? [];
      if (sender === null) for (const turn of before) turn.sender?.breakOff();
      const last = before.at(-1);
      const turn: Turn = { sender, hasBegun: false, ended: Promise.resolve() };
      const outcome = (async () => {
        if (last !== undefined) await endOf(last);
        turn.hasBegun = true;
        return work();
      })();
      turn.ended = outcome;
      turns.set(id, [...before, turn]);
      try {
        return await outcome;
      } finally {
        const left = turns.get(id)!.filter((other) => other !== turn);
        if (left.length > 0) turns.set(id, left);
        else turns.delete(id);
      }
    },
  };
}
