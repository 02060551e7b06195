import { MAX_EVENTS_PER_BATCH, postEvents } from '@greenlight/shared/worker-protocol/contract.ts';
import type { RunEventPayload } from '@greenlight/shared/worker-protocol/events.ts';
import { z } from 'zod';
import { RefusedError, type ServerClient } from './client.ts';
import { isDiskFull } from './full-disk.ts';
import { ReportPace } from './report-pace.ts';
import { SpoolFullError, type Spool } from './spool.ts';

/** Well under the smallest body limit that a server or proxy is likely to have. */
const MAX_BATCH_BYTES = 512 * 1024;

const gapDetails = z.object({ expected: z.number().int().min(1) });

/** What a sender needs, and whom it tells. */
export interface EventSenderOptions {
  client: ServerClient;
  spool: Spool;
  runId: string;
  lease: string;
  /** Ends sending; what is not acknowledged stays in the spool. */
  signal: AbortSignal;
  onCancelRequested(): void;
  /** The run is no longer this worker's, or the server or the disk refuses for good. */
  onFailure(error: Error): void;
}

/** Carries a run's events from memory to disk to the server, in order, in windows as long as reporting is dear. */
export class EventSender {
  readonly #options: EventSenderOptions;
  /** Tail of the queue of writes: the spool takes one at a time. */
  #disk: Promise<unknown> = Promise.resolve();
  #sending: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #lastFlushMs = 0;
  /** When the timer flushes. */
  #dueMs = 0;
  readonly #pace = new ReportPace();
  #acknowledged: number;
  #failed = false;
  #isDiskFull = false;
  readonly #waiting = new Set<{ sequence: number; resolve: () => void; reject: (error: unknown) => void }>();

  constructor(options: EventSenderOptions) {
    this.#options = options;
    this.#acknowledged = options.spool.lastSequence;
    options.signal.addEventListener('abort', () => this.#settle(), { once: true });
    if (!options.spool.isEmpty) {
      this.#acknowledged = (options.spool.batch(1, 1)[0]?.sequence ?? 1) - 1;
      this.#send();
    }
  }

  /** Takes an event; it reaches disk and server within the window. */
  report(payload: RunEventPayload, at: string = new Date().toISOString()): void {
    if (this.#failed || this.#options.signal.aborted) return;
    try {
      this.#options.spool.append(payload, at);
    } catch (error) {
      // A full spool still takes the event that ends the run, and goes on sending what it holds.
      if (error instanceof SpoolFullError) this.#options.onFailure(error);
      else this.#fail(error);
      return;
    }
    // The first event after a pause goes at once; a burst shares its window, which news of another kind cuts short.
    const windowMs = this.#pace.windowMs(payload.type);
    const dueMs = this.#lastFlushMs + windowMs;
    if (this.#timer !== null && dueMs >= this.#dueMs) return;
    if (this.#timer) clearTimeout(this.#timer);
    this.#dueMs = dueMs;
    this.#timer = setTimeout(() => void this.flush(), Math.max(0, dueMs - performance.now()));
  }

  /** Waits until every event taken so far is on disk. */
  async flush(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    try {
      await this.#onDisk(async () => {
        this.#lastFlushMs = performance.now();
        await this.#options.spool.flush();
      });
    } catch (error) {
      if (!isDiskFull(error)) {
        this.#fail(error);
        return;
      }
      this.#tellFullDisk(error);
    }
    this.#send();
  }

  /** Waits until the server has every event taken so far; rejects when sending has ended before that. */
  async drain(): Promise<void> {
    const sequence = this.#options.spool.lastSequence;
    await this.flush();
    if (this.#acknowledged >= sequence) return;
    await new Promise<void>((resolve, reject) => {
      this.#waiting.add({ sequence, resolve, reject });
      this.#settle();
    });
  }

  /** Goes on after a full disk, once there is room: throws where there is none after all. */
  async recover(): Promise<void> {
    await this.#onDisk(() => this.#options.spool.recover());
    this.#isDiskFull = false;
  }

  /** Waits for the write and the request under way. */
  async close(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    await this.#sending;
    await this.#onDisk(() => this.#options.spool.close());
  }

  #onDisk<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#disk.then(work);
    this.#disk = result.catch(() => undefined);
    return result;
  }

  #send(): void {
    if (this.#sending || this.#failed || this.#options.signal.aborted) return;
    this.#sending = this.#sendAll()
      .catch((error: unknown) => this.#fail(error))
      .finally(() => {
        this.#sending = null;
        // A flush may have ended between the last look at the spool and now.
        if (this.#options.spool.batch(1, 1).length > 0) this.#send();
      });
  }

  async #sendAll(): Promise<void> {
    const { client, spool, runId, lease, signal } = this.#options;
    for (;;) {
      const events = spool.batch(MAX_EVENTS_PER_BATCH, MAX_BATCH_BYTES);
      if (events.length === 0 || signal.aborted) return;
      try {
        const startedMs = performance.now();
        const reply = await client.call(postEvents, { params: { runId }, body: { lease, events } }, { signal });
        this.#pace.took(performance.now() - startedMs);
        spool.acknowledge(reply.acknowledgedSequence);
        this.#acknowledged = Math.max(this.#acknowledged, reply.acknowledgedSequence);
        if (reply.cancelRequested) this.#options.onCancelRequested();
      } catch (error) {
        if (!(error instanceof RefusedError) || error.code !== 'sequence-gap') throw error;
        const { expected } = gapDetails.parse(error.details);
        const fall = await this.#onDisk(() => spool.resumeFrom(expected));
        for (const waiter of this.#waiting) waiter.sequence -= fall;
        this.#acknowledged = expected - 1;
      }
      this.#settle();
    }
  }

  #settle(): void {
    for (const waiter of this.#waiting) {
      if (this.#acknowledged >= waiter.sequence) waiter.resolve();
      else if (this.#failed || this.#options.signal.aborted)
        waiter.reject(new Error('Reporting ended before every event was sent.'));
      else continue;
      this.#waiting.delete(waiter);
    }
  }

  /** A full disk ends the run, and like a full spool not what is sent of it. */
  #tellFullDisk(error: unknown): void {
    if (this.#isDiskFull) return;
    this.#isDiskFull = true;
    this.#options.onFailure(error instanceof Error ? error : new Error(String(error)));
  }

  #fail(error: unknown): void {
    if (this.#failed || this.#options.signal.aborted) return;
    this.#failed = true;
    this.#settle();
    this.#options.onFailure(error instanceof Error ? error : new Error(String(error)));
  }
}
