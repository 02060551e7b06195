import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTestStorage } from '../testing/storage.ts';
import { fullDisk } from './full-disk.ts';
import type { MasterKeys } from './master-keys.ts';
import type { Storage } from './storage.ts';

let folder: string;
let storage: Storage;
let keys: MasterKeys;
const PIECE = 1024 * 1024;
const id = randomUUID();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlight-drafts-'));
  ({ storage, keys } = await openTestStorage(folder));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const expectedOf = (content: Buffer) => ({
  sha256: createHash('sha256').update(content).digest('hex'),
  sizeBytes: content.length,
});
const write = (content: Buffer, offset: number, to = storage) =>
  to.drafts.write(id, offset, Readable.from([content]), expectedOf(content));
const content = randomBytes(2 * PIECE + 300);
const pieces = [content.subarray(0, PIECE), content.subarray(PIECE, 2 * PIECE), content.subarray(2 * PIECE)];

test('pieces become a file, also where one broke off and came again, and the storage was opened anew', async () => {
  await storage.drafts.begin(id, content.length);
  await write(pieces[0]!, 0);
  const broken = Readable.from([randomBytes(PIECE / 2)]);
  await expect(storage.drafts.write(id, PIECE, broken, expectedOf(pieces[1]!))).rejects.toMatchObject({
    code: 'checksum-mismatch',
  });
  expect((await readFile(join(folder, 'files', 'drafts', id))).includes(pieces[0]!.subarray(0, 64))).toBe(false);
  const again = (await openTestStorage(folder)).storage;
  expect(await again.drafts.list()).toEqual([id]);
  await write(pieces[1]!, PIECE, again);
  await write(pieces[2]!, 2 * PIECE, again);
  await again.drafts.keep(id, expectedOf(content));
  expect((await buffer((await again.open(expectedOf(content).sha256)).stream)).equals(content)).toBe(true);
  expect(await again.drafts.list()).toEqual([]);
  expect(await again.secure(() => undefined, new AbortController().signal)).toMatchObject({ rewrapped: 0 });
});

test('a file that is not whole, or not the announced one, is not kept and can be gone on with', async () => {
  await storage.drafts.begin(id, content.length);
  await write(pieces[0]!, 0);
  await expect(storage.drafts.keep(id, expectedOf(content))).rejects.toMatchObject({ code: 'content-damaged' });
  await write(pieces[1]!, PIECE);
  await write(pieces[2]!, 2 * PIECE);
  const other = { ...expectedOf(content), sha256: 'a'.repeat(64) };
  await expect(storage.drafts.keep(id, other)).rejects.toMatchObject({ code: 'checksum-mismatch' });
  await expect(storage.open(other.sha256)).rejects.toMatchObject({ code: 'not-found' });
  await storage.drafts.keep(id, expectedOf(content));
  await expect(storage.drafts.keep(id, expectedOf(content))).rejects.toMatchObject({ code: 'not-found' });
});

test('a draft follows a rotation that comes between its pieces', async () => {
  await storage.drafts.begin(id, content.length);
  await write(pieces[0]!, 0);
  const { id: keyId } = await keys.add();
  expect(await storage.secure(() => undefined, new AbortController().signal)).toMatchObject({ rewrapped: 1 });
  await keys.forgetOld(keyId);
  const later = (await openTestStorage(folder)).storage;
  await write(pieces[1]!, PIECE, later);
  await write(pieces[2]!, 2 * PIECE, later);
  await later.drafts.keep(id, expectedOf(content));
  expect((await buffer((await later.open(expectedOf(content).sha256)).stream)).equals(content)).toBe(true);
});

test.skipIf(process.platform !== 'linux')('a full disk is said as such (where there is /dev/full: Linux)', async () => {
  const full = await open('/dev/full', 'w');
  await expect(fullDisk(full.writeFile(content))).rejects.toMatchObject({ code: 'storage-full' });
  await full.close();
});

test('names that are no ids reach no file', async () => {
  for (const name of ['../x', '..', '/etc/passwd', 'a'.repeat(300), '']) {
    await expect(Promise.resolve().then(() => storage.drafts.begin(name, 1))).rejects.toMatchObject({
      code: 'not-found',
    });
  }
});

test('what a killed server left half-written is removed a day later while another one runs, and what still comes in is not', async () => {
  const incoming = join(folder, 'files', 'incoming');
  const day = 24 * 60 * 60 * 1000;
  await writeFile(join(incoming, `${'0'.repeat(64)}.left`), content);
  const { mtimeMs } = await stat(join(incoming, `${'0'.repeat(64)}.left`));
  await storage.removeLeftOvers(new Date(mtimeMs + day - 1));
  expect(await readdir(incoming)).toHaveLength(1);
  await storage.removeLeftOvers(new Date(mtimeMs + day + 1));
  expect(await readdir(incoming)).toEqual([]);
});
