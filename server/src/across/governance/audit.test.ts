import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  exportAuditEvents,
  exportProjectAuditEvents,
  listAuditEvents,
  listProjectAuditEvents,
  verifyAuditEvents,
  type AuditEvent,
} from '@greenlight/shared/across/governance/audit-contract.ts';
import { createProject } from '@greenlight/shared/projects/contract.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pathOf, type Route } from '@greenlight/shared/api/define-route.ts';
import type { Caller, Input } from '../../testing/caller.ts';
import { startInstallation, type TestInstallation } from '../../testing/installation.ts';
import { hashOfEntry } from './audit-chain.ts';
import { addPerson, signedInAdmin } from '../../testing/people.ts';

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
async function fileOf(caller: Caller, route: Route, input: Input): Promise<string> {
  const { status, body } = await caller.send(
    'GET',
    `${pathOf(route.path, input.params ?? {})}?${new URLSearchParams(input.query).toString()}`,
  );
  if (status !== 200 || typeof body !== 'string') throw new Error(`${route.id} answered ${status}`);
  return body;
}
const list = (query: Record<string, string> = {}) => admin.call(listAuditEvents, { query });

test('acts at the same moment stand in one unbroken chain', async () => {
  await Promise.all(
    Array.from({ length: 30 }, (_, index) => installation.services.audit.recordAlone(entry(`t${index}`))),
  );
  const { items, broken } = await list({ limit: '100' });
  expect(broken).toBeNull();
  expect(items.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 31 }, (_, index) => 31 - index));
});

test('pages follow one another and each is checked', async () => {
  const seen: number[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof list>> = await list({ limit: '10', ...(cursor === null ? {} : { cursor }) });
    expect(page.broken).toBeNull();
    seen.push(...page.items.map(({ sequence }) => sequence));
    cursor = page.nextCursor;
  } while (cursor !== null);
  expect(seen).toEqual(Array.from({ length: 31 }, (_, index) => 31 - index));
});

/** What whoever owns the tables does behind the log's back: its guards are off meanwhile, and all is put back afterwards. */
async function tampered<Result>(statements: readonly string[], look: () => Promise<Result>): Promise<Result> {
  const { database } = installation;
  const guard = (word: 'DISABLE' | 'ENABLE') =>
    database.$transaction([
      database.$executeRawUnsafe(`ALTER TABLE audit_events ${word} TRIGGER USER`),
      database.$executeRawUnsafe(`ALTER TABLE audit_head ${word} TRIGGER USER`),
    ]);
  const before = await database.auditEvent.findMany();
  const head = await database.auditHead.findUniqueOrThrow({ where: { id: 1 } });
  await guard('DISABLE');
  for (const statement of statements) await database.$executeRawUnsafe(statement);
  const result = await look();
  await database.auditEvent.deleteMany();
  await database.auditEvent.createMany({ data: before.map((row) => ({ ...row, details: row.details as object })) });
  await database.auditHead.update({ where: { id: 1 }, data: head });
  await guard('ENABLE');
  return result;
}

const inserted = (sequence: string) =>
  `INSERT INTO audit_events SELECT ${sequence}, at, actor, action, target, "projectId", details, repeat('b', 64), repeat('a', 64)
  FROM audit_events WHERE sequence = 31`;

describe("what was changed behind the log's back is named", () => {
  test.each([
    ['a changed actor', `UPDATE audit_events SET actor = 'nobody' WHERE sequence = 20`, 20, 'content'],
    ['changed details', `UPDATE audit_events SET details = '[]' WHERE sequence = 20`, 20, 'content'],
    ['a hash that is none', `UPDATE audit_events SET hash = 'x' WHERE sequence = 20`, 20, 'content'],
    ['a moment that is none', `UPDATE audit_events SET at = 'infinity' WHERE sequence = 20`, 20, 'content'],
    ['a removed line', 'DELETE FROM audit_events WHERE sequence = 20', 21, 'gap'],
    ['a removed first line', 'DELETE FROM audit_events WHERE sequence = 1', 2, 'gap'],
    ['a tail cut off', 'DELETE FROM audit_events WHERE sequence > 25', 26, 'truncated'],
    ['a line added', inserted('32'), 32, 'content'],
    ['a line added before the first', inserted('0'), 0, 'content'],
    ['a line added far out', inserted('9223372036854775807'), Number.MAX_SAFE_INTEGER, 'content'],
    ['a line added far before', inserted('-9223372036854775800'), -Number.MAX_SAFE_INTEGER, 'content'],
    ['everything removed', 'DELETE FROM audit_events', 1, 'truncated'],
  ])('%s', async (_title, statement, sequence, what) => {
    const attempt = installation.database.$executeRawUnsafe(statement);
    await expect(attempt).rejects.toThrow(/never changed|does not follow/);
    const [page, whole] = await tampered([statement], async () => [
      await list({ limit: '100' }),
      await admin.call(verifyAuditEvents),
    ]);
    expect(page.broken).toEqual({ sequence, what });
    expect(whole.broken).toEqual({ sequence, what });
    expect((await list({ limit: '100' })).broken).toBeNull();
  });

  test('a head that holds no hash', async () => {
    const [page, whole] = await tampered([`UPDATE audit_head SET hash = 'x'`], async () => [
      await list({ limit: '100' }),
      await admin.call(verifyAuditEvents),
    ]);
    expect(page.broken).toEqual({ sequence: 31, what: 'link' });
    expect(whole.broken).toEqual({ sequence: 31, what: 'link' });
  });

  test('a line that was written anew with a fitting hash does not fit the next one', async () => {
    const page = await tampered(
      [`UPDATE audit_events SET hash = (SELECT hash FROM audit_events WHERE sequence = 5) || 'b' WHERE sequence = 19`],
      () => list({ limit: '12' }),
    );
    // The changed line itself is on the next page.
    expect(page.items.at(-1)?.sequence).toBe(20);
    expect(page.broken).toEqual({ sequence: 20, what: 'link' });
  });

  test('what is recorded after a cut tail does not close the gap', async () => {
    const broken = await tampered(['DELETE FROM audit_events WHERE sequence > 25'], async () => {
      await installation.services.audit.recordAlone(entry('later'));
      return (await list({ limit: '100' })).broken;
    });
    expect(broken).toEqual({ sequence: 32, what: 'gap' });
  });
});

describe('a log that was cut or written anew together with its head', () => {
  /** A log whose lines from one on are other ones, each with fitting hashes. */
  const rewritten = async (from: number): Promise<string[]> => {
    const statements: string[] = [];
    const rows = await installation.database.auditEvent.findMany({ orderBy: { sequence: 'asc' } });
    let previousHash = rows[from - 2]!.hash;
    for (const row of rows.slice(from - 1)) {
      const sequence = Number(row.sequence);
      const details = row.details as Record<string, unknown>;
      const hash = hashOfEntry({ ...row, sequence, details, actor: 'nobody', previousHash });
      const set = `actor = 'nobody', "previousHash" = '${previousHash}', hash = '${hash}'`;
      statements.push(`UPDATE audit_events SET ${set} WHERE sequence = ${sequence}`);
      previousHash = hash;
    }
    return [...statements, `UPDATE audit_head SET hash = '${previousHash}'`];
  };
  const cut = [
    'DELETE FROM audit_events WHERE sequence > 25',
    'UPDATE audit_head SET sequence = 25, hash = (SELECT hash FROM audit_events WHERE sequence = 25)',
  ];

  test.each([
    ['cut', () => Promise.resolve(cut), { sequence: 26, what: 'truncated' }],
    ['written anew', () => rewritten(20), { sequence: 31, what: 'rewritten' }],
  ])('%s', async (_title, statements, expected) => {
    const { auditAnchor } = installation.services;
    await auditAnchor.keep();
    const seen = await tampered(await statements(), async () => {
      const breaks = [(await list({ limit: '100' })).broken, (await admin.call(verifyAuditEvents)).broken];
      // What was seen is not forgotten by looking again, nor by a restart.
      await auditAnchor.keep();
      await installation.restart();
      await installation.services.auditAnchor.keep();
      return [...breaks, (await list()).broken];
    });
    expect(seen).toEqual([expected, expected, expected]);
    expect((await list()).broken).toBeNull();
  });
});

test('what somebody was told has happened is kept beside the database by then', async () => {
  const before = await list({ limit: '1' });
  const held = async () =>
    JSON.parse(await readFile(join(installation.dataFolder, 'audit-anchor.json'), 'utf8')) as { sequence: number };
  for (let act = 1; act <= 3; act += 1) {
    await admin.call(createProject, { body: { name: `Kept ${act}`, goal: { en: 'g' } } });
    expect((await held()).sequence).toBe(before.items[0]!.sequence + act);
  }
});

describe('filters', () => {
  let projectId: string;
  let manager: Caller;

  beforeAll(async () => {
    ({ id: projectId } = await admin.call(createProject, { body: { name: 'P', goal: { en: 'g' } } }));
    manager = await addPerson(installation, 'manager@example.com', { projectId, roles: ['product-manager'] });
    const { audit } = installation.services;
    await audit.recordAlone({ ...entry('run:1'), actor: '=a_b%@example.com', action: 'run.started', projectId });
    await audit.recordAlone({ ...entry('worker:1'), actor: 'worker:one', action: 'running.late' });
    await audit.recordAlone({ ...entry('run:2'), actor: 'axb%@example.com', action: 'run.cancelled', projectId });
    await audit.recordAlone({ ...entry('GET /api/runs/:runId'), action: 'access.refused', projectId });
  });

  const targets = async (query: Record<string, string>) => (await list(query)).items.map(({ target }) => target);

  test('hold what they say, and no break that does not exist', async () => {
    expect(await targets({ action: 'run' })).toEqual(['run:2', 'run:1']);
    expect(await targets({ action: 'run.started' })).toEqual(['run:1']);
    expect(await targets({ actor: 'A_B%@' })).toEqual(['run:1']);
    expect(await targets({ actor: '\\' })).toEqual([]);
    expect(await targets({ targetKind: 'run' })).toEqual(['run:2', 'run:1']);
    expect(await targets({ targetKind: 'request' })).toEqual(['GET /api/runs/:runId']);
    expect(await targets({ project: projectId, action: 'project' })).toEqual([`project:${projectId}`]);
    expect(await targets({ project: 'none', action: 'running' })).toEqual(['worker:1']);
    const { items, broken, actions } = await list({ project: projectId, limit: '2' });
    expect(items.map(({ projectId: of }) => of)).toEqual([projectId, projectId]);
    expect(broken).toBeNull();
    expect(actions).toContain('run.cancelled');
    const [newest, , , third] = (await list()).items;
    const [from, to] = [third!.at, newest!.at];
    const between = (await list({ from, to })).items;
    expect(between.every(({ at }) => at >= from && at < to)).toBe(true);
    expect((await list({ from: '2999-01-01T00:00:00Z' })).items).toEqual([]);
    const odd = await admin.ask(listAuditEvents, { query: { from: 'yesterday' } });
    expect(odd.status).toBe(400);
  });

  test('go on over pages', async () => {
    const first = await list({ action: 'run', limit: '1' });
    const second = await list({ action: 'run', limit: '1', cursor: first.nextCursor! });
    expect([first, second].map(({ items }) => items[0]?.target)).toEqual(['run:2', 'run:1']);
    expect([second.broken, second.nextCursor]).toEqual([null, null]);
  });

  test("a project's managers read what concerns it, and nothing else", async () => {
    const params = { projectId };
    const { items, broken } = await manager.call(listProjectAuditEvents, { params, query: { project: 'none' } });
    expect(items.length).toBeGreaterThan(3);
    expect(items.every((event) => event.projectId === projectId)).toBe(true);
    expect(broken).toBeNull();
    expect((await manager.ask(listAuditEvents)).status).toBe(403);
    const viewer = await addPerson(installation, 'viewer@example.com', { projectId, roles: ['viewer'] });
    expect((await viewer.ask(listProjectAuditEvents, { params })).status).toBe(403);
    const file = await fileOf(manager, exportProjectAuditEvents, { params, query: { format: 'jsonl' } });
    const lines = file
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as AuditEvent);
    expect(lines.every((event) => event.projectId === projectId)).toBe(true);
    expect(lines.at(-1)).toMatchObject({ action: 'audit.exported', actor: 'manager@example.com' });
  });

  test('an export holds what the list shows up to its own event, oldest first, and later events never', async () => {
    const query = { format: 'jsonl', action: 'run' };
    const answer = await admin.ask(exportAuditEvents, { query });
    expect(answer.headers.get('content-disposition')).toMatch(/audit-log-to-\d+\.jsonl/);
    const lines = (await fileOf(admin, exportAuditEvents, { query }))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as AuditEvent);
    const { items } = await list({ action: 'run' });
    expect(lines).toEqual(items.toReversed().map((event) => ({ ...event, exportSequence: expect.any(Number) })));
    expect((await list()).items[0]).toMatchObject({
      action: 'audit.exported',
      target: 'audit-log',
      details: { format: 'jsonl', filter: { action: 'run' } },
    });
  });

  test('a formula in a name is text in the CSV', async () => {
    const [head, row] = (
      await fileOf(admin, exportAuditEvents, { query: { format: 'csv', action: 'run.started' } })
    ).split('\r\n');
    expect(head?.replace('\ufeff', '')).toBe(
      'sequence,at,actor,action,target,projectId,details,previousHash,hash,exportSequence',
    );
    expect(row).toContain(",'=a_b%@example.com,run.started,run:1,");
  });
});

test('whoever is refused, or acts, under an id in capitals leaves the chain whole', async () => {
  const { id: projectId } = await admin.call(createProject, { body: { name: 'Capitals', goal: { en: 'g' } } });
  const params = { projectId: projectId.toUpperCase() };
  const outsider = await addPerson(installation, 'capitals@example.com');
  expect((await outsider.ask(listProjectAuditEvents, { params })).status).toBe(404);
  await fileOf(admin, exportProjectAuditEvents, { params, query: { format: 'jsonl' } });
  await fileOf(admin, exportAuditEvents, { params: {}, query: { format: 'jsonl', project: params.projectId } });
  const { items, broken } = await list({ project: projectId });
  expect(items.map(({ action }) => action)).toEqual([
    'audit.exported',
    'audit.exported',
    'access.refused',
    'project.created',
  ]);
  expect(broken).toBeNull();
});

test('what the columns would write otherwise than it was hashed is not recorded', async () => {
  const { id: projectId } = await admin.call(createProject, { body: { name: 'Written', goal: { en: 'g' } } });
  const attempt = installation.services.audit.recordAlone({ ...entry('t'), projectId: projectId.toUpperCase() });
  await expect(attempt).rejects.toThrow('reads otherwise');
  expect((await list()).broken).toBeNull();
});

test('an export of more than a batch is whole', async () => {
  const rows = Array.from({ length: 1203 }, (_, index) => entry(`many:${index}`));
  await installation.database.$transaction(
    async (transaction) => {
      for (const row of rows) await installation.services.audit.record(transaction, row);
    },
    { timeout: 60_000 },
  );
  const file = await fileOf(admin, exportAuditEvents, { query: { format: 'jsonl' } });
  const sequences = file
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as AuditEvent).sequence);
  expect(sequences).toEqual(Array.from({ length: sequences.length }, (_, index) => index + 1));
  expect(await admin.call(verifyAuditEvents)).toMatchObject({
    checked: sequences.length,
    broken: null,
    next: null,
    last: { sequence: sequences.length },
  });
});

test('a line keeps accounts and ids, but not the numbers and addresses that people type into names and reasons', async () => {
  const sha256 = 'a1'.repeat(32);
  const details = {
    ...{ name: 'Letters of 13755501234', reasons: ['ask li.wei@mail.example', 'card 6222021234567890123?'], sha256 },
    person: 'pm@example.com',
    id: '018f0000-0000-7000-8000-000000000001',
  };
  await installation.services.audit.recordAlone({ ...entry('masked'), details });
  const { items } = await list({ limit: '1' });
  expect(items[0]!.details).toMatchObject({ sha256, person: details.person, id: details.id });
  expect(JSON.stringify(items)).not.toMatch(/13755501234|li\.wei/);
  const { id } = await admin.call(createProject, { body: { name: 'For 13755501234', goal: { en: 'x' } } });
  const made = await installation.database.auditEvent.findFirstOrThrow({ where: { target: `project:${id}` } });
  expect(JSON.stringify(made.details)).toContain('For [PHONE]');
});
