import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createOutbound, isPublicAddress } from './outbound.ts';

let server: Server;
let inside: string;
let asked = 0;

beforeAll(async () => {
  server = createServer((request, reply) => {
    asked += 1;
    if (request.url === '/slow') return;
    // Without a length or chunks, the end of the connection is the end of the body.
    if (request.url === '/unfinished') return void request.socket.write('HTTP/1.1 200 OK\r\n\r\n{"data":');
    if (request.url === '/other-protocol')
      return void request.socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n');
    if (request.url === '/large') reply.end('x'.repeat(2 * 1024 * 1024));
    else if (request.url === '/elsewhere') reply.writeHead(302, { location: '/ok' }).end();
    else reply.end(JSON.stringify(request.headers));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  inside = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const outside = createOutbound({ allowsPrivate: false });
const anywhere = createOutbound({ allowsPrivate: true, timeoutMs: 500 });

describe('addresses of the public Internet, and all others', () => {
  test.each([
    ['8.8.8.8', true],
    ['172.32.0.1', true],
    ['2606:4700::1111', true],
    ['127.0.0.1', false],
    ['10.1.2.3', false],
    ['172.16.0.1', false],
    ['192.168.1.1', false],
    ['169.254.169.254', false],
    ['100.64.0.1', false],
    ['0.0.0.0', false],
    ['224.0.0.1', false],
    ['255.255.255.255', false],
    ['::1', false],
    ['::', false],
    ['::ffff:127.0.0.1', false],
    ['::ffff:8.8.8.8', false],
    ['64:ff9b::7f00:1', false],
    ['fe80::1', false],
    ['fc00::1', false],
    ['ff02::1', false],
    ['2002:7f00:1::', false],
    ['2001:db8::1', false],
    ['example.com', false],
  ])('%s', (address, expected) => {
    expect(isPublicAddress(address)).toBe(expected);
  });
});

describe('what a person writes to reach inside', () => {
  test.each([
    'http://127.0.0.1/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://0177.0.0.1/',
    'http://127.1/',
    'http://[::1]/',
    'http://[::ffff:7f00:1]/',
    'http://169.254.169.254/latest/meta-data/',
    'http://localhost/',
    'http://LOCALHOST./',
    'http://metadata.google.internal/',
    'http://user:secret@example.com/',
    'file:///etc/passwd',
    'ftp://example.com/',
    'not an address',
  ])('%s', async (url) => {
    await expect(outside.get(url)).rejects.toMatchObject({ failure: 'address-not-allowed' });
    expect(() => outside.check(url)).toThrow('address-not-allowed');
  });

  test('a name that resolves inside is refused when it is resolved, and nothing is asked', async () => {
    const { hostname } = await import('node:os');
    const before = asked;
    const url = inside.replace('127.0.0.1', hostname());
    await expect(outside.get(url)).rejects.toMatchObject({
      failure: expect.stringMatching(/^(address-not-allowed|not-found)$/),
    });
    expect(asked).toBe(before);
  });
});

describe('where the installation allows it', () => {
  test('headers go along, and redirects are told, not followed', async () => {
    const reply = await anywhere.get(`${inside}/ok`, { authorization: 'Bearer hush' });
    expect([reply.status, JSON.parse(reply.body)]).toEqual([
      200,
      expect.objectContaining({ authorization: 'Bearer hush' }),
    ]);
    expect((await anywhere.get(`${inside}/elsewhere`)).status).toBe(302);
    expect((await anywhere.get(inside.replace('127.0.0.1', 'localhost'))).status).toBe(200);
  });

  test('slow and endless answers are given up', async () => {
    await expect(anywhere.get(`${inside}/slow`)).rejects.toMatchObject({ failure: 'too-slow' });
    await expect(anywhere.get(`${inside}/large`)).rejects.toMatchObject({ failure: 'too-large' });
    await expect(anywhere.get('http://127.0.0.1:1/')).rejects.toMatchObject({ failure: 'unreachable' });
  });

  test('what came of a body before it was given up is no reply', async () => {
    await expect(anywhere.get(`${inside}/unfinished`)).rejects.toMatchObject({ failure: 'too-slow' });
  });

  test('an endpoint that goes over to another protocol is given up at once', async () => {
    await expect(anywhere.get(`${inside}/other-protocol`)).rejects.toMatchObject({ failure: 'unreachable' });
  });
});
