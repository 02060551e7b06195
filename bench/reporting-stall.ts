/**
 * How much reporting holds training up: `npm run bench -- reporting-stall`. The same run is trained in turn by the training thread alone,
 * with nobody listening, and by the whole product: events on disk, over HTTP into the database and on to a listener of the live stream.
 * Only the time of steps is compared, which is what reporting could slow down; its own share of the loop is given beside it.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTextDatasetVersion } from '@greenlight/shared/stages/data/contract.ts';
import { itemLine } from '@greenlight/shared/stages/data/content.ts';
import { itemsOf } from '@greenlight/shared/stages/data/rules.ts';
import { runConfiguration } from '@greenlight/shared/stages/training/configuration.ts';
import { getRun, startRun, streamRunEvents } from '@greenlight/shared/stages/training/contract.ts';
import { apiWithToken, articleRun, runEnded, type Api } from '../e2e/fixtures/api.ts';
import { startProduct } from '../e2e/fixtures/product.ts';
import { TrainingWorker } from '../worker/src/jobs/training-worker.ts';
import type { RunTiming } from '../worker/src/jobs/run-meter.ts';
import { writeResult } from './results.ts';
import { contentOf } from './support/planner-cases.ts';
import { waitForQuietMachine } from './support/quiet-machine.ts';
import { quantile, rounded, spreadOf } from './support/statistics.ts';

const ROUNDS = 15;
const LIMIT_MS = 120_000;

/** Quick steps, so that events are as many as they can be: every one of 2,400 steps is a point. */
const CONFIGURATION = runConfiguration.parse({
  ...{ architecture: 'decoder-only', task: 'next-token', device: 'cpu' },
  ...{ dModel: 64, heads: 4, feedForward: 256, encoderLayers: 0, decoderLayers: 2 },
  ...{ batchSize: 8, epochs: 16, maxTokens: 32, evaluateEverySteps: 1_000_000 },
});

/** Trains in a thread whose events go nowhere. */
async function trainAlone(datasetPath: string): Promise<RunTiming> {
  const runFolder = await mkdtemp(join(tmpdir(), 'greenlight-stall-'));
  let timing: RunTiming | null = null;
  try {
    const task = {
      configuration: CONFIGURATION,
      datasetPath,
      labels: [],
      heads: [],
      startFrom: null,
      tokenizerPath: null,
      sameAsTraining: false,
    };
    const thread: TrainingWorker = new TrainingWorker(
      { ...task, runFolder, checkpoints: [], passedOver: [] },
      (message) => {
        if (message.type === 'sync') thread.synced(message.token);
        if (message.type === 'timing') timing = message.timing;
        // What is measured is over: the evaluation is not needed.
        if (message.type === 'event' && message.payload.type === 'evaluating') thread.requestStop('cancel');
      },
    );
    await thread.ended;
  } finally {
    await rm(runFolder, { recursive: true, force: true });
  }
  if (timing === null) throw new Error('The thread told nothing');
  return timing;
}

/** Trains through the product with somebody listening to the run; returns its timing and how many events were heard. */
async function trainReported(api: Api, projectId: string, datasetVersionId: string) {
  const body = { datasetVersionId, configuration: CONFIGURATION };
  const { id } = await api.call(startRun, { params: { projectId }, body });
  let heard = 0;
  const reply = await api.raw(streamRunEvents.path.replace('{runId}', id), { signal: AbortSignal.timeout(LIMIT_MS) });
  let text = '';
  // A page that shows the run asks for nothing while the stream tells it everything; asking for its state would cost time of its own.
  for await (const chunk of reply.body ?? []) {
    text = (text + Buffer.from(chunk).toString()).slice(-100_000);
    heard += Buffer.from(chunk).toString().split('\nevent: ').length - 1;
    if (/"type":"(finished|failed|cancelled)"/.test(text)) break;
  }
  await runEnded(api, id, LIMIT_MS);
  const { usage } = await api.call(getRun, { params: { runId: id } });
  if (usage === null) throw new Error('The worker told nothing');
  return { timing: usage, heard };
}

const folder = await mkdtemp(join(tmpdir(), 'greenlight-stall-data-'));
const product = await startProduct();
try {
  const api = await apiWithToken(product.url);
  const { projectId, runId } = await articleRun(api);
  await runEnded(api, runId, LIMIT_MS);
  const content = contentOf('short');
  const datasetPath = join(folder, 'items.jsonl');
  await writeFile(datasetPath, itemsOf(content).map(itemLine).join(''));
  const text = { zh: '', en: 'Made for a measurement' };
  const { id: datasetVersionId } = await api.call(createTextDatasetVersion, {
    params: { projectId },
    body: { datasetName: text, source: text, licence: 'none', notes: text, seed: 1, content },
  });
  const perStep = ({ stepsMs, steps }: RunTiming): number => stepsMs / steps;
  const [alone, reported, shares, events]: [number[], number[], number[], number[]] = [[], [], [], []];
  for (let round = 0; round < ROUNDS; round++) {
    await waitForQuietMachine(LIMIT_MS);
    // Who goes first alternates, as a machine may slow down within a round.
    if (round % 2 === 0) alone.push(perStep(await trainAlone(datasetPath)));
    const { timing, heard } = await trainReported(api, projectId, datasetVersionId);
    if (round % 2 === 1) alone.push(perStep(await trainAlone(datasetPath)));
    reported.push(perStep(timing));
    shares.push(timing.reportingMs / (timing.stepsMs + timing.reportingMs));
    events.push(heard);
  }
  const slowdowns = reported.map((ms, round) => ms / (alone[round] ?? Number.NaN) - 1);
  await writeResult('reporting-stall', {
    command: 'npm run bench -- reporting-stall',
    rounds: ROUNDS,
    stepMs: { alone: rounded(quantile(alone, 0.5), 3), reported: rounded(quantile(reported, 0.5), 3) },
    slowdown: spreadOf(slowdowns, 4),
    slowdownOfEachRound: slowdowns.map((slowdown) => rounded(slowdown, 4)),
    reportingShareOfLoop: rounded(quantile(shares, 0.5), 4),
    eventsHeard: quantile(events, 0.5),
  });
} finally {
  await product.remove();
  await rm(folder, { recursive: true, force: true });
}
