import { mkdir, mkdtemp, readdir, rm, symlink, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import type { RunConfiguration } from '@greenlight/shared/stages/training/configuration.ts';
import { trainTokenizer } from '@greenlight/shared/tokenizers/train-tokenizer.ts';
import { writeTokenizerJson } from '@greenlight/shared/tokenizers/write-tokenizer-json.ts';
import { ProtocolServer } from '../test-support/protocol-server.ts';
import { fillDisk, smallDisk } from '../test-support/small-disk.ts';
import { TINY_TEXTS, tinyConfiguration } from '../test-support/tiny-run.ts';
import { startWorker, type WorkerProcess } from '../test-support/worker-process.ts';
import { localCheckpoints } from './run-folder.ts';

/** 4 steps an epoch, so 400 steps: long enough to be interrupted in the middle. */
const LONG = { epochs: 100, dropout: 0.1, evaluateEverySteps: 4, checkpointEverySteps: 24 } as const;

/** Everything about a run that must not depend on interruptions; speeds and moments do. */
const REPEATABLE = [
  'training/loss',
  'training/epoch-loss',
  'training/learning-rate',
  'training/gradient-norm',
  'validation/loss',
  'validation/f1-macro',
  'validation/auc-micro',
  'validation/auc-macro',
];

let folder: string;
let server: ProtocolServer;
const workers: WorkerProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlight-train-'));
});

afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.end('SIGKILL')));
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

async function serve(changes: Partial<RunConfiguration>, heldOut: string[] = []): Promise<ProtocolServer> {
  const dataset = { train: TINY_TEXTS, validation: heldOut, test: heldOut };
  server = new ProtocolServer({ configuration: tinyConfiguration(changes), dataset });
  await server.listen();
  return server;
}

function work(name = 'worker'): WorkerProcess {
  const worker = startWorker(server.address, join(folder, name));
  workers.push(worker);
  return worker;
}

function types(): string[] {
  return server.events.map(({ payload }) => payload.type);
}

/** Whether a line of the run's log begins so. */
const says = (beginning: string) =>
  server.events.some(({ payload }) => payload.type === 'log' && payload.message.en?.startsWith(beginning));

const isEnded = () => types().some((type) => type === 'finished' || type === 'failed' || type === 'cancelled');
const hasSteps = (count: number) => () => server.points('training/loss').size >= count || isEnded();

function nextAttempt(): void {
  server.attempt++;
  server.isClaimable = true;
}

/** The repeatable points of LONG when nothing interrupts it, trained once. */
let reference: Promise<Map<number, number | null>[]> | undefined;
const uninterruptedLong = () => (reference ??= uninterrupted(LONG));

/** The repeatable points of the same run when nothing interrupts it. */
async function uninterrupted(changes: Partial<RunConfiguration>): Promise<Map<number, number | null>[]> {
  const undisturbed = new ProtocolServer({
    configuration: tinyConfiguration(changes),
    dataset: { train: TINY_TEXTS, validation: [], test: [] },
  });
  const worker = startWorker(await undisturbed.listen(), join(folder, 'reference'));
  await undisturbed.until(() => undisturbed.events.some(({ payload }) => payload.type === 'finished'));
  await worker.end('SIGTERM');
  await undisturbed.close();
  return REPEATABLE.map((name) => undisturbed.points(name));
}

test('a run whose tokenizer was chosen uses exactly that file', async () => {
  const tokenizer = writeTokenizerJson(trainTokenizer('bpe', ['abcabc', 'abc'], 262));
  const dataset = { train: TINY_TEXTS, validation: [], test: [] };
  server = new ProtocolServer({ configuration: tinyConfiguration({ epochs: 1 }), dataset, tokenizer });
  await server.listen();
  work();
  await server.until(isEnded);
  expect(types().at(-1)).toBe('finished');
  expect(server.artifacts.find(({ kind }) => kind === 'tokenizer')?.content.toString()).toBe(tokenizer);
});

test('a run whose tokenizer was deleted before it began fails with a sentence that says so', async () => {
  const dataset = { train: TINY_TEXTS, validation: [], test: [] };
  server = new ProtocolServer({ configuration: tinyConfiguration({ epochs: 1 }), dataset, tokenizer: null });
  await server.listen();
  work();
  await server.until(isEnded);
  const { payload } = server.events.at(-1)!;
  expect(payload).toMatchObject({ type: 'failed', error: { code: 'invalid-configuration' } });
  expect(JSON.stringify(payload)).toContain('The tokenizer that was chosen has been deleted');
});

test('a run is trained, evaluated on held-out items, uploaded and cleared away', async () => {
  await serve({ epochs: 30 }, ['abcdefgh', 'fghabcde']);
  work();
  await server.until(isEnded);
  expect(types().at(-1)).toBe('finished');
  expect(types()).toContain('evaluated');
  expect(server.points('training/loss').size).toBe(120);
  expect([...server.points('training/epoch-loss').keys()]).toEqual(
    Array.from({ length: 30 }, (_, epoch) => 4 * (epoch + 1)),
  );
  const losses = [...server.points('training/epoch-loss').values()];
  expect(losses.at(-1)).toBeLessThan((losses[0] ?? 0) / 3);
  const [result] = server.evaluations;
  expect(result).toMatchObject({ checkpointStep: 120, split: 'test', sameAsTraining: false, items: 18, sentences: 2 });
  expect(result?.metrics.map(({ metric }) => metric)).toEqual(
    expect.arrayContaining(['f1-macro', 'auc-micro', 'bleu', 'memorisation']),
  );
  expect(server.artifacts.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['tokenizer', 'checkpoint', 'predictions']),
  );
  expect(server.artifacts.findLast(({ kind }) => kind === 'checkpoint')?.step).toBe(120);
});

test('a killed worker goes on from its checkpoint and reports what an uninterrupted one does', async () => {
  const undisturbed = await uninterruptedLong();
  await serve(LONG);
  const first = work();
  await server.until(hasSteps(60));
  await first.end('SIGKILL');
  expect(isEnded()).toBe(false);
  nextAttempt();
  work();
  await server.until(isEnded);
  expect(types().at(-1)).toBe('finished');
  expect(says('Goes on from the checkpoint')).toBe(true);
  expect(REPEATABLE.map((name) => server.points(name))).toEqual(undisturbed);
});

test('a newest checkpoint that was cut off is passed over with its step and the reason, and nothing of the run changes', async () => {
  const changes = { ...LONG, checkpointEverySteps: 5 };
  const undisturbed = await uninterrupted(changes);
  await serve(changes);
  const first = work();
  await server.until(hasSteps(60));
  await first.end('SIGKILL');
  expect(isEnded()).toBe(false);
  const [newest, earlier] = await localCheckpoints(join(folder, 'worker', 'runs', server.runId));
  expect(earlier?.step).toBeLessThan(newest?.step ?? 0);
  const cut = (newest?.sizeBytes ?? 0) - 100;
  await truncate(newest?.path ?? '', cut);
  nextAttempt();
  work();
  await server.until(isEnded);
  expect(types().at(-1)).toBe('finished');
  const said = server.events.map(({ payload }) => (payload.type === 'log' ? payload.message.en : ''));
  const reason = `its file has ${cut} bytes instead of ${newest?.sizeBytes}`;
  expect(said).toContainEqual(expect.stringContaining(`The checkpoint of step ${newest?.step} is damaged (${reason})`));
  expect(REPEATABLE.map((name) => server.points(name))).toEqual(undisturbed);
});

const [disk, otherDisk] = [await smallDisk(2 * 2 ** 20), await smallDisk(2 * 2 ** 20)];
afterAll(async () => {
  for (const small of [disk, otherDisk]) await small?.remove();
});

test.skipIf(disk === null)(
  'a run waits on a disk that fills up, and reports in the end what an undisturbed one does (where this account may mount one)',
  async () => {
    const changes = { ...LONG, checkpointEverySteps: 10 };
    const undisturbed = await uninterrupted(changes);
    await serve(changes);
    workers.push(startWorker(server.address, disk?.folder ?? ''));
    await server.until(() => types().includes('checkpoint') || isEnded());
    await fillDisk(disk?.folder ?? '');
    await server.until(() => says('The disk of the worker is full') || isEnded());
    expect(isEnded()).toBe(false);
    expect(server.artifacts.some(({ kind }) => kind === 'checkpoint')).toBe(true);
    await rm(join(disk?.folder ?? '', 'filler'));
    await server.until(isEnded);
    expect(types().at(-1)).toBe('finished');
    expect(says('Goes on from the checkpoint')).toBe(true);
    expect(REPEATABLE.map((name) => server.points(name))).toEqual(undisturbed);
  },
);

test.skipIf(disk === null)(
  'a run that waits for room can be cancelled (where this account may mount a disk)',
  async () => {
    await serve({ epochs: 10_000, checkpointEverySteps: 10 });
    workers.push(startWorker(server.address, otherDisk?.folder ?? ''));
    await server.until(() => types().includes('checkpoint') || isEnded());
    await fillDisk(otherDisk?.folder ?? '');
    await server.until(() => says('The disk of the worker is full') || isEnded());
    server.cancelRequested = true;
    await server.until(isEnded);
    expect(types().at(-1)).toBe('cancelled');
  },
);

test.skipIf(process.platform !== 'linux')(
  'a run whose first event finds no room waits as well, says so, and trains when there is room (where there is /dev/full: Linux)',
  async () => {
    await serve(LONG);
    const full = join(folder, 'worker', 'runs', server.runId, 'events.jsonl.next');
    await mkdir(dirname(full), { recursive: true });
    await symlink('/dev/full', full);
    work();
    await server.until(() => says('The disk of the worker is full') || isEnded());
    expect(isEnded()).toBe(false);
    await rm(full);
    await server.until(isEnded);
    expect([types().at(-1), server.points('training/loss').size]).toEqual(['finished', 400]);
  },
);

test('a run trains on while the server has no room for its files, says so, and its last files wait', async () => {
  const undisturbed = await uninterruptedLong();
  await serve(LONG);
  server.isFull = true;
  work();
  await server.until(() => hasSteps(400)() || isEnded());
  await server.until(() => says('The server has no room') || isEnded());
  expect([isEnded(), server.artifacts]).toEqual([false, []]);
  server.isFull = false;
  await server.until(isEnded);
  expect(types().at(-1)).toBe('finished');
  expect(REPEATABLE.map((name) => server.points(name))).toEqual(undisturbed);
  expect(server.artifacts.findLast(({ kind }) => kind === 'checkpoint')?.step).toBe(400);
});

test("another machine goes on from the server's checkpoint, with the same points", async () => {
  const undisturbed = await uninterruptedLong();
  await serve(LONG);
  const first = work('first');
  await server.until(() => types().includes('checkpoint') || isEnded());
  await first.end('SIGKILL');
  expect(isEnded()).toBe(false);
  nextAttempt();
  work('second');
  await server.until(isEnded);
  expect(types().at(-1)).toBe('finished');
  expect(REPEATABLE.map((name) => server.points(name))).toEqual(undisturbed);
});

test.each(['hang-up', 'not-ready', 'too-many-requests'] as const)(
  'an outage of the server (%s) loses and doubles nothing',
  async (outage) => {
    await serve(LONG);
    work();
    await server.until(hasSteps(20));
    server.outage = outage;
    let refused = 0;
    await server.until(() => ++refused > 4);
    server.outage = null;
    await server.until(isEnded);
    expect(types().at(-1)).toBe('finished');
    expect([...server.points('training/loss').keys()]).toEqual(Array.from({ length: 400 }, (_, index) => index + 1));
  },
);

test('a cancelled run keeps its checkpoint and every point up to it', async () => {
  // Few enough steps that each is a point.
  await serve({ epochs: 5000 });
  work();
  await server.until(hasSteps(20));
  server.cancelRequested = true;
  await server.until(isEnded);
  expect(types().at(-1)).toBe('cancelled');
  const step = server.artifacts.findLast(({ kind }) => kind === 'checkpoint')?.step;
  expect(step).toBe(Math.max(...server.points('training/loss').keys()));
});

test('a worker that is asked to stop leaves the run with a checkpoint of its last step', async () => {
  await serve(LONG);
  const first = work();
  await server.until(hasSteps(20));
  expect(await first.end('SIGTERM')).toBe(0);
  expect(isEnded()).toBe(false);
  const lastStep = Math.max(...server.points('training/loss').keys());
  nextAttempt();
  work();
  await server.until(isEnded);
  const resumed = server.events.flatMap(({ payload }) => (payload.type === 'started' ? [payload.progress.step] : []));
  expect(resumed).toEqual([0, lastStep]);
  expect(types().at(-1)).toBe('finished');
});

test('a worker whose server is away stops when it is asked to, and goes on later', async () => {
  await serve(LONG);
  const first = work();
  await server.until(hasSteps(20));
  server.outage = 'hang-up';
  const requests = server.requests;
  await server.until(() => server.requests > requests);
  expect(await first.end('SIGTERM')).toBe(0);
  server.outage = null;
  nextAttempt();
  work();
  await server.until(isEnded);
  expect(types().at(-1)).toBe('finished');
  expect([...server.points('training/loss').keys()]).toEqual(Array.from({ length: 400 }, (_, index) => index + 1));
});

test('a worker that has lost its lease stops at once and leaves the run alone', async () => {
  await serve({ epochs: 10_000 });
  const worker = work();
  await server.until(hasSteps(20));
  const before = server.events.length;
  server.outage = 'lease-lost';
  await server.until(() => server.claims === 2);
  server.outage = null;
  expect(worker.output()).toContain('given up here');
  expect(server.events).toHaveLength(before);
  expect(await readdir(join(folder, 'worker', 'runs'))).toEqual([server.runId]);
});

test('early stopping evaluates the best checkpoint, not the last', async () => {
  await serve({ epochs: 200, earlyStoppingPatience: 2, learningRate: 0.2 }, ['zzzz']);
  work();
  await server.until(isEnded);
  expect(server.events.at(-1)?.payload).toEqual({ type: 'finished', reason: 'early-stopping' });
  const losses = [...server.points('validation/loss')];
  // The untrained model begins the curve, and is no candidate.
  expect(losses.shift()?.[0]).toBe(0);
  const best = losses.reduce((a, b) => ((b[1] ?? Infinity) < (a[1] ?? Infinity) ? b : a));
  expect(losses.at(-1)?.[0]).toBe(best[0] + 8);
  expect(server.evaluations[0]?.checkpointStep).toBe(best[0]);
  // What was measured is what the server has, and not only what was newest.
  const steps = server.artifacts.filter(({ kind }) => kind === 'checkpoint').map(({ step }) => step);
  expect(steps).toContain(best[0]);
});

test('a loss that is not finite fails the run with a code and advice, and never a stack', async () => {
  await serve({
    epochs: 50,
    optimiser: 'sgd',
    learningRate: 10,
    normalisation: 'post',
    clipNorm: null,
    feedForward: 512,
  });
  work();
  await server.until(isEnded);
  const last = server.events.at(-1)?.payload;
  const layer = expect.stringMatching(/^(encoder|decoder)/);
  expect(last).toMatchObject({ type: 'failed', error: { code: 'non-finite-loss', place: { layer } } });
  expect(JSON.stringify(last)).not.toMatch(/\bat .*\.ts/);
  // The points up to the step before are all there: they show how it came to that.
  const failedStep = last?.type === 'failed' ? (last.error.place?.step ?? 0) : 0;
  expect(failedStep).toBeGreaterThan(1);
  expect(server.points('training/loss').size).toBe(failedStep - 1);
});

test('a model that no longer answers with numbers after a step whose loss was finite fails the run as diverged', async () => {
  await serve(
    {
      ...{ epochs: 50, optimiser: 'sgd', learningRate: 10, normalisation: 'post', clipNorm: null, feedForward: 512 },
      ...{ batchSize: 8, evaluateEverySteps: 1 },
    },
    ['zzzz', 'abc'],
  );
  work();
  await server.until(isEnded);
  const place = { step: expect.any(Number) as number, layer: expect.stringMatching(/^(encoder|decoder)/) as string };
  expect(server.events.at(-1)?.payload).toMatchObject({ type: 'failed', error: { code: 'non-finite-loss', place } });
});

test('a result that the server does not take fails the run, and the worker prints why', async () => {
  await serve({ epochs: 1 });
  server.refusesEvaluations = true;
  const worker = work();
  await server.until(isEnded);
  expect(server.events.at(-1)?.payload).toMatchObject({ type: 'failed', error: { code: 'worker-error' } });
  expect(worker.output()).toContain('unstorable text');
});

test('a layer to freeze that the model does not have fails the run with a code and its name', async () => {
  await serve({ startFromArtifactId: crypto.randomUUID(), frozenLayers: ['encoder.7'] });
  work();
  await server.until(isEnded);
  const error = { code: 'shape-mismatch', place: { tensor: 'encoder.7' } };
  expect(server.events.at(-1)?.payload).toMatchObject({ type: 'failed', error });
});

test('a combination that cannot be trained fails with the setting that is wrong', async () => {
  await serve({ task: 'next-token' });
  work();
  await server.until(isEnded);
  expect(server.events.at(-1)?.payload).toMatchObject({ type: 'failed', error: { code: 'invalid-configuration' } });
});
