import type { Readable } from 'node:stream';
import { AppError } from '../../plugins/app-error.ts';

/** Puts work on one thing after another. */
export interface Turns {
  /**
   * Does `work` once everything before it on `id` has ended. Where earlier work waits for a stream, that stream is broken off: its
   * sender has lost the connection, or it would not send anew.
   */
  take<Result>(id: string, stream: Readable | null, work: () => Promise<Result>): Promise<Result>;
}

/** Makes turns for one process. */
export function createTurns(): Turns {
  const last = new Map<string, { readonly ended: Promise<unknown>; readonly stream: Readable | null }>();
  return {
    async take(id, stream, work) {
      const before = last.get(id);
      before?.stream?.destroy(new AppError('conflict'));
      const turn = (async () => {
        await before?.ended.catch(() => undefined);
        return work();
      })();
      const entry = { ended: turn, stream };
      last.set(id, entry);
      try {
        return await turn;
      } finally {
        if (last.get(id) === entry) last.delete(id);
      }
    },
  };
}
