/**
 * How much reporting and evaluation hold training up: `npm run bench -- reporting-stall` trains the same run in turn by the training thread alone,
 * with nobody listening, and by the whole product: events on disk, over HTTP into the database and on to a listener of the live stream. Only
 * the time of steps is compared. `npm run bench -- reporting-stall 10 60` instead makes runs that train for about so many seconds, with
 * everything that the product decides by itself (evaluation points, sample texts, checkpoints), and says what share of the training those took.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTextDatasetVersion } from '@greenlight/shared/stages/data/contract.ts';
import { itemLine } from '@greenlight/shared/stages/data/content.ts';
import { itemsOf } from '@greenlight/shared/stages/data/rules.ts';
import { runConfiguration } from '@greenlight/shared/stages/training/configuration.ts';
import { getRun, startRun, streamRunEvents } from '@greenlight/shared/stages/training/contract.ts';
import { planTraining } from '@greenlight/shared/stages/training/plan/contract.ts';
import { apiWithToken, articleRun, runEnded, type Api } from '../e2e/fixtures/api.ts';
import { startProduct } from '../e2e/fixtures/product.ts';
import { TrainingWorker } from '../worker/src/jobs/training-worker.ts';
import type { RunTiming } from '../worker/src/jobs/run-meter.ts';
import { readResult, writeResult } from './results.ts';
import { contentOf, type DatasetName } from './support/planner-cases.ts';
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

/** What the result keeps: how much slower steps are, and the shares of runs by how long they train. */
interface Kept {
  slowdown?: object;
  runs?: (object & { aboutSeconds: number; kind: string })[];
}

const SHORT = { dModel: 64, heads: 4, feedForward: 256, encoderLayers: 1, decoderLayers: 1, batchSize: 8 } as const;

/** What is trained for so many seconds: a generator that writes a sample text, and a classifier. */
const KINDS = [
  { kind: 'encoder–decoder', dataset: 'short', settings: { ...SHORT, maxTokens: 32, samplePrompts: ['\u4e00\u4e01'] } },
  {
    kind: 'classifier',
    dataset: 'labelled',
    settings: {
      ...{ ...SHORT, batchSize: 16, decoderLayers: 0, encoderLayers: 2, maxTokens: 128 },
      ...{ architecture: 'encoder-classifier', task: 'single-label', tokenizer: 'wordpiece', vocabularySize: 2000 },
    },
  },
] as const;

/** Makes a run whose steps are planned to take so many seconds, and says what held them up. */
async function sharesOf(
  api: Api,
  projectId: string,
  datasetVersionId: string,
  { kind, settings }: (typeof KINDS)[number],
  aboutSeconds: number,
) {
  const body = (epochs: number) => ({
    datasetVersionId,
    configuration: runConfiguration.parse({ device: 'cpu', ...settings, epochs }),
  });
  const { plans } = await api.call(planTraining, { params: { projectId }, body: body(10) });
  const stepsMs = plans[0]?.time?.parts.steps ?? Number.NaN;
  const epochs = Math.max(2, Math.round((1000 * aboutSeconds * 10) / stepsMs));
  await waitForQuietMachine(LIMIT_MS);
  const { id } = await api.call(startRun, { params: { projectId }, body: body(epochs) });
  const { usage, state } = await runEnded(api, id, 2 * LIMIT_MS + 1000 * aboutSeconds);
  if (usage === null || state !== 'finished') throw new Error(`The run is ${state}`);
  const { recordingMs, evaluationMs, reportingMs, finalEvaluationMs, wallMs, evaluations } = usage;
  const trainingMs = recordingMs + usage.stepsMs + evaluationMs + reportingMs;
  return {
    ...{ kind, aboutSeconds, epochs },
    trainingSeconds: rounded(trainingMs / 1000, 2),
    evaluationShare: rounded(evaluationMs / trainingMs, 4),
    reportingShare: rounded(reportingMs / trainingMs, 4),
    stall: rounded((evaluationMs + reportingMs) / trainingMs, 4),
    evaluationPoints: evaluations,
    finalEvaluationSeconds: rounded(finalEvaluationMs / 1000, 2),
    finalEvaluationShareOfRun: rounded(finalEvaluationMs / wallMs, 3),
  };
}

async function keep(more: Kept): Promise<void> {
  const kept = (await readResult<Kept>('reporting-stall')) ?? {};
  const others = (kept.runs ?? []).filter(
    (old) => !more.runs?.some((run) => run.kind === old.kind && run.aboutSeconds === old.aboutSeconds),
  );
  const runs = [...others, ...(more.runs ?? [])].toSorted((a, b) => a.aboutSeconds - b.aboutSeconds);
  const command = 'npm run bench -- reporting-stall; npm run bench -- reporting-stall 10 60 180';
  await writeResult('reporting-stall', { command, slowdown: more.slowdown ?? kept.slowdown, runs });
}

async function addDataset(api: Api, projectId: string, name: DatasetName): Promise<string> {
  const text = { zh: '', en: `Made for a measurement: ${name}` };
  const body = { datasetName: text, source: text, licence: 'none', notes: text, seed: 1, content: contentOf(name) };
  return (await api.call(createTextDatasetVersion, { params: { projectId }, body })).id;
}

/** Steps in the product against steps alone, in alternation. */
async function compareSteps(api: Api, projectId: string, folder: string): Promise<object> {
  const datasetPath = join(folder, 'items.jsonl');
  await writeFile(datasetPath, itemsOf(contentOf('short')).map(itemLine).join(''));
  const datasetVersionId = await addDataset(api, projectId, 'short');
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
  return {
    rounds: ROUNDS,
    stepMs: { alone: rounded(quantile(alone, 0.5), 3), reported: rounded(quantile(reported, 0.5), 3) },
    ...spreadOf(slowdowns, 4),
    ofEachRound: slowdowns.map((slowdown) => rounded(slowdown, 4)),
    reportingShareOfLoop: rounded(quantile(shares, 0.5), 4),
    eventsHeard: quantile(events, 0.5),
  };
}

const seconds = process.argv.slice(3).map(Number);
const folder = await mkdtemp(join(tmpdir(), 'greenlight-stall-data-'));
const product = await startProduct();
try {
  const api = await apiWithToken(product.url);
  const { projectId, runId } = await articleRun(api);
  await runEnded(api, runId, LIMIT_MS);
  if (seconds.length === 0) await keep({ slowdown: await compareSteps(api, projectId, folder) });
  const datasets = new Map<string, string>();
  for (const aboutSeconds of seconds) {
    for (const kind of KINDS) {
      const known = datasets.get(kind.dataset) ?? (await addDataset(api, projectId, kind.dataset));
      datasets.set(kind.dataset, known);
      const run = await sharesOf(api, projectId, known, kind, aboutSeconds);
      console.log(JSON.stringify(run));
      await keep({ runs: [run] });
    }
  }
} finally {
  await product.remove();
  await rm(folder, { recursive: true, force: true });
}
