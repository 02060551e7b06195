import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { streamRunEvents } from '@greenlight/shared/stages/training/contract.ts';
import { listRuns } from '@greenlight/shared/stages/training/contract.ts';
import { pathOf } from '@greenlight/shared/api/define-route.ts';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import { isUnreachableDatabase } from './plugins/database-errors.ts';
import { freePort } from './database/free-port.ts';
import { administer, createTestDatabase } from './database/test-database.ts';
import { Caller } from './testing/caller.ts';
import { EventReader } from './testing/event-reader.ts';
import { startInstallation, type TestInstallation } from './testing/installation.ts';
import { signedInAdmin } from './testing/people.ts';
import { seededProject } from './testing/runs.ts';

let installation: TestInstallation;
afterEach(() => installation.close());

const statusOf = async (path: string) => (await new Caller(installation.url).send('GET', path)).status;

test('a server whose database is away lives, is not ready, and says so in each answer', async () => {
  installation = await startInstallation();
  const admin = await signedInAdmin(installation.url);
  expect([await statusOf('/healthz'), await statusOf('/readyz')]).toEqual([200, 200]);

  const { DATABASE_URL } = installation.environment;
  const name = new URL(DATABASE_URL).pathname.slice(1);
  await administer(DATABASE_URL, `ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
  await administer(DATABASE_URL, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`);
  await expect.poll(() => statusOf('/readyz')).toBe(503);
  expect(await statusOf('/healthz')).toBe(200);
  const answer = await admin.send('GET', '/api/projects');
  expect([answer.status, answer.body]).toMatchObject([503, { error: { code: 'not-ready' } }]);

  await administer(DATABASE_URL, `ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
  await expect.poll(() => statusOf('/readyz')).toBe(200);
  expect((await admin.send('GET', '/api/projects')).status).toBe(200);
});

/** Passes connections on to a database; while `hangsUp`, takes them and ends them at once, as one that recovers may. */
async function databaseThatHangsUp(url: string) {
  const target = new URL(url);
  const open = new Set<Socket>();
  const state = { hangsUp: false };
  const proxy = createServer((socket) => {
    socket.on('error', () => {});
    if (state.hangsUp) return void socket.destroy();
    const onward = connect(Number(target.port), target.hostname);
    for (const end of [socket, onward]) {
      open.add(end);
      end.on('error', () => {}).on('close', () => open.delete(end));
    }
    socket.pipe(onward).pipe(socket);
  });
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  const address = new URL(url);
  address.hostname = '127.0.0.1';
  address.port = String((proxy.address() as AddressInfo).port);
  return {
    url: address.href,
    hangUp: () => {
      state.hangsUp = true;
      for (const socket of open) socket.resetAndDestroy();
    },
    comeBack: () => (state.hangsUp = false),
    close: () => {
      for (const socket of open) socket.destroy();
      proxy.close();
    },
  };
}

test('a database that takes connections and ends them again is away, too', async () => {
  const database = await createTestDatabase();
  const proxy = await databaseThatHangsUp(database.url);
  onTestFinished(async () => {
    proxy.close();
    await database.drop();
  });
  installation = await startInstallation({ DATABASE_URL: proxy.url }, { sweeper: false });
  const admin = await signedInAdmin(installation.url);
  const { database: client } = installation;
  const asked = client.$queryRaw`SELECT pg_sleep(60)::text`.catch((error: unknown) => error);
  const busy = () => client.$queryRaw`
    SELECT FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'SELECT pg_sleep%' AND datname = current_database()`;
  await expect.poll(busy).toHaveLength(1);
  proxy.hangUp();
  expect(isUnreachableDatabase(await asked)).toBe(true);
  for (let attempt = 0; attempt < 8; attempt++) {
    const answer = await admin.send('GET', '/api/projects');
    expect([answer.status, answer.body]).toMatchObject([503, { error: { code: 'not-ready' } }]);
  }
  proxy.comeBack();
  await expect.poll(async () => (await admin.send('GET', '/api/projects')).status).toBe(200);
});

test('the server process ends by itself while a stream is open', async () => {
  installation = await startInstallation();
  const database = await createTestDatabase();
  const port = await freePort();
  const settings = Object.fromEntries(
    Object.entries({ ...installation.environment, PORT: port, DATABASE_URL: database.url }).map(([key, value]) => [
      key,
      String(value),
    ]),
  );
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], {
    env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'], ...settings },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const exit = once(child, 'exit');
  const died = exit.then(([code]) => Promise.reject(new Error(`It ended with ${String(code)} before it was ready.`)));
  const [ready] = (await Promise.race([once(child, 'message'), died])) as [
    { type: string; url: string; signInUrl?: string },
  ];
  expect(ready).toEqual({ type: 'ready', url: `http://127.0.0.1:${port}` });
  const admin = await signedInAdmin(ready.url);
  const { items } = await admin.call(listRuns, { params: { projectId: (await seededProject(admin)).projectId } });
  const path = pathOf(streamRunEvents.path, { runId: items[0]?.id ?? '' });
  const reader = await EventReader.open(ready.url + path, { ...admin.headers });
  child.kill('SIGTERM');
  const [code] = (await exit) as [number | null];
  await reader.until(({ isClosed }) => isClosed);
  expect([code, reader.isClosed]).toEqual([0, true]);
  await database.drop();
});
