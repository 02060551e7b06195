import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import { ConnectionLimits } from './connections.ts';

let app: FastifyInstance;
afterEach(() => app.close());

const REQUEST = 'GET / HTTP/1.1\r\nhost: localhost\r\n\r\n';

/** Serves an answer, or none, and connects; the server's end of the connection comes along. */
async function connected(
  answer: () => Promise<unknown>,
  unreadMs?: number,
): Promise<{ client: Socket; server: Socket }> {
  const limits = new ConnectionLimits(unreadMs);
  app = Fastify({ frameworkErrors: (_error, request, reply) => limits.refuse(request, reply, () => void answer()) });
  limits.register(app);
  app.get('/', answer);
  const { port } = new URL(await app.listen({ port: 0, host: '127.0.0.1' }));
  const accepted = once(app.server, 'connection') as Promise<[Socket]>;
  const client = connect(Number(port), '127.0.0.1');
  client.on('error', () => undefined);
  onTestFinished(() => void client.destroy());
  return { client, server: (await accepted)[0] };
}

test('a connection that sends many requests ahead is cut off, and most of them are never begun', async () => {
  let begun = 0;
  const { client, server } = await connected(() => {
    begun += 1;
    return new Promise(() => undefined);
  });
  client.write(REQUEST.repeat(1000));
  if (!server.destroyed) await once(server, 'close');
  expect(begun).toBeLessThanOrEqual(8);
});

test('so is one whose addresses nobody can read', async () => {
  let begun = 0;
  const { client, server } = await connected(async () => void (begun += 1));
  client.write(REQUEST.replace('/', '/%zz').repeat(1000));
  if (!server.destroyed) await once(server, 'close');
  expect(begun).toBe(8);
});

test('one request after another, and a few at once, go on as long as they are answered', async () => {
  const { client } = await connected(async () => 'x');
  let received = '';
  client.setEncoding('utf8').on('data', (text: string) => (received += text));
  for (let round = 1; round <= 20; round += 1) {
    client.write(REQUEST.repeat(5));
    await expect.poll(() => received.match(/HTTP\/1\.1 200/g)?.length).toBe(5 * round);
  }
});

test('a connection that reads nothing of its answer ends', async () => {
  const { client, server } = await connected(async () => Buffer.alloc(64 * 1024 * 1024), 50);
  client.pause().write(REQUEST);
  if (!server.destroyed) await once(server, 'close');
  expect(server.bytesWritten).toBeGreaterThan(0);
});
