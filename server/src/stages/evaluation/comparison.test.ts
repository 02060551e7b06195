import { randomBytes } from 'node:crypto';
import { classificationReport } from '@greenlight/shared/metrics/classification-report.ts';
import {
  compareEvaluations,
  listChangedItems,
  listMovedTexts,
} from '@greenlight/shared/stages/evaluation/comparison-contract.ts';
import { createTextDatasetVersion } from '@greenlight/shared/stages/data/contract.ts';
import type { EvaluationResult } from '@greenlight/shared/stages/evaluation/contract.ts';
import type { Resampling } from '@greenlight/shared/stages/evaluation/resampling.ts';
import { postEvaluation, type ClaimedRun } from '@greenlight/shared/worker-protocol/contract.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Caller } from '../../testing/caller.ts';
import { startInstallation, type TestInstallation } from '../../testing/installation.ts';
import { signedInAdmin } from '../../testing/people.ts';
import { queueRun, seededProject } from '../../testing/runs.ts';
import { event, TestWorker } from '../../testing/worker.ts';

const ITEMS = 200;
/** The items are the last of their version, behind three that are trained on. */
const FIRST_NUMBER = 4;

let installation: TestInstallation;
let admin: Caller;
let worker: TestWorker;
let projectId: string;
let versions: string[];

beforeAll(async () => {
  installation = await startInstallation();
  admin = await signedInAdmin(installation.url);
  worker = await TestWorker.register(installation.url);
  ({ projectId } = await seededProject(admin));
  await finish(await worker.mustClaim());
  versions = [await versionOf('a'), await versionOf('b')];
});
afterAll(() => installation.close());

async function versionOf(word: string): Promise<string> {
  const about = { datasetName: { en: word }, source: { en: 'Ours' }, licence: 'none', notes: { en: '' }, seed: 1 };
  const textsOf = (count: number, of: string) =>
    Array.from({ length: count }, (_, k) => ({ text: `${word} ${of} ${k}` }));
  const content = { train: textsOf(3, 'train'), validation: [], test: textsOf(ITEMS, 'test') };
  return (await admin.call(createTextDatasetVersion, { params: { projectId }, body: { ...about, content } })).id;
}

async function finish(run: ClaimedRun): Promise<void> {
  await worker.upload(run, 'tokenizer', randomBytes(10), { kind: 'tokenizer' });
  await worker.upload(run, 'checkpoint-3', randomBytes(10));
  await worker.mustReport(run, [event(run.lastSequence + 1, { type: 'finished', reason: 'completed' })]);
}

const base64 = (numbers: Float32Array | Int32Array): string => Buffer.from(numbers.buffer).toString('base64');

/** What a worker measures of a model of two classes that tells the items named wrong. */
function measurement(wrong: readonly number[], itemsSha256 = 'a'.repeat(64)): EvaluationResult {
  const targets = Int32Array.from({ length: ITEMS }, (_, item) => item % 2);
  const probabilities = Float32Array.from({ length: 2 * ITEMS }, (_, place) => {
    const item = place >> 1;
    return (targets[item] === place % 2) !== wrong.includes(item) ? 0.7 + item / 1_000 : 0.3 - item / 1_000;
  });
  const { metrics } = classificationReport({ probabilities, targets }, 2);
  const kept = metrics.flatMap(({ metric, resampled }) => (resampled === undefined ? [] : [{ metric, resampled }]));
  const resampling: Resampling = {
    ...{ of: 'items', task: null, groups: ITEMS, itemsSha256 },
    metrics: kept.map(({ metric }) => metric),
    values: base64(Float32Array.from(kept.flatMap(({ resampled }) => [...resampled]))),
    wrong: base64(Int32Array.from(wrong, (item) => item + FIRST_NUMBER)),
    texts: null,
  };
  return {
    ...{ checkpointStep: 3, split: 'test', sameAsTraining: false, items: ITEMS, sentences: ITEMS, classes: 2 },
    metrics: metrics.map((measured) => {
      const { resampled: _, ...told } = measured;
      return told;
    }),
    ...{ curves: [], confusion: [], samples: [], heads: [], resamplings: [resampling], elapsedMs: 1 },
  };
}

/** Trains on a version and tells what was measured, twice, as after a lost answer. */
async function evaluated(datasetVersionId: string | undefined, result: EvaluationResult): Promise<string> {
  await queueRun(admin, { projectId, datasetVersionId: datasetVersionId ?? '' });
  const run = await worker.mustClaim();
  const predictions = await worker.upload(run, 'predictions.npz', randomBytes(10), { kind: 'predictions' });
  const { artifactId: predictionsArtifactId } = predictions.body as unknown as { artifactId: string };
  const request = { params: { runId: run.runId }, body: { lease: run.lease, predictionsArtifactId, result } };
  const { evaluationId } = await worker.caller.call(postEvaluation, request);
  expect(await worker.caller.call(postEvaluation, request)).toEqual({ evaluationId });
  await finish(run);
  return evaluationId;
}

async function compared(...ids: readonly string[]) {
  const comparison = await admin.call(compareEvaluations, { params: { projectId }, query: { ids: ids.join(',') } });
  const cellsOf = (metric: string) => comparison.rows.find((row) => row.metric === metric)?.cells ?? [];
  return { ...comparison, cellsOf };
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, k) => from + k);

test('a model that tells twelve more of two hundred items right is shown to be better, one that tells others right is not', async () => {
  const [baseline, better, other] = [
    await evaluated(versions[0], measurement(range(0, 20))),
    await evaluated(versions[0], measurement(range(0, 8))),
    await evaluated(versions[0], measurement(range(60, 79))),
  ];
  const comparison = await compared(baseline, better, other);
  expect(comparison.evaluations.map(({ id, datasetVersion }) => [id, datasetVersion])).toEqual([
    [baseline, 1],
    [better, 1],
    [other, 1],
  ]);
  const [first, second, third] = comparison.cellsOf('accuracy');
  expect(first).toMatchObject({ measured: { value: 0.9 }, difference: null, said: null, notCompared: null });
  expect(second).toMatchObject({ measured: { value: 0.96 }, said: 'better', notCompared: null });
  // Twelve of two hundred: the interval of a share of 0.06, whatever the twenty that both have of wrong ones.
  expect(second?.difference?.value).toBeCloseTo(0.06, 12);
  expect(second?.difference?.low).toBeCloseTo(0.03, 1);
  expect(second?.difference?.high).toBeCloseTo(0.095, 1);
  expect(second?.difference?.low).toBeGreaterThan(0);
  expect(third).toMatchObject({ measured: { value: 0.905 }, said: 'no-difference-shown' });
  expect(comparison.cellsOf('loss')[1]).toMatchObject({ said: 'better', difference: { value: expect.any(Number) } });
  expect(comparison.cellsOf('loss')[1]?.difference?.value).toBeLessThan(0);
  expect(comparison.answers).toEqual([
    {
      task: null,
      changed: [
        null,
        { onlyBaseline: 0, onlyThis: 12, pValue: expect.closeTo(2 ** -11, 12) as number },
        { onlyBaseline: 19, onlyThis: 20, pValue: 1 },
      ],
    },
  ]);
  // The other way round everything turns.
  const turned = await compared(better, baseline);
  expect(turned.cellsOf('accuracy')[1]).toMatchObject({ said: 'worse' });
  expect(turned.cellsOf('accuracy')[1]?.difference?.low).toBeCloseTo(-(second?.difference?.high ?? 0), 6);

  const changed = (direction: 'worse' | 'better', after: number, limit: number) =>
    admin.call(listChangedItems, {
      params: { projectId },
      query: { baseline, evaluation: other, direction, after: String(after), limit: String(limit) },
    });
  expect(await changed('better', 0, 15)).toEqual({ numbers: range(4, 19), total: 20, nextAfter: 18 });
  expect(await changed('better', 18, 15)).toEqual({ numbers: range(19, 24), total: 20, nextAfter: null });
  expect(await changed('worse', 0, 40)).toEqual({ numbers: range(64, 83), total: 19, nextAfter: null });
});

test('nothing is said where other items were measured, or before resamples were kept', async () => {
  const [baseline, cut, elsewhere, before] = [
    await evaluated(versions[0], measurement([1])),
    await evaluated(versions[0], measurement([1], 'b'.repeat(64))),
    await evaluated(versions[1], measurement([1])),
    await evaluated(versions[0], { ...measurement([1]), resamplings: [] }),
  ];
  const { cellsOf, answers } = await compared(baseline, cut, elsewhere, before);
  expect(cellsOf('accuracy').map((cell) => [cell?.said, cell?.notCompared, cell?.measured.value])).toEqual([
    [null, null, 0.995],
    [null, 'other-items', 0.995],
    [null, 'other-items', 0.995],
    [null, 'not-kept', 0.995],
  ]);
  expect(answers).toEqual([{ task: null, changed: [null, null, null, null] }]);
  const query = { baseline, evaluation: elsewhere, direction: 'worse' } as const;
  expect(await admin.call(listChangedItems, { params: { projectId }, query })).toEqual({
    ...{ numbers: null, total: 0, nextAfter: null },
  });
});

test('the texts that either model predicts better are listed, those that moved most first', async () => {
  const told = (losses: readonly number[] | null, itemsSha256 = 'c'.repeat(64)): EvaluationResult => {
    const given = measurement([]);
    const places = Int32Array.of(9, 5, 7, 4);
    const texts = losses && { places: base64(places), losses: base64(Float32Array.from(losses)) };
    const resampling = { ...given.resamplings[0]!, of: 'tokens' as const, groups: 4, wrong: null, itemsSha256, texts };
    return { ...given, resamplings: [resampling] };
  };
  const [baseline, evaluation, silent, other] = [
    await evaluated(versions[0], told([1, 2, 3, 4])),
    await evaluated(versions[0], told([1.5, 2, 5, 3])),
    await evaluated(versions[0], told(null)),
    await evaluated(versions[0], told([1, 1, 1, 1], 'd'.repeat(64))),
  ];
  const list = (query: { evaluation: string; direction: 'worse' | 'better'; skip?: string; limit?: string }) =>
    admin.call(listMovedTexts, { params: { projectId }, query: { baseline, ...query } });
  const rest = { number: 9, before: 1, after: 1.5 };
  expect(await list({ evaluation, direction: 'worse' })).toEqual({
    ...{ texts: [{ number: 7, before: 3, after: 5 }, rest], total: 2 },
  });
  expect(await list({ evaluation, direction: 'worse', skip: '1', limit: '1' })).toEqual({ texts: [rest], total: 2 });
  expect(await list({ evaluation, direction: 'better' })).toEqual({
    ...{ texts: [{ number: 4, before: 4, after: 3 }], total: 1 },
  });
  for (const without of [silent, other]) {
    expect(await list({ evaluation: without, direction: 'worse' })).toEqual({ texts: null, total: 0 });
  }
});

test('of fewer than six texts a difference is told, but not that it is one', async () => {
  const few = (wrong: readonly number[]): EvaluationResult => {
    const given = measurement(wrong);
    return { ...given, resamplings: given.resamplings.map((one) => ({ ...one, groups: 5 })) };
  };
  const { cellsOf } = await compared(
    await evaluated(versions[0], few(range(0, 20))),
    await evaluated(versions[0], few([0])),
  );
  const cell = cellsOf('accuracy')[1];
  expect(cell).toMatchObject({ said: null, notCompared: 'too-few' });
  expect(cell?.difference?.low).toBeGreaterThan(0);
});

test('a number that one of them lacks leaves its cell empty, and one without an interval is not compared', async () => {
  const [baseline, other] = [measurement(range(0, 5)), measurement(range(0, 3))];
  const withoutAuc = other.metrics.filter(({ metric }) => metric !== 'auc-micro');
  const undefinedLoss = withoutAuc.map((one) => (one.metric === 'loss' ? { ...one, value: null } : one));
  const ids = [
    await evaluated(versions[0], baseline),
    await evaluated(versions[0], { ...other, metrics: undefinedLoss }),
  ];
  const { cellsOf } = await compared(...ids);
  expect(cellsOf('auc-micro')[1]).toBeNull();
  expect(cellsOf('loss')[1]).toMatchObject({ difference: null, said: null, notCompared: 'no-interval' });
  expect((await compared(...ids.toReversed())).cellsOf('auc-micro')[1]).toMatchObject({ notCompared: 'no-interval' });
});

test('one evaluation, nine, or the same twice are refused', async () => {
  const id = await evaluated(versions[0], measurement([2]));
  const ask = (ids: readonly string[]) =>
    admin.ask(compareEvaluations, { params: { projectId }, query: { ids: ids.join(',') } });
  expect(await ask([id])).toMatchObject({ status: 400 });
  expect(await ask([id, id.toUpperCase()])).toMatchObject({ status: 400 });
  expect(await ask(Array.from({ length: 9 }, () => crypto.randomUUID()))).toMatchObject({ status: 400 });
  expect(await ask([id, crypto.randomUUID()])).toMatchObject({ status: 404 });
});

test('resamples that are not 1,000 of each number are refused, and nothing is kept', async () => {
  await queueRun(admin, { projectId, datasetVersionId: versions[0] ?? '' });
  const run = await worker.mustClaim();
  const predictions = await worker.upload(run, 'predictions.npz', randomBytes(10), { kind: 'predictions' });
  const { artifactId: predictionsArtifactId } = predictions.body as unknown as { artifactId: string };
  const { resamplings, ...result } = measurement([3]);
  const [one] = resamplings;
  const short = { ...result, resamplings: [{ ...one!, metrics: one!.metrics.slice(1) }] };
  const body = { lease: run.lease, predictionsArtifactId, result: short };
  expect(await worker.caller.ask(postEvaluation, { params: { runId: run.runId }, body })).toMatchObject({
    status: 400,
  });
  expect(await installation.database.evaluation.count({ where: { runId: run.runId } })).toBe(0);
  await finish(run);
});
