import { mkdir, open, readFile, rename, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { runEvent, type RunEvent, type RunEventPayload } from '@greenlight/shared/worker-protocol/events.ts';
import { z } from 'zod';
import { isDiskFull } from './full-disk.ts';

const DEFAULT_LIMIT_BYTES = 256 * 1024 * 1024;
const COMPACT_ABOVE_BYTES = 4 * 1024 * 1024;

const header = z.object({ attempt: z.number().int() });

/** The server took no events for so long that the spool reached its limit on disk. */
export class SpoolFullError extends Error {
  override readonly name = 'SpoolFullError';
}

/** What a spool needs to know about the run as the server sees it. */
export interface SpoolOptions {
  /** Attempt that reports now; unacknowledged events are only taken over from the attempt before it. */
  attempt: number;
  /** Highest event number that the server has. */
  lastSequence: number;
  /** Largest size of the unacknowledged events, in bytes. */
  limitBytes?: number;
}

interface Entry {
  event: RunEvent;
  line: string;
  bytes: number;
}

function entryOf(event: RunEvent): Entry {
  const line = `${JSON.stringify(event)}\n`;
  return { event, line, bytes: Buffer.byteLength(line) };
}

/** Reads what an earlier process wrote, up to the first line that is torn or damaged. */
async function readSpool(path: string): Promise<{ attempt: number; events: RunEvent[] } | null> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return null;
  const lines = text.split('\n');
  // The piece after the last line break is empty, or a line whose writing was cut off.
  lines.pop();
  let attempt: number | null = null;
  const events: RunEvent[] = [];
  for (const line of lines) {
    try {
      const value: unknown = JSON.parse(line);
      if (attempt === null) attempt = header.parse(value).attempt;
      else events.push(runEvent.parse(value));
    } catch {
      break;
    }
  }
  return attempt === null ? null : { attempt, events };
}

/**
 * The events of one run on disk until the server has acknowledged them: numbered, appended with fsync, and found again
 * after a crash. One process at a time; calls of `flush` must not overlap.
 */
export class Spool {
  /** Unacknowledged events that an earlier process left and that do not fit this attempt any more. */
  readonly discardedEvents: number;
  readonly #path: string;
  readonly #attempt: number;
  readonly #limitBytes: number;
  /** Null where the disk has not had room for it yet. */
  #file: FileHandle | null;
  #fileBytes: number;
  #durable: Entry[];
  #written: Entry[] = [];
  #unacknowledgedBytes: number;
  #nextSequence: number;

  private constructor(
    path: string,
    options: SpoolOptions,
    file: FileHandle | null,
    entries: Entry[],
    discardedEvents: number,
  ) {
    this.#path = path;
    this.#attempt = options.attempt;
    this.#limitBytes = options.limitBytes ?? DEFAULT_LIMIT_BYTES;
    this.#file = file;
    this.#durable = entries;
    this.#unacknowledgedBytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
    this.#fileBytes = this.#unacknowledgedBytes;
    this.#nextSequence = options.lastSequence + entries.length + 1;
    this.discardedEvents = discardedEvents;
  }

  /**
   * Opens the spool of a run and takes over what the attempt before left unacknowledged. Where the disk is full the file on it stays as it is, and events
   * are kept in memory until there is room: the server must hear of a run that waits for it.
   */
  static async open(path: string, options: SpoolOptions): Promise<Spool> {
    const previous = await readSpool(path);
    const left = (previous?.events ?? []).filter((event) => event.sequence > options.lastSequence);
    // After any attempt in between, on whatever machine, the run's history has gone on without these events.
    const fits = previous !== null && previous.attempt >= options.attempt - 1 && previous.attempt <= options.attempt;
    const kept = fits ? left : [];
    const entries = kept.map((event, index) => entryOf({ ...event, sequence: options.lastSequence + 1 + index }));
    const file = await rewrite(path, options.attempt, entries).catch((error: unknown) => {
      if (isDiskFull(error)) return null;
      throw error;
    });
    return new Spool(path, options, file, entries, left.length - kept.length);
  }

  /** Number of the newest event, acknowledged or not. */
  get lastSequence(): number {
    return this.#nextSequence - 1;
  }

  /** Whether an unacknowledged event says that the run has ended. */
  get holdsEnd(): boolean {
    return this.#durable.some(({ event }) => isEnd(event.payload));
  }

  /** Whether every event is acknowledged. */
  get isEmpty(): boolean {
    return this.#durable.length + this.#written.length === 0;
  }

  /** Numbers an event; it is on disk after the next `flush`. Throws `SpoolFullError` unless the event ends the run. */
  append(payload: RunEventPayload, at: string): void {
    const entry = entryOf({ sequence: this.#nextSequence, at, payload });
    if (this.#unacknowledgedBytes + entry.bytes > this.#limitBytes && !isEnd(payload)) {
      throw new SpoolFullError(
        `The server has taken no events for so long that ${Math.round(this.#limitBytes / 1024 / 1024)} MB wait on disk.`,
      );
    }
    this.#nextSequence++;
    this.#unacknowledgedBytes += entry.bytes;
    this.#written.push(entry);
  }

  /**
   * Writes what was appended since the last call and waits until it is on disk. Where the disk is full the events are sent all the same, and the
   * error is thrown: the end of a run that fails by it must reach the server.
   */
  async flush(): Promise<void> {
    if (this.#written.length === 0) return;
    const entries = this.#written;
    this.#written = [];
    const text = entries.map((entry) => entry.line).join('');
    try {
      this.#file ??= await rewrite(this.#path, this.#attempt, this.#durable);
      await this.#file.appendFile(text);
      await this.#file.datasync();
    } catch (error) {
      if (isDiskFull(error)) this.#durable.push(...entries);
      throw error;
    }
    this.#fileBytes += Buffer.byteLength(text);
    this.#durable.push(...entries);
    if (this.#fileBytes > COMPACT_ABOVE_BYTES && this.#fileBytes > 2 * this.#unacknowledgedBytes) await this.#compact();
  }

  /** The oldest unacknowledged events on disk, in order, within both limits (always at least one when there is one). */
  batch(maxEvents: number, maxBytes: number): RunEvent[] {
    const events: RunEvent[] = [];
    let bytes = 0;
    for (const entry of this.#durable) {
      if (events.length > 0 && (events.length === maxEvents || bytes + entry.bytes > maxBytes)) break;
      events.push(entry.event);
      bytes += entry.bytes;
    }
    return events;
  }

  /** Forgets the events up to this number: the server has them. */
  acknowledge(sequence: number): void {
    const first = this.#durable.findIndex(({ event }) => event.sequence > sequence);
    const gone = this.#durable.splice(0, first === -1 ? this.#durable.length : first);
    this.#unacknowledgedBytes -= gone.reduce((sum, entry) => sum + entry.bytes, 0);
  }

  /**
   * Goes on from the number that the server expects: drops what it has, and closes a gap that the spool cannot fill.
   * Returns by how much the numbers of the kept events fell.
   */
  async resumeFrom(expected: number): Promise<number> {
    this.acknowledge(expected - 1);
    const entries = [...this.#durable, ...this.#written];
    const first = entries[0]?.event.sequence ?? this.#nextSequence;
    if (first === expected) return 0;
    const moved = entries.map(({ event }, index) => entryOf({ ...event, sequence: expected + index }));
    this.#durable = moved;
    this.#written = [];
    this.#nextSequence = expected + moved.length;
    this.#unacknowledgedBytes = moved.reduce((sum, entry) => sum + entry.bytes, 0);
    await this.#compact();
    return first - expected;
  }

  /** Puts on disk what found no room there, and what was torn by that out of its way. */
  async recover(): Promise<void> {
    await this.#compact();
  }

  /** Forgets every event: for a run whose history the server refuses. */
  async discard(): Promise<void> {
    this.#nextSequence -= this.#durable.length + this.#written.length;
    this.#durable = [];
    this.#written = [];
    this.#unacknowledgedBytes = 0;
    await this.#compact();
  }

  /** Closes the file and leaves it for the next process. */
  async close(): Promise<void> {
    await this.#file?.close();
  }

  async #compact(): Promise<void> {
    this.#file = await rewrite(this.#path, this.#attempt, this.#durable, this.#file);
    this.#fileBytes = this.#unacknowledgedBytes;
  }
}

/** Whether an event is the last of its run. */
function isEnd(payload: RunEventPayload): boolean {
  return payload.type === 'finished' || payload.type === 'failed' || payload.type === 'cancelled';
}

/** Replaces the file in one step, so that a crash or a full disk leaves the old or the new content, and returns it open for appending; `previous` is closed then. */
async function rewrite(
  path: string,
  attempt: number,
  entries: readonly Entry[],
  previous?: FileHandle | null,
): Promise<FileHandle> {
  const next = `${path}.next`;
  await mkdir(dirname(path), { recursive: true });
  const file = await open(next, 'w');
  try {
    await file.appendFile(`${JSON.stringify({ attempt })}\n${entries.map((entry) => entry.line).join('')}`);
    await file.datasync();
  } catch (error) {
    await file.close();
    throw error;
  }
  await previous?.close();
  await rename(next, path);
  return file;
}
