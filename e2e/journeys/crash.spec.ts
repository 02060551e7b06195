import { expect, test } from '@playwright/test';
import { getRun, getRunMetrics, startRun, type Run } from '@greenlight/shared/stages/training/contract.ts';
import { apiWithToken, articleRun, runEnded, type Api } from '../fixtures/api.ts';
import { readEvents } from '../fixtures/event-stream.ts';
import { descendantsRunning } from '../fixtures/processes.ts';
import type { Product } from '../fixtures/product.ts';
import { startTrainedProduct } from '../fixtures/trained.ts';
import { until } from '../fixtures/until.ts';

/** Small enough for hundreds of steps in seconds, long enough to be killed in the middle. */
const CONFIGURATION = {
  dModel: 64,
  heads: 4,
  encoderLayers: 1,
  decoderLayers: 1,
  feedForward: 128,
  epochs: 400,
  evaluateEverySteps: 300,
  checkpointEverySteps: 100,
  device: 'cpu',
  seed: 7,
};
const STEPS = 1200;

let product: Product;
let api: Api;
let project: { projectId: string; runId: string };

test.beforeAll(async () => {
  product = await startTrainedProduct();
  api = await apiWithToken(product.url);
  project = await articleRun(api);
});
test.afterAll(async () => {
  await product.remove();
});

async function begin(): Promise<Run> {
  const { datasetVersionId } = await api.call(getRun, { params: { runId: project.runId } });
  return api.call(startRun, {
    params: { projectId: project.projectId },
    body: { datasetVersionId, configuration: CONFIGURATION },
  });
}

async function lossBySteps(runId: string): Promise<Map<number, number | null>> {
  const { series } = await api.call(getRunMetrics, {
    params: { runId },
    query: { names: 'training/loss', maxPoints: 2000 },
  });
  const [loss] = series;
  expect(loss?.points).toBe(STEPS);
  return new Map(loss?.step.map((step, index) => [step, loss.mean[index] ?? null]));
}

function reached(runId: string, step: number): Promise<Run> {
  return until(`run ${runId} reaches step ${step}`, 600_000, async () => {
    const run = await api.call(getRun, { params: { runId } });
    if (run.finishedAt) throw new Error(`the run ended (${run.state}) before it could be disturbed`);
    return (run.progress?.step ?? 0) >= step ? run : null;
  });
}

function processOf(part: string): number {
  const [pid] = descendantsRunning(product.launcherPid, part);
  if (pid === undefined) throw new Error(`no process runs ${part}`);
  return pid;
}

test('killing the worker and the server loses no acknowledged point and doubles none', async () => {
  const undisturbed = await runEnded(api, (await begin()).id, 600_000);
  expect(undisturbed.state).toBe('finished');
  const expected = await lossBySteps(undisturbed.id);

  const disturbed = await begin();
  const reader = readEvents(product.url, api.token, disturbed.id);
  await reached(disturbed.id, 250);
  process.kill(processOf('worker/src/main.ts'), 'SIGKILL');
  const acknowledged = await until('the metrics can be read', 120_000, () => lastStep(disturbed.id));

  await until(
    'the run goes on',
    600_000,
    async () => ((await lastStep(disturbed.id)) ?? 0) > acknowledged + 50 || null,
  );
  process.kill(processOf('server/src/main.ts'), 'SIGKILL');

  const ended = await until('the disturbed run ends', 600_000, async () => {
    const run = await api.call(getRun, { params: { runId: disturbed.id } }).catch(() => null);
    return run?.finishedAt ? run : null;
  });
  expect(ended.state).toBe('finished');
  expect(ended.attempt).toBeGreaterThan(1);
  expect(await lossBySteps(disturbed.id)).toEqual(expected);

  await until('the reader has every event', 120_000, async () =>
    reader.events.at(-1)?.sequence === ended.lastSequence ? true : null,
  );
  await reader.stop();
  expect(reader.connections()).toBeGreaterThan(1);
  const sequences = reader.events.map((event) => event.sequence);
  expect(sequences).toEqual(Array.from({ length: ended.lastSequence }, (_, index) => index + 1));
  const streamed = reader.events.flatMap((event) =>
    event.payload.type === 'metrics' ? event.payload.points.filter((point) => point.name === 'training/loss') : [],
  );
  expect(streamed.map((point) => point.step)).toEqual(Array.from({ length: STEPS }, (_, index) => index + 1));
});

async function lastStep(runId: string): Promise<number | null> {
  const reply = await api
    .call(getRunMetrics, { params: { runId }, query: { names: 'training/loss', maxPoints: 2000 } })
    .catch(() => null);
  return reply?.series[0]?.step.at(-1) ?? null;
}
