import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { AppError } from './app-error.ts';
import { errorBodyFor } from './errors.ts';
import { ASK_AGAIN_MS } from './right-after-body.ts';

/** One frame of an event stream; `id` is what a reader sends back to go on from there. */
export interface StreamFrame {
  readonly id?: number;
  readonly event: string;
  readonly data: string;
}

/** Where a stream's frames come from. */
export interface StreamSource {
  /** Frames after an id, oldest first, at most `limit`: the stored history is the only source, so none is doubled. */
  read(after: number, limit: number): Promise<readonly StreamFrame[]>;
  /** Starts listening; the callback's frame is sent beside the stored ones. Returns how to stop. */
  subscribe(wake: (frame?: StreamFrame) => void): () => void;
  /** Asked before anything is sent, once a second at most, and every two seconds in silence; the stream ends when the reader's right has. */
  mayContinue(): Promise<boolean>;
}

/** How long a stream is silent before it says that it is alive, in milliseconds. */
const HEARTBEAT_MS = 15_000;

/** How long nobody asks again whether a reader may still read, in milliseconds. */
const TRUSTED_MS = 1_000;

const FRAMES_PER_READ = 200;
/** As many pages as somebody could have open; each stream asks the database whenever something happens. */
const MOST_STREAMS_OF_READER = 50;
const SLOW_READER_LIMIT_MS = 30_000;

/** What a stream is made of that is written once and not kept. */
export interface RelayedStream {
  /** Starts it; whatever it throws is the reply. */
  open(): Promise<AsyncIterable<StreamFrame>>;
  /** Asked every two seconds; the stream is cut off when the reader's right has ended. */
  mayContinue(): Promise<boolean>;
}

/** Writes event streams by hand on the raw reply, and ends them all when the server closes. Both throw `too-many-requests` where the reader has too many open. */
export interface EventStreams {
  /** Sends the stored frames after an id and those that come, until the reader leaves. */
  send(reply: FastifyReply, after: number, source: StreamSource, reader: string): Promise<void>;
  /** Sends frames as they are made; what goes wrong on the way is the last one, `error` with an error body. */
  relay(reply: FastifyReply, stream: RelayedStream, reader: string): Promise<void>;
}

function format({ id, event, data }: StreamFrame): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${data}\n\n`;
}

/** Writes and waits until the reader has taken it; a reader that takes nothing for too long is let go. */
async function write(response: ServerResponse, text: string): Promise<void> {
  if (response.destroyed || response.write(text)) return;
  const gaveUp = new AbortController();
  const closed = once(response, 'close', { signal: gaveUp.signal });
  const drained = once(response, 'drain', { signal: gaveUp.signal });
  const late = delay(SLOW_READER_LIMIT_MS, 'late' as const, { signal: gaveUp.signal, ref: false });
  const outcome = await Promise.race([closed, drained, late]);
  for (const pending of [closed, drained, late]) pending.catch(() => undefined);
  gaveUp.abort();
  if (outcome === 'late') response.destroy();
}

/** What a stream waits for between reads. */
class Doorbell {
  rung = false;
  readonly frames: StreamFrame[] = [];
  #wake: (() => void) | undefined;

  ring(frame?: StreamFrame): void {
    this.rung = true;
    // A notice only says "read again": one waiting is as good as many, which bounds what a slow reader can pile up.
    if (frame !== undefined && !this.frames.some(({ event }) => event === frame.event)) this.frames.push(frame);
    this.#wake?.();
  }

  /** Resolves true when rung, false when the time passed in silence. */
  async wait(milliseconds: number): Promise<boolean> {
    if (!this.rung) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      const timer = setTimeout(resolve, milliseconds);
      await promise;
      clearTimeout(timer);
    }
    const wasRung = this.rung;
    this.rung = false;
    return wasRung;
  }
}

interface Pumped {
  readonly response: ServerResponse;
  readonly after: number;
  readonly source: StreamSource;
  readonly bell: Doorbell;
  readonly heartbeatMs: number;
  readonly trustedMs: number;
  readonly askAgainMs: number;
}

async function pump({ response, after, source, bell, heartbeatMs, trustedMs, askAgainMs }: Pumped): Promise<void> {
  let last = after;
  let askedAt = performance.now();
  while (!response.destroyed) {
    // Whenever there may be something to send, and not only in silence: else whoever lost the right reads on meanwhile.
    if (performance.now() - askedAt >= trustedMs) {
      if (!(await source.mayContinue())) return;
      askedAt = performance.now();
    }
    const frames = await source.read(last, FRAMES_PER_READ);
    if (frames.length > 0) {
      await write(response, frames.map(format).join(''));
      last = frames.at(-1)?.id ?? last;
    }
    if (frames.length === FRAMES_PER_READ) continue;
    for (const frame of bell.frames.splice(0)) await write(response, format(frame));
    const silentSince = performance.now();
    for (let heartbeats = 1; !(await bell.wait(askAgainMs));) {
      if (response.destroyed) return;
      if (!(await source.mayContinue())) return;
      askedAt = performance.now();
      if (askedAt - silentSince < heartbeats * heartbeatMs) continue;
      heartbeats += 1;
      await write(response, ': alive\n\n');
    }
  }
}

/** Prepares event streams for an app. */
export function createEventStreams(
  app: FastifyInstance,
  heartbeatMs = HEARTBEAT_MS,
  trustedMs = TRUSTED_MS,
  askAgainMs = ASK_AGAIN_MS,
): EventStreams {
  const open = new Set<ServerResponse>();
  const openOf = new Map<string, number>();
  /** Counts a reply to its reader until it is closed. */
  const enter = (reply: FastifyReply, reader: string): ServerResponse => {
    const streams = openOf.get(reader) ?? 0;
    if (streams >= MOST_STREAMS_OF_READER) throw new AppError('too-many-requests');
    openOf.set(reader, streams + 1);
    const response = reply.raw;
    open.add(response);
    response.once('close', () => {
      open.delete(response);
      const left = (openOf.get(reader) ?? 1) - 1;
      if (left === 0) openOf.delete(reader);
      else openOf.set(reader, left);
    });
    return response;
  };
  const begin = (reply: FastifyReply): void => {
    const headers = reply.getHeaders() as Record<string, string>;
    reply.hijack();
    reply.raw.writeHead(200, {
      ...headers,
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
  };
  app.addHook('preClose', async () => {
    for (const response of open) response.destroy();
  });
  return {
    async send(reply, after, source, reader) {
      const response = enter(reply, reader);
      const bell = new Doorbell();
      response.once('close', () => bell.ring());
      // Listening starts before the first read, so nothing that happens between the two is missed.
      const unsubscribe = source.subscribe((frame) => bell.ring(frame));
      try {
        begin(reply);
        await write(response, 'retry: 1000\n\n');
        await pump({ response, after, source, bell, heartbeatMs, trustedMs, askAgainMs });
      } catch (error) {
        reply.log.warn({ err: error }, 'event stream ended early');
      } finally {
        unsubscribe();
        response.end();
      }
    },
    async relay(reply, stream, reader) {
      const response = enter(reply, reader);
      const frames = await stream.open();
      begin(reply);
      const ask = async (): Promise<void> => {
        const isAllowed = await stream.mayContinue().catch(() => true);
        if (!isAllowed) response.destroy();
      };
      const timer = setInterval(() => void ask(), askAgainMs);
      try {
        for await (const frame of frames) {
          if (response.destroyed) break;
          await write(response, format(frame));
        }
      } catch (error) {
        reply.log.warn({ err: error }, 'event stream ended early');
        const code = error instanceof AppError ? error.code : 'internal';
        await write(response, format({ event: 'error', data: JSON.stringify(errorBodyFor(reply.request, code)) }));
      } finally {
        clearInterval(timer);
        response.end();
      }
    },
  };
}
