import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTestStorage } from '../testing/storage.ts';
import type { Storage } from './storage.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlight-slots-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const ROUNDS = 12;
const FILES = 4;

const secure = (storage: Storage) => storage.secure(() => undefined, new AbortController().signal);

/** A draft with all of its content, and what it will be kept as. */
async function draft(storage: Storage) {
  const id = randomUUID();
  const content = randomBytes(300);
  const expected = { sha256: createHash('sha256').update(content).digest('hex'), sizeBytes: content.length };
  await storage.drafts.begin(id, content.length);
  await storage.drafts.write(id, 0, Readable.from([content]), expected);
  return { id, content, expected };
}

test('files that are kept while the master key changes, and two servers bring all files under it, open afterwards', async () => {
  const [first, second] = [await openTestStorage(folder), await openTestStorage(folder)];
  const kept: Awaited<ReturnType<typeof draft>>[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const drafts = await Promise.all(Array.from({ length: FILES }, () => draft(first.storage)));
    const early = secure(second.storage);
    await first.keys.add();
    const keeping = drafts.map(({ id, expected }) => first.storage.drafts.keep(id, expected));
    await Promise.all([...keeping, early, secure(first.storage), secure(second.storage)]);
    kept.push(...drafts);
  }
  const { activeKeyId, unreadable } = await secure(first.storage);
  expect(unreadable.total).toBe(0);
  expect(await first.keys.forgetOld(activeKeyId)).toHaveLength(ROUNDS);
  for (const { content, expected } of kept) {
    expect((await buffer((await second.storage.open(expected.sha256)).stream)).equals(content)).toBe(true);
  }
});
