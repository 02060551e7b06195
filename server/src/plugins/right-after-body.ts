import { pipeline, Transform, type Readable, type TransformCallback } from 'node:stream';
import { callbackify } from 'node:util';
import { AppError } from './app-error.ts';

/** How often a transfer that goes on asks whether it still may, in milliseconds. */
export const ASK_AGAIN_MS = 2_000;

/** A body that goes on and ends well only while its sender is let in; else it fails with the refusal. */
export class EndingAllowed extends Transform {
  readonly #body: Readable;
  readonly #authorise: () => Promise<void>;
  #isRead = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(body: Readable, authorise: () => Promise<void>) {
    super();
    this.#body = body;
    this.#authorise = authorise;
    // Whoever reads learns of an error by reading; where nobody does, there is nobody to tell.
    this.on('error', () => undefined);
  }

  /** Takes nothing from the body before somebody reads: one that nobody wants is left to the server to throw away. */
  override _read(size: number): void {
    if (!this.#isRead) {
      this.#isRead = true;
      this.#timer = setInterval(() => void this.#ask(), ASK_AGAIN_MS);
      // Where either ends early the other does, with the error, which is all that the reader needs to know.
      pipeline(this.#body, this, () => undefined);
    }
    super._read(size);
  }

  /** Only a refusal ends it early: whatever else goes wrong with asking shows at the end, where it is asked again. */
  async #ask(): Promise<void> {
    try {
      await this.#authorise();
    } catch (error) {
      if (error instanceof AppError) this.destroy(error);
    }
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearInterval(this.#timer);
    if (error !== null) this.#body.destroy(error);
    super._destroy(error, done);
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    done(null, chunk);
  }

  override _flush(done: TransformCallback): void {
    callbackify(this.#authorise)(done);
  }
}
