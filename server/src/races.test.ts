import { createHash } from 'node:crypto';
import { createToken, revokeToken, signOut } from '@greenlight/shared/across/governance/contract.ts';
import { getEncryption, rotateMasterKey } from '@greenlight/shared/across/governance/encryption-contract.ts';
import { createInvitation, revokeInvitation } from '@greenlight/shared/across/governance/invitations-contract.ts';
import { verifyAuditEvents } from '@greenlight/shared/across/governance/audit-contract.ts';
import type { Route } from '@greenlight/shared/api/define-route.ts';
import { createProject } from '@greenlight/shared/projects/contract.ts';
import { setLegalHold } from '@greenlight/shared/stages/data/retention-contract.ts';
import {
  addCandidate,
  archiveCandidate,
  describeCandidate,
  listCandidates,
  MOST_CANDIDATES,
  removeCandidate,
  restoreCandidate,
} from '@greenlight/shared/stages/selection/candidates-contract.ts';
import { uploadModelFile } from '@greenlight/shared/stages/training/imported-models.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Caller, Input } from './testing/caller.ts';
import { startInstallation, type TestInstallation } from './testing/installation.ts';
import { addPerson, signedInAdmin } from './testing/people.ts';
import { seededProject } from './testing/runs.ts';

let installation: TestInstallation;
let admin: Caller;
let projectId: string;

beforeAll(async () => {
  installation = await startInstallation();
  admin = await signedInAdmin(installation.url);
  ({ id: projectId } = await admin.call(createProject, { body: { name: 'Races', goal: { en: 'One wins' } } }));
});
afterAll(() => installation.close());

/** Asks the same many times at once; how often each status came, and which acts stand in the audit log since. */
async function atOnce(ask: (index: number) => Promise<{ status: number }>, times = 20) {
  const { auditEvent } = installation.database;
  const before = await auditEvent.count();
  const answers = await Promise.all(Array.from({ length: times }, (_, index) => ask(index)));
  const statuses: Record<number, number> = {};
  for (const { status } of answers) statuses[status] = (statuses[status] ?? 0) + 1;
  const rows = await auditEvent.findMany({ where: { sequence: { gt: before } }, orderBy: { sequence: 'asc' } });
  const acts = rows.map(({ action }) => action).filter((action) => !action.startsWith('storage.secured'));
  expect((await admin.call(verifyAuditEvents)).broken).toBeNull();
  return { statuses, acts };
}

const same = (route: Route, input: Input = {}, caller = admin) => atOnce(() => caller.ask(route, input));
const endpoint = (index: number) => ({ kind: 'endpoint', url: `https://example.com/${index}`, model: 'm' });

describe('twenty at once have one effect, and the log one line for it', () => {
  test('a candidate is archived, and restored', async () => {
    const { id: candidateId } = await admin.call(addCandidate, { params: { projectId }, body: endpoint(0) });
    const input = { params: { candidateId } };
    expect(await same(archiveCandidate, input)).toEqual({ statuses: { 200: 20 }, acts: ['candidate.archived'] });
    expect(await same(restoreCandidate, input)).toEqual({ statuses: { 200: 20 }, acts: ['candidate.restored'] });
  });

  test('a project is started, and somebody else’s key starts another one', async () => {
    const body = { name: 'Once', goal: { en: 'One' }, idempotencyKey: 'one-visit-of-a-form' };
    expect(await same(createProject, { body })).toEqual({ statuses: { 201: 20 }, acts: ['project.created'] });
    const other = await addPerson(installation, 'same-key@example.com');
    expect((await other.call(createProject, { body })).roles).toContain('product-manager');
    expect(await installation.database.project.count({ where: { name: 'Once' } })).toBe(2);
  });

  test('a version of data is held, and released', async () => {
    const { datasetVersionId } = await seededProject(admin);
    const hold = (isHeld: boolean) => ({ params: { datasetVersionId }, body: { isHeld, reason: 'A lawsuit.' } });
    expect(await same(setLegalHold, hold(true))).toEqual({ statuses: { 200: 20 }, acts: ['dataset-version.held'] });
    expect(await same(setLegalHold, hold(false))).toEqual({
      statuses: { 200: 20 },
      acts: ['dataset-version.released'],
    });
  });

  test('an invitation is withdrawn', async () => {
    const { invitation } = await admin.call(createInvitation, { params: { projectId }, body: { roles: ['viewer'] } });
    const input = { params: { invitationId: invitation.id } };
    expect(await same(revokeInvitation, input)).toEqual({ statuses: { 200: 20 }, acts: ['invitation.revoked'] });
  });

  test('a token is revoked', async () => {
    const { summary } = await admin.call(createToken, { body: { name: 't', scopes: ['read'], expiresAt: null } });
    const input = { params: { tokenId: summary.id } };
    expect(await same(revokeToken, input)).toEqual({ statuses: { 200: 20 }, acts: ['token.revoked'] });
  });

  test('a model is brought', async () => {
    const sha256 = createHash('sha256').update('a model').digest('hex');
    const { acts } = await same(uploadModelFile, {
      params: { projectId },
      query: { name: 'a.onnx', sha256, sizeBytes: '7' },
      body: 'a model',
      headers: { 'content-type': 'application/octet-stream' },
    });
    expect(acts).toEqual(['model-file.added']);
  });

  test('the master key is changed', async () => {
    await expect.poll(async () => (await admin.call(getEncryption)).pass?.state, { timeout: 30_000 }).toBe('finished');
    const { activeKey } = await admin.call(getEncryption);
    const { acts } = await same(rotateMasterKey, { body: { before: activeKey.id } });
    expect(acts).toEqual(['storage.master-key-rotated']);
  });

  test('somebody signs out', async () => {
    const person = await addPerson(installation, 'leaves@example.com');
    const { acts } = await same(signOut, {}, person);
    expect(acts).toEqual(['sign-out']);
  });
});

test('a candidate that is removed while its secret is changed leaves no fault and no file behind', async () => {
  const { id: candidateId } = await admin.call(addCandidate, { params: { projectId }, body: endpoint(1) });
  const params = { candidateId };
  const { statuses } = await atOnce((index) =>
    index % 4 === 3
      ? admin.ask(removeCandidate, { params })
      : admin.ask(describeCandidate, { params, body: { secret: `secret-${index}` } }),
  );
  expect(Object.keys(statuses).filter((status) => Number(status) >= 500)).toEqual([]);
});

test('more at once than the database has connections are all answered, up to the limit of candidates', async () => {
  const person = await addPerson(installation, 'many@example.com', { projectId, roles: ['product-manager'] });
  const { statuses } = await atOnce(
    (index) => person.ask(addCandidate, { params: { projectId }, body: endpoint(100 + index) }),
    60,
  );
  expect(Object.keys(statuses)).toEqual(['201', '409']);
  const { items } = await admin.call(listCandidates, { params: { projectId }, query: { limit: '100' } });
  expect(items).toHaveLength(MOST_CANDIDATES);
});
