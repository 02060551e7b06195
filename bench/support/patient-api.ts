import { setTimeout as pause } from 'node:timers/promises';
import { pathOf } from '@greenlight/shared/api/define-route.ts';
import { signIn } from '@greenlight/shared/across/governance/contract.ts';
import type { Api } from '../../e2e/fixtures/api.ts';
import { ADMIN } from '../../e2e/fixtures/product.ts';

const AGAIN_MS = 400;
const REPLY_LIMIT_MS = 20_000;
const MOST_ATTEMPTS = 500;

/** An answer that another attempt would not change. */
export class Refusal extends Error {
  readonly status: number;
  constructor(what: string, status: number, text: string) {
    super(`${what} answered ${status}: ${text.slice(0, 400)}`);
    this.status = status;
  }
}

/** What happened on the way. */
export interface Journey {
  /** Attempts that a dead connection or a server that was not ready made necessary. */
  retried: number;
  /** Answers with status 500, which none of this excuses. */
  faults: string[];
}

/** Speaks with a product whose parts are killed, as somebody who asks again until there is an answer: signs in anew, repeats what got none. */
export function patientApi(url: string, journey: Journey): Api {
  let cookie = '';

  async function signedIn(): Promise<string> {
    const headers = { 'content-type': 'application/json', origin: url };
    const reply = await fetch(url + signIn.path, { method: 'POST', headers, body: JSON.stringify(ADMIN) });
    if (!reply.ok) throw new Error(`signing in answered ${reply.status}`);
    return reply.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ');
  }

  async function attempt(path: string, init: RequestInit): Promise<Response> {
    if (cookie === '') cookie = await signedIn();
    const headers = { ...init.headers, cookie, origin: url };
    const reply = await fetch(url + path, { ...init, headers, signal: AbortSignal.timeout(REPLY_LIMIT_MS) });
    // Read here: a connection that breaks in the middle of an answer leaves none.
    const text = await reply.text();
    if (reply.status === 500) journey.faults.push(`${init.method ?? 'GET'} ${path}: ${text.slice(0, 300)}`);
    if (reply.status === 401) cookie = '';
    if (reply.status === 401 || reply.status === 429 || reply.status >= 500)
      throw new Error(`answered ${reply.status}`);
    return new Response(text, { status: reply.status });
  }

  async function raw(path: string, init: RequestInit = {}): Promise<Response> {
    for (let attempts = 1; ; attempts++) {
      try {
        return await attempt(path, init);
      } catch (error) {
        if (attempts === MOST_ATTEMPTS) throw error;
        journey.retried++;
        await pause(AGAIN_MS);
      }
    }
  }

  return {
    token: '',
    raw,
    async call(route, input = {}) {
      const query = new URLSearchParams(
        Object.entries(input.query ?? {}).map(([name, value]): [string, string] => [name, String(value)]),
      );
      const body = input.body === undefined ? {} : { body: JSON.stringify(input.body) };
      const headers = input.body === undefined ? {} : { headers: { 'content-type': 'application/json' } };
      const path = `${pathOf(route.path, input.params ?? {})}?${query}`;
      const reply = await raw(path, { method: route.method, ...body, ...headers });
      const text = await reply.text();
      if (!reply.ok) throw new Refusal(route.id, reply.status, text);
      return route.reply?.parse(JSON.parse(text)) as never;
    },
  };
}
