import { errorBody } from '@greenlight/shared/api/error-codes.ts';
import { pathOf, type Route } from '@greenlight/shared/api/define-route.ts';
import type { z } from 'zod';
import { ApiError, OFFLINE_CODE } from './api-error.ts';

type Given<Schema extends z.ZodType, Name extends string> =
  unknown extends z.input<Schema>
    ? { readonly [name in Name]?: undefined }
    : { readonly [name in Name]: z.input<Schema> };

/** What a call of a route takes: params and body where the route has them, a query where one is wanted. */
export type CallInput<Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType> = Given<
  Params,
  'params'
> &
  Given<Body, 'body'> & { readonly query?: z.input<Query> };

interface ClientSettings {
  /** The language that messages of the server should have. */
  readonly language: () => string;
  readonly onSignedOut: () => void;
}

let settings: ClientSettings = { language: () => 'en', onSignedOut: () => undefined };

/** Tells the client once, at start, how to ask for a language and what to do when the session has ended. */
export function configureClient(given: ClientSettings): void {
  settings = given;
}

/** The address of a route with its places filled and its query appended; undefined query values are left out. */
export function addressOf(
  route: Route,
  params: Readonly<Record<string, string>> = {},
  query: Readonly<Record<string, string | number | boolean | undefined>> = {},
): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  const path = pathOf(route.path, params);
  return search.size === 0 ? path : `${path}?${search}`;
}

async function failureOf(response: Response): Promise<ApiError> {
  return failureIn(await response.json().catch(() => undefined), response);
}

/** The failure that an error body tells of. */
function failureIn(body: unknown, response: Response): ApiError {
  const parsed = errorBody.safeParse(body);
  if (!parsed.success) return new ApiError({ code: 'internal', status: response.status, message: response.statusText });
  const { code, message, details, requestId } = parsed.data.error;
  return new ApiError({ code, status: response.status, message, details, ...(requestId ? { requestId } : {}) });
}

/** Calls a route of the contracts and answers its typed reply; every failure is an {@link ApiError}. */
export async function call<
  Params extends z.ZodType,
  Query extends z.ZodType,
  Body extends z.ZodType,
  Reply extends z.ZodType,
>(
  route: Route<Params, Query, Body, Reply>,
  input: CallInput<Params, Query, Body>,
  signal?: AbortSignal,
): Promise<z.output<Reply>> {
  const { params, query, body } = input as {
    params?: Record<string, string>;
    query?: Record<string, string | number | boolean | undefined>;
    body?: unknown;
  };
  const headers: Record<string, string> = { accept: 'application/json', 'accept-language': settings.language() };
  if (body !== undefined) headers['content-type'] = 'application/json';
  const request: RequestInit = { method: route.method, headers, credentials: 'same-origin' };
  if (body !== undefined) request.body = JSON.stringify(body);
  if (signal) request.signal = signal;

  return (await sendOnce(addressOf(route, params, query), request)) as z.output<Reply>;
}

/** The events of a stream by their names. */
type EventSchemas = Readonly<Record<string, z.ZodType>>;

/** An event of a stream: its name and its data, as the contract says. */
export type StreamedEvent<Events extends EventSchemas> = {
  [Name in keyof Events]: { readonly event: Name; readonly data: z.output<Events[Name]> };
}[keyof Events];

/** Calls a route that answers with events, and yields each as it comes; a refusal, a lost connection and an `error` event are an {@link ApiError}. */
export async function* callForEvents<
  Params extends z.ZodType,
  Query extends z.ZodType,
  Body extends z.ZodType,
  Events extends EventSchemas,
>(
  route: Route<Params, Query, Body>,
  input: CallInput<Params, Query, Body>,
  events: Events,
  signal: AbortSignal,
): AsyncGenerator<StreamedEvent<Events>> {
  const { params, body } = input as { params?: Record<string, string>; body?: unknown };
  const response = await answerOf(addressOf(route, params), {
    method: route.method,
    headers: {
      accept: 'text/event-stream',
      'accept-language': settings.language(),
      'content-type': 'application/json',
    },
    credentials: 'same-origin',
    body: JSON.stringify(body),
    signal,
  });
  await refuse(response);
  const { EventSourceParserStream } = await import('eventsource-parser/stream');
  const messages = response.body?.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
  const reader = messages?.getReader();
  try {
    for (;;) {
      const next = await reader?.read().catch((cause: unknown) => Promise.reject(connectionError(cause, signal)));
      if (next === undefined || next.done) return;
      const { event = 'message', data } = next.value;
      const value: unknown = JSON.parse(data);
      if (event === 'error') throw failureIn(value, response);
      const schema = events[event];
      if (schema !== undefined) yield { event, data: schema.parse(value) } as StreamedEvent<Events>;
    }
  } finally {
    void reader?.cancel().catch(() => undefined);
  }
}

/** What is on its way to change something, by what is asked. */
const underWay = new Map<string, Promise<unknown>>();

/** Sends a request; one that changes something and is on its way already is not sent again, whoever clicks twice gets its reply. */
function sendOnce(address: string, request: RequestInit): Promise<unknown> {
  if (request.method === 'GET' || request.signal) return send(address, request);
  const body = typeof request.body === 'string' ? request.body : '';
  const key = `${request.method} ${address} ${body}`;
  const found = underWay.get(key);
  if (found !== undefined) return found;
  const sent = send(address, request).finally(() => underWay.delete(key));
  underWay.set(key, sent);
  return sent;
}

/** Sends a request and answers its reply; every failure is an {@link ApiError}. */
async function send(address: string, request: RequestInit): Promise<unknown> {
  return replyOf(await answerOf(address, request));
}

async function answerOf(address: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(address, request);
  } catch (cause) {
    throw connectionError(cause, request.signal);
  }
}

/** What a connection failed with: nothing but the wish of whoever ended it, or that it is lost. */
function connectionError(cause: unknown, signal: AbortSignal | null | undefined): unknown {
  if (signal?.aborted === true) return cause;
  return new ApiError({ code: OFFLINE_CODE, status: 0, message: String(cause) });
}

async function replyOf(response: Response): Promise<unknown> {
  await refuse(response);
  return response.json();
}

/** Throws what a reply was refused with. */
async function refuse(response: Response): Promise<void> {
  if (response.ok) return;
  const failure = await failureOf(response);
  if (failure.code === 'not-signed-in') settings.onSignedOut();
  throw failure;
}

/** Asks whether a file may be downloaded, without taking it; a refusal is an {@link ApiError}. */
export async function allowDownload(address: string): Promise<void> {
  const abort = new AbortController();
  const headers = { accept: 'application/json', 'accept-language': settings.language() };
  const response = await fetch(address, { headers, credentials: 'same-origin', signal: abort.signal });
  if (!response.ok) throw await failureOf(response);
  abort.abort();
}

const HASHED_AT_A_TIME_BYTES = 4 * 1024 * 1024;

/** SHA-256 of a file in hexadecimal, read piece by piece and in pages without HTTPS too. */
async function sha256Of(file: Blob): Promise<string> {
  const { PartHashes } = await import('./part-hashes.ts');
  const hashes = new PartHashes(file, HASHED_AT_A_TIME_BYTES);
  for (let hashed = 0; hashed < file.size; hashed += HASHED_AT_A_TIME_BYTES) await hashes.next();
  return hashes.whole();
}

/** Sends a file to a route that takes a stream, with its checksum and size in the query. */
export async function upload<
  Params extends z.ZodType,
  Query extends z.ZodType,
  Body extends z.ZodType,
  Reply extends z.ZodType,
>(
  route: Route<Params, Query, Body, Reply>,
  params: Readonly<Record<string, string>>,
  file: Blob,
  query: Readonly<Record<string, string>> = {},
): Promise<z.output<Reply>> {
  const announced = { ...query, sha256: await sha256Of(file), sizeBytes: file.size };
  const request: RequestInit = {
    method: route.method,
    headers: streamHeaders(),
    credentials: 'same-origin',
    body: file,
  };
  return (await send(addressOf(route, params, announced), request)) as z.output<Reply>;
}

function streamHeaders(): Record<string, string> {
  return {
    accept: 'application/json',
    'accept-language': settings.language(),
    'content-type': 'application/octet-stream',
  };
}

/** A connection over which nothing moves for so long is taken for lost. */
const STALLED_MS = 60_000;

/** What a piece of a file is sent with. */
export interface PieceOptions {
  readonly query: Readonly<Record<string, string | number>>;
  /** Told how many bytes of the piece have left. */
  readonly onSent: (bytes: number) => void;
  readonly signal: AbortSignal;
}

/** Sends a piece of a file and tells what has left meanwhile, which `fetch` cannot; every failure is an {@link ApiError}. */
export async function sendPiece<
  Params extends z.ZodType,
  Query extends z.ZodType,
  Body extends z.ZodType,
  Reply extends z.ZodType,
>(
  route: Route<Params, Query, Body, Reply>,
  params: Readonly<Record<string, string>>,
  piece: Blob,
  { query, onSent, signal }: PieceOptions,
): Promise<z.output<Reply>> {
  const response = await new Promise<Response>((resolve, reject) => {
    signal.throwIfAborted();
    const request = new XMLHttpRequest();
    const lost = (message: string): void => reject(new ApiError({ code: OFFLINE_CODE, status: 0, message }));
    let stalled: ReturnType<typeof setTimeout>;
    const moves = (): void => {
      clearTimeout(stalled);
      stalled = setTimeout(() => {
        lost('nothing moved');
        request.abort();
      }, STALLED_MS);
    };
    const stop = (): void => {
      reject(signal.reason as Error);
      request.abort();
    };
    request.open(route.method, addressOf(route, params, query));
    for (const [name, value] of Object.entries(streamHeaders())) request.setRequestHeader(name, value);
    request.upload.addEventListener('progress', ({ loaded }) => {
      moves();
      onSent(loaded);
    });
    request.addEventListener('load', () => resolve(new Response(request.responseText, { status: request.status })));
    request.addEventListener('error', () => lost('the connection broke off'));
    request.addEventListener('loadend', () => {
      clearTimeout(stalled);
      signal.removeEventListener('abort', stop);
    });
    signal.addEventListener('abort', stop, { once: true });
    moves();
    request.send(piece);
  });
  return (await replyOf(response)) as z.output<Reply>;
}
