import { setTimeout as pause } from 'node:timers/promises';
import { apiOver, signedIn, type Api } from '../../e2e/fixtures/api.ts';

const AGAIN_MS = 400;
const REPLY_LIMIT_MS = 20_000;
const MOST_ATTEMPTS = 500;

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

  async function attempt(path: string, init: RequestInit): Promise<Response> {
    if (cookie === '') cookie = await signedIn(url);
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

  return apiOver('', raw);
}
