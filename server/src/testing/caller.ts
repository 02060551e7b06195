import { pathOf, type Route } from '@greenlight/shared/api/define-route.ts';
import type { z } from 'zod';

/** An answer, with its body read. */
export interface Answer<Body = unknown> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** What a request to a contract route carries. */
export interface Input {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The error body of an answer. */
export interface ErrorAnswer {
  readonly error: { readonly code: string; readonly message: string; readonly details?: unknown };
}

/** Somebody who makes requests: by a session cookie, a token, or neither. */
export class Caller {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(url: string, headers: Readonly<Record<string, string>> = {}) {
    this.url = url;
    this.headers = headers;
  }

  /** The same server, asked with a bearer token. */
  withToken(token: string): Caller {
    return new Caller(this.url, { authorization: `Bearer ${token}` });
  }

  /** Sends any request and reads the answer as JSON where it is JSON. */
  async send(method: string, path: string, body?: unknown, headers: Input['headers'] = {}): Promise<Answer> {
    const isJson = body !== undefined && headers['content-type'] === undefined;
    const response = await fetch(this.url + path, {
      method,
      headers: { ...this.headers, ...(isJson ? { 'content-type': 'application/json' } : {}), ...headers },
      ...(body === undefined
        ? {}
        : { body: isJson ? JSON.stringify(body) : (body as string | Uint8Array<ArrayBuffer>) }),
      redirect: 'manual',
    });
    const text = await response.text();
    const isJsonReply = text !== '' && /^application\/json(?:;|$)/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, headers: response.headers, body: isJsonReply ? JSON.parse(text) : text };
  }

  /** Sends a request to a contract route, whatever comes back. */
  async ask(route: Route, { params = {}, query, body, headers }: Input = {}): Promise<Answer<ErrorAnswer>> {
    const search = query === undefined ? '' : `?${new URLSearchParams(query).toString()}`;
    const answer = await this.send(route.method, pathOf(route.path, params) + search, body, headers);
    return answer as Answer<ErrorAnswer>;
  }

  /** Sends a request that must succeed and returns its checked reply. */
  async call<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType>(
    route: Route<P, Q, B, R>,
    input: Input = {},
  ): Promise<z.output<R>> {
    const { status, body } = await this.ask(route, input);
    if (status !== (route.status ?? 200)) throw new Error(`${route.id} answered ${status}: ${JSON.stringify(body)}`);
    if (route.reply === undefined) throw new Error(`${route.id} has no JSON reply`);
    return route.reply.parse(body);
  }
}

/** The cookies that an answer sets, as a browser sends them back. */
export function cookieOf(answer: Answer): string {
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';', 1)[0])
    .join('; ');
}
