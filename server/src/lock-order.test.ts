import { createHash } from 'node:crypto';
import { createToken, revokeToken, setPassword } from '@greenlight/shared/across/governance/contract.ts';
import {
  joinByInvitation,
  createInvitation,
  signUpByInvitation,
} from '@greenlight/shared/across/governance/invitations-contract.ts';
import { changePerson } from '@greenlight/shared/across/governance/people-contract.ts';
import { createProject } from '@greenlight/shared/projects/contract.ts';
import {
  completeSource,
  createSource,
  deleteSource,
  putSourcePart,
} from '@greenlight/shared/stages/data/source-contract.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Caller } from './testing/caller.ts';
import { startInstallation, type TestInstallation } from './testing/installation.ts';
import { lockWaits, oneAfterTheOther } from './testing/one-after-the-other.ts';
import { addPerson, signedInAdmin } from './testing/people.ts';
import { queueRun, seededProject } from './testing/runs.ts';

let installation: TestInstallation;
let admin: Caller;

beforeAll(async () => {
  installation = await startInstallation();
  admin = await signedInAdmin(installation.url);
});
afterAll(() => installation.close());

const revocation = async (person: Caller) => {
  const { summary } = await person.call(createToken, { body: { name: 't', scopes: ['read'], expiresAt: null } });
  return () => person.ask(revokeToken, { params: { tokenId: summary.id } });
};

test('a sign-up and somebody who joins by the same invitation do not wait for each other', async () => {
  const { database, url } = installation;
  const { id: projectId } = await admin.call(createProject, { body: { name: 'Open', goal: { en: 'g' } } });
  const wish = { roles: ['viewer'], maximumUses: 5 };
  const { token } = await admin.call(createInvitation, { params: { projectId }, body: wish });
  const joiner = await addPerson(installation, 'joins@example.com');
  const entry = { name: 'New', email: 'new@example.com', password: 'a-long-password' };
  const statuses = await oneAfterTheOther(
    database,
    () => new Caller(url).ask(signUpByInvitation, { body: { token, ...entry } }),
    () => joiner.ask(joinByInvitation, { body: { token } }),
  );
  expect(statuses).toEqual([201, 200]);
});

test('a password that is changed and a token that is revoked do not wait for each other', async () => {
  const person = await addPerson(installation, 'changes@example.com');
  const body = { currentPassword: 'another-long-password', newPassword: 'yet-another-password' };
  const revoke = await revocation(person);
  const statuses = await oneAfterTheOther(installation.database, () => person.ask(setPassword, { body }), revoke);
  expect(statuses).toEqual([200, 200]);
});

test('an account that is deactivated and a token that is revoked do not wait for each other', async () => {
  const person = await addPerson(installation, 'leaves@example.com');
  const { id: userId } = await installation.database.user.findFirstOrThrow({ where: { email: 'leaves@example.com' } });
  const revoke = await revocation(person);
  const change = { params: { userId }, body: { isActive: false } };
  const statuses = await oneAfterTheOther(installation.database, () => admin.ask(changePerson, change), revoke);
  expect(statuses).toEqual([200, 200]);
});

test('an upload that is deleted and one of the same content that ends do not wait for each other', async () => {
  const { id: projectId } = await admin.call(createProject, { body: { name: 'Files', goal: { en: 'g' } } });
  const content = Buffer.from('the same twice\n');
  const sha256 = createHash('sha256').update(content).digest('hex');
  const sizeBytes = content.length;
  const begin = async (idempotencyKey: string) => {
    const body = { name: 'same.txt', format: 'txt', sizeBytes, idempotencyKey };
    const params = { sourceId: (await admin.call(createSource, { params: { projectId }, body })).id };
    const query = { offset: '0', sha256, sizeBytes: String(sizeBytes) };
    const headers = { 'content-type': 'application/octet-stream' };
    await admin.call(putSourcePart, { params, query, body: new Uint8Array(content), headers });
    return { params, body: { sha256 } };
  };
  const [kept, deleted, ends] = [
    await begin('first-upload'),
    await begin('second-upload'),
    await begin('third-upload'),
  ];
  for (const whole of [kept, deleted]) await admin.call(completeSource, whole);
  const statuses = await oneAfterTheOther(
    installation.database,
    () => admin.ask(deleteSource, { params: deleted.params }),
    () => admin.ask(completeSource, ends),
  );
  expect(statuses).toEqual([200, 200]);
});

test('runs that are stopped wait for all of their jobs before they take the audit log', async () => {
  const { database, services } = installation;
  const project = await seededProject(admin);
  await queueRun(admin, project);
  const last = await queueRun(admin, project);
  const { jobId } = await database.run.findUniqueOrThrow({ where: { id: last.id } });
  const why = {
    actor: 'test',
    error: { code: 'stopped', message: { en: 'stopped' }, advice: { en: 'none' } },
    details: {},
  };
  const stopped = await database.$transaction(
    async (transaction) => {
      await transaction.$queryRaw`SELECT 1 FROM pgboss.job WHERE id = ${jobId}::uuid FOR UPDATE`;
      const stop = services.runs.stopOn([project.datasetVersionId], why);
      await expect.poll(() => lockWaits(database), { timeout: 30_000 }).toBe(1);
      await transaction.$queryRaw`SELECT 1 FROM audit_head FOR UPDATE NOWAIT`;
      return { stop };
    },
    { timeout: 120_000 },
  );
  await stopped.stop;
  expect(await services.runs.countOpenOn([project.datasetVersionId])).toBe(0);
});
