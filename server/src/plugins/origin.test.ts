import { expect, test } from 'vitest';
import { isForeign } from './origin.ts';

const OWN = new Set(['greenlight.example']);
const plain = { method: 'GET', origin: undefined, secFetchSite: undefined, hasBearer: false };

test.each([
  ['localhost:4600', false],
  ['127.0.0.1:4600', false],
  ['[::1]:4600', false],
  ['192.168.1.20', false],
  ['app.localhost', false],
  ['greenlight.example', false],
  ['GREENLIGHT.example:443', false],
  ['evil.example', true],
  ['127.0.0.1.evil.example', true],
  ['localhost.evil.example:4600', true],
  ['evil.example:4600@127.0.0.1', true],
  ['evil.example:80:4600', true],
  ['[evil.example:80]', true],
  ['', true],
])('a page that calls us %j is foreign: %s', (host, foreign) => {
  expect(isForeign({ ...plain, host }, OWN)).toBe(foreign);
});

test.each([
  ['no word about its origin', {}, false],
  ['our own origin', { origin: 'http://localhost:4600', secFetchSite: 'same-origin' }, false],
  ['typed by the person', { secFetchSite: 'none' }, false],
  ['another origin', { origin: 'http://evil.example' }, true],
  ['another port', { origin: 'http://localhost:1' }, true],
  ['an opaque origin', { origin: 'null' }, true],
  ['no origin at all in it', { origin: 'x' }, true],
  ['a neighbour site', { secFetchSite: 'same-site' }, true],
  ['another site', { secFetchSite: 'cross-site', origin: 'http://localhost:4600' }, true],
  ['another site, with a token of its own', { origin: 'http://evil.example', hasBearer: true }, false],
])('a change that comes with %s is foreign: %s', (_title, given, foreign) => {
  const request = { ...plain, host: 'localhost:4600', method: 'POST', ...given };
  expect(isForeign(request, OWN)).toBe(foreign);
});
