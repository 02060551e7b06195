import { connect } from 'node:net';
import { errorBody } from '@greenlight/shared/api/error-codes.ts';
import Fastify from 'fastify';
import { expect, onTestFinished, test } from 'vitest';
import { answerUnreadable } from './unreadable-requests.ts';

test.each([
  ['no request at all', 'what is this\r\n\r\n', 400, 'bad-request'],
  ['two lengths', 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nx', 400, 'bad-request'],
  ['endless headers', `GET / HTTP/1.1\r\nhost: a\r\nx: ${'y'.repeat(20_000)}`, 431, 'head-too-large'],
])('%s has an error code as well', async (_name, request, status, code) => {
  const app = Fastify({ clientErrorHandler: answerUnreadable });
  onTestFinished(() => app.close());
  const { port } = new URL(await app.listen({ port: 0, host: '127.0.0.1' }));
  const socket = connect(Number(port), '127.0.0.1').setEncoding('utf8');
  socket.write(request);
  const [head = '', body = ''] = (await socket.toArray()).join('').split('\r\n\r\n');
  expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(errorBody.parse(JSON.parse(body)).error.code).toBe(code);
});
