import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, expect, test } from 'vitest';
import { createEventStreams, type StreamSource } from './event-stream.ts';

let app: FastifyInstance;
afterEach(() => app.close());

async function textOfStream(source: StreamSource): Promise<string> {
  app = Fastify();
  const streams = createEventStreams(app, 0, 0);
  app.get('/events', (_, reply) => streams.send(reply, 0, source));
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
