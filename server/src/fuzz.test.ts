import { ERRORS } from '@greenlight/shared/api/error-codes.ts';
import type { Route } from '@greenlight/shared/api/define-route.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allRoutes } from './testing/all-routes.ts';
import { Caller } from './testing/caller.ts';
import { INFERENCE_TOKEN, startInstallation, WORKER_TOKEN, type TestInstallation } from './testing/installation.ts';
import { signedInAdmin } from './testing/people.ts';
import { seededProject, type SeededProject } from './testing/runs.ts';

let installation: TestInstallation;
let admin: Caller;
let worker: Caller;
let inference: Caller;
let project: SeededProject;

beforeAll(async () => {
  installation = await startInstallation();
  admin = await signedInAdmin(installation.url);
  worker = new Caller(installation.url).withToken(WORKER_TOKEN);
  inference = new Caller(installation.url).withToken(INFERENCE_TOKEN);
  project = await seededProject(admin);
});
afterAll(() => installation.close());

const callerOf = ({ permission }: Route) =>
  permission === 'worker' ? worker : permission === 'inference' ? inference : admin;

function expectCleanRefusal(status: number, body: unknown): void {
  expect(status, JSON.stringify(body)).toBeGreaterThanOrEqual(400);
  expect(status, JSON.stringify(body)).toBeLessThan(500);
  const { error } = body as { error: { code: keyof typeof ERRORS; message: string } };
  expect(ERRORS[error.code]?.status).toBe(status);
  expect(error.message.length).toBeGreaterThan(0);
}

const ODD_PARAMETERS = [
  'not-a-uuid',
  '0',
  '-1',
  '%00',
  '%2e%2e%2f%2e%2e%2fetc%2fpasswd',
  "1'%20OR%20'1'='1",
  '00000000-0000-0000-0000-000000000000',
  '01a20a76-a2a3-7a62-8176-708ce0b86c34',
  '%F0%9F%92%A9',
  '99999999999999999999999999',
  'a'.repeat(199),
];

describe('addresses that name nothing', () => {
  const routes = allRoutes.filter(({ path }) => path.includes('{')).map((route) => [route.id, route] as const);
  test.each(routes)('%s', async (_name, route) => {
    for (const odd of ODD_PARAMETERS) {
      const path = route.path.replaceAll(/\{(\w+)\}/g, odd);
      const body = route.body === undefined ? undefined : {};
      const answer = await callerOf(route).send(route.method, path, body);
      expectCleanRefusal(answer.status, answer.body);
    }
  });
});

const ODD_BODIES: readonly string[] = [
  '',
  'null',
  '[]',
  '""',
  '0',
  '{',
  '{"a":',
  '{"__proto__":{"isAdmin":true}}',
  '{"constructor":{"prototype":{"isAdmin":true}}}',
  '['.repeat(50_000) + ']'.repeat(50_000),
  '{"a":'.repeat(20_000) + '1' + '}'.repeat(20_000),
  '{"name":"a\\u0000b","email":"a\\u0000@b.c"}',
  '{"name":"\\ud800"}',
  '\u0000',
  '{"name":1e999}',
  '\ufeff{}',
];

describe('bodies that are no request', () => {
  const routes = allRoutes.filter(({ body }) => body !== undefined).map((route) => [route.id, route] as const);
  test.each(routes)('%s', async (_name, route) => {
    const ids = { ...project, runId: crypto.randomUUID(), tokenId: crypto.randomUUID() } as Record<string, string>;
    const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? '');
    for (const text of ODD_BODIES) {
      const headers = { 'content-type': 'application/json' };
      const answer = await callerOf(route).send(route.method, path, text, headers);
      expectCleanRefusal(answer.status, answer.body);
    }
  });
});

/** A valid value for some fields, so that single wrong ones are reached behind them. */
const NEAR_MISSES: readonly [string, Record<string, unknown>][] = [
  ['createProject', { name: 'x'.repeat(121), goal: { en: 'g' } }],
  ['createProject', { name: 'a\0b', goal: { en: 'g' } }],
  ['createProject', { name: 'ok', goal: { en: '\ud800' } }],
  ['createProject', { name: 'ok', goal: {} }],
  ['createToken', { name: 'ok', scopes: [] }],
  ['createToken', { name: 'ok', expiresAt: 'tomorrow' }],
  ['createToken', { name: 'ok', expiresAt: '0000-01-01T00:00:00Z' }],
  ['startRun', { datasetVersionId: crypto.randomUUID(), configuration: {} }],
  ['startRun', { datasetVersionId: 'x', configuration: {} }],
  ['startRun', { datasetVersionId: null, configuration: { dModel: 1e308 } }],
  ['createTextDatasetVersion', { content: { train: [], validation: [], test: [] } }],
];

test.each(NEAR_MISSES)('almost right: %s %#', async (id, body) => {
  const route = allRoutes.find((candidate) => candidate.id === id)!;
  const ids = { ...project } as Record<string, string>;
  const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? '');
  const answer = await admin.send(route.method, path, body);
  expectCleanRefusal(answer.status, answer.body);
});

/** A cursor with the members of every kind of list. */
function cursorOf(value: string): string {
  const place = { at: value, id: value, sequence: value, version: value, number: value, byte: value };
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

const ODD_QUERIES = [
  'limit=0',
  'limit=-1',
  'limit=1e9',
  'limit=abc',
  'limit=NaN',
  'limit=1&limit=2',
  'cursor=',
  'cursor=abc',
  'cursor=%00',
  `cursor=${Buffer.from('{"at":"x","id":"y"}').toString('base64url')}`,
  `cursor=${Buffer.from('{"sequence":"99999999999"}').toString('base64url')}`,
  `cursor=${Buffer.from('{"at":"2026-13-45T99:99:99.999Z","id":"0"}').toString('base64url')}`,
  // Members of every kind of cursor, of the wrong kind and beyond what a row's number can be.
  `cursor=${cursorOf('2026-01-01T00:00:00.000Z')}`,
  `cursor=${cursorOf('9999999999')}`,
  `cursor=${'a'.repeat(500)}`,
];

describe('lists with odd pages', () => {
  const lists = allRoutes.filter((route) => route.method === 'GET' && route.id.startsWith('list'));
  test.each(lists.map((route) => [route.id, route] as const))('%s', async (_name, route) => {
    const path = route.path.replace('{projectId}', project.projectId);
    for (const query of ODD_QUERIES) {
      const answer = await admin.send('GET', `${path}?${query}`);
      expectCleanRefusal(answer.status, answer.body);
    }
  });
});

describe('requests that no route knows', () => {
  const odd: [string, string, number][] = [
    ['GET', '/api/nothing', 404],
    ['GET', '/api/', 404],
    ['GET', '/api/projects/%', 400],
    ['GET', '/api/..%2f..%2fetc%2fpasswd', 404],
    ['GET', '/assets/%2e%2e/%2e%2e/package.json', 404],
    ['DELETE', '/api/projects', 405],
    ['PATCH', '/healthz', 405],
    ['HEAD', '/api/runs/01a20a76-a2a3-7a62-8176-708ce0b86c34/events', 405],
  ];
  test.each(odd)('%s %s is answered %i', async (method, path, status) => {
    const answer = await admin.send(method, path);
    expect(answer.status, JSON.stringify(answer.body)).toBe(status);
    if (method !== 'HEAD') expectCleanRefusal(answer.status, answer.body);
  });
});

test('a body above the limit is refused, with or without an announced length', async () => {
  const huge = JSON.stringify({ name: 'x'.repeat(2_000_000), goal: { en: 'g' } });
  const answer = await admin.send('POST', '/api/projects', huge, { 'content-type': 'application/json' });
  expect(answer.status).toBe(413);
  expectCleanRefusal(answer.status, answer.body);
});

test('errors speak the language that the reader prefers', async () => {
  const inChinese = await admin.send('GET', '/api/nothing', undefined, {
    'accept-language': 'zh-CN,zh;q=0.9,en;q=0.8',
  });
  expect(inChinese.body).toMatchObject({ error: { message: ERRORS['route-not-found'].zh } });
  const other = await admin.send('GET', '/api/nothing', undefined, { 'accept-language': 'fr' });
  expect(other.body).toMatchObject({ error: { message: ERRORS['route-not-found'].en } });
});

test('the details of a refusal name each field', async () => {
  const answer = await admin.send('POST', '/api/projects', { name: '', goal: 3 }, { 'accept-language': 'zh' });
  const { details } = (answer.body as { error: { details: { fields: { field: string; message: string }[] } } }).error;
  expect(details.fields.map(({ field }) => field).sort()).toEqual(['goal', 'name']);
  expect(details.fields.every(({ message }) => /[一-龥]/.test(message))).toBe(true);
});

test.each([
  ['an id in the address', 'GET', '/api/runs/none', undefined],
  ['a character that cannot be stored', 'GET', '/api/runs/a%00', undefined],
  ['the same in a body', 'POST', '/api/projects', '{"name":"a\\u0000","goal":{"en":"g"}}'],
  ['a cursor of nowhere', 'GET', '/api/projects?cursor=abc', undefined],
])('what is wrong is said in Chinese too: %s', async (_name, method, path, body) => {
  const headers = { 'accept-language': 'zh', ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
  const answer = await admin.send(method, path, body, headers);
  const { details } = (answer.body as { error: { details: { fields: { message: string | { zh: string } }[] } } }).error;
  const messages = details.fields.map(({ message }) => (typeof message === 'string' ? message : message.zh));
  expect(messages.join()).toMatch(/[一-龥]/);
});

test('a configuration that contradicts itself is refused with the setting', async () => {
  const { projectId, datasetVersionId } = project;
  const wishes = [
    { dModel: 30, heads: 7 },
    { dModel: 'wide' },
    { dModel: 2048, feedForward: 8192, decoderLayers: 24, encoderLayers: 24 },
  ];
  for (const configuration of wishes) {
    const answer = await admin.send('POST', `/api/projects/${projectId}/runs`, { datasetVersionId, configuration });
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({ error: { code: 'invalid-configuration', details: { fields: [{}] } } });
  }
});
