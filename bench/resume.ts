/**
 * Runs whose worker is killed: `npm run bench -- resume [runs] [seed]`. Each run draws model, optimiser, accumulation and early stopping; its worker
 * gets SIGKILL at random moments and at chosen ones (while a checkpoint is written, while the model is measured, right after the last step) and is
 * started again. Every point, the evaluation and the state in the last checkpoint must equal those of the same run without interruption.
 */
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { RunConfiguration } from '@greenlight/shared/stages/training/configuration.ts';
import { randomKey, uniformAt } from '../worker/src/model/random.ts';
import { ProtocolServer } from '../worker/src/test-support/protocol-server.ts';
import { TINY_TEXTS, tinyConfiguration } from '../worker/src/test-support/tiny-run.ts';
import { startWorker } from '../worker/src/test-support/worker-process.ts';
import { readCheckpoint } from '../worker/src/training/test-support/read-checkpoint.ts';
import { writeResult } from './results.ts';

const [runs = 8, firstSeed = 1] = process.argv.slice(3).map(Number);

/** When a worker is killed. */
const MOMENTS = ['at random', 'while a checkpoint is written', 'while it is measured', 'after the last step'] as const;
type Moment = (typeof MOMENTS)[number];

/** Speeds are of the machine, not of the run. */
const UNREPEATABLE = 'training/tokens-per-second';

interface Outcome {
  points: Map<string, number | null>;
  /** The evaluation without the times that it took. */
  measured: unknown;
  predictionsSha256: string | undefined;
  /** Of every array in the last checkpoint: parameters and the optimiser's state. */
  stateSha256: string;
  checkpointStep: number | null;
  end: unknown;
  durationMs: number;
  kills: Record<string, number>;
}

function drawn(seed: number): { configuration: Partial<RunConfiguration>; labels: string[] } {
  const key = randomKey(seed, 60);
  let count = 0;
  const of = <Value>(values: readonly Value[]): Value =>
    values[Math.floor(uniformAt(key, count++) * values.length)] as Value;
  const architecture = of(['encoder-decoder', 'decoder-only', 'encoder-classifier'] as const);
  const patience = of([null, 2, 5]);
  const common = {
    architecture,
    optimiser: of(['adam', 'adamw', 'sgd', 'momentum'] as const),
    gradientAccumulation: of([1, 2, 3]),
    batchSize: of([1, 2, 3]),
    dropout: of([0, 0.2]),
    schedule: of(['constant', 'linear', 'warmup-cosine'] as const),
    warmupSteps: of([0, 7]),
    clipNorm: of([null, 0.5]),
    weightDecay: of([0, 0.01]),
    l1: of([0, 0.001]),
    learningRate: patience === null ? 0.01 : 0.05,
    earlyStoppingPatience: patience,
    evaluateEverySteps: of([3, 7]),
    checkpointEverySteps: of([1, 5, 20]),
    epochs: 60,
    seed,
  };
  const isClassifier = architecture === 'encoder-classifier';
  const task = architecture === 'encoder-decoder' ? 'prefix-to-whole' : isClassifier ? 'single-label' : 'next-token';
  return { configuration: { ...common, task }, labels: isClassifier ? ['first', 'second'] : [] };
}

function datasetOf(labels: readonly string[]) {
  const items = (texts: readonly string[]) => texts.map((text, place) => ({ text, labels: [labels[place % 2] ?? ''] }));
  const held = ['hgfedc', 'abcdefgh', 'cdcdcd'];
  return labels.length === 0
    ? { train: TINY_TEXTS, validation: held, test: held }
    : { train: items(TINY_TEXTS), validation: items(held), test: items(held) };
}

async function performed(seed: number, moments: readonly Moment[], typicalMs: number): Promise<Outcome> {
  const { configuration, labels } = drawn(seed);
  const folder = await mkdtemp(join(tmpdir(), 'greenlight-resume-'));
  const server = new ProtocolServer({
    configuration: tinyConfiguration(configuration),
    dataset: datasetOf(labels),
    labels,
  });
  const address = await server.listen();
  const started = performance.now();
  const kills: Record<string, number> = {};
  const types = () => server.events.map(({ payload }) => payload.type);
  const isEnded = () => types().some((type) => type === 'finished' || type === 'failed');
  const key = randomKey(seed, 61);
  let worker = startWorker(address, join(folder, 'worker'));
  for (const [index, moment] of moments.entries()) {
    const over = Promise.race([server.until(isEnded), reached(moment, uniformAt(key, index) * typicalMs)]);
    await over;
    if (isEnded()) break;
    await worker.end('SIGKILL');
    if (isEnded()) break;
    kills[moment] = (kills[moment] ?? 0) + 1;
    server.attempt++;
    server.isClaimable = true;
    worker = startWorker(address, join(folder, 'worker'));
  }
  await Promise.race([server.until(isEnded), pause(120_000)]);
  if (!isEnded()) console.log(worker.output());
  await worker.end('SIGTERM');
  const durationMs = performance.now() - started;

  async function reached(moment: Moment, delayMs: number): Promise<void> {
    if (moment === 'at random') {
      await pause(delayMs);
      return;
    }
    const evaluating = types().filter((type) => type === 'evaluating').length;
    const last = () => {
      const progress = server.events.map(({ payload }) => ('progress' in payload ? payload.progress : null)).at(-1);
      return progress !== null && progress !== undefined && progress.step === progress.totalSteps;
    };
    for (;;) {
      if (isEnded()) return;
      if (moment === 'while it is measured' && types().filter((type) => type === 'evaluating').length > evaluating)
        return;
      if (moment === 'after the last step' && last()) return;
      if (moment === 'while a checkpoint is written' && (await isWriting()) && performance.now() - started > delayMs)
        return;
      await pause(moment === 'while a checkpoint is written' ? 0 : 2);
    }
  }

  async function isWriting(): Promise<boolean> {
    const names = await readdir(join(folder, 'worker', 'runs', server.runId, 'checkpoints')).catch(() => []);
    return names.some((name) => name.includes('.partial'));
  }

  const points = new Map<string, number | null>();
  for (const { payload } of server.events) {
    if (payload.type !== 'metrics') continue;
    for (const { name, step, value } of payload.points) {
      if (name === UNREPEATABLE) continue;
      const place = `${name} ${step}`;
      // What is reported again must be what was reported before.
      if (points.has(place) && points.get(place) !== value) points.set(`${place} again`, value);
      else points.set(place, value);
    }
  }
  const last = server.artifacts
    .filter(({ kind }) => kind === 'checkpoint')
    .toSorted((a, b) => (a.step ?? 0) - (b.step ?? 0))
    .at(-1);
  const digest = createHash('sha256');
  if (last !== undefined) {
    const path = join(folder, 'last.safetensors');
    await writeFile(path, last.content);
    for (const { name, slot, data } of (await readCheckpoint(path)).arrays)
      digest.update(`${name} ${slot}`).update(data);
  }
  await server.close();
  await rm(folder, { recursive: true, force: true });
  const measured = server.evaluations.at(-1);
  return {
    points,
    measured: { ...measured, elapsedMs: 0, samples: measured?.samples.map((sample) => ({ ...sample, at: '' })) },
    predictionsSha256: server.artifacts.findLast(({ kind }) => kind === 'predictions')?.sha256,
    stateSha256: digest.digest('hex'),
    checkpointStep: last?.step ?? null,
    end: server.events.at(-1)?.payload,
    durationMs,
    kills,
  };
}

const failures: unknown[] = [];
const kills: Record<string, number> = {};
for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
  const whole = await performed(seed, [], 0);
  const key = randomKey(seed, 62);
  const moments = Array.from(
    { length: 4 },
    (_, place) => MOMENTS[Math.floor(uniformAt(key, place) * MOMENTS.length)] as Moment,
  );
  // The chosen moments come but once each; those at the end come last.
  const order = [...new Set(moments)].toSorted((a, b) => MOMENTS.indexOf(a) - MOMENTS.indexOf(b));
  const killed = await performed(seed, ['at random', ...order], whole.durationMs);
  for (const [moment, count] of Object.entries(killed.kills)) kills[moment] = (kills[moment] ?? 0) + count;
  const differences = [...new Set([...whole.points.keys(), ...killed.points.keys()])].filter(
    (place) => !Object.is(whole.points.get(place), killed.points.get(place)),
  );
  const isSame =
    differences.length === 0 &&
    whole.points.size > 0 &&
    whole.stateSha256 === killed.stateSha256 &&
    whole.checkpointStep === killed.checkpointStep &&
    whole.predictionsSha256 === killed.predictionsSha256 &&
    JSON.stringify(whole.measured) === JSON.stringify(killed.measured) &&
    JSON.stringify(whole.end) === JSON.stringify(killed.end);
  console.log(
    seed,
    isSame,
    whole.points.size,
    whole.end,
    killed.end,
    killed.kills,
    Math.round(whole.durationMs),
    Math.round(killed.durationMs),
  );
  if (!isSame) {
    const failure = { seed, ...drawn(seed), differences: differences.slice(0, 10), count: differences.length };
    console.log(
      JSON.stringify({
        ...failure,
        whole: [whole.stateSha256, whole.checkpointStep, whole.measured],
        killed: [killed.stateSha256, killed.checkpointStep, killed.measured],
      }),
    );
    failures.push(failure);
  }
}
await writeResult('resume', { command: `npm run bench -- resume ${runs} ${firstSeed}`, runs, kills, failures });
