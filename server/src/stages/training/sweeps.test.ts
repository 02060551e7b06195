import { createProject } from '@greenlight/shared/projects/contract.ts';
import { startErasure } from '@greenlight/shared/stages/data/erasure/erasure-contract.ts';
import { cancelRun } from '@greenlight/shared/stages/training/contract.ts';
import {
  cancelSweep,
  getSweep,
  listSweeps,
  planSweep,
  startSweep,
} from '@greenlight/shared/stages/training/sweep/contract.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Caller } from '../../testing/caller.ts';
import { startInstallation, type TestInstallation } from '../../testing/installation.ts';
import { addPerson, signedInAdmin } from '../../testing/people.ts';
import { seededProject, type SeededProject } from '../../testing/runs.ts';
import { event, TestWorker } from '../../testing/worker.ts';

const GRID = {
  strategy: 'grid',
  axes: [
    { setting: 'learningRate', values: [0.01, 0.001] },
    { setting: 'dropout', values: [0, 0.1] },
  ],
} as const;

let installation: TestInstallation;
let admin: Caller;
let worker: TestWorker;
let project: SeededProject;

beforeAll(async () => {
  installation = await startInstallation();
  admin = await signedInAdmin(installation.url);
  project = await seededProject(admin);
  worker = await TestWorker.register(installation.url);
  // The run that comes with the installation.
  await worker.mustClaim();
});
afterAll(() => installation.close());

const body = (more: Record<string, unknown> = {}) => ({
  ...{ datasetVersionId: project.datasetVersionId, configuration: {}, search: GRID, objective: 'loss' },
  ...more,
});
const params = () => ({ projectId: project.projectId });
const start = (more?: Record<string, unknown>) => admin.call(startSweep, { params: params(), body: body(more) });
const counted = async () => {
  const { run, sweep, auditEvent } = installation.database;
  return Promise.all([run.count(), sweep.count(), auditEvent.count()]);
};

test('a sweep is a run for each combination, named by what varies, each with the settings that it tries', async () => {
  const sweep = await start({ configuration: { epochs: 3 } });
  expect(sweep).toMatchObject({ number: 1, objective: 'loss', best: null, search: GRID });
  expect(sweep.counts).toEqual({ total: 4, queued: 4, running: 0, finished: 0, stopping: 0, failed: 0, cancelled: 0 });
  expect(sweep.runs.map(({ values }) => values)).toEqual([
    { learningRate: 0.01, dropout: 0 },
    { learningRate: 0.01, dropout: 0.1 },
    { learningRate: 0.001, dropout: 0 },
    { learningRate: 0.001, dropout: 0.1 },
  ]);
  expect(sweep.runs[1]?.run).toMatchObject({
    name: { en: 'Sweep 1: learning rate 0.01, dropout 0.1', zh: '超参搜索 1：学习率 0.01，dropout 0.1' },
    sweep: { id: sweep.id, number: 1 },
  });
  const rows = await installation.database.run.findMany({
    where: { sweepId: sweep.id },
    orderBy: { sweepPlace: 'asc' },
  });
  expect(rows.map(({ configuration }) => configuration)).toMatchObject(
    sweep.runs.map(({ values }) => ({ ...values, epochs: 3 })),
  );
  await admin.call(cancelSweep, { params: { sweepId: sweep.id } });
});

test('a combination that the rules refuse is named with its values, and nothing is made', async () => {
  const search = {
    strategy: 'grid',
    axes: [
      { setting: 'heads', values: [2, 3] },
      { setting: 'dropout', values: [0, 0.1] },
    ],
  };
  const before = await counted();
  const answer = await admin.ask(startSweep, { params: params(), body: body({ search }) });
  expect([answer.status, answer.body.error.code]).toEqual([422, 'combinations-refused']);
  expect(answer.body.error.details).toEqual({
    fields: [
      ['combinations.2', 'heads 3, dropout 0', '注意力头数 3，dropout 0'],
      ['combinations.3', 'heads 3, dropout 0.1', '注意力头数 3，dropout 0.1'],
    ].map(([field, en, zh]) => ({
      field,
      message: { en: `${en}: dModel must be divisible by heads`, zh: `${zh}：dModel 须能被 heads 整除` },
    })),
  });
  // What only the data shows is refused in the same way.
  const large = { strategy: 'grid', axes: [{ setting: 'feedForward', values: [64, 8192] }] };
  const huge = { dModel: 2048, encoderLayers: 24, decoderLayers: 24 };
  const refused = await admin.ask(startSweep, { params: params(), body: body({ search: large, configuration: huge }) });
  expect(refused.body.error.details).toMatchObject({
    fields: [{ field: 'combinations.0' }, { field: 'combinations.1' }],
  });
  expect(await counted()).toEqual(before);
});

test('settings that contradict each other only until a combination replaces them are no reason to refuse it', async () => {
  const configuration = { heads: 3 };
  const search = { strategy: 'grid', axes: [{ setting: 'heads', values: [2, 4] }] };
  const sweep = await start({ configuration, search });
  expect(sweep.runs.map(({ values }) => values)).toEqual([{ heads: 2 }, { heads: 4 }]);
  await admin.call(cancelSweep, { params: { sweepId: sweep.id } });
  const others = await admin.ask(startSweep, { params: params(), body: body({ configuration }) });
  expect([others.status, others.body.error.code]).toEqual([422, 'combinations-refused']);
  expect(JSON.stringify(others.body.error.details)).toContain('dropout 0.1: dModel must be divisible by heads');
  const wrong = await admin.ask(startSweep, { params: params(), body: body({ configuration: { heads: 0 }, search }) });
  expect([wrong.status, wrong.body.error.code]).toEqual([422, 'invalid-configuration']);
  expect(wrong.body.error.details).toMatchObject({ fields: [{ field: 'configuration.heads' }] });
});

test('a setting without effect and a number that the task does not report are refused before anything is made', async () => {
  const configuration = { architecture: 'decoder-only', task: 'next-token' };
  const search = { strategy: 'grid', axes: [{ setting: 'encoderLayers', values: [1, 2] }] };
  const answer = await admin.ask(startSweep, {
    params: params(),
    body: body({ configuration, search, objective: 'r-squared' }),
  });
  expect([answer.status, answer.body.error.code]).toEqual([400, 'bad-request']);
  expect(JSON.stringify(answer.body.error.details)).toMatch(/search\.axes\.0.*objective/);
});

test('started five times at once with one key it is one sweep', async () => {
  const before = await counted();
  const made = await Promise.all(Array.from({ length: 5 }, () => start({ idempotencyKey: 'one-sweep' })));
  expect(new Set(made.map(({ id }) => id)).size).toBe(1);
  const [runs, sweeps] = await counted();
  expect([runs, sweeps]).toEqual([before[0] + 4, before[1] + 1]);
  await admin.call(cancelSweep, { params: { sweepId: made[0]!.id } });
});

test('two requests with one key at the same moment make the sweep of one of them, and the other is told', async () => {
  for (const idempotencyKey of ['at-once-1', 'at-once-2', 'at-once-3']) {
    const before = await counted();
    const asked = [{ objective: 'loss' }, { objective: 'accuracy' }];
    const answers = await Promise.all(
      asked.map((more) => admin.ask(startSweep, { params: params(), body: body({ ...more, idempotencyKey }) })),
    );
    const made = answers.filter(({ status }) => status === 201);
    const told = answers.filter(({ body: { error } }) => error?.code === 'idempotency-key-reused');
    expect([made.length, told.length]).toEqual([1, 1]);
    const [runs, sweeps] = await counted();
    expect([runs, sweeps]).toEqual([before[0] + 4, before[1] + 1]);
    const sweepId = (made[0]!.body as unknown as { id: string }).id;
    await admin.call(cancelSweep, { params: { sweepId } });
  }
});

test('stopping ends what waits, leaves what has ended, and is refused once nothing goes on', async () => {
  const sweep = await start();
  const [first] = sweep.runs;
  await admin.call(cancelRun, { params: { runId: first!.run.id } });
  const stopped = await admin.call(cancelSweep, { params: { sweepId: sweep.id } });
  expect(stopped.counts).toMatchObject({ total: 4, cancelled: 4 });
  const { details } = await installation.database.auditEvent.findFirstOrThrow({
    where: { target: `sweep:${sweep.id}`, action: 'sweep.cancelled' },
  });
  expect(details).toEqual({ runs: 3 });
  const answer = await admin.ask(cancelSweep, { params: { sweepId: sweep.id } });
  expect([answer.status, answer.body.error.code]).toEqual([409, 'sweep-not-active']);
});

test('pressed several times, what each press stopped is recorded once, and those that are being stopped are told of', async () => {
  const sweep = await start();
  const running = await worker.mustClaim();
  const press = () => admin.call(cancelSweep, { params: { sweepId: sweep.id } });
  await Promise.all([press(), press(), press()]);
  const { counts } = await press();
  expect(counts).toMatchObject({ total: 4, cancelled: 3, running: 1, stopping: 1 });
  const { auditEvent } = installation.database;
  const events = await auditEvent.findMany({ where: { target: `sweep:${sweep.id}`, action: 'sweep.cancelled' } });
  const stopped = events.map(({ details }) => (details as { runs: number }).runs);
  expect(stopped.every((runs) => runs > 0)).toBe(true);
  expect(stopped.reduce((sum, runs) => sum + runs, 0)).toBe(4);
  await worker.mustReport(running, [event(running.lastSequence + 1, { type: 'cancelled' })]);
  expect((await admin.call(getSweep, { params: { sweepId: sweep.id } })).counts).toMatchObject({
    ...{ cancelled: 4, running: 0, stopping: 0 },
  });
});

test('who may only look reads a sweep and its plan, and starts and stops none', async () => {
  const { projectId } = project;
  const viewer = await addPerson(installation, 'viewer@example.com', { projectId, roles: ['viewer'] });
  const sweep = await start();
  const of = { params: { sweepId: sweep.id } };
  expect((await viewer.call(getSweep, of)).id).toBe(sweep.id);
  expect((await viewer.ask(planSweep, { params: params(), body: body() })).status).toBe(200);
  for (const answer of [
    await viewer.ask(startSweep, { params: params(), body: body() }),
    await viewer.ask(cancelSweep, of),
  ])
    expect([answer.status, answer.body.error.code]).toEqual([403, 'not-allowed']);
  const stranger = await addPerson(installation, 'stranger@example.com');
  await stranger.call(createProject, { body: { name: 'Own', goal: { en: 'g' } } });
  expect((await stranger.ask(getSweep, of)).status).toBe(404);
  await admin.call(cancelSweep, of);
});

test('a plan tells for each combination what it takes or why it is refused, in the order in which the sweep runs them', async () => {
  const search = {
    strategy: 'random',
    axes: [
      { setting: 'heads', values: [3, 2] },
      { setting: 'learningRate', low: 0.001, high: 0.1, scale: 'logarithmic' },
    ],
    runs: 6,
    seed: 7,
  };
  const before = await counted();
  const { combinations } = await admin.call(planSweep, { params: params(), body: body({ search }) });
  expect(await counted()).toEqual(before);
  expect(combinations).toHaveLength(6);
  for (const { values, problems, plan } of combinations) {
    expect(problems.length > 0).toBe(values.heads === 3);
    expect(plan === null).toBe(values.heads === 3);
  }
  const possible = { ...search, axes: [search.axes[1]] };
  const planned = await admin.call(planSweep, { params: params(), body: body({ search: possible }) });
  const sweep = await start({ search: possible });
  expect(sweep.runs.map(({ values }) => values)).toEqual(planned.combinations.map(({ values }) => values));
  await admin.call(cancelSweep, { params: { sweepId: sweep.id } });
});

test('what an erasure takes out of its runs leaves no hash of what was asked, and the key still gives the sweep out', async () => {
  const asked = { configuration: { samplePrompts: ['Dear gone@example.com'] }, idempotencyKey: 'names-somebody' };
  const sweep = await start(asked);
  const wish = { reason: 'They asked.', identifiers: [{ kind: 'e-mail' as const, value: 'gone@example.com' }] };
  const { id: erasureId } = await admin.call(startErasure, { params: params(), body: wish });
  const { database, services } = installation;
  await services.erasureWork.settled();
  await admin.send('POST', `/api/erasures/${erasureId}/confirm`, { found: 0 });
  await services.erasureWork.settled();
  const runs = await database.run.findMany({ where: { sweepId: sweep.id } });
  expect(JSON.stringify(runs)).not.toContain('gone@');
  expect((await database.sweep.findUniqueOrThrow({ where: { id: sweep.id } })).requestSha256).toBeNull();
  expect((await start(asked)).id).toBe(sweep.id);
});

test('pages of sweeps hold each one once, newest first', async () => {
  const search = { strategy: 'grid', axes: [{ setting: 'dropout', values: [0, 0.1] }] };
  const made: string[] = [];
  for (let i = 0; i < 5; i++) made.unshift((await start({ search })).id);
  const seen: { id: string; number: number }[] = [];
  let cursor: string | null = null;
  do {
    const query = { limit: '3', ...(cursor === null ? {} : { cursor }) };
    const page: { items: { id: string; number: number }[]; nextCursor: string | null } = await admin.call(listSweeps, {
      ...{ params: params(), query },
    });
    seen.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  expect(seen.slice(0, made.length).map(({ id }) => id)).toEqual(made);
  expect(seen.map(({ number }) => number)).toEqual(seen.map((_, place) => seen.length - place));
});
