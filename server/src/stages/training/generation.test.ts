import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { generateText, streamText } from '@greenlight/shared/stages/training/generation.ts';
import type { InferenceRequest } from '@greenlight/shared/worker-protocol/inference.ts';
import { EventSourceParserStream } from 'eventsource-parser/stream';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Caller } from '../../testing/caller.ts';
import { startInstallation, type TestInstallation } from '../../testing/installation.ts';
import { addPerson, signedInAdmin } from '../../testing/people.ts';
import { seededProject } from '../../testing/runs.ts';
import { TestWorker } from '../../testing/worker.ts';

let installation: TestInstallation;
let admin: Caller;
let inference: Server;
let runId: string;
let projectId: string;
/** How the inference service answers, and what it was asked last. */
let answer: (response: ServerResponse) => void;
let asked: { path: string | undefined; body: InferenceRequest };

beforeAll(async () => {
  inference = createServer((request, response) => {
    void (async () => {
      asked = { path: request.url, body: (await json(request)) as InferenceRequest };
      answer(response);
    })();
  });
  inference.listen(0, '127.0.0.1');
  await once(inference, 'listening');
  const { port } = inference.address() as AddressInfo;
  installation = await startInstallation({ GREENLIGHT_INFERENCE_URL: `http://127.0.0.1:${port}` });
  admin = await signedInAdmin(installation.url);
  const worker = await TestWorker.register(installation.url);
  ({ projectId } = await seededProject(admin));
  const run = await worker.mustClaim();
  ({ runId } = run);
  await worker.upload(run, 'checkpoint-3', randomBytes(10));
  await worker.upload(run, 'tokenizer', randomBytes(10), { kind: 'tokenizer' });
});
afterAll(async () => {
  inference.closeAllConnections();
  inference.close();
  await installation.close();
});
beforeEach(() => {
  answer = (response) => response.writeHead(500).end();
});

const frame = (event: string, data: unknown) => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

function endOf(text: string) {
  return { text, tokens: 7, finishReason: 'stop', stopSequence: null, elapsedMs: 5 };
}

/** Begins a stream as the inference service does. */
function begin(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
}

async function open(body: object, signal?: AbortSignal, caller = admin) {
  const response = await fetch(`${caller.url}/api/runs/${runId}/generate/stream`, {
    method: 'POST',
    headers: { ...caller.headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    ...(signal === undefined ? {} : { signal }),
  });
  const messages = response.body!.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
  const reader = messages.getReader();
  return {
    response,
    /** The next event; undefined at the end. */
    next: async () => {
      const { value } = await reader.read();
      return value === undefined ? undefined : { event: value.event, data: JSON.parse(value.data) as unknown };
    },
  };
}

async function allOf(body: object) {
  const stream = await open(body);
  const events: { event: string | undefined; data: unknown }[] = [];
  for (let next = await stream.next(); next !== undefined; next = await stream.next()) events.push(next);
  return events;
}

test('a text arrives piece by piece, ends with the whole, and every setting reaches the model', async () => {
  const story = 'once upon a time there was a small model that told long stories about the sea and the stars';
  answer = (response) => {
    begin(response);
    for (const word of story.split(/(?<= )/)) response.write(frame('piece', { text: word, tokens: 3 }));
    response.end(frame('end', endOf(`say: ${story}`)));
  };
  const settings = { prompt: 'say: ', maxTokens: 40, temperature: 0.7, topK: 20, topP: 0.9, stop: ['END'], seed: 3 };
  const events = await allOf(settings);
  expect(asked.path).toBe('/generate/stream');
  expect(asked.body).toMatchObject(settings);
  expect(events.at(-1)).toEqual({ event: 'end', data: { ...endOf(`say: ${story}`), checkpointStep: 3 } });
  expect(
    events
      .slice(0, -1)
      .map(({ data }) => (data as { text: string }).text)
      .join(''),
  ).toBe(story);
  answer = (response) => response.end(JSON.stringify(endOf(`say: ${story}`)));
  const whole = await admin.call(generateText, { params: { runId }, body: settings });
  expect(events.at(-1)?.data).toEqual(whole);
});

test('a piece is sent while the text is still written, and hanging up ends the writing', async () => {
  const gone = Promise.withResolvers<void>();
  answer = (response) => {
    begin(response);
    response.write(
      frame('piece', { text: 'a long enough beginning of a text that goes on and on and on ', tokens: 12 }),
    );
    response.once('close', () => gone.resolve());
  };
  const leaving = new AbortController();
  const stream = await open({ prompt: 'x' }, leaving.signal);
  expect(await stream.next()).toMatchObject({ event: 'piece', data: { tokens: 12 } });
  leaving.abort();
  await gone.promise;
});

test('hanging up ends the writing of an answer that is not streamed as well', async () => {
  const arrived = Promise.withResolvers<void>();
  const gone = Promise.withResolvers<void>();
  answer = (response) => {
    arrived.resolve();
    response.once('close', () => gone.resolve());
  };
  const leaving = new AbortController();
  const left = fetch(`${admin.url}/api/runs/${runId}/generate`, {
    method: 'POST',
    headers: { ...admin.headers, 'content-type': 'application/json' },
    body: JSON.stringify({ prompt: 'x' }),
    signal: leaving.signal,
  });
  await arrived.promise;
  leaving.abort();
  await expect(left).rejects.toThrow();
  await gone.promise;
});

test('personal data that comes in pieces is never shown', async () => {
  const written = 'call 13812345678 or write to li.wei@example.com, and thank you very much for all of your help';
  answer = (response) => {
    begin(response);
    for (const character of written) response.write(frame('piece', { text: character, tokens: 1 }));
    response.end(frame('end', endOf(`Please ${written}`)));
  };
  const events = await allOf({ prompt: 'Please ' });
  const shown = events
    .slice(0, -1)
    .map(({ data }) => (data as { text: string }).text)
    .join('');
  expect(events.at(-1)?.data).toMatchObject({ text: `Please ${shown}` });
  expect(shown).toBe('call [PHONE] or write to [EMAIL], and thank you very much for all of your help');
});

test('a service that cannot begin is a refusal with its status; one that breaks off is an event after what had come', async () => {
  const { response } = await open({ prompt: 'x' });
  expect([response.status, response.headers.get('content-type')]).toEqual([503, 'application/json; charset=utf-8']);
  answer = (broken) => {
    begin(broken);
    broken.write(frame('piece', { text: 'some words that had come before the service went away ', tokens: 9 }));
    broken.end();
  };
  const events = await allOf({ prompt: 'x' });
  expect(events.map(({ event }) => event)).toEqual(['piece', 'error']);
  expect(events[1]?.data).toMatchObject({ error: { code: 'inference-unavailable' } });
});

test.each([
  ['inference-busy', 429],
  ['storage-full', 507],
] as const)('that the service says %s is told', async (code, status) => {
  answer = (response) => response.writeHead(status).end(JSON.stringify({ error: { code, message: code } }));
  for (const route of [generateText, streamText]) {
    const refused = await admin.ask(route, { params: { runId }, body: { prompt: 'x' } });
    expect([refused.status, refused.body.error.code]).toEqual([status, code]);
  }
});

test.each([
  { topK: -1 },
  { topP: 0 },
  { topP: 1.5 },
  { stop: [''] },
  { stop: ['a', 'b', 'c', 'd', 'e'] },
  { stop: ['a'.repeat(101)] },
  { maxTokens: 513 },
  { temperature: 3 },
])('%j is refused at both doors', async (changes) => {
  const body = { prompt: 'x', ...changes };
  for (const route of [generateText, streamText]) {
    const refused = await admin.ask(route, { params: { runId }, body });
    expect([refused.status, refused.body.error.code]).toEqual([400, 'bad-request']);
  }
});

test('a reader who is taken out of the project reads no further', async () => {
  const reader = await addPerson(installation, 'reader@example.com', { projectId, roles: ['viewer'] });
  answer = (response) => {
    begin(response);
    response.write(
      frame('piece', { text: 'a long enough beginning of a text that goes on and on and on ', tokens: 12 }),
    );
  };
  const stream = await open({ prompt: 'x' }, undefined, reader);
  expect(await stream.next()).toMatchObject({ event: 'piece' });
  await installation.database.projectMember.deleteMany({ where: { projectId } });
  await expect(stream.next()).rejects.toThrow();
});
