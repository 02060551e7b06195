import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openTestStorage } from '../testing/storage.ts';
import { CHUNK_BYTES, chunkPosition, HEADER_BYTES, slotPosition } from './encrypted-format.ts';
import { requireKeysOf } from './folder-storage.ts';
import { MasterKeyMissingError, type MasterKeys } from './master-keys.ts';
import type { SecureOutcome, Storage } from './storage.ts';

let folder: string;
let storage: Storage;
let keys: MasterKeys;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlight-storage-'));
  ({ storage, keys } = await openTestStorage(folder));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const sha256Of = (content: Uint8Array) => createHash('sha256').update(content).digest('hex');
const pathOf = (sha256: string) => join(folder, 'files', sha256.slice(0, 2), sha256);
const CHUNK_STRIDE = chunkPosition(1) - chunkPosition(0);

async function put(content: Buffer, into = storage): Promise<string> {
  const sha256 = sha256Of(content);
  await into.put(Readable.from([content]), { sha256, sizeBytes: content.length });
  return sha256;
}
const read = async (sha256: string, from = storage): Promise<Buffer> => buffer((await from.open(sha256)).stream);
const secure = (of = storage): Promise<SecureOutcome> => of.secure(() => undefined, new AbortController().signal);

/** Changes the stored bytes of a file. */
async function alter(sha256: string, change: (stored: Buffer) => Buffer): Promise<void> {
  await writeFile(pathOf(sha256), change(await readFile(pathOf(sha256))));
}
const flipAt =
  (place: number) =>
  (stored: Buffer): Buffer => {
    stored[place] = stored[place]! ^ 1;
    return stored;
  };

/** A plain file as storage kept it before there was encryption. */
async function keepPlain(content: Buffer, sha256 = sha256Of(content)): Promise<string> {
  await mkdir(dirname(pathOf(sha256)), { recursive: true });
  await writeFile(pathOf(sha256), content);
  return sha256;
}

describe('what is kept', () => {
  test.each([0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES, 3 * CHUNK_BYTES + 5])(
    'of %i bytes comes back byte for byte',
    async (length) => {
      const content = randomBytes(length);
      expect((await read(await put(content))).equals(content)).toBe(true);
    },
  );

  test('comes back in parts that cross chunks, end within them or reach past the end', async () => {
    const content = randomBytes(2 * CHUNK_BYTES + 1000);
    const sha256 = await put(content);
    const places = [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 7, 2 * CHUNK_BYTES, content.length - 1];
    for (const start of places) {
      for (const length of [0, 1, 10, CHUNK_BYTES, content.length]) {
        const { stream, sizeBytes } = await storage.open(sha256, { start, length });
        expect((await buffer(stream)).equals(content.subarray(start, start + length)), `${start} ${length}`).toBe(true);
        expect(sizeBytes).toBe(content.length);
      }
    }
  });

  test('cannot be read on the disk, and the key is for this account alone', async () => {
    const sha256 = await put(Buffer.from('a telephone number: 139 0000 0000 '.repeat(100)));
    expect((await readFile(pathOf(sha256))).includes('telephone')).toBe(false);
    expect((await stat(join(folder, 'master-keys.json'))).mode & 0o777).toBe(0o600);
    expect((await stat(pathOf(sha256))).mode & 0o777).toBe(0o600);
  });

  test('differs on the disk each time, under keys of its own', async () => {
    const content = randomBytes(100);
    const sha256 = await put(content);
    const first = await readFile(pathOf(sha256));
    await put(content);
    const second = await readFile(pathOf(sha256));
    expect(second.subarray(HEADER_BYTES).equals(first.subarray(HEADER_BYTES))).toBe(false);
  });
});

describe('what was altered', () => {
  const chunk1 = chunkPosition(1);
  const places: [string, number, string][] = [
    ['magic', 0, 'content-damaged'],
    ['chunk size', 8, 'content-damaged'],
    ['plain size', 12, 'content-damaged'],
    ['id of the file', 20, 'content-damaged'],
    ['unused part of the header', 40, 'content-damaged'],
    ['id of the master key', slotPosition(0), 'content-key-missing'],
    ['nonce of the data key', slotPosition(0) + 16, 'content-damaged'],
    ['wrapped data key', slotPosition(0) + 28, 'content-damaged'],
    ['tag of the data key', slotPosition(0) + 60, 'content-damaged'],
    ['nonce of the first chunk', chunkPosition(0), 'content-damaged'],
    ['first chunk', chunkPosition(0) + 12, 'content-damaged'],
    ['tag of the first chunk', chunk1 - 1, 'content-damaged'],
    ['middle of the second chunk', chunk1 + 5000, 'content-damaged'],
    ['last tag', 2 * CHUNK_STRIDE + HEADER_BYTES + 12 + 77 + 15, 'content-damaged'],
  ];

  test.each(places)('in its %s is never given out, and the error names the file', async (_, place, code) => {
    const content = randomBytes(2 * CHUNK_BYTES + 77);
    const sha256 = await put(content);
    await alter(sha256, flipAt(place));
    const given: Buffer[] = [];
    const whole = (async () => {
      const { stream } = await storage.open(sha256);
      for await (const block of stream) given.push(block as Buffer);
    })();
    await expect(whole).rejects.toMatchObject({ code, details: { file: sha256 } });
    const prefix = Buffer.concat(given);
    expect(prefix.equals(content.subarray(0, prefix.length))).toBe(true);
    expect(prefix.length).toBeLessThan(content.length);
    // Who asks again hears it before the first byte.
    await expect(storage.open(sha256).then(({ stream }) => buffer(stream))).rejects.toMatchObject({ code });
  });

  const content = randomBytes(3 * CHUNK_BYTES);
  const chunkOf = (stored: Buffer, chunk: number) => stored.subarray(chunkPosition(chunk), chunkPosition(chunk + 1));
  const changes: [string, (stored: Buffer) => Buffer][] = [
    ['cut off within a chunk', (stored) => stored.subarray(0, stored.length - 10)],
    ['cut off between chunks', (stored) => stored.subarray(0, chunkPosition(2))],
    ['cut off to its header', (stored) => stored.subarray(0, HEADER_BYTES)],
    ['emptied', () => Buffer.alloc(0)],
    ['made longer', (stored) => Buffer.concat([stored, Buffer.alloc(1)])],
    [
      'cut off, with a size in its header that fits',
      (stored) => {
        stored.writeBigUInt64LE(BigInt(2 * CHUNK_BYTES), 12);
        return stored.subarray(0, chunkPosition(2));
      },
    ],
    [
      'reordered',
      (stored) =>
        Buffer.concat([
          stored.subarray(0, HEADER_BYTES),
          chunkOf(stored, 1),
          chunkOf(stored, 0),
          stored.subarray(chunkPosition(2)),
        ]),
    ],
    [
      'given a chunk twice',
      (stored) =>
        Buffer.concat([
          stored.subarray(0, HEADER_BYTES),
          chunkOf(stored, 0),
          chunkOf(stored, 0),
          stored.subarray(chunkPosition(2)),
        ]),
    ],
  ];
  test.each(changes)('is refused where it was %s', async (_, change) => {
    const sha256 = await put(content);
    await alter(sha256, change);
    await expect(read(sha256)).rejects.toMatchObject({ code: 'content-damaged', details: { file: sha256 } });
  });

  test('is refused where two files were swapped, or a chunk came from another', async () => {
    const [one, two] = [randomBytes(CHUNK_BYTES + 9), randomBytes(CHUNK_BYTES + 9)];
    const [first, second] = [await put(one), await put(two)];
    const [storedFirst, storedSecond] = [await readFile(pathOf(first)), await readFile(pathOf(second))];
    await writeFile(pathOf(first), storedSecond);
    await writeFile(pathOf(second), storedFirst);
    for (const sha256 of [first, second]) {
      await expect(read(sha256)).rejects.toMatchObject({ code: 'content-damaged', details: { file: sha256 } });
    }
    storedSecond.copy(storedFirst, HEADER_BYTES, HEADER_BYTES);
    await writeFile(pathOf(first), storedFirst);
    await expect(read(first)).rejects.toMatchObject({ code: 'content-damaged' });
  });

  test('is whole again once the content is put again', async () => {
    const sha256 = await put(content);
    await alter(sha256, flipAt(chunkPosition(0) + 20));
    await expect(read(sha256)).rejects.toMatchObject({ code: 'content-damaged' });
    await put(content);
    expect((await read(sha256)).equals(content)).toBe(true);
  });
});

describe('the master key', () => {
  test('of another installation opens nothing, and the error names file and key', async () => {
    const sha256 = await put(randomBytes(10));
    const { active } = await keys.current();
    const other = await openTestStorage(folder, { active: 'ab'.repeat(32) });
    await rm(join(folder, 'master-keys.json'));
    const stranger = await openTestStorage(folder, { active: 'cd'.repeat(32) });
    await expect(stranger.storage.open(sha256)).rejects.toMatchObject({
      code: 'content-key-missing',
      details: { file: sha256, keyId: active.id },
    });
    expect(stranger.damage).toHaveLength(1);
    expect((await secure(other.storage)).unreadable).toEqual({ total: 1, examples: [sha256] });
  });

  test('that opens none of the stored files is refused at the start, and the right one beside it is enough', async () => {
    const files = join(folder, 'files');
    await requireKeysOf(files, keys);
    await put(randomBytes(10));
    await requireKeysOf(files, keys);
    const given = { active: 'ab'.repeat(32) };
    const path = join(folder, 'master-keys.json');
    const kept = await readFile(path);
    await rm(path);
    const stranger = await openTestStorage(folder, given);
    await expect(requireKeysOf(files, stranger.keys)).rejects.toThrow(MasterKeyMissingError);
    await expect(requireKeysOf(files, stranger.keys)).rejects.toThrow('opens none of the stored files');
    await writeFile(path, kept);
    await requireKeysOf(files, (await openTestStorage(folder, given)).keys);
  });

  test('that is rotated twice while files are read leaves every reading whole', async () => {
    const contents = Array.from({ length: 6 }, () => randomBytes(3 * CHUNK_BYTES + 7));
    const names = await Promise.all(contents.map((content) => put(content)));
    const over = { rotations: false };
    const reading = names.map(async (name, index) => {
      let times = 0;
      do {
        expect((await read(name)).equals(contents[index]!)).toBe(true);
        times++;
      } while (!over.rotations);
      return times;
    });
    for (let round = 0; round < 2; round++) {
      const { id } = await keys.add();
      expect((await secure()).rewrapped).toBe(6);
      await keys.forgetOld(id);
    }
    over.rotations = true;
    expect(Math.min(...(await Promise.all(reading)))).toBeGreaterThan(0);
    expect((await keys.current()).all.size).toBe(1);
    for (const [index, name] of names.entries()) expect((await read(name)).equals(contents[index]!)).toBe(true);
  });

  test('that is gone is not replaced by a new one while files need it', async () => {
    await put(randomBytes(10));
    const path = join(folder, 'master-keys.json');
    const kept = await readFile(path);
    await rm(path);
    await expect(openTestStorage(folder)).rejects.toThrow('The master key of the stored files is missing');
    await writeFile(path, kept.subarray(0, 20));
    const refusal = await openTestStorage(folder).catch((error: unknown) => error as Error);
    expect((refusal as Error).message).toContain('cannot be read');
    expect((refusal as Error).message).not.toContain('"key"');
  });

  test('is one for servers that start together', async () => {
    await rm(folder, { recursive: true });
    await mkdir(folder);
    const opened = await Promise.all(Array.from({ length: 5 }, () => openTestStorage(folder)));
    const ids = await Promise.all(opened.map(async (one) => (await one.keys.current()).active.id));
    expect(new Set(ids).size).toBe(1);
    expect(await readdir(folder)).toEqual(expect.not.arrayContaining([expect.stringMatching(/json\../)]));
  });

  test('moves from the file to the environment and is forgotten in the file then', async () => {
    const content = randomBytes(1000);
    const sha256 = await put(content);
    const outside = await openTestStorage(folder, { active: '0f'.repeat(32) });
    const { rewrapped, activeKeyId } = await secure(outside.storage);
    expect(rewrapped).toBe(1);
    expect(await outside.keys.forgetOld(activeKeyId)).toHaveLength(1);
    expect(await readdir(folder)).not.toContain('master-keys.json');
    const next = await openTestStorage(folder, { active: 'aa'.repeat(32), previous: '0f'.repeat(32) });
    expect((await secure(next.storage)).rewrapped).toBe(1);
    const last = await openTestStorage(folder, { active: 'aa'.repeat(32) });
    expect((await read(sha256, last.storage)).equals(content)).toBe(true);
  });
});

describe('a rotation', () => {
  test('that is killed half-way leaves every file readable, and the next pass goes on without writing contents', async () => {
    const contents = Array.from({ length: 6 }, () => randomBytes(CHUNK_BYTES + 100));
    for (const content of contents) await put(content);
    const stored = await Promise.all(contents.map((content) => readFile(pathOf(sha256Of(content)))));
    const { id: newId } = await keys.add();
    const breakOff = new AbortController();
    const half = storage.secure(({ done }) => done === 3 && breakOff.abort(new Error('killed')), breakOff.signal);
    await expect(half).rejects.toThrow('killed');
    for (const content of contents) expect((await read(sha256Of(content))).equals(content)).toBe(true);

    const restarted = await openTestStorage(folder);
    const outcome = await secure(restarted.storage);
    expect(outcome).toMatchObject({ activeKeyId: newId, files: 6, rewrapped: 3, needsOldKeys: false });
    expect(await restarted.keys.forgetOld(newId)).toHaveLength(1);
    const after = await openTestStorage(folder);
    expect((await after.keys.current()).all.size).toBe(1);
    for (const [index, content] of contents.entries()) {
      const sha256 = sha256Of(content);
      expect((await read(sha256, after.storage)).equals(content)).toBe(true);
      const now = await readFile(pathOf(sha256));
      expect(now.subarray(HEADER_BYTES).equals(stored[index]!.subarray(HEADER_BYTES))).toBe(true);
    }
    expect(await secure(after.storage)).toMatchObject({ rewrapped: 0 });
  });

  test('that was killed between the two slots of a file is brought to its end', async () => {
    const content = randomBytes(50);
    const sha256 = await put(content);
    const before = await readFile(pathOf(sha256));
    await keys.add();
    await secure();
    const after = await readFile(pathOf(sha256));
    const [slot0, slot1] = [slotPosition(0), slotPosition(1)];
    expect(after.subarray(slot0, slot1).every((byte) => byte === 0)).toBe(true);
    // The new slot was written, the old one not emptied yet.
    before.copy(after, slot0, slot0, slot1);
    await writeFile(pathOf(sha256), after);
    expect((await read(sha256)).equals(content)).toBe(true);
    expect((await secure()).rewrapped).toBe(1);
    expect((await readFile(pathOf(sha256))).subarray(slot0, slot1).every((byte) => byte === 0)).toBe(true);
    // A torn new slot leaves the old one in use.
    const torn = Buffer.from(before);
    after.copy(torn, slot1, slot1, slot1 + 40);
    await writeFile(pathOf(sha256), torn);
    expect((await read(sha256)).equals(content)).toBe(true);
    expect((await secure()).rewrapped).toBe(1);
    expect((await read(sha256)).equals(content)).toBe(true);
  });

  test('reaches a file that was being written when it began', async () => {
    const content = randomBytes(2 * CHUNK_BYTES);
    const sha256 = sha256Of(content);
    const source = new PassThrough();
    const putting = storage.put(source, { sha256, sizeBytes: content.length });
    source.write(content.subarray(0, CHUNK_BYTES));
    const incoming = join(folder, 'files', 'incoming');
    await expect
      .poll(async () => (await stat(join(incoming, (await readdir(incoming))[0]!))).size)
      .toBeGreaterThan(HEADER_BYTES);
    const { id } = await keys.add();
    expect(await secure()).toMatchObject({ rewrapped: 1, isUnsettled: false });
    await keys.forgetOld(id);
    source.end(content.subarray(CHUNK_BYTES));
    await putting;
    const later = await openTestStorage(folder);
    expect((await read(sha256, later.storage)).equals(content)).toBe(true);
  });

  test('waits for a file whose key cannot be seen yet, and keeps the old key for one that is damaged', async () => {
    const waiting = join(folder, 'files', 'incoming', `${'0'.repeat(64)}.1`);
    await (await open(waiting, 'wx')).close();
    expect((await secure()).isUnsettled).toBe(true);
    await rm(waiting);
    const sha256 = await put(randomBytes(10));
    await alter(sha256, flipAt(slotPosition(0) + 30));
    await keys.add();
    expect(await secure()).toMatchObject({ isUnsettled: false, needsOldKeys: true, unreadable: { total: 1 } });
  });
});

describe('files from before there was encryption', () => {
  test('are read, and encrypted by the pass', async () => {
    const contents = [Buffer.alloc(0), Buffer.from('plain text'), randomBytes(CHUNK_BYTES * 2)];
    for (const content of contents) expect((await read(await keepPlain(content))).equals(content)).toBe(true);
    const { stream } = await storage.open(sha256Of(contents[1]!), { start: 6, length: 3 });
    expect((await buffer(stream)).toString()).toBe('tex');
    expect(await secure()).toMatchObject({ files: 3, encrypted: 3, unreadable: { total: 0 } });
    expect((await readFile(pathOf(sha256Of(contents[1]!)))).includes('plain')).toBe(false);
    for (const content of contents) expect((await read(sha256Of(content))).equals(content)).toBe(true);
    expect(await secure()).toMatchObject({ encrypted: 0, rewrapped: 0 });
  });

  test('that are not what their name says are refused, named by the pass, and left as they are', async () => {
    const sha256 = await keepPlain(Buffer.from('altered'), sha256Of(Buffer.from('original')));
    await expect(read(sha256)).rejects.toMatchObject({ code: 'content-damaged', details: { file: sha256 } });
    const part = storage.open(sha256, { start: 0, length: 2 });
    await expect(part).rejects.toMatchObject({ code: 'content-damaged' });
    expect(await secure()).toMatchObject({ encrypted: 0, unreadable: { total: 1, examples: [sha256] } });
    expect((await readFile(pathOf(sha256))).toString()).toBe('altered');
    expect(await readdir(join(folder, 'files', 'incoming'))).toEqual([]);
  });
});
