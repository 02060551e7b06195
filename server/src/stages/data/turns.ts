import type { Readable } from 'node:stream';
import { AppError } from '../../plugins/app-error.ts';

/** A stream that brings less than this in that time, in milliseconds, stands still. */
const STANDSTILL_MS = 5_000;
const LEAST_BYTES = 16 * 1024;

/** A stream that counts what is taken from it. */
export class Sender {
  readonly stream: Readable;
  takenBytes = 0;

  constructor(stream: Readable) {
    this.stream = stream;
  }

  /** The stream block by block; it is left open when it is refused half-way, so that its sender still gets the answer. */
  async *blocks(): AsyncGenerator<Buffer> {
    for await (const block of this.stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      this.takenBytes += block.length;
      yield block;
    }
  }
}

/** Puts work on one thing after another. */
export interface Turns {
  /**
   * Does `work` once everything before it on `id` has ended. Earlier work goes on as long as its sender brings bytes, so that two who
   * send the same do not break each other off for ever; one that stands still is broken off: it has lost the connection. Work
   * without a sender breaks off every one before it.
   */
  take<Result>(id: string, sender: Sender | null, work: () => Promise<Result>): Promise<Result>;
}

interface Turn {
  readonly sender: Sender | null;
  /** Who waits cannot be asked to bring anything yet. */
  hasBegun: boolean;
  ended: Promise<unknown>;
}

function breakOff({ sender }: Turn): void {
  sender?.stream.destroy(new AppError('conflict'));
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
      breakOff(turn);
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
      if (sender === null) before.forEach(breakOff);
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
