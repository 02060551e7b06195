import { createHash, randomBytes } from 'node:crypto';
import { access, readdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { BEST_CHECKPOINT } from '@greenlight/shared/worker-protocol/contract.ts';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startInstallation, type TestInstallation } from '../../testing/installation.ts';
import { signedInAdmin } from '../../testing/people.ts';
import { queueRun, seededProject } from '../../testing/runs.ts';
import { openTestStorage } from '../../testing/storage.ts';
import { TestWorker } from '../../testing/worker.ts';
import type { Storage } from '../../storage/storage.ts';
import { createStoredFilesStore, NAMING_COLUMNS } from './stored-files-store.ts';
import { createUnnamedFiles, type UnnamedFiles } from './unnamed-files.ts';

const HOUR_MS = 60 * 60 * 1000;
/** Files lie apart by their first two digits, and each call looks at one part. */
const PARTS = 256;
const NAME = 'best-checkpoint.safetensors';

let installation: TestInstallation;
let storage: Storage;
let unnamed: UnnamedFiles;
let start: number;

beforeAll(async () => {
  installation = await startInstallation({}, { sweeper: false });
  ({ storage } = await openTestStorage(installation.dataFolder));
});
beforeEach(() => {
  unnamed = createUnnamedFiles({ database: installation.database, store: createStoredFilesStore(), storage });
  start = Date.now();
});
afterAll(() => installation.close());

const checksum = (content: Uint8Array) => createHash('sha256').update(content).digest('hex');
const pathOf = (sha256: string) => join(installation.dataFolder, 'files', sha256.slice(0, 2), sha256);

async function put(content = randomBytes(100)): Promise<string> {
  const sha256 = checksum(content);
  await storage.put(Readable.from([content]), { sha256, sizeBytes: content.length });
  return sha256;
}

/** Everything that is kept. */
async function kept(): Promise<Set<string>> {
  const parts = await readdir(join(installation.dataFolder, 'files'), { recursive: true, withFileTypes: true });
  return new Set(parts.filter((entry) => entry.isFile()).map(({ name }) => name));
}

/** Looks at all files, so many hours after the test began. */
async function look(hours: number): Promise<void> {
  for (let part = 0; part < PARTS; part += 1) await unnamed.removeSome(new Date(start + hours * HOUR_MS));
}

/** Makes a file look as if it had been written two days ago. */
async function age(sha256: string): Promise<string> {
  const before = new Date(start - 48 * HOUR_MS);
  await utimes(pathOf(sha256), before, before);
  return sha256;
}

test('the best checkpoint of before goes where a server ended after its row had changed, and nothing else does', async () => {
  const admin = await signedInAdmin(installation.url);
  const worker = await TestWorker.register(installation.url);
  await queueRun(admin, await seededProject(admin));
  const run = await worker.mustClaim();
  const content = randomBytes(1000);
  await worker.upload(run, NAME, content, { kind: BEST_CHECKPOINT, step: '2' });
  const next = await put();
  const where = { runId_name: { runId: run.runId, name: NAME } };
  await installation.database.artifact.update({ where, data: { sha256: next } });
  const before = await kept();
  expect(before.has(checksum(content))).toBe(true);

  await look(23);
  await look(25);
  expect(await kept()).toEqual(before);
  await look(26);
  before.delete(checksum(content));
  expect(await kept()).toEqual(before);
  expect(before.has(next)).toBe(true);
});

test('what was just written waits for its row, and a file that came anew counts as just written', async () => {
  const content = randomBytes(100);
  const [coming, anew] = [await put(), await age(await put(content))];
  await look(0);
  await put(content);
  await look(2);
  const left = await kept();
  expect([left.has(coming), left.has(anew)]).toEqual([true, true]);
});

test('a file that a row came to name in the meantime stays', async () => {
  const sha256 = await age(await put());
  await look(0);
  const { id } = await installation.database.artifact.findFirstOrThrow({ where: { kind: BEST_CHECKPOINT } });
  await installation.database.artifact.update({ where: { id }, data: { sha256 } });
  await look(2);
  expect((await kept()).has(sha256)).toBe(true);
});

test('an upload of the same content at the moment of the removal is kept', async () => {
  const before = new Date(start - HOUR_MS);
  for (let round = 0; round < 200; round += 1) {
    const content = randomBytes(100);
    const sha256 = await age(await put(content));
    const coming = put(content);
    // Each round begins the removal a little later, up to the end of the upload.
    for (let turn = 0; turn < round; turn += 1) await setImmediate();
    await Promise.all([coming, storage.removeWrittenBefore(sha256, before)]);
    await expect(access(pathOf(sha256))).resolves.toBeUndefined();
  }
});

/** Checksums of requests, secrets, parts and what is derived: no file goes by their name. */
const OTHERS = [
  'data_source_parts.sha256',
  'decisions.sha256',
  'deletion_certificates.sha256',
  'erasures.requestSha256',
  'evaluation_resamplings.itemsSha256',
  'invitations.requestSha256',
  'invitations.sha256',
  'jobs.leaseSha256',
  'projects.requestSha256',
  'runs.leaseSha256',
  'runs.requestSha256',
  'sign_in_links.sha256',
  'sweeps.requestSha256',
  'tokenizers.runSha256',
  'tokens.requestSha256',
  'tokens.sha256',
];

test('every column of the database with a checksum is known to name stored files, or not to', async () => {
  const rows = await installation.database.$queryRaw<{ table: string; column: string }[]>`
    SELECT table_name AS "table", column_name AS "column" FROM information_schema.columns
    WHERE table_schema = current_schema() AND column_name ILIKE '%sha256%'`;
  const naming = new Set(NAMING_COLUMNS.map((column) => column.join('.')));
  const others = rows.map(({ table, column }) => `${table}.${column}`).filter((column) => !naming.has(column));
  expect(rows.length - others.length).toBe(naming.size);
  expect(others.toSorted()).toEqual(OTHERS);
});
