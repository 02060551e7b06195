// What npm start says when it cannot start: each case is the real launcher, which ends before it starts a process.
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { freePort } from '../../server/src/database/free-port.ts';
import { openDataDirectory } from './data-directory.ts';

const launcher = join(import.meta.dirname, '..', 'start.ts');
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlight-launcher-'));
  await chmod(folder, 0o755);
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** Runs the launcher until it ends; returns its exit code and the lines that it wrote to standard error. */
async function startAndFail(settings: NodeJS.ProcessEnv): Promise<{ code: number; lines: string[] }> {
  const inherited = { PATH: process.env.PATH, HOME: process.env.HOME };
  const environment = { ...inherited, GREENLIGHT_DATA_DIR: join(folder, 'data'), ...settings };
  try {
    await promisify(execFile)(process.execPath, [launcher], { env: environment });
  } catch (error) {
    const { code, stderr } = error as { code: number; stderr: string };
    return { code, lines: stderr.trim().split('\n') };
  }
  throw new Error('the launcher started');
}

describe('npm start, when it cannot start, says one sentence and ends with code 1', () => {
  test('on wrong settings, all of them', async () => {
    const { code, lines } = await startAndFail({ PORT: 'many', GREENLIGHT_ADMIN_PASSWORD: 'short' });
    expect(code).toBe(1);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/PORT must be .*GREENLIGHT_ADMIN_PASSWORD must have .*must be set together/);
    expect(lines[0]).not.toContain('short');
  });

  test('on a port in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { code, lines } = await startAndFail({ PORT: String(port) });
    other.close();
    expect({ code, lines }).toEqual({
      code: 1,
      lines: [expect.stringContaining(`Port ${port} on 127.0.0.1 is already in use`)],
    });
  });

  test('on a data directory that another one holds', async () => {
    const held = openDataDirectory(join(folder, 'data'));
    const { code, lines } = await startAndFail({ PORT: String(await freePort()) });
    held.release();
    expect(code).toBe(1);
    expect(lines).toEqual([expect.stringContaining(`in use by another Greenlight (process ${process.pid})`)]);
  });

  test('on a data directory that is a file', async () => {
    await writeFile(join(folder, 'data'), '');
    const { code, lines } = await startAndFail({ PORT: String(await freePort()) });
    expect({ code, lines }).toEqual({ code: 1, lines: [expect.stringContaining('cannot be used')] });
  });

  test('on a database that cannot be reached, without its password', async () => {
    const address = `postgresql://someone:hush-hush@127.0.0.1:${await freePort()}/greenlight`;
    const { code, lines } = await startAndFail({ PORT: String(await freePort()), DATABASE_URL: address });
    expect({ code, lines }).toEqual({ code: 1, lines: [expect.stringContaining('check DATABASE_URL')] });
    expect(lines[0]).not.toContain('hush-hush');
  });
});
