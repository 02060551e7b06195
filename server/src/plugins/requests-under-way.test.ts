import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { registerErrors } from './errors.ts';
import type { Principal } from './principal.ts';
import { RequestsUnderWay } from './requests-under-way.ts';

const person = (userId: string) => ({ userId, email: `${userId}@example.com`, isAdmin: false });
const inPerson = (userId: string): Principal => ({ ...person(userId), kind: 'person', sessionId: 'any' });
const byToken = (userId: string, tokenId: string): Principal => ({
  ...person(userId),
  ...{ kind: 'token', tokenId, scopes: ['read'] },
});
const PRINCIPALS: Readonly<Record<string, Principal>> = {
  li: inPerson('li'),
  wang: inPerson('wang'),
  'token of li': byToken('li', 'one'),
  'other token of li': byToken('li', 'two'),
  worker: { kind: 'worker', tokenId: 'machine', name: 'worker' },
};

let app: FastifyInstance;
let port: number;
/** The handlers that go on, each with how to let it end. */
let waiting: (() => void)[];

beforeEach(async () => {
  waiting = [];
  const underWay = new RequestsUnderWay({ ofAccount: 2, ofMachine: 3 });
  app = Fastify();
  registerErrors(app);
  app.addHook('onRequest', async (request, reply) => {
    const principal = PRINCIPALS[String(request.headers['x-who'])];
    if (principal !== undefined) underWay.enter(principal, request, reply);
  });
  app.get('/wait', (request) =>
    underWay.during(request, async () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.push(resolve);
      await promise;
      return 'done';
    }),
  );
  app.get('/now', (request) => underWay.during(request, async () => 'now'));
  app.get('/stream', async (request, reply) => {
    underWay.leave(request);
    reply.hijack();
    reply.raw.writeHead(200).write('begun');
  });
  app.post('/body', (request) => underWay.during(request, async () => 'read'));
  port = Number(new URL(await app.listen({ port: 0, host: '127.0.0.1' })).port);
  return () => {
    for (const end of waiting) end();
    app.server.closeAllConnections();
    return app.close();
  };
});

const getting = (path: string, who: string) => `GET ${path} HTTP/1.1\r\nhost: localhost\r\nx-who: ${who}\r\n\r\n`;

/** Sends something on a connection of its own. */
function sending(text: string): Socket {
  const socket = connect(port, '127.0.0.1').setEncoding('utf8');
  socket.on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  socket.write(text);
  return socket;
}

async function statusFor(who: string): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${port}/now`, { headers: { 'x-who': who } });
  await response.text();
  return response.status;
}

/** Begins requests whose handlers wait, each on a connection of its own. */
async function begin(who: string, times: number): Promise<Socket[]> {
  const before = waiting.length;
  const sockets = Array.from({ length: times }, () => sending(getting('/wait', who)));
  await expect.poll(() => waiting.length).toBe(before + times);
  return sockets;
}

/** Lets all handlers end. */
function endAll(): void {
  for (const end of waiting.splice(0)) end();
}

test('beyond its bound an account is told to come back, everybody else is not, and what was answered makes room', async () => {
  await begin('li', 2);
  const refused = await fetch(`http://127.0.0.1:${port}/now`, { headers: { 'x-who': 'li' } });
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
  expect(await refused.json()).toMatchObject({ error: { code: 'too-many-at-once' } });
  expect(await statusFor('wang')).toBe(200);
  expect(await statusFor('token of li')).toBe(200);
  endAll();
  await expect.poll(() => statusFor('li')).toBe(200);
});

test('tokens of an account share one bound, and machines have their own', async () => {
  await begin('token of li', 1);
  await begin('other token of li', 1);
  expect(await statusFor('token of li')).toBe(429);
  expect(await statusFor('li')).toBe(200);
  await begin('worker', 2);
  expect(await statusFor('worker')).toBe(200);
  await begin('worker', 1);
  expect(await statusFor('worker')).toBe(429);
});

test('who leaves and asks anew begins no more than who waits: a handler counts until it ends', async () => {
  const sockets = await begin('li', 2);
  for (const socket of sockets) {
    socket.destroy();
    await once(socket, 'close');
  }
  expect(await statusFor('li')).toBe(429);
  endAll();
  await expect.poll(() => statusFor('li')).toBe(200);
});

test('what waits behind another request on a connection that drops is counted no more either', async () => {
  const socket = sending(getting('/wait', 'wang') + getting('/now', 'li') + getting('/now', 'li'));
  await expect.poll(() => waiting.length).toBe(1);
  await expect.poll(() => statusFor('li')).toBe(429);
  socket.destroy();
  await expect.poll(() => statusFor('li')).toBe(200);
});

test('bodies that never come count until their connections end', async () => {
  const head = 'POST /body HTTP/1.1\r\nhost: localhost\r\nx-who: li\r\ncontent-type: application/json\r\n';
  const sockets = [1, 2].map(() => sending(`${head}content-length: 10\r\n\r\n{`));
  await expect.poll(() => statusFor('li')).toBe(429);
  for (const socket of sockets) socket.destroy();
  await expect.poll(() => statusFor('li')).toBe(200);
});

test('live streams are left out, and many requests one after the other on a connection leave nothing behind', async () => {
  const streams = [1, 2, 3].map(() => sending(getting('/stream', 'li')));
  for (const stream of streams) await once(stream, 'data');
  expect(await statusFor('li')).toBe(200);
  const socket = sending('');
  for (let times = 0; times < 10; times++) {
    socket.write(getting('/now', 'li'));
    const [answer] = (await once(socket, 'data')) as [string];
    expect(answer).toMatch(/^HTTP\/1\.1 200/);
  }
});
