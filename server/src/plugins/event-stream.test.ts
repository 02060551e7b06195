import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import { registerErrors } from './errors.ts';
import { createEventStreams, type StreamSource } from './event-stream.ts';

let app: FastifyInstance;
afterEach(() => app.close());

async function textOfStream(source: StreamSource, heartbeatMs = 0): Promise<string> {
  app = Fastify();
  const streams = createEventStreams(app, heartbeatMs, 0, 1);
  app.get('/events', (_, reply) => streams.send(reply, 0, source, 'reader'));
  return (await app.inject('/events')).body;
}

/** Something new is there at every moment, as in the stream of a busy run. */
function neverSilent(mayContinue: () => Promise<boolean>): StreamSource {
  let wake = () => {};
  return {
    async read(after) {
      wake();
      return [{ id: after + 1, event: 'run-event', data: String(after + 1) }];
    },
    subscribe(ring) {
      wake = () => ring();
      return () => {};
    },
    mayContinue,
  };
}

test('a stream that is never silent ends as well when its reader is taken out of the project', async () => {
  let asked = 0;
  const text = await textOfStream(neverSilent(async () => (asked += 1) < 3));
  expect(text.match(/^id: \d+$/gm)).toEqual(['id: 1', 'id: 2']);
  expect(asked).toBe(3);
});

test('a silent stream ends long before its next sign of life when its reader is taken out of the project', async () => {
  let asked = 0;
  const silent: StreamSource = {
    read: async () => [],
    subscribe: () => () => {},
    mayContinue: async () => (asked += 1) < 4,
  };
  const text = await textOfStream(silent, 3_600_000);
  expect(asked).toBe(4);
  expect(text).not.toContain('alive');
});

test('one reader has no more than fifty streams open, and others are let in meanwhile', async () => {
  app = Fastify();
  registerErrors(app);
  const streams = createEventStreams(app);
  const silent: StreamSource = { read: async () => [], subscribe: () => () => {}, mayContinue: async () => true };
  app.get('/events/:reader', (request, reply) =>
    streams.send(reply, 0, silent, (request.params as { reader: string }).reader),
  );
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  const ends: AbortController[] = [];
  onTestFinished(() => ends.forEach((end) => end.abort()));
  const open = async (reader: string): Promise<number> => {
    const end = new AbortController();
    ends.push(end);
    return (await fetch(`${url}/events/${reader}`, { signal: end.signal })).status;
  };
  for (let stream = 0; stream < 50; stream += 1) expect(await open('one')).toBe(200);
  expect(await open('one')).toBe(429);
  expect(await open('other')).toBe(200);
  ends[0]!.abort();
  await expect.poll(() => open('one')).toBe(200);
});
