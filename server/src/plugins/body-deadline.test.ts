import { once } from 'node:events';
import { connect } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, expect, test } from 'vitest';
import { registerBodyDeadline } from './body-deadline.ts';
import { registerBodyParser } from './body.ts';
import { registerErrors } from './errors.ts';

let app: FastifyInstance;
afterEach(() => app.close());

async function listen(deadlineMs: number): Promise<number> {
  app = Fastify();
  registerErrors(app);
  registerBodyParser(app);
  registerBodyDeadline(app, deadlineMs);
  app.post('/', async ({ body }) => ({ got: body }));
  return Number(new URL(await app.listen({ port: 0, host: '127.0.0.1' })).port);
}

const head = (length: number) =>
  `POST / HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`;

test('a JSON body that does not come in time is refused with a sentence, and its connection ends', async () => {
  const socket = connect(await listen(50), '127.0.0.1').setEncoding('utf8');
  socket.write(`${head(1000)}{"text":`);
  const reply = (await socket.toArray()).join('');
  expect(reply).toMatch(/^HTTP\/1\.1 408 /);
  expect(reply).toContain('"code":"body-too-slow"');
});

test('a body whose bytes need longer on a slow line gets the time that it announces', async () => {
  const text = JSON.stringify('x'.repeat(16 * 1024 * 60));
  const socket = connect(await listen(1), '127.0.0.1').setEncoding('utf8');
  socket.write(head(text.length) + text.slice(0, 10));
  socket.write(text.slice(10));
  const [first] = (await once(socket, 'data')) as [string];
  expect(first).toMatch(/^HTTP\/1\.1 200 /);
  socket.destroy();
});

test('a body that comes on and on after its refusal is not listened to for ever', async () => {
  const socket = connect(await listen(50), '127.0.0.1').setEncoding('utf8');
  socket.on('error', () => undefined);
  socket.write(head(1_000_000).replace('application/json', 'text/plain') + 'x');
  const reply = (await socket.toArray()).join('');
  expect(reply).toMatch(/^HTTP\/1\.1 415 /);
});

test('one connection carries many bodies, each of several parts', async () => {
  const port = await listen(60_000);
  const text = 'y'.repeat(700_000);
  for (let count = 0; count < 3; count += 1) {
    const response = await fetch(`http://127.0.0.1:${port}/`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text, count }),
    });
    expect(await response.json()).toEqual({ got: { text, count } });
  }
});
