import { listAuditEvents } from '@greenlight/shared/across/governance/contract.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Caller } from '../../testing/caller.ts';
import { startInstallation, type TestInstallation } from '../../testing/installation.ts';
import { signedInAdmin } from '../../testing/people.ts';

let installation: TestInstallation;
let admin: Caller;

beforeAll(async () => {
  installation = await startInstallation();
  admin = await signedInAdmin(installation.url);
});
afterAll(() => installation.close());

const entry = (target: string) => ({
  actor: 'me',
  action: 'test',
  target,
  projectId: null,
  details: { z: 1, a: [1.5, null] },
});
const list = (query: Record<string, string> = {}) => admin.call(listAuditEvents, { query });

test('acts at the same moment stand in one unbroken chain', async () => {
  await Promise.all(
    Array.from({ length: 30 }, (_, index) => installation.services.audit.recordAlone(entry(`t${index}`))),
  );
  const { items, chainIntact } = await list({ limit: '100' });
  expect(chainIntact).toBe(true);
  expect(items.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 31 }, (_, index) => 31 - index));
});

test('pages follow one another and each is checked', async () => {
  const seen: number[] = [];
  let cursor: string | null = null;
  do {
    const page = await list({ limit: '10', ...(cursor === null ? {} : { cursor }) });
    expect(page.chainIntact).toBe(true);
    seen.push(...page.items.map(({ sequence }) => sequence));
    cursor = page.nextCursor;
  } while (cursor !== null);
  expect(seen).toEqual(Array.from({ length: 31 }, (_, index) => 31 - index));
});

test.each([
  ['a changed actor', `UPDATE audit_events SET actor = 'nobody' WHERE sequence = 20`],
  ['changed details', `UPDATE audit_events SET details = '{}' WHERE sequence = 20`],
  ['a removed line', 'DELETE FROM audit_events WHERE sequence = 20'],
])('%s breaks the chain where it is shown', async (_title, statement) => {
  const before = await installation.database.auditEvent.findUniqueOrThrow({ where: { sequence: 20n } });
  await expect(installation.database.$executeRawUnsafe(statement)).rejects.toThrow();
  // Whoever owns the table can take the guard away: then the chain tells.
  await installation.database.$executeRaw`ALTER TABLE audit_events DISABLE TRIGGER audit_events_kept`;
  await installation.database.$executeRawUnsafe(statement);
  expect((await list({ limit: '100' })).chainIntact).toBe(false);
  await installation.database.auditEvent.deleteMany({ where: { sequence: 20n } });
  await installation.database.auditEvent.create({ data: { ...before, details: before.details as object } });
  await installation.database.$executeRaw`ALTER TABLE audit_events ENABLE TRIGGER audit_events_kept`;
  expect((await list({ limit: '100' })).chainIntact).toBe(true);
});
