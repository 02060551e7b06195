import { createHash } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { getJob } from '@greenlight/shared/jobs/contract.ts';
import { createProject } from '@greenlight/shared/projects/contract.ts';
import { createTextDatasetVersion } from '@greenlight/shared/stages/data/contract.ts';
import {
  cancelErasure,
  confirmErasure,
  getErasure,
  retryErasure,
  startErasure,
} from '@greenlight/shared/stages/data/erasure/erasure-contract.ts';
import { startPreparation } from '@greenlight/shared/stages/data/preparation-contract.ts';
import { prepareDatasetJob } from '@greenlight/shared/stages/data/preparation/preparation-job.ts';
import { getDeletionCertificate } from '@greenlight/shared/stages/data/retention-contract.ts';
import {
  completeSource,
  createSource,
  getSource,
  importSource,
  putSourcePart,
} from '@greenlight/shared/stages/data/source-contract.ts';
import { getRun, startRun } from '@greenlight/shared/stages/training/contract.ts';
import { claimJob, endJob, putJobFile } from '@greenlight/shared/worker-protocol/jobs.ts';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Storage } from '../../storage/storage.ts';
import type { Caller } from '../../testing/caller.ts';
import { startInstallation, type TestInstallation } from '../../testing/installation.ts';
import { signedInAdmin } from '../../testing/people.ts';
import { resultFor } from '../../testing/preparations.ts';
import { openTestStorage } from '../../testing/storage.ts';
import { TestWorker } from '../../testing/worker.ts';

const PHONE = '13755501234';
const OCTETS = { 'content-type': 'application/octet-stream' };
const WORDS = { datasetName: { en: 'Letters' }, source: { en: 'a test' }, licence: 'own', notes: { en: '' } };
const sha256Of = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');

let installation: TestInstallation;
let admin: Caller;
let storage: Storage;
let projectId: string;
let keys = 0;

beforeAll(async () => {
  installation = await startInstallation();
  admin = await signedInAdmin(installation.url);
  ({ storage } = await openTestStorage(installation.dataFolder));
});
afterAll(() => installation.close());
beforeEach(async () => {
  projectId = (await admin.call(createProject, { body: { name: 'Surroundings', goal: { en: 'erase' } } })).id;
});

const settled = () => installation.services.erasureWork.settled();
const read = (erasureId: string) => admin.call(getErasure, { params: { erasureId } });
const addVersion = (train: string[]) =>
  admin.call(createTextDatasetVersion, {
    params: { projectId },
    body: { ...WORDS, seed: 3, content: { train, validation: [], test: ['kept for the test'] } },
  });
async function look(phone = PHONE) {
  const identifiers = [{ kind: 'phone', value: phone }];
  const body = { reason: 'asked for in writing', identifiers };
  const { id } = await admin.call(startErasure, { params: { projectId }, body });
  await settled();
  return read(id);
}
async function confirm(erasureId: string, found: number) {
  await admin.call(confirmErasure, { params: { erasureId }, body: { found } });
  await settled();
  return read(erasureId);
}
async function upload(text: string, isWhole = true): Promise<string> {
  const content = new Uint8Array(Buffer.from(text));
  const wish = { name: 'letters.txt', format: 'txt', sizeBytes: content.length, idempotencyKey: `a-letter-${keys++}` };
  const { id } = await admin.call(createSource, { params: { projectId }, body: wish });
  const params = { sourceId: id };
  if (!isWhole) return id;
  const query = { offset: '0', sha256: sha256Of(content), sizeBytes: String(content.length) };
  await admin.call(putSourcePart, { params, query, body: content, headers: OCTETS });
  await admin.call(completeSource, { params, body: { sha256: sha256Of(content) } });
  return id;
}

test('uploaded files go whole and imports under way stop, so that nobody comes back through them', async () => {
  const text = `call ${PHONE}\nand nothing\n`;
  const whole = await upload(text);
  const halfway = await upload('half of it', false);
  const body = { ...WORDS, mapping: { encoding: 'utf-8' } };
  const { jobId } = await admin.call(importSource, { params: { sourceId: whole }, body });
  const worker = await TestWorker.register(installation.url);
  const claim = { workerId: worker.workerId, kinds: [prepareDatasetJob.kind], waitSeconds: 0 };
  const { lease } = (await worker.caller.call(claimJob, { body: claim })).job!;
  const items = Buffer.from(`{"split":"train","text":"call ${PHONE}"}\n{"split":"test","text":"and nothing"}\n`);
  const result = resultFor(items, 2);
  const query = { lease, sha256: result.items.sha256, sizeBytes: String(items.length) };
  const params = { jobId, name: 'items.jsonl' };
  await worker.caller.call(putJobFile, { params, query, body: items, headers: OCTETS });

  const ready = await look();
  expect(ready).toMatchObject({ state: 'ready', versions: [], texts: { uploads: 2, preparations: 1 } });
  expect((await admin.ask(getSource, { params: { sourceId: whole } })).status).toBe(200);
  const done = await confirm(ready.id, 0);
  expect(done).toMatchObject({ state: 'finished', texts: { uploads: 2, preparations: 1 } });
  for (const sourceId of [whole, halfway]) {
    expect((await admin.ask(getSource, { params: { sourceId } })).status).toBe(404);
  }
  for (const sha256 of [sha256Of(Buffer.from(text)), result.items.sha256]) {
    await expect(storage.open(sha256)).rejects.toMatchObject({ code: 'not-found' });
  }
  expect(await storage.drafts.list()).toEqual([]);
  const stopped = await admin.call(getJob, { params: { jobId } });
  expect([stopped.state, stopped.error?.code]).toEqual(['failed', 'person-erased']);
  const outcome = { state: 'finished', result };
  const late = await worker.caller.ask(endJob, { params: { jobId }, body: { lease, outcome } });
  expect(late.body.error.code).toBe('lease-lost');
  const { content } = await admin.call(getDeletionCertificate, { params: { certificateId: done.certificateId! } });
  expect(content).toMatchObject({ otherTexts: { uploads: 2, preparations: 1 } });
  const { items: events } = await installation.services.audit.list(undefined, 50);
  const of = (action: string) => events.filter((event) => event.projectId === projectId && event.action === action);
  expect([of('data-source.erased').length, of('job.stopped').length]).toEqual([2, 1]);
});

test('a file that cannot be read stops the erasure with its name, and it goes on once the file is back', async () => {
  const { contentSha256 } = await addVersion([`call ${PHONE}`, 'and nothing']);
  const file = join(installation.dataFolder, 'files', contentSha256.slice(0, 2), contentSha256);
  const kept = await readFile(file);
  await rm(file);
  const failed = await look();
  expect(failed).toMatchObject({ state: 'failed', problem: { datasetName: { en: 'Letters' }, version: 1 } });
  // Upkeep leaves it to a person.
  await installation.services.erasureWork.resume(new Date(Date.now() + 3_600_000));
  await settled();
  expect((await read(failed.id)).state).toBe('failed');
  await writeFile(file, kept);
  const params = { erasureId: failed.id };
  await admin.call(retryErasure, { params });
  await settled();
  expect(await read(failed.id)).toMatchObject({ state: 'ready', problem: null, versions: [{ found: 1 }] });

  await rm(file);
  expect(await confirm(failed.id, 1)).toMatchObject({ state: 'failed', problem: { version: 1 } });
  const given = await admin.ask(cancelErasure, { params });
  expect([given.status, given.body.error.code]).toEqual([409, 'erasure-state']);
  await writeFile(file, kept);
  await admin.call(retryErasure, { params });
  await settled();
  const done = await read(failed.id);
  expect(done).toMatchObject({ state: 'finished', versions: [{ isErased: true, samples: [] }] });
  expect((await admin.ask(retryErasure, { params })).body.error.code).toBe('erasure-state');
});

test('two people are erased from a project one after the other, and neither comes back with the other', async () => {
  const other = '13755509876';
  await addVersion([`call ${PHONE}`, `or ${other}`, 'and nothing']);
  const [first, second] = [await look(), await look(other)];
  const { database, services } = installation;
  // As while another server works on the first.
  const leaseExpiresAt = new Date(Date.now() + 60_000);
  const confirmed = { state: 'erasing', confirmedBy: 'admin@example.com', confirmedAt: new Date() };
  await database.erasure.update({ where: { id: first.id }, data: { ...confirmed, leaseExpiresAt } });
  expect((await confirm(second.id, 1)).state).toBe('erasing');
  await database.erasure.update({ where: { id: first.id }, data: { leaseExpiresAt: new Date(0) } });
  for (let round = 0; round < 2; round++) {
    await services.erasureWork.resume(new Date());
    await settled();
  }
  expect([(await read(first.id)).state, (await read(second.id)).state]).toEqual(['finished', 'finished']);
  const left = await database.datasetVersion.findMany({ where: { projectId, deletedAt: null } });
  expect(left.map(({ items }) => items)).toEqual([2]);
});

test('names, notes and prompts that name the person are cleaned, and the certificate says which', async () => {
  const named = { zh: `来自 ${PHONE} 的信`, en: 'Letters' };
  const { id: versionId } = await admin.call(createTextDatasetVersion, {
    params: { projectId },
    body: {
      ...{ datasetName: named, source: { en: `sent by +86 ${PHONE}` }, licence: 'own', seed: 3 },
      notes: { en: `First line.\nAsk 137 5550 1234 first.\nLast line.` },
      content: { train: ['nothing', 'of the kind'], validation: [], test: ['kept for the test'] },
    },
  });
  const run = await admin.call(startRun, {
    params: { projectId },
    body: {
      ...{ datasetVersionId: versionId, name: { en: `for ${PHONE}` }, notes: { en: 'a note' } },
      configuration: { samplePrompts: ['hello', `call ${PHONE}`] },
    },
  });
  const sourceId = await upload('nothing of the kind\nand nothing\n');
  const mapping = { encoding: 'utf-8' };
  const wish = { ...WORDS, datasetName: named, mapping };
  const { jobId } = await admin.call(importSource, { params: { sourceId }, body: wish });
  const { database, services } = installation;
  const keyBefore = (await database.dataset.findFirstOrThrow({ where: { projectId } })).key;

  const ready = await look();
  expect(ready).toMatchObject({ state: 'ready', versions: [], texts: { descriptions: 6 } });
  expect((await database.dataset.findFirstOrThrow({ where: { projectId } })).name).toEqual(named);
  const done = await confirm(ready.id, 0);
  expect(done).toMatchObject({ state: 'finished', texts: { descriptions: 6 } });

  const dataset = await database.dataset.findFirstOrThrow({ where: { projectId }, include: { versions: true } });
  expect(dataset.name).toEqual({ zh: '[ERASED]', en: 'Letters' });
  expect(dataset.key).not.toBe(keyBefore);
  expect(dataset.versions[0]).toMatchObject({
    source: { en: '[ERASED]' },
    notes: { en: 'First line.\n[ERASED]\nLast line.' },
  });
  expect(await admin.call(getRun, { params: { runId: run.id } })).toMatchObject({
    ...{ name: { en: '[ERASED]' }, notes: { en: 'a note' } },
    configuration: { samplePrompts: ['hello', '[ERASED]'] },
  });
  const job = await database.job.findUniqueOrThrow({ where: { id: jobId } });
  expect(job.payload).toMatchObject({ dataset: { key: dataset.key, name: dataset.name, source: WORDS.source } });

  const { content } = await admin.call(getDeletionCertificate, { params: { certificateId: done.certificateId! } });
  const changed = content['changedDescriptions'] as { of: string; id: string; field: string }[];
  expect(changed.map(({ of, field }) => `${of} ${field}`).sort()).toEqual(
    [
      'dataset name',
      'dataset-version notes',
      'dataset-version source',
      'job name',
      'run name',
      'run samplePrompts',
    ].sort(),
  );
  expect(changed).toContainEqual({ of: 'run', id: run.id, field: 'name' });
  expect(content['openPoints']).toMatchObject({
    frozenByDesign: ['decisions', 'requirements', 'certificates', 'audit-log'],
  });
  expect(JSON.stringify(content)).not.toContain(PHONE);
  const { items } = await services.audit.list(undefined, 50);
  const events = items.filter((event) => event.projectId === projectId && event.action === 'description.erased');
  expect(events).toHaveLength(6);
  expect(JSON.stringify(events)).not.toContain(PHONE);
});

test.each([
  ['run', startRun, { configuration: {} }],
  ['preparation', startPreparation, { recipe: { version: 1, steps: [] }, splits: null }],
] as const)('a %s that begins while its data is given up waits for that, and is refused', async (name, route, wish) => {
  // Content of its own: what a version that is gone leaves without an owner is removed meanwhile.
  const { id } = await addVersion([`a letter before a ${name}`, 'and another']);
  const { database } = installation;
  const isOver = { start: false };
  const [starting] = await database.$transaction(async (transaction) => {
    await transaction.$queryRaw`SELECT 1 FROM dataset_versions WHERE id = ${id}::uuid FOR UPDATE`;
    const body = { ...wish, datasetVersionId: id, origin: { kind: 'version', datasetVersionId: id } };
    const asked = admin.ask(route, { params: { projectId }, body }).finally(() => (isOver.start = true));
    await expect
      .poll(async () => {
        const [waiting] = await database.$queryRaw<{ count: bigint }[]>`
          SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype IN ('transactionid', 'tuple')`;
        return isOver.start || waiting!.count > 0n;
      })
      .toBe(true);
    await transaction.datasetVersion.update({
      where: { id },
      data: { deletedAt: new Date(), deletionKind: 'erasure' },
    });
    return [asked];
  });
  const refused = await starting;
  expect([refused.status, refused.body.error.code]).toEqual([410, 'content-deleted']);
  expect(await database.run.count({ where: { datasetVersionId: id } })).toBe(0);
  expect(await database.job.count({ where: { projectId } })).toBe(0);
});
