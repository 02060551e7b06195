import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres.ts';
import { embeddedBinaries } from './postgres-binaries.ts';

let folder: string;
const running: EmbeddedPostgres[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlight-embedded-'));
});

afterEach(async () => {
  for (const server of running.splice(0)) await server.stop();
  await rm(folder, { recursive: true, force: true });
});

async function start(): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({
    folder: join(folder, 'data'),
    binaries: embeddedBinaries(),
    logFile: join(folder, 'postgres.log'),
  });
  running.push(server);
  return server;
}

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

/** Inserts numbers one by one until the connection breaks; returns the last one that was acknowledged. */
async function insertUntilBroken(url: string, onRow: (count: number) => void): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  for (let count = 1; ; count += 1) {
    try {
      await client.query('INSERT INTO written VALUES ($1)', [count]);
    } catch {
      return count - 1;
    }
    onRow(count);
  }
}

describe('embedded PostgreSQL', () => {
  test('keeps its data from one start to the next', async () => {
    const first = await start();
    await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.stop();
    expect(await query((await start()).url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  test('loses no acknowledged row when it is killed while writing', async () => {
    const server = await start();
    await query(server.url, 'CREATE TABLE written (number int PRIMARY KEY)');
    const acknowledged = await insertUntilBroken(server.url, (count) => {
      if (count === 200) server.process.kill('SIGKILL');
    });
    if (server.process.signalCode === null) await once(server.process, 'exit');
    const rows = await query((await start()).url, 'SELECT number FROM written ORDER BY number');
    expect(acknowledged).toBeGreaterThanOrEqual(200);
    // One more row may have been committed whose acknowledgement was lost on the way.
    expect([acknowledged, acknowledged + 1]).toContain(rows.length);
  });

  test('ends the server that a killed launcher left behind before it opens the folder again', async () => {
    const leftover = await start();
    await query(leftover.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    const ended = once(leftover.process, 'exit');
    const next = await start();
    await ended;
    expect(await query(next.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  test('lets nobody in without the password, which only its user may read', async () => {
    const server = await start();
    const wrong = new URL(server.url);
    wrong.password = 'guess';
    await expect(query(wrong.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
    const file = join(folder, 'data', 'postgres-password');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(new URL(server.url).password).toBe(await readFile(file, 'utf8'));
  });

  test('runs below a folder that other users may not enter', async () => {
    await chmod(folder, 0o700);
    expect(await query((await start()).url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  test('runs below folders that everybody may enter', async () => {
    await chmod(folder, 0o755);
    expect(await query((await start()).url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});
