import { request, type IncomingMessage } from 'node:http';

/** A frame of an event stream as a browser would see it. */
export interface ReadFrame {
  readonly id: number | undefined;
  readonly event: string;
  readonly data: unknown;
}

/** A reader of an event stream that can be paused and cut off. */
export class EventReader {
  readonly frames: ReadFrame[] = [];
  readonly #response: IncomingMessage;
  #text = '';
  #isClosed = false;
  #wakers: (() => void)[] = [];

  private constructor(response: IncomingMessage) {
    this.#response = response;
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => this.#take(chunk));
    response.on('error', () => undefined);
    response.on('close', () => {
      this.#isClosed = true;
      this.#wake();
    });
  }

  /** Connects; rejects where the server answers with anything but a stream. */
  static async open(url: string, headers: Record<string, string>): Promise<EventReader> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    request(url, { headers }, resolve).on('error', reject).end();
    const response = await promise;
    if (response.statusCode !== 200) throw new Error(`the stream answered ${response.statusCode}`);
    return new EventReader(response);
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Ids of the numbered frames so far. */
  get ids(): number[] {
    return this.frames.flatMap(({ id }) => (id === undefined ? [] : [id]));
  }

  /** Waits until a condition on what arrived holds, or until the stream has ended. */
  async until(condition: (reader: EventReader) => boolean): Promise<void> {
    while (!condition(this) && !this.#isClosed) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wakers.push(resolve);
      await promise;
    }
  }

  /** Stops taking from the connection, as a reader that is too slow. */
  pause(): void {
    this.#response.pause();
  }

  /** Goes on taking. */
  resume(): void {
    this.#response.resume();
  }

  /** Hangs up. */
  close(): void {
    this.#response.destroy();
  }

  #wake(): void {
    for (const wake of this.#wakers.splice(0)) wake();
  }

  #take(chunk: string): void {
    this.#text += chunk;
    const blocks = this.#text.split('\n\n');
    this.#text = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = new Map(
        block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]),
      );
      const name = fields.get('event');
      if (name === undefined) continue;
      const id = fields.get('id');
      const data: unknown = JSON.parse(fields.get('data') ?? 'null');
      this.frames.push({ id: id === undefined ? undefined : Number(id), event: name, data });
    }
    this.#wake();
  }
}
