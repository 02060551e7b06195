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
  const parsed = errorBody.safeParse(await response.json().catch(() => undefined));
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

  return (await send(addressOf(route, params, query), request)) as z.output<Reply>;
}

/** Sends a request and answers its reply; every failure is an {@link ApiError}. */
async function send(address: string, request: RequestInit): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(address, request);
  } catch (cause) {
    if (request.signal?.aborted === true) throw cause;
    throw new ApiError({ code: OFFLINE_CODE, status: 0, message: String(cause) });
  }
  if (!response.ok) {
    const failure = await failureOf(response);
    if (failure.code === 'not-signed-in') settings.onSignedOut();
    throw failure;
  }
  return response.json();
}

/** Asks whether a file may be downloaded, without taking it; a refusal is an {@link ApiError}. */
export async function allowDownload(address: string): Promise<void> {
  const abort = new AbortController();
  const headers = { accept: 'application/json', 'accept-language': settings.language() };
  const response = await fetch(address, { headers, credentials: 'same-origin', signal: abort.signal });
  if (!response.ok) throw await failureOf(response);
  abort.abort();
}

/** SHA-256 of a file in hexadecimal. */
async function sha256Of(file: Blob): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
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
    headers: {
      accept: 'application/json',
      'accept-language': settings.language(),
      'content-type': 'application/octet-stream',
    },
    credentials: 'same-origin',
    body: file,
  };
  return (await send(addressOf(route, params, announced), request)) as z.output<Reply>;
}
