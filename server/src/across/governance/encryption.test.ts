import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { getEncryption, rotateMasterKey } from '@greenlight/shared/across/governance/encryption-contract.ts';
import { listAuditEvents } from '@greenlight/shared/across/governance/audit-contract.ts';
import { listDatasetVersions } from '@greenlight/shared/stages/data/contract.ts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Caller } from '../../testing/caller.ts';
import { startInstallation, type TestInstallation } from '../../testing/installation.ts';
import { signedInAdmin } from '../../testing/people.ts';
import { seededProject } from '../../testing/runs.ts';

let installation: TestInstallation;
let admin: Caller;

async function start(settings: Parameters<typeof startInstallation>[0] = {}): Promise<void> {
  installation = await startInstallation(settings);
  admin = await signedInAdmin(installation.url);
}
beforeEach(() => start());
afterEach(() => installation.close());

const status = () => admin.call(getEncryption);
const settled = async () => {
  await expect.poll(async () => (await status()).pass?.state).toBe('finished');
};
const keyFile = () => readFile(join(installation.dataFolder, 'master-keys.json'), 'utf8');

async function storedDataset(): Promise<{ sha256: string; bytes: Buffer }> {
  const { projectId } = await seededProject(admin);
  const { items } = await admin.call(listDatasetVersions, { params: { projectId } });
  const sha256 = items[0]!.contentSha256;
  const bytes = await readFile(join(installation.dataFolder, 'files', sha256.slice(0, 2), sha256));
  return { sha256, bytes };
}

test('datasets are encrypted on disk, and a rotation brings them under the new key with an audit trail', async () => {
  await settled();
  const before = await status();
  const { bytes } = await storedDataset();
  expect(bytes.includes('"text"')).toBe(false);
  const rotated = await admin.call(rotateMasterKey, { body: { before: before.activeKey.id } });
  expect(rotated.activeKey.id).not.toBe(before.activeKey.id);
  await expect.poll(async () => (await status()).olderKeyIds).toEqual([]);
  await settled();
  const again = await admin.call(rotateMasterKey, { body: { before: before.activeKey.id } });
  expect(again.activeKey).toEqual(rotated.activeKey);
  const after = await status();
  expect(after.pass).toMatchObject({ rewrapped: after.pass!.total, unreadable: { total: 0 } });
  expect(after.pass!.total).toBeGreaterThan(0);
  expect((await storedDataset()).bytes.subarray(512).equals(bytes.subarray(512))).toBe(true);
  const { items } = await admin.call(listAuditEvents, { query: { limit: '10' } });
  expect(items.map(({ action }) => action).slice(0, 2)).toEqual(['storage.secured', 'storage.master-key-rotated']);
  expect(items[0]).toMatchObject({ details: { forgottenKeys: [before.activeKey.id], unreadable: 0 } });

  await installation.restart();
  expect((await status()).activeKey.id).toBe(rotated.activeKey.id);
  const replies = JSON.stringify([before, rotated, after, items]);
  const { keys } = JSON.parse(await keyFile()) as { keys: { key: string }[] };
  expect(keys).toHaveLength(1);
  expect(replies).not.toContain(keys[0]!.key);
});

test('a rotation that its server did not end is ended by the next one', async () => {
  await settled();
  const { activeKey } = await status();
  await admin.call(rotateMasterKey, { body: { before: activeKey.id } });
  await installation.restart();
  await expect.poll(async () => (await status()).olderKeyIds).toEqual([]);
  expect((await status()).activeKey.id).not.toBe(activeKey.id);
});

test('a key that is set from outside lies nowhere in the data directory and is not rotated from within', async () => {
  await installation.close();
  const key = '5a'.repeat(32);
  await start({ GREENLIGHT_MASTER_KEY: key });
  await settled();
  expect(await status()).toMatchObject({ keySource: 'environment', activeKey: { createdAt: null }, olderKeyIds: [] });
  expect(await readdir(installation.dataFolder)).not.toContain('master-keys.json');
  const answer = await admin.ask(rotateMasterKey, { body: { before: (await status()).activeKey.id } });
  expect([answer.status, answer.body.error.code]).toEqual([409, 'master-key-from-environment']);
});
