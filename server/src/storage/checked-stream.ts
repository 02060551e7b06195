import { createHash } from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';

/** A stored file is not what was stored. */
class TamperedContentError extends Error {
  constructor(sha256: string) {
    super(`stored content ${sha256} no longer matches its checksum`);
    this.name = 'TamperedContentError';
  }
}

/**
 * Passes a file on while hashing it, one chunk behind: the last bytes leave only after the whole has proved to match,
 * so a reader never completes a file that was altered on disk.
 */
export function checkedStream(sha256: string): Transform {
  const hash = createHash('sha256');
  let held: Buffer | undefined;
  return new Transform({
    transform(chunk: Buffer, _encoding, done: TransformCallback) {
      hash.update(chunk);
      const ready = held;
      held = chunk;
      done(null, ready);
    },
    flush(done: TransformCallback) {
      if (hash.digest('hex') !== sha256) done(new TamperedContentError(sha256));
      else done(null, held);
    },
  });
}
