import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { errorBody } from '@greenlight/shared/api/error-codes.ts';
import { pathOf, type Route } from '@greenlight/shared/api/define-route.ts';
import type { z } from 'zod';
import { backOffMs } from './back-off.ts';

const REPLY_TIMEOUT_MS = 40_000;
/** Long enough for the largest file at 5 MB/s; `fetch` itself gives up after five minutes without a byte. */
const TRANSFER_TIMEOUT_MS = 60 * 60_000;

/** The server refused a request for good: asking again would not change the answer. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  readonly status: number;
  readonly code: string;
  readonly details: unknown;

  constructor(status: number, code: string, message: string, details: unknown) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

/** The server could not be reached, or could not answer, within the attempts that were allowed. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
}

/** A downloaded file is not the one that was announced. */
export class ContentError extends Error {
  override readonly name = 'ContentError';
}

/** The server has had no room for what it was sent for as long as the sender would wait. */
export class StorageFullError extends Error {
  override readonly name = 'StorageFullError';
}

/** How long to go on: the signal ends everything, `attempts` (default: no limit) ends the retries. */
export interface Patience {
  signal?: AbortSignal;
  attempts?: number;
  /** What to do while the server has no room: tell it each time, and throw `StorageFullError` once it has been so for the limit. */
  whenFull?: { limitMs: number; tell: () => void };
}

type Given<Name extends string, Schema extends z.ZodType> =
  unknown extends z.input<Schema> ? { [Key in Name]?: undefined } : { [Key in Name]: z.input<Schema> };

/** The parts of a request that a route declares. */
export type RequestOf<Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType> = Given<
  'params',
  Params
> &
  Given<'query', Query> &
  Given<'body', Body>;

/** A file on disk with its checksum, as uploads and downloads name it. */
export interface FileContent {
  path: string;
  sha256: string;
}

/** Where the server is and who asks. */
export interface ServerAddress {
  serverUrl: string;
  token: string;
}

class TransientError extends Error {
  readonly retryAfterMs: number | null;
  readonly isStorageFull: boolean;

  constructor(message: string, retryAfterMs: number | null, isStorageFull: boolean) {
    super(message);
    this.retryAfterMs = retryAfterMs;
    this.isStorageFull = isStorageFull;
  }
}

async function refusal(response: Response): Promise<Error> {
  const text = await response.text().catch(() => '');
  let parsed: z.infer<typeof errorBody> | null = null;
  try {
    parsed = errorBody.parse(JSON.parse(text));
  } catch {
    // A proxy in between may answer with its own page; the status still says what to do.
  }
  const message = parsed?.error.message ?? `The server answered with status ${response.status}.`;
  if (response.status >= 500 || response.status === 429 || response.status === 408) {
    const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
    const isStorageFull = parsed?.error.code === 'storage-full';
    return new TransientError(message, Number.isFinite(seconds) ? Math.min(seconds, 60) * 1000 : null, isStorageFull);
  }
  return new RefusedError(response.status, parsed?.error.code ?? 'unknown', message, parsed?.error.details);
}

/** Whether the same request may succeed later: the server said so, or the connection failed (fetch gives its cause) or took too long. */
function isTransient(error: unknown): boolean {
  if (error instanceof TransientError) return true;
  if (error instanceof DOMException) return error.name === 'TimeoutError';
  return error instanceof TypeError && error.cause !== undefined;
}

/** The worker's only way to the server: typed calls over the contract's routes, with retries. */
export class ServerClient {
  readonly #address: ServerAddress;

  constructor(address: ServerAddress) {
    this.#address = address;
  }

  /** Calls a JSON route and returns its checked reply; throws `RefusedError` on a 4xx and `UnreachableError` when patience ends. */
  async call<Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType, Reply extends z.ZodType>(
    route: Route<Params, Query, Body, Reply>,
    request: RequestOf<Params, Query, Body>,
    patience: Patience = {},
  ): Promise<z.output<Reply>> {
    const init: RequestInit =
      request.body === undefined
        ? {}
        : { body: JSON.stringify(request.body), headers: { 'content-type': 'application/json' } };
    return this.#retry(patience, async () => {
      const response = await this.#send(route, request, init, REPLY_TIMEOUT_MS, patience.signal);
      return replySchema(route).parse(await response.json());
    });
  }

  /** Streams a file as a request's body; every attempt reads the file from its start. */
  async upload<Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType, Reply extends z.ZodType>(
    route: Route<Params, Query, Body, Reply>,
    request: RequestOf<Params, Query, Body>,
    path: string,
    patience: Patience = {},
  ): Promise<z.output<Reply>> {
    return this.#retry(patience, async () => {
      // A missing file must surface as itself, not as a failed connection that is tried again.
      await stat(path);
      const file = createReadStream(path);
      try {
        const init: RequestInit & { duplex: 'half' } = {
          body: Readable.toWeb(file) as ReadableStream<Uint8Array>,
          headers: { 'content-type': 'application/octet-stream' },
          duplex: 'half',
        };
        const response = await this.#send(route, request, init, TRANSFER_TIMEOUT_MS, patience.signal);
        return replySchema(route).parse(await response.json());
      } finally {
        file.destroy();
      }
    });
  }

  /** Streams a reply into a file, which appears under its name only when its SHA-256 is the expected one. */
  async download<Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType, Reply extends z.ZodType>(
    route: Route<Params, Query, Body, Reply>,
    request: RequestOf<Params, Query, Body>,
    target: FileContent,
    patience: Patience = {},
  ): Promise<void> {
    await mkdir(dirname(target.path), { recursive: true });
    const partial = `${target.path}.partial-${process.pid}`;
    try {
      await this.#retry(patience, async () => {
        const response = await this.#send(route, request, {}, TRANSFER_TIMEOUT_MS, patience.signal);
        const digest = createHash('sha256');
        const file = await open(partial, 'w');
        try {
          if (response.body) {
            for await (const chunk of response.body) {
              digest.update(chunk);
              await file.writeFile(chunk);
            }
          }
          await file.sync();
        } finally {
          await file.close();
        }
        if (digest.digest('hex') !== target.sha256) {
          throw new ContentError('A file from the server does not match its checksum; it was not kept.');
        }
      });
      await rename(partial, target.path);
    } finally {
      await rm(partial, { force: true });
    }
  }

  async #send(
    route: Route,
    request: { params?: unknown; query?: unknown },
    init: RequestInit,
    timeoutMs: number,
    signal: AbortSignal | undefined,
  ): Promise<Response> {
    const path = pathOf(route.path, (request.params ?? {}) as Record<string, string>);
    const url = new URL(path, this.#address.serverUrl);
    const query = (request.query ?? {}) as Record<string, string | number | boolean | undefined>;
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    const limits = [AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])];
    const response = await fetch(url, {
      ...init,
      method: route.method,
      headers: { ...(init.headers as Record<string, string>), authorization: `Bearer ${this.#address.token}` },
      signal: AbortSignal.any(limits),
      redirect: 'error',
    });
    if (!response.ok) throw await refusal(response);
    return response;
  }

  async #retry<Result>(patience: Patience, work: () => Promise<Result>): Promise<Result> {
    const { signal, attempts = Infinity, whenFull } = patience;
    let fullSince: number | null = null;
    for (let attempt = 1; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        signal?.throwIfAborted();
        if (!isTransient(error)) throw error;
        if (attempt >= attempts) {
          throw new UnreachableError(`The server at ${this.#address.serverUrl} did not answer.`, { cause: error });
        }
        if (!(error instanceof TransientError && error.isStorageFull)) fullSince = null;
        else if (whenFull !== undefined) {
          fullSince ??= performance.now();
          if (performance.now() - fullSince >= whenFull.limitMs) throw new StorageFullError(error.message);
          whenFull.tell();
        }
        const retryAfterMs = error instanceof TransientError ? error.retryAfterMs : null;
        await delay(retryAfterMs ?? backOffMs(attempt, Math.random()), undefined, { signal });
      }
    }
  }
}

function replySchema<Reply extends z.ZodType>(route: { id: string; reply?: Reply }): Reply {
  if (!route.reply) throw new Error(`route ${route.id} has no JSON reply`);
  return route.reply;
}
