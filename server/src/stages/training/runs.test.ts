import { createTextDatasetVersion, listDatasetVersions } from '@greenlight/shared/stages/data/contract.ts';
import {
  getRunLog,
  getRunMetrics,
  getRunRoc,
  cancelRun,
  listRuns,
  startRun,
} from '@greenlight/shared/stages/training/contract.ts';
import { createProject, listProjects } from '@greenlight/shared/projects/contract.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Caller } from '../../testing/caller.ts';
import { startInstallation, type TestInstallation } from '../../testing/installation.ts';
import { signedInAdmin } from '../../testing/people.ts';
import { queueRun, seededProject, type SeededProject } from '../../testing/runs.ts';
import { event, logEvent, lossEvent, TestWorker } from '../../testing/worker.ts';

let installation: TestInstallation;
let admin: Caller;
let worker: TestWorker;
let project: SeededProject;

beforeAll(async () => {
  installation = await startInstallation();
  admin = await signedInAdmin(installation.url);
  project = await seededProject(admin);
  worker = await TestWorker.register(installation.url);
  await worker.mustClaim();
});
afterAll(() => installation.close());

test('runs that start at once get one number each', async () => {
  const made = await Promise.all(Array.from({ length: 8 }, () => queueRun(admin, project)));
  expect(made.map(({ number }) => number).sort((a, b) => a - b)).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
});

test('one idempotency key makes one run, also at the same moment', async () => {
  const more = { idempotencyKey: 'the-same-key' };
  const made = await Promise.all(Array.from({ length: 5 }, () => queueRun(admin, project, more)));
  expect(new Set(made.map(({ id }) => id)).size).toBe(1);
});

test('a run of one project cannot use the data of another', async () => {
  const own = await admin.call(createProject, { body: { name: 'Own', goal: { en: 'Own' } } });
  const body = { datasetVersionId: project.datasetVersionId, configuration: {} };
  const answer = await admin.ask(startRun, { params: { projectId: own.id }, body });
  expect([answer.status, answer.body.error.code]).toEqual([404, 'not-found']);
});

test('pages of runs hold each one once, newest first', async () => {
  const numbers: number[] = [];
  let cursor: string | null = null;
  do {
    const query = { limit: '4', ...(cursor === null ? {} : { cursor }) };
    const page: { items: { number: number }[]; nextCursor: string | null } = await admin.call(listRuns, {
      params: { projectId: project.projectId },
      query,
    });
    numbers.push(...page.items.map(({ number }) => number));
    cursor = page.nextCursor;
  } while (cursor !== null);
  expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => b - a));
  expect(numbers.length).toBeGreaterThanOrEqual(10);
});

test('a project whose run changed comes first', async () => {
  const { items: before } = await admin.call(listProjects);
  expect(before[0]?.name).toBe('Own');
  await queueRun(admin, project);
  const { items: after } = await admin.call(listProjects);
  expect(after[0]?.id).toBe(project.projectId);
});

test('a series in buckets keeps the extremes and counts every point', async () => {
  const run = await worker.mustClaim();
  const value = (step: number) => (step === 500 ? 1000 : step === 501 ? -1000 : step % 10);
  const steps = Array.from({ length: 1000 }, (_, index) => index + 1);
  for (let first = 0; first < 1000; first += 500) {
    const part = steps.slice(first, first + 500);
    await worker.mustReport(
      run,
      part.map((step) => lossEvent(step, step, value(step))),
    );
  }
  const { series, lastSequence } = await admin.call(getRunMetrics, {
    params: { runId: run.runId },
    query: { names: 'training/loss,none/such', maxPoints: '50' },
  });
  expect(lastSequence).toBe(1000);
  expect(series).toHaveLength(1);
  const [{ points, minimum, maximum, mean, step }] = series as [(typeof series)[0]];
  expect([points, step.length, step.at(-1)]).toEqual([1000, 50, 1000]);
  expect(Math.max(...maximum.map(Number))).toBe(1000);
  expect(Math.min(...minimum.map(Number))).toBe(-1000);
  expect(mean[0]).toBeCloseTo(4.5, 10);
});

test('the log comes newest first, in pages', async () => {
  const run = await worker.mustClaim();
  await worker.mustReport(run, [logEvent(1, 'one'), lossEvent(2, 1, 1), logEvent(3, 'three'), logEvent(4, 'four')]);
  const params = { runId: run.runId };
  const first = await admin.call(getRunLog, { params, query: { limit: '2' } });
  expect(first.items.map(({ sequence }) => sequence)).toEqual([4, 3]);
  const second = await admin.call(getRunLog, { params, query: { limit: '2', cursor: first.nextCursor ?? '' } });
  expect([second.items.map(({ sequence }) => sequence), second.nextCursor]).toEqual([[1], null]);
});

test('curves and samples are kept once per step', async () => {
  const run = await worker.mustClaim();
  const snapshot = {
    step: 3,
    average: 'micro',
    auc: 0.75,
    falsePositiveRate: [0, 1],
    truePositiveRate: [0, 1],
  } as const;
  const curves = { ...snapshot, falsePositiveRate: [0, 1], truePositiveRate: [0, 1] };
  const sample = { step: 3, prompt: '你好', text: '你好世界', at: '2026-01-01T00:00:00.000Z' };
  const reported = (first: number) => [
    event(first, { type: 'roc', snapshots: [curves] }),
    event(first + 1, { type: 'sample', samples: [sample] }),
  ];
  await worker.mustReport(run, reported(1));
  await worker.mustReport(run, reported(3));
  const params = { runId: run.runId };
  expect((await admin.call(getRunRoc, { params })).snapshots).toEqual([snapshot]);
  expect(await installation.database.sample.count({ where: params })).toBe(1);
});

test('the same dataset content is one version, other content the next', async () => {
  const params = { projectId: project.projectId };
  const body = (train: string[]) => ({
    datasetName: { en: 'Poems' },
    source: { en: 'A book' },
    licence: 'public domain',
    notes: { en: '' },
    seed: 1,
    content: { train, validation: ['b'], test: ['c'] },
  });
  const add = (train: string[]) => admin.call(createTextDatasetVersion, { params, body: body(train) });
  const [first, again, concurrent] = await Promise.all([add(['a', '诗']), add(['a', '诗']), add(['a', '诗'])]);
  const next = await add(['other']);
  expect([again.id, concurrent.id]).toEqual([first.id, first.id]);
  expect([first.version, next.version, next.datasetId]).toEqual([1, 2, first.datasetId]);
  expect(first).toMatchObject({ items: 4, characters: 4, distinctCharacters: 4, splits: { sameAsTraining: false } });
  const { items } = await admin.call(listDatasetVersions, { params });
  expect(items.map(({ version }) => version)).toEqual([2, 1, 1]);
});

test('runs in one state are found behind any number of others', async () => {
  const run = await queueRun(admin, project);
  await admin.call(cancelRun, { params: { runId: run.id } });
  for (let count = 0; count < 3; count += 1) await queueRun(admin, project);
  const query = { state: 'cancelled', limit: '2' } as const;
  const { items } = await admin.call(listRuns, { params: { projectId: project.projectId }, query });
  expect(items[0]?.id).toBe(run.id);
  expect(new Set(items.map(({ state }) => state))).toEqual(new Set(['cancelled']));
});

test('personal data in the prompts that a run is tried with is masked, and the worker gets them as they are', async () => {
  const samplePrompts = ['call 13755501234', 'a@b.cn '.repeat(28)];
  const run = await queueRun(admin, project, { configuration: { samplePrompts } });
  expect(run.configuration.samplePrompts[0]).toBe('call [PHONE]');
  const { configuration } = await installation.database.run.findUniqueOrThrow({ where: { id: run.id } });
  expect(configuration).toMatchObject({ samplePrompts });
});
