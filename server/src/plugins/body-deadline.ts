import { Transform, type TransformCallback } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from './app-error.ts';

/** How long a JSON body may take, in milliseconds, where it does not announce so many bytes that it needs longer. */
const DEADLINE_MS = 60_000;

/** The slowest line that a large body is waited for on, in bytes a second. */
const SLOWEST_BYTES_PER_SECOND = 16 * 1024;

/** A body that fails with `body-too-slow` where it is not here in time; what still comes then is thrown away. */
class TimedBody extends Transform {
  readonly #request: FastifyRequest;
  readonly #timer: NodeJS.Timeout;
  #isRead = false;

  constructor(request: FastifyRequest, deadlineMs: number) {
    super();
    this.#request = request;
    this.#timer = setTimeout(() => this.destroy(new AppError('body-too-slow')), deadlineMs).unref();
    // Whoever reads learns of an error by reading; where nobody does, there is nobody to tell.
    this.on('error', () => undefined);
    request.raw.once('close', () => {
      if (!request.raw.complete) this.destroy(request.raw.errored ?? new Error('aborted'));
    });
  }

  /** Takes nothing before somebody reads: a body that nobody wants is left to the server to throw away. */
  override _read(size: number): void {
    if (!this.#isRead) {
      this.#isRead = true;
      this.#request.raw.pipe(this);
    }
    super._read(size);
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    done(null, chunk);
  }

  override _flush(done: TransformCallback): void {
    clearTimeout(this.#timer);
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearTimeout(this.#timer);
    this.#request.raw.unpipe(this).resume();
    super._destroy(error, done);
  }
}

/**
 * Refuses JSON bodies that dawdle; large ones have as long as their bytes take on a slow line. Files have their own time. What
 * comes of a body after its request was answered is thrown away for as long as a short one may take; then the connection ends.
 */
export function registerBodyDeadline(app: FastifyInstance, deadlineMs = DEADLINE_MS): void {
  app.addHook('preParsing', (request, _reply, payload, done) => {
    const { 'content-type': type = '', 'content-length': length = '0' } = request.headers;
    if (!/^\s*application\/json/i.test(type)) return done(null, payload);
    const neededMs = (Number(length) / SLOWEST_BYTES_PER_SECOND) * 1000;
    done(null, new TimedBody(request, Math.max(deadlineMs, Number.isFinite(neededMs) ? neededMs : 0)));
  });
  app.addHook('onResponse', ({ raw }, _reply, done) => {
    if (!raw.complete) {
      const timer = setTimeout(() => raw.destroy(), deadlineMs).unref();
      raw.once('close', () => clearTimeout(timer));
    }
    done();
  });
}
