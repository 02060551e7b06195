import { pipeline, Transform, type Readable, type TransformCallback } from 'node:stream';
import { callbackify } from 'node:util';

/** A body that ends well only where its sender is still let in by then; else it fails with the refusal. */
export class EndingAllowed extends Transform {
  readonly #body: Readable;
  readonly #authorise: () => Promise<void>;
  #isRead = false;

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
      // Where either ends early the other does, with the error, which is all that the reader needs to know.
      pipeline(this.#body, this, () => undefined);
    }
    super._read(size);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
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
