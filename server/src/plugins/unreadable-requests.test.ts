import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { errorBody } from '@greenlight/shared/api/error-codes.ts';
import Fastify from 'fastify';
import { expect, onTestFinished, test } from 'vitest';
import { ConnectionLimits } from './connections.ts';
import { answerUnreadable } from './unreadable-requests.ts';

/** Connects to a server that answers at once, begins an answer, never answers, reads a body, or refuses one unread. */
async function connected(): Promise<Socket> {
  const limits = new ConnectionLimits();
  const app = Fastify({
    clientErrorHandler: (fault, socket) => answerUnreadable(fault, socket, limits.mayRefuse(socket)),
  });
  limits.register(app);
  app.get('/now', async () => 'now');
  app.get('/begun', async (_request, reply) => {
    reply.hijack();
    reply.raw.writeHead(200).write('begun');
  });
  app.get('/never', () => new Promise(() => undefined));
  app.post('/read', async () => 'read');
  app.post('/refused', { onRequest: (_request, reply) => void reply.code(403).send('refused') }, async () => 'never');
  onTestFinished(() => {
    app.server.closeAllConnections();
    return app.close();
  });
  const { port } = new URL(await app.listen({ port: 0, host: '127.0.0.1' }));
  const socket = connect(Number(port), '127.0.0.1').setEncoding('utf8');
  onTestFinished(() => void socket.destroy());
  return socket;
}

/** All that comes until the connection ends, which may be cut off. */
async function received(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (part: string) => (text += part)).on('error', () => undefined);
  if (!socket.destroyed) await once(socket, 'close');
  return text;
}

const RUBBISH = 'what is this\r\n\r\n';
const get = (path: string) => `GET ${path} HTTP/1.1\r\nhost: a\r\n\r\n`;
const post = (path: string) =>
  `POST ${path} HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n1\r\n{\r\n`;
const statuses = (text: string) => text.match(/HTTP\/1\.1 \d+/g) ?? [];

test.each([
  ['no request at all', RUBBISH, 400, 'bad-request'],
  ['two lengths', 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nx', 400, 'bad-request'],
  ['endless headers', `GET / HTTP/1.1\r\nhost: a\r\nx: ${'y'.repeat(20_000)}`, 431, 'head-too-large'],
  ['a body in pieces of no length', `${post('/read')}${RUBBISH}`, 400, 'bad-request'],
])('%s has an error code as well', async (_name, request, status, code) => {
  const socket = await connected();
  socket.write(request);
  const [head = '', body = ''] = (await received(socket)).split('\r\n\r\n');
  expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(errorBody.parse(JSON.parse(body)).error.code).toBe(code);
});

test('rubbish behind a request that was answered is refused', async () => {
  const socket = await connected();
  socket.write(get('/now'));
  const [first] = (await once(socket, 'data')) as [string];
  socket.write(RUBBISH);
  expect(statuses(first + (await received(socket)))).toEqual(['HTTP/1.1 200', 'HTTP/1.1 400']);
});

test('rubbish behind a request whose answer has begun is not answered into it', async () => {
  const socket = await connected();
  socket.write(get('/begun'));
  const [first] = (await once(socket, 'data')) as [string];
  socket.write(RUBBISH);
  expect(statuses(first + (await received(socket)))).toEqual(['HTTP/1.1 200']);
});

test.each([
  ['one', get('/never')],
  ['two', get('/never') + get('/now')],
])('rubbish behind requests that wait, %s, is not answered before them', async (_, requests) => {
  const socket = await connected();
  socket.write(requests + RUBBISH);
  expect(await received(socket)).toBe('');
});

test('the rest of a body that was refused unread gets no second answer', async () => {
  const socket = await connected();
  socket.write(post('/refused'));
  const [first] = (await once(socket, 'data')) as [string];
  socket.write(RUBBISH);
  expect(statuses(first + (await received(socket)))).toEqual(['HTTP/1.1 403']);
});
