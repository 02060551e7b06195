import { createHash } from 'node:crypto';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { getProject } from '@greenlight/shared/projects/contract.ts';
import {
  createTextDatasetVersion,
  getDatasetVersion,
  type DatasetVersion,
} from '@greenlight/shared/stages/data/contract.ts';
import { listDatasetItems } from '@greenlight/shared/stages/data/items-contract.ts';
import {
  downloadDeletionCertificate,
  getDeletionCertificate,
  listDeletionCertificates,
  setLegalHold,
  setRetention,
} from '@greenlight/shared/stages/data/retention-contract.ts';
import { saveRequirementDraft, startRequirementDraft } from '@greenlight/shared/stages/requirements/contract.ts';
import { getRun, startRun } from '@greenlight/shared/stages/training/contract.ts';
import { createProject } from '@greenlight/shared/projects/contract.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Caller } from '../../testing/caller.ts';
import { startInstallation, type TestInstallation } from '../../testing/installation.ts';
import { addPerson, signedInAdmin } from '../../testing/people.ts';
import { queueRun } from '../../testing/runs.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const REASON = 'the contract with the partner ends';

let installation: TestInstallation;
let admin: Caller;
let projectId: string;

beforeAll(async () => {
  installation = await startInstallation();
  admin = await signedInAdmin(installation.url);
  const project = await admin.call(createProject, { body: { name: 'Kept', goal: { en: 'keep' } } });
  projectId = project.id;
});
afterAll(() => installation.close());

function addVersion(name: string, texts: string[], into = projectId): Promise<DatasetVersion> {
  return admin.call(createTextDatasetVersion, {
    params: { projectId: into },
    body: {
      ...{ datasetName: { en: name }, source: { en: 'a test' }, licence: 'own', notes: { en: '' }, seed: 1 },
      content: { train: texts, validation: [], test: [] },
    },
  });
}
const read = (datasetVersionId: string) => admin.call(getDatasetVersion, { params: { datasetVersionId } });
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS);
const keep = (datasetVersionId: string, days: number) =>
  admin.call(setRetention, {
    params: { datasetVersionId },
    body: { keptUntil: inDays(days).toISOString(), reason: REASON },
  });
const isStored = ({ contentSha256 }: DatasetVersion) =>
  access(join(installation.dataFolder, 'files', contentSha256.slice(0, 2), contentSha256)).then(
    () => true,
    () => false,
  );

test('a new version is kept as long as the requirement says', async () => {
  expect((await addVersion('before', ['no limit yet'])).retention.keptUntil).toBeNull();
  const draft = await admin.call(startRequirementDraft, { params: { projectId }, body: { basedOn: null } });
  await admin.call(saveRequirementDraft, {
    params: { requirementId: draft.id },
    body: {
      revision: draft.revision,
      content: { ...draft, constraints: { ...draft.constraints, retentionDays: 30 } },
    },
  });
  const version = await addVersion('after', ['thirty days']);
  expect(Date.parse(version.retention.keptUntil!) - Date.parse(version.createdAt)).toBe(30 * DAY_MS);
});

test('what is due is deleted with a certificate; the rest stays and says so', async () => {
  const version = await addVersion('due', ['about to go', 'and this']);
  const run = await queueRun(admin, { projectId, datasetVersionId: version.id });
  await keep(version.id, 10);
  const { expiringData } = await admin.call(getProject, { params: { projectId } });
  expect(expiringData.map(({ id }) => id)).toEqual([version.id]);

  await installation.services.retention.deleteExpired(inDays(9));
  expect((await read(version.id)).retention.deleted).toBeNull();
  const at = inDays(11);
  await installation.services.retention.deleteExpired(at);
  const gone = await read(version.id);
  expect(gone).toMatchObject({ contentSha256: version.contentSha256, items: 2, preview: [] });
  expect(gone.retention.deleted).toMatchObject({ at: at.toISOString(), kind: 'retention' });
  expect(await isStored(version)).toBe(false);

  const opened = await admin.ask(listDatasetItems, { params: { datasetVersionId: version.id } });
  expect([opened.status, opened.body.error.code]).toEqual([410, 'content-deleted']);
  const body = { datasetVersionId: version.id, configuration: {} };
  expect((await admin.ask(startRun, { params: { projectId }, body })).body.error.code).toBe('content-deleted');
  expect((await admin.call(getRun, { params: { runId: run.id } })).datasetVersionId).toBe(version.id);

  const { certificateId } = gone.retention.deleted!;
  const params = { certificateId: certificateId! };
  const certificate = await admin.call(getDeletionCertificate, { params });
  expect(certificate.content).toMatchObject({
    version: { id: version.id, contentSha256: version.contentSha256, items: 2 },
    runsTrainedOnIt: [{ id: run.id, number: run.number }],
  });
  const { body: canonical } = await admin.ask(downloadDeletionCertificate, { params });
  expect(
    createHash('sha256')
      .update(canonical as unknown as string)
      .digest('hex'),
  ).toBe(certificate.sha256);
  const listed = await admin.call(listDeletionCertificates, { params: { projectId } });
  expect(listed.items.map(({ id }) => id)).toEqual([certificateId]);
  const { items } = await installation.services.audit.list(undefined, 5);
  expect(items).toContainEqual(
    expect.objectContaining({
      actor: 'system:retention',
      action: 'dataset-version.deleted',
      target: `dataset-version:${version.id}`,
    }),
  );
  // A second look finds nothing more to do.
  await installation.services.retention.deleteExpired(at);
  expect((await admin.call(listDeletionCertificates, { params: { projectId } })).items).toHaveLength(1);
});

test('a hold suspends the deletion until it is lifted; engineers and data scientists cannot set one', async () => {
  const version = await addVersion('held', ['evidence of a case']);
  await keep(version.id, 1);
  const params = { datasetVersionId: version.id };
  const scientist = await addPerson(installation, 'scientist@example.com', { projectId, roles: ['data-scientist'] });
  const wish = { params, body: { isHeld: true, reason: 'a case is pending' } };
  expect((await scientist.ask(setLegalHold, wish)).status).toBe(403);
  const manager = await addPerson(installation, 'manager@example.com', { projectId, roles: ['product-manager'] });
  const held = await manager.call(setLegalHold, wish);
  expect(held.retention.hold).toMatchObject({ reason: 'a case is pending', by: 'manager@example.com' });
  await installation.services.retention.deleteExpired(inDays(2));
  expect(await isStored(version)).toBe(true);
  await manager.call(setLegalHold, { params, body: { isHeld: false, reason: 'the case is closed' } });
  await installation.services.retention.deleteExpired(inDays(2));
  expect(await isStored(version)).toBe(false);
});

test('content that another version still needs stays', async () => {
  const other = await admin.call(createProject, { body: { name: 'Other', goal: { en: 'other' } } });
  const mine = await addVersion('shared', ['the same bytes']);
  const theirs = await addVersion('shared', ['the same bytes'], other.id);
  expect(theirs.contentSha256).toBe(mine.contentSha256);
  await keep(mine.id, 1);
  await installation.services.retention.deleteExpired(inDays(2));
  expect(await isStored(theirs)).toBe(true);
  const items = await admin.call(listDatasetItems, { params: { datasetVersionId: theirs.id } });
  expect(items.items.map(({ text }) => text)).toEqual(['the same bytes']);
});

test('a past end and content that is gone are refused, and every change needs a reason', async () => {
  const version = await addVersion('refused', ['one more']);
  const params = { datasetVersionId: version.id };
  const past = await admin.ask(setRetention, {
    params,
    body: { keptUntil: '2020-01-01T00:00:00.000Z', reason: REASON },
  });
  expect([past.status, past.body.error.code]).toEqual([422, 'retention-past']);
  expect((await admin.ask(setRetention, { params, body: { keptUntil: null, reason: '' } })).status).toBe(400);
  await keep(version.id, 1);
  await installation.services.retention.deleteExpired(inDays(2));
  const late = await admin.ask(setRetention, { params, body: { keptUntil: null, reason: REASON } });
  expect([late.status, late.body.error.code]).toEqual([410, 'content-deleted']);
  const again = await admin.ask(createTextDatasetVersion, {
    params: { projectId },
    body: {
      ...{ datasetName: { en: 'refused' }, source: { en: 'a test' }, licence: 'own', notes: { en: '' }, seed: 1 },
      content: { train: ['one more'], validation: [], test: [] },
    },
  });
  expect(again.body.error.code).toBe('content-deleted');
});
