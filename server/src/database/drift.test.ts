import { afterAll, beforeAll, expect, test } from 'vitest';
import { readSchema, schemaDrift } from './drift.ts';
import { createTestDatabase, type TestDatabase } from './test-database.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(() => database.drop());

test('the migrations say the same as the schema', async () => {
  expect(await schemaDrift(database.url, await readSchema())).toBe('');
});

test('a table that no migration creates is reported', async () => {
  const planted = { path: 'planted.prisma', content: 'model Planted {\n  id Int @id\n}\n' };
  expect(await schemaDrift(database.url, [...(await readSchema()), planted])).toContain('CREATE TABLE "Planted"');
});
