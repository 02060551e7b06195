import { createHash } from 'node:crypto';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { createProject } from '@greenlight/shared/projects/contract.ts';
import { createTextDatasetVersion, getDatasetVersion } from '@greenlight/shared/stages/data/contract.ts';
import {
  cancelErasure,
  confirmErasure,
  getErasure,
  startErasure,
} from '@greenlight/shared/stages/data/erasure/erasure-contract.ts';
import { listDatasetItems } from '@greenlight/shared/stages/data/items-contract.ts';
import { getDatasetLineage } from '@greenlight/shared/stages/data/lineage-contract.ts';
import {
  downloadDeletionCertificate,
  getDeletionCertificate,
  setLegalHold,
} from '@greenlight/shared/stages/data/retention-contract.ts';
import { downloadArtifact, getRun } from '@greenlight/shared/stages/training/contract.ts';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Caller } from '../../testing/caller.ts';
import { startInstallation, type TestInstallation } from '../../testing/installation.ts';
import { addPerson, signedInAdmin } from '../../testing/people.ts';
import { queueRun } from '../../testing/runs.ts';
import { TestWorker } from '../../testing/worker.ts';

const PHONE = '13755501234';
const EMAIL = 'lin.yue.gone@example.org';
const REASON = 'the person asked for it in writing';
const IDENTIFIERS = [
  { kind: 'phone', value: '+86 137 5550 1234' },
  { kind: 'e-mail', value: EMAIL.toUpperCase() },
];

let installation: TestInstallation;
let admin: Caller;
let projectId: string;

beforeAll(async () => {
  installation = await startInstallation();
  admin = await signedInAdmin(installation.url);
});
afterAll(() => installation.close());
beforeEach(async () => {
  projectId = (await admin.call(createProject, { body: { name: 'Erased', goal: { en: 'erase' } } })).id;
});

function addVersion(name: string, train: unknown[], held: unknown[] = ['kept for the test']) {
  return admin.call(createTextDatasetVersion, {
    params: { projectId },
    body: {
      ...{ datasetName: { en: name }, source: { en: 'a test' }, licence: 'own', notes: { en: '' }, seed: 3 },
      content: { train, validation: [], test: held },
    },
  });
}
const textsOf = async (datasetVersionId: string) => {
  const { items } = await admin.call(listDatasetItems, { params: { datasetVersionId } });
  return items.map(({ text }) => text);
};
const read = (datasetVersionId: string) => admin.call(getDatasetVersion, { params: { datasetVersionId } });
const isStored = (sha256: string) =>
  access(join(installation.dataFolder, 'files', sha256.slice(0, 2), sha256)).then(
    () => true,
    () => false,
  );
const look = async (body: object = {}) => {
  const params = { projectId };
  const { id } = await admin.call(startErasure, {
    params,
    body: { reason: REASON, identifiers: IDENTIFIERS, ...body },
  });
  await installation.services.erasureWork.settled();
  return admin.call(getErasure, { params: { erasureId: id } });
};
const confirm = async (erasureId: string, found: number) => {
  await admin.call(confirmErasure, { params: { erasureId }, body: { found } });
  await installation.services.erasureWork.settled();
  return admin.call(getErasure, { params: { erasureId } });
};

test('a person is found in every version however written, and erased with a certificate', async () => {
  const first = await addVersion('Letters', [
    'call me at 137-5550-1234 please',
    'the weather is fine',
    { text: 'see the column', columns: { contact: '１３７５５５０１２３４' } },
  ]);
  const second = await addVersion(
    'Mails',
    ['lin.yue.gone (at) example (dot) org wrote', 'nothing here'],
    ['again 0086 13755501234'],
  );
  const untouched = await addVersion('Other', ['call 13755501235', 'lin.yue@example.org']);
  const run = await queueRun(admin, { projectId, datasetVersionId: first.id });
  const worker = await TestWorker.register(installation.url);
  let claimed = await worker.mustClaim();
  while (claimed.runId !== run.id) claimed = await worker.mustClaim();
  const samples = [{ step: 1, prompt: 'call', text: `call ${PHONE}`, at: new Date().toISOString() }];
  await worker.mustReport(claimed, [
    { sequence: 1, at: new Date().toISOString(), payload: { type: 'sample', samples } },
  ]);
  const answer = await worker.upload(claimed, 'predictions.npz', Buffer.from(PHONE), { kind: 'predictions' });
  const { artifactId } = answer.body as unknown as { artifactId: string };

  const ready = await look();
  expect(ready).toMatchObject({ state: 'ready', versionsSearched: 3, texts: { samples: 1 } });
  const found = new Map(ready.versions.map((version) => [version.datasetVersionId, version.found]));
  expect(found).toEqual(
    new Map([
      [first.id, 2],
      [second.id, 2],
    ]),
  );
  const shown = JSON.stringify(ready);
  for (const planted of [PHONE, EMAIL, '137-5550-1234']) expect(shown).not.toContain(planted);
  // Nothing is erased before it is confirmed, and only what was seen is.
  expect(await textsOf(first.id)).toHaveLength(4);
  const wrong = await admin.ask(confirmErasure, { params: { erasureId: ready.id }, body: { found: 3 } });
  expect([wrong.status, wrong.body.error.code]).toEqual([409, 'conflict']);

  // A version that comes between preview and confirmation is searched as well.
  const late = await addVersion('Late', [`late ${EMAIL}`, 'late and innocent']);
  const done = await confirm(ready.id, 4);
  expect(done.state).toBe('finished');
  for (const version of [first, second, late]) {
    const gone = await read(version.id);
    expect(gone.retention.deleted).toMatchObject({ kind: 'erasure', certificateId: done.certificateId });
    expect(await isStored(version.contentSha256)).toBe(false);
  }
  const successorOf = (id: string) => done.versions.find((one) => one.datasetVersionId === id)?.successorId ?? '';
  expect(await textsOf(successorOf(first.id))).toEqual(['the weather is fine', 'kept for the test']);
  expect(await textsOf(successorOf(second.id))).toEqual(['nothing here']);
  expect(await textsOf(successorOf(late.id))).toEqual(['late and innocent', 'kept for the test']);
  expect(await read(successorOf(first.id))).toMatchObject({
    version: 2,
    items: 2,
    splits: { train: 1, test: 1, seed: 3 },
  });
  expect((await read(untouched.id)).retention.deleted).toBeNull();

  const lineage = await admin.call(getDatasetLineage, { params: { datasetVersionId: first.id } });
  expect(lineage.erasures).toEqual([{ erasureId: ready.id, from: first.id, to: successorOf(first.id) }]);
  expect((await admin.call(getRun, { params: { runId: run.id } })).samples).toEqual([]);
  const events = await installation.database.runEvent.findMany({ where: { runId: run.id } });
  expect(JSON.stringify(events)).not.toContain(PHONE);
  const purpose = { purpose: 'to look at it again' };
  const predictions = await admin.ask(downloadArtifact, { params: { artifactId }, query: purpose });
  expect(predictions.body.error.code).toBe('content-deleted');

  const params = { certificateId: done.certificateId! };
  const certificate = await admin.call(getDeletionCertificate, { params });
  expect(certificate.content).toMatchObject({
    confirmedBy: 'admin@example.com',
    otherTexts: { samples: 1, predictions: 1 },
    openPoints: { runsTrainedOnErasedItems: [{ id: run.id }], versionsUnderLegalHold: [] },
  });
  expect(certificate.content['erased']).toHaveLength(3);
  const canonical = (await admin.ask(downloadDeletionCertificate, { params })).body as unknown as string;
  expect(createHash('sha256').update(canonical).digest('hex')).toBe(certificate.sha256);
  const row = await installation.database.erasure.findUniqueOrThrow({ where: { id: ready.id } });
  expect(row.sealed).toBeNull();
  const { items } = await installation.services.audit.list(undefined, 100);
  for (const planted of [PHONE, EMAIL]) {
    expect(canonical + JSON.stringify(items)).not.toContain(planted);
    expect(canonical).not.toContain(createHash('sha256').update(planted).digest('hex'));
  }
  expect(items.map(({ action }) => action)).toEqual(
    expect.arrayContaining(['erasure.requested', 'erasure.confirmed', 'dataset-version.erased', 'erasure.finished']),
  );
  // The same content is not taken in again.
  const again = { text: 'see the column', columns: { contact: '１３７５５５０１２３４' } };
  await expect(
    addVersion('Letters', ['call me at 137-5550-1234 please', 'the weather is fine', again]),
  ).rejects.toThrow('content-deleted');
  // A second look finds nobody.
  expect((await look()).versions).toEqual([]);
});

test('a label that names the person goes out of what the version’s row and its preparation say', async () => {
  const labelled = (text: string, label: string) => ({ text, labels: [label], tasks: { origin: label } });
  const version = await addVersion(
    'Labelled',
    [labelled('the one', `from ${PHONE}`), labelled('another', 'news'), labelled('a third', 'sport')],
    [labelled('kept for the test', 'news')],
  );
  const { labels } = await installation.database.datasetVersion.findUniqueOrThrow({ where: { id: version.id } });
  expect(labels).toEqual([`from ${PHONE}`, 'news', 'sport']);
  expect((await read(version.id)).labels[0]).toMatch(/^from \[PHONE\] [a-p]{8}$/);
  const ready = await look();
  expect(ready).toMatchObject({ versions: [{ found: 1 }], texts: { labels: 2 } });
  const done = await confirm(ready.id, 1);
  // The places of the labels are the numbers of a classifier's classes.
  expect((await read(version.id)).labels).toEqual(['[ERASED]', 'news', 'sport']);
  expect((await read(done.versions[0]!.successorId!)).labels).toEqual(['news', 'sport']);
  const rows = await installation.database.datasetVersion.findMany({ where: { projectId } });
  const whole = JSON.stringify(rows, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
  expect(whole).not.toContain(PHONE);
});

test('a version with nobody left has no successor', async () => {
  const only = await addVersion('Only', [`it is ${PHONE}`], [`${PHONE} again`]);
  const done = await confirm((await look()).id, 2);
  expect(done.versions).toMatchObject([{ datasetVersionId: only.id, isErased: true, successorId: null }]);
  expect(await isStored(only.contentSha256)).toBe(false);
});

test('work that was interrupted is gone on with, and what was erased is not erased twice', async () => {
  await addVersion('Interrupted', [`it is ${PHONE}`, 'and nothing']);
  const ready = await look();
  const { database, services } = installation;
  // As a server leaves it that is killed right after the confirmation.
  await database.erasure.update({
    where: { id: ready.id },
    data: { state: 'erasing', confirmedBy: 'admin@example.com', leaseExpiresAt: new Date(Date.now() - 1000) },
  });
  await services.erasureWork.resume(new Date());
  await services.erasureWork.settled();
  const done = await admin.call(getErasure, { params: { erasureId: ready.id } });
  expect(done.state).toBe('finished');
  await services.erasureWork.resume(new Date(Date.now() + 3_600_000));
  await services.erasureWork.settled();
  expect(await database.deletionCertificate.count({ where: { projectId } })).toBe(1);
});

test('work that a server left behind is taken up soon, also after the clock was set back by an hour', async () => {
  await addVersion('Left behind', [`it is ${PHONE}`]);
  const ready = await look();
  const { database, services } = installation;
  const leaseExpiresAt = new Date(Date.now() + 3_600_000);
  await database.erasure.update({
    where: { id: ready.id },
    data: { state: 'erasing', confirmedBy: 'admin@example.com', leaseExpiresAt },
  });
  await services.erasureWork.resume(new Date());
  await services.erasureWork.settled();
  const left = await database.erasure.findUniqueOrThrow({ where: { id: ready.id } });
  expect(left.state).toBe('erasing');
  expect(left.leaseExpiresAt!.getTime()).toBeLessThan(Date.now() + 60_000);
  await database.erasure.update({ where: { id: ready.id }, data: { leaseExpiresAt: new Date(0) } });
  await services.erasureWork.resume(new Date());
  await services.erasureWork.settled();
  expect((await admin.call(getErasure, { params: { erasureId: ready.id } })).state).toBe('finished');
});

test('who confirmed an erasure or gave it up may ask again, as after an answer that was lost; others may not', async () => {
  await addVersion('Asked again', [`it is ${PHONE}`, 'b']);
  const done = await confirm((await look()).id, 1);
  const wish = { params: { erasureId: done.id }, body: { found: 1 } };
  expect(await admin.call(confirmErasure, wish)).toEqual(done);
  const other = await addPerson(installation, 'second.eraser@example.com', { projectId, roles: ['data-scientist'] });
  expect((await other.ask(confirmErasure, wish)).body.error.code).toBe('erasure-state');
  expect((await admin.ask(confirmErasure, { ...wish, body: { found: 2 } })).body.error.code).toBe('erasure-state');
  const where = { action: 'erasure.confirmed', target: `erasure:${done.id}` };
  expect(await installation.database.auditEvent.count({ where })).toBe(1);

  const { id: erasureId } = await look();
  const given = await admin.call(cancelErasure, { params: { erasureId } });
  expect(await admin.call(cancelErasure, { params: { erasureId } })).toEqual(given);
});

test('an erasure can be given up before it is confirmed, and then nobody knows any more who was meant', async () => {
  const version = await addVersion('Given up', [`it is ${PHONE}`, 'b']);
  const ready = await look();
  const params = { erasureId: ready.id };
  expect((await admin.call(cancelErasure, { params })).state).toBe('cancelled');
  expect((await installation.database.erasure.findUniqueOrThrow({ where: { id: ready.id } })).sealed).toBeNull();
  const late = await admin.ask(confirmErasure, { params, body: { found: 1 } });
  expect([late.status, late.body.error.code]).toEqual([409, 'erasure-state']);
  expect(await isStored(version.contentSha256)).toBe(true);
});

test('a legal hold keeps a version, and the certificate says so', async () => {
  const version = await addVersion('Held', [`it is ${PHONE}`, 'b']);
  const body = { isHeld: true, reason: 'a case is pending' };
  await admin.call(setLegalHold, { params: { datasetVersionId: version.id }, body });
  const done = await confirm((await look()).id, 1);
  expect(done.versions).toMatchObject([{ isHeld: true, isErased: false }]);
  const params = { certificateId: done.certificateId! };
  const { content } = await admin.call(getDeletionCertificate, { params });
  expect(content['openPoints']).toMatchObject({ versionsUnderLegalHold: [{ id: version.id }] });
  expect(await isStored(version.contentSha256)).toBe(true);
});

test('identifiers that are none are refused, the same wish is one erasure, and engineers may not erase', async () => {
  const params = { projectId };
  const wrong = { reason: REASON, identifiers: [{ kind: 'phone', value: 'no number' }] };
  const refused = await admin.ask(startErasure, { params, body: wrong });
  expect([refused.status, refused.body.error.code]).toEqual([422, 'invalid-identifier']);
  const key = { idempotencyKey: 'the-same-wish' };
  expect((await look(key)).id).toBe((await look(key)).id);
  const engineer = await addPerson(installation, 'engineer@example.com', { projectId, roles: ['engineer'] });
  const body = { reason: REASON, identifiers: IDENTIFIERS };
  expect((await engineer.ask(startErasure, { params, body })).status).toBe(403);
});
