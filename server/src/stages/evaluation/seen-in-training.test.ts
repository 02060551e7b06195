import { randomBytes } from 'node:crypto';
import { createTextDatasetVersion } from '@greenlight/shared/stages/data/contract.ts';
import { Prisma } from '@greenlight/prisma/client';
import { getProject } from '@greenlight/shared/projects/contract.ts';
import { getTraceability } from '@greenlight/shared/stages/requirements/traceability-contract.ts';
import { getEvaluation } from '@greenlight/shared/stages/evaluation/contract.ts';
import { LEASE_SECONDS, postEvaluation, type ClaimedRun } from '@greenlight/shared/worker-protocol/contract.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readMigrations } from '../../database/migration-files.ts';
import type { Caller } from '../../testing/caller.ts';
import { startInstallation, type TestInstallation } from '../../testing/installation.ts';
import { signedInAdmin } from '../../testing/people.ts';
import { resultFor } from '../../testing/preparations.ts';
import { queueRun, seededProject } from '../../testing/runs.ts';
import { event, TestWorker } from '../../testing/worker.ts';

let installation: TestInstallation;
let admin: Caller;
let worker: TestWorker;
let projectId: string;

beforeAll(async () => {
  installation = await startInstallation();
  admin = await signedInAdmin(installation.url);
  worker = await TestWorker.register(installation.url);
  ({ projectId } = await seededProject(admin));
  await finish(await worker.mustClaim());
});
afterAll(() => installation.close());

const textsOf = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, k) => ({ text: `poem ${from + k}` }));

/** Adds a version whose items are the poems with these numbers. */
async function versionOf(train: [number, number], validation: [number, number], testItems: [number, number]) {
  const about = { datasetName: { en: 'Poems' }, source: { en: 'Ours' }, licence: 'none', notes: { en: '' }, seed: 1 };
  const content = { train: textsOf(...train), validation: textsOf(...validation), test: textsOf(...testItems) };
  return admin.call(createTextDatasetVersion, { params: { projectId }, body: { ...about, content } });
}

async function finish(run: ClaimedRun): Promise<string> {
  await worker.upload(run, 'tokenizer', randomBytes(10), { kind: 'tokenizer' });
  const checkpoint = await worker.upload(run, 'checkpoint-3', randomBytes(10));
  const points = [{ name: 'validation/loss', step: 3, epoch: 1, value: 1, at: new Date().toISOString() }];
  await worker.mustReport(run, [
    event(run.lastSequence + 1, { type: 'metrics', points, progress: null }),
    event(run.lastSequence + 2, { type: 'finished', reason: 'completed' }),
  ]);
  return (checkpoint.body as unknown as { artifactId: string }).artifactId;
}

type HeldOut = 'test' | 'validation';

/** Begins a run on a version, from a checkpoint or from random weights. */
async function begun(datasetVersionId: string, startFromArtifactId: string | null): Promise<ClaimedRun> {
  await queueRun(admin, { projectId, datasetVersionId }, { configuration: { startFromArtifactId } });
  const run = await worker.mustClaim();
  expect(run.datasetVersion.sameAsTraining).toBe(false);
  return run;
}

/** What a worker posts that knows the run's own version alone. */
async function measurementOf(run: ClaimedRun, split: HeldOut) {
  const predictions = await worker.upload(run, 'predictions.npz', randomBytes(10), { kind: 'predictions' });
  const { artifactId: predictionsArtifactId } = predictions.body as unknown as { artifactId: string };
  const counts = { items: 9, sentences: 3, classes: 5, elapsedMs: 1 };
  const nothing = { metrics: [], curves: [], confusion: [], samples: [] };
  return {
    params: { runId: run.runId },
    body: {
      lease: run.lease,
      predictionsArtifactId,
      result: { checkpointStep: 3, split, sameAsTraining: false, ...counts, ...nothing },
    },
  };
}

/** Trains on a version and measures its test items. */
async function trained(datasetVersionId: string, startFromArtifactId: string | null, split: HeldOut = 'test') {
  const run = await begun(datasetVersionId, startFromArtifactId);
  const { evaluationId } = await worker.caller.call(postEvaluation, await measurementOf(run, split));
  const { sameAsTraining, seenInTraining: seen } = await admin.call(getEvaluation, { params: { evaluationId } });
  return { evaluationId, runId: run.runId, sameAsTraining, seen, checkpoint: await finish(run) };
}

/** What a leakage check of a version says of its held-out items. */
async function prepared(datasetVersionId: string, near: number, held: HeldOut = 'test'): Promise<void> {
  const job = { kind: 'prepare-dataset', key: crypto.randomUUID(), state: 'finished', payload: {}, inputs: [] };
  const { id: jobId } = await installation.database.job.create({
    data: { id: crypto.randomUUID(), projectId, ...job },
  });
  const leak = { held, from: 'train', exact: 0, near, contained: 0, heldItems: 10, examples: [] };
  const result = { ...resultFor(Buffer.from('{}\n'), 1), leakage: { isClean: false, leaks: [leak] } };
  const made = { jobId, projectId, datasetVersionId, plan: {}, result: JSON.parse(JSON.stringify(result)) as object };
  await installation.database.preparation.create({ data: made });
}

test('held-out items that are training items of their own version, or nearly so, are counted, and make no project ready', async () => {
  const [leaking, clean] = [
    await versionOf([1000, 1080], [1080, 1090], [1078, 1098]),
    await versionOf([1100, 1180], [1180, 1190], [1190, 1200]),
  ];
  const { evaluationId, sameAsTraining, seen } = await trained(leaking.id, null);
  expect([sameAsTraining, seen]).toEqual([true, { ...NONE, texts: 20, exact: 2 }]);
  const params = { projectId };
  const { verdict, nextStep } = await admin.call(getProject, { params });
  expect(verdict).toMatchObject({ evaluationId, sameAsTraining: true, seenInTraining: seen });
  expect(verdict.verdict).not.toBe('ready');
  // The newest version, which nobody has prepared.
  expect(nextStep).toMatchObject({ action: 'prepare-data', datasetVersionId: clean.id });
  const { sources } = await admin.call(getTraceability, { params });
  expect(sources.find(({ id }) => id === evaluationId)).toMatchObject({ sameAsTraining: true, seenInTraining: seen });

  await prepared(clean.id, 3);
  const nearly = { sameAsTraining: true, seenInTraining: { ...NONE, texts: 10, near: 3 } };
  const { evaluationId: id } = await trained(clean.id, null);
  expect(await admin.call(getEvaluation, { params: { evaluationId: id } })).toMatchObject(nearly);

  // As it stood before texts were counted, and what the migration makes of it.
  const { database } = installation;
  const before = { sameAsTraining: false, seenInTraining: Prisma.DbNull };
  await database.evaluation.update({ where: { id }, data: before });
  const migration = (await readMigrations()).find(({ name }) => name.endsWith('_seen_in_training'));
  const [, counting] = /^(UPDATE "evaluations"[^;]+);/m.exec(migration?.sql ?? '') ?? [];
  await database.$executeRawUnsafe(counting ?? '');
  expect(await admin.call(getEvaluation, { params: { evaluationId: id } })).toMatchObject(nearly);

  // The newest leakage check counts.
  await prepared(clean.id, 0);
  await database.evaluation.update({ where: { id }, data: before });
  await database.$executeRawUnsafe(counting ?? '');
  const unchanged = { sameAsTraining: false, seenInTraining: null };
  expect(await admin.call(getEvaluation, { params: { evaluationId: id } })).toMatchObject(unchanged);
});

const NONE = { exact: 0, elsewhere: 0, near: null, isDataGone: false, origin: null };

test('what the run trained on that another begins with is no evidence for that one either, however long ago', async () => {
  const [first, again, divided] = [
    await versionOf([0, 80], [80, 90], [90, 100]),
    await versionOf([100, 180], [80, 90], [90, 100]),
    await versionOf([80, 160], [60, 79], [200, 210]),
  ];
  const base = await trained(first.id, null);
  expect(base.sameAsTraining).toBe(false);
  expect((await trained(first.id, base.checkpoint)).sameAsTraining).toBe(false);
  const next = await trained(again.id, base.checkpoint);
  expect(next.sameAsTraining).toBe(false);
  expect((await trained(divided.id, next.checkpoint)).sameAsTraining).toBe(false);
  // Its validation items are among those that the first of the three runs trained on.
  const { sameAsTraining, seen } = await trained(divided.id, next.checkpoint, 'validation');
  expect([sameAsTraining, seen]).toEqual([true, { ...NONE, texts: 19, elsewhere: 19 }]);
  expect((await trained(divided.id, null, 'validation')).sameAsTraining).toBe(false);
});

test('where the data of a run that another begins with is gone, nobody can tell, which is no evidence', async () => {
  const [gone, kept] = [
    await versionOf([300, 380], [380, 390], [390, 400]),
    await versionOf([400, 480], [480, 490], [490, 500]),
  ];
  const { checkpoint } = await trained(gone.id, null);
  await installation.database.datasetVersion.update({ where: { id: gone.id }, data: { deletedAt: new Date() } });
  const { sameAsTraining, seen } = await trained(kept.id, checkpoint);
  expect([sameAsTraining, seen]).toEqual([true, { ...NONE, texts: 10, isDataGone: true }]);
});

test('in the matrix a run is marked by its validation items, not by what its evaluation was made on', async () => {
  const [leaking, divided, whole] = [
    await versionOf([1200, 1280], [1280, 1290], [1279, 1299]),
    await versionOf([1300, 1380], [1380, 1390], [1390, 1400]),
    await versionOf([1400, 1480], [1480, 1490], [1490, 1500]),
  ];
  const marks = async (datasetVersionId: string) => {
    const { evaluationId, runId } = await trained(datasetVersionId, null);
    const { sources } = await admin.call(getTraceability, { params: { projectId } });
    const of = (wanted: string) => sources.find(({ id }) => id === wanted);
    const [run, evaluation] = [of(runId), of(evaluationId)];
    return [run?.sameAsTraining, run?.seenInTraining, evaluation?.sameAsTraining];
  };
  expect(await marks(leaking.id)).toEqual([false, null, true]);
  await prepared(divided.id, 2, 'validation');
  expect(await marks(divided.id)).toEqual([true, { ...NONE, texts: 10, near: 2 }, false]);
  // As it stands where no item is held out for validation.
  const splits = { train: 90, validation: 90, test: 10, sameAsTraining: false, seed: 1 };
  await installation.database.datasetVersion.update({ where: { id: whole.id }, data: { splits, items: 90 } });
  expect(await marks(whole.id)).toEqual([true, { ...NONE, texts: 90, exact: 90 }, false]);
});

test('a worker that no longer holds the run is refused before anything is read for it', async () => {
  const [earlier, next] = [
    await versionOf([500, 580], [580, 590], [590, 600]),
    await versionOf([600, 680], [680, 690], [690, 700]),
  ];
  const { checkpoint } = await trained(earlier.id, null);
  const run = await begun(next.id, checkpoint);
  const measurement = await measurementOf(run, 'test');
  // Whoever reads this version now fails.
  const contentSha256 = '0'.repeat(64);
  await installation.database.datasetVersion.update({ where: { id: earlier.id }, data: { contentSha256 } });
  await installation.services.leases.releaseExpired(new Date(Date.now() + 2 * LEASE_SECONDS * 1000));
  const { status, body } = await worker.caller.ask(postEvaluation, measurement);
  expect([status, body.error.code]).toEqual([409, 'lease-lost']);
});

test('what was measured before texts were counted is counted when the server starts, and what cannot be is passed over', async () => {
  // The run that the worker lost.
  await finish(await worker.mustClaim());
  const leaking = await versionOf([2000, 2040], [2040, 2050], [2038, 2050]);
  const clean = await versionOf([2100, 2140], [2140, 2150], [2150, 2160]);
  const erased = await versionOf([2200, 2240], [2240, 2250], [2250, 2260]);
  const seenBefore = await trained(leaking.id, null);
  const erasedBefore = await trained(erased.id, null);
  const unseenBefore = await trained(clean.id, null);
  const { database } = installation;
  const ids = [seenBefore.evaluationId, unseenBefore.evaluationId, erasedBefore.evaluationId];
  await database.datasetVersion.update({ where: { id: erased.id }, data: { deletedAt: new Date() } });
  const before = { sameAsTraining: false, seenInTraining: Prisma.DbNull };
  await database.evaluation.updateMany({ where: { id: { in: ids } }, data: before });
  // Newer than both, of a run that trained on what is no file.
  const { datasetVersionId, projectId: of } = await database.evaluation.findUniqueOrThrow({
    where: { id: ids[1] ?? '' },
  });
  const lost = await database.datasetVersion.create({
    data: {
      ...(await database.datasetVersion.findUniqueOrThrow({ where: { id: datasetVersionId } })),
      ...{ id: crypto.randomUUID(), version: 99, contentSha256: 'e'.repeat(64) },
    } as never,
  });
  const { id: runId } = await queueRun(admin, { projectId: of, datasetVersionId });
  await database.run.update({ where: { id: runId }, data: { datasetVersionId: lost.id } });
  const row = await database.evaluation.findUniqueOrThrow({ where: { id: ids[1] ?? '' } });
  const broken = { ...row, ...before, id: crypto.randomUUID(), runId, createdAt: new Date() };
  await database.evaluation.create({ data: broken as never });

  await installation.restart();
  admin = await signedInAdmin(installation.url);
  const get = (evaluationId: string) => admin.call(getEvaluation, { params: { evaluationId } });
  await expect.poll(async () => (await get(ids[1] ?? '')).seenInTraining).not.toBeNull();
  await expect.poll(async () => (await get(ids[0] ?? '')).seenInTraining).toEqual(seenBefore.seen);
  expect(await get(ids[0] ?? '')).toMatchObject({ sameAsTraining: true });
  expect(await get(ids[1] ?? '')).toMatchObject({ sameAsTraining: false, seenInTraining: unseenBefore.seen });
  // Of data that was deleted since nobody can tell any more, and somebody may have looked before.
  for (const id of [broken.id, ids[2] ?? '']) {
    expect(await get(id)).toMatchObject({ sameAsTraining: false, seenInTraining: null });
  }
});
