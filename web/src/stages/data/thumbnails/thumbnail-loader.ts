/** A picture that takes memory until it is closed. */
interface Closable {
  close(): void;
}

interface Waiting {
  start(): Promise<void>;
}

/**
 * Makes thumbnails, a few at once in the order in which they are asked for, and keeps the latest. Whoever no longer wants one aborts:
 * what waits is never begun, and what is under way stops.
 */
export class ThumbnailLoader<Picture extends Closable> {
  readonly #atOnce: number;
  readonly #mostKept: number;
  /** The longest unused first. */
  readonly #kept = new Map<string, Picture>();
  readonly #waiting = new Set<Waiting>();
  #running = 0;

  constructor({ atOnce, kept }: { readonly atOnce: number; readonly kept: number }) {
    this.#atOnce = atOnce;
    this.#mostKept = kept;
  }

  /** The thumbnail of the image at an address; it must be used at once, for the loader may close it later. Throws the reason of the signal. */
  thumbnail(address: string, signal: AbortSignal, make: () => Promise<Picture>): Promise<Picture> {
    const known = this.#kept.get(address);
    if (known !== undefined) {
      this.#keep(address, known);
      return Promise.resolve(known);
    }
    const { promise, resolve, reject } = Promise.withResolvers<Picture>();
    const forget = () => {
      this.#waiting.delete(waiting);
      reject(signal.reason as Error);
    };
    const waiting: Waiting = {
      start: async () => {
        try {
          const picture = await make();
          this.#keep(address, picture);
          resolve(picture);
        } catch (error) {
          reject(error);
        } finally {
          signal.removeEventListener('abort', forget);
          this.#running--;
          this.#startNext();
        }
      },
    };
    signal.addEventListener('abort', forget, { once: true });
    this.#waiting.add(waiting);
    this.#startNext();
    return promise;
  }

  /** Closes everything that is kept. */
  clear(): void {
    for (const picture of this.#kept.values()) picture.close();
    this.#kept.clear();
  }

  #startNext(): void {
    const [next] = this.#waiting;
    if (next === undefined || this.#running >= this.#atOnce) return;
    this.#waiting.delete(next);
    this.#running++;
    void next.start();
  }

  #keep(address: string, picture: Picture): void {
    this.#kept.delete(address);
    this.#kept.set(address, picture);
    for (const [oldest, old] of this.#kept) {
      if (this.#kept.size <= this.#mostKept) break;
      this.#kept.delete(oldest);
      old.close();
    }
  }
}
