import { listWorkers } from '@greenlight/shared/across/governance/contract.ts';
import { listErasures } from '@greenlight/shared/stages/data/erasure/erasure-contract.ts';
import { getPreparation, listPreparations } from '@greenlight/shared/stages/data/preparation-contract.ts';
import { prepareDatasetJob } from '@greenlight/shared/stages/data/preparation/preparation-job.ts';
import { listTokenizerTrainings } from '@greenlight/shared/stages/data/tokenizer-contract.ts';
import { trainTokenizerJob } from '@greenlight/shared/stages/data/tokenizer-job.ts';
import { listCandidates } from '@greenlight/shared/stages/selection/candidates-contract.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Caller } from './testing/caller.ts';
import { startInstallation, type TestInstallation } from './testing/installation.ts';
import { signedInAdmin } from './testing/people.ts';
import { queueRun, seededProject } from './testing/runs.ts';
import { TestWorker } from './testing/worker.ts';

/** More than two pages of fifty. */
const COUNT = 120;
const BEGIN = Date.parse('2026-01-01T00:00:00Z');

let installation: TestInstallation;
let admin: Caller;
let projectId: string;
let datasetVersionId: string;

beforeAll(async () => {
  installation = await startInstallation();
  admin = await signedInAdmin(installation.url);
  ({ datasetVersionId, projectId } = await seededProject(admin));
});
afterAll(() => installation.close());

interface Row {
  readonly id: string;
  readonly createdAt: Date;
}
interface Page {
  readonly items: readonly { readonly id: string }[];
  readonly nextCursor: string | null;
}
interface List {
  readonly add: (rows: Row[]) => Promise<unknown>;
  readonly page: (query: { cursor?: string }) => Promise<Page>;
}

const job = (row: Row, kind: string, payload: object) => ({
  ...{ ...row, projectId, kind, key: row.id, payload, inputs: [], state: 'failed', finishedAt: row.createdAt },
});
const task = () => ({
  origin: { kind: 'version', datasetVersionId },
  dataset: { key: 'a', name: { en: 'a' }, source: { en: 'a' }, licence: '', notes: { en: '' } },
  plan: { format: 'jsonl', mapping: {}, recipe: { version: 1, steps: [] } },
});
const byJob = ({ items, nextCursor }: { items: { jobId: string }[]; nextCursor: string | null }) => ({
  items: items.map(({ jobId }) => ({ id: jobId })),
  nextCursor,
});

const LISTS: Readonly<Record<string, List>> = {
  preparations: {
    add: (rows) =>
      installation.database.job.createMany({ data: rows.map((row) => job(row, prepareDatasetJob.kind, task())) }),
    page: async (query) => byJob(await admin.call(listPreparations, { params: { projectId }, query })),
  },
  'trainings of tokenizers': {
    add: (rows) =>
      installation.database.job.createMany({
        data: rows.map((row) =>
          job(row, trainTokenizerJob.kind, { datasetVersionId, settings: { kind: 'bpe', vocabularySize: 300 } }),
        ),
      }),
    page: async (query) => byJob(await admin.call(listTokenizerTrainings, { params: { datasetVersionId }, query })),
  },
  erasures: {
    add: (rows) =>
      installation.database.erasure.createMany({
        data: rows.map((row) => ({
          ...{
            ...row,
            projectId,
            state: 'cancelled',
            reason: 'asked for',
            salt: '',
            identifiers: [],
            requestedBy: 'a',
          },
        })),
      }),
    page: (query) => admin.call(listErasures, { params: { projectId }, query }),
  },
  workers: {
    add: (rows) =>
      installation.database.worker.createMany({
        data: rows.map((row) => ({
          ...{ ...row, name: row.id, version: '1', device: 'cpu', adapter: '', cores: 1, memoryBytes: 1n },
          lastSeenAt: row.createdAt,
        })),
      }),
    page: (query) => admin.call(listWorkers, { query }),
  },
  'candidates in the archive': {
    add: (rows) =>
      installation.database.candidate.createMany({
        data: rows.map((row) => ({
          ...{ ...row, projectId, kind: 'catalogue', key: row.id, name: { en: 'a' }, architecture: 'bert-base' },
          ...{ createdBy: 'a', createdById: crypto.randomUUID(), archivedAt: row.createdAt },
        })),
      }),
    page: (query) => admin.call(listCandidates, { params: { projectId }, query: { ...query, archived: 'only' } }),
  },
};

/** Rows of which three each were made in the same moment. */
const rowsFrom = (begin: number, count: number) =>
  Array.from({ length: count }, (_, index) => ({
    id: crypto.randomUUID(),
    createdAt: new Date(begin + Math.floor(index / 3) * 1000),
  }));

test.each(Object.entries(LISTS))(
  '%s are read to their end, none left out or twice, also while others come',
  async (_name, { add, page }) => {
    const rows = rowsFrom(BEGIN, COUNT);
    await add(rows);
    const read: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { items, nextCursor } = await page(cursor === '' ? {} : { cursor });
      read.push(...items.map(({ id }) => id));
      cursor = nextCursor;
      await add(rowsFrom(BEGIN + 86_400_000 * (1 + read.length), 7));
    }
    const newestFirst = rows.toSorted(
      (a, b) => b.createdAt.getTime() - a.createdAt.getTime() || (a.id < b.id ? 1 : -1),
    );
    expect(read).toEqual(newestFirst.map(({ id }) => id));
  },
);

test('a preparation is found by its job, however far back it stands, and other jobs are none', async () => {
  const [first, second] = rowsFrom(BEGIN - 86_400_000, 2) as [Row, Row];
  await LISTS['preparations']!.add([first]);
  await LISTS['trainings of tokenizers']!.add([second]);
  expect(await admin.call(getPreparation, { params: { jobId: first.id } })).toMatchObject({
    ...{ jobId: first.id, projectId, state: 'failed', datasetName: { en: 'a' } },
  });
  const other = await admin.ask(getPreparation, { params: { jobId: second.id } });
  expect(other.status).toBe(404);
});

test('trainings that came to something are found behind others', async () => {
  const query = { state: 'finished' } as const;
  expect((await admin.call(listTokenizerTrainings, { params: { datasetVersionId }, query })).items).toEqual([]);
  const [row] = rowsFrom(BEGIN - 86_400_000, 1) as [Row];
  await LISTS['trainings of tokenizers']!.add([row]);
  await installation.database.job.update({ where: { id: row.id }, data: { state: 'finished' } });
  const { items } = await admin.call(listTokenizerTrainings, { params: { datasetVersionId }, query });
  expect(items.map(({ jobId }) => jobId)).toEqual([row.id]);
});

test('workers are counted beyond the page that is read', async () => {
  const { database, url } = installation;
  await LISTS['workers']!.add(rowsFrom(BEGIN, COUNT));
  expect(await admin.call(listWorkers)).toMatchObject({ connected: 0, busy: 0 });
  const [idle, busy] = [await TestWorker.register(url, 'idle'), await TestWorker.register(url, 'busy')];
  await queueRun(admin, { projectId, datasetVersionId });
  await busy.mustClaim();
  const where = { id: { in: [idle.workerId, busy.workerId] } };
  await database.worker.updateMany({ where, data: { createdAt: new Date(BEGIN - 1000) } });
  const { items, ...counts } = await admin.call(listWorkers);
  expect(items.map(({ state }) => state)).not.toContain('idle');
  expect(counts).toMatchObject({ connected: 2, busy: 1 });
  const here = await admin.call(listWorkers, { query: { connection: 'connected' } });
  expect(Object.fromEntries(here.items.map(({ name, state }) => [name, state]))).toEqual({
    busy: 'busy',
    idle: 'idle',
  });
  const away = await admin.call(listWorkers, { query: { connection: 'offline', limit: '100' } });
  expect(away.items.every(({ state }) => state === 'offline')).toBe(true);
  expect([away.items.length, away.nextCursor === null]).toEqual([100, false]);
});
