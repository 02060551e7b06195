// One training of the measurement of long texts, in a process of its own: reads its task from the command line, answers as JSON.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runConfiguration, type RunConfiguration } from '@greenlight/shared/stages/training/configuration.ts';
import { randomKey, uniformAt } from '../../worker/src/model/random.ts';
import { PeakMemory } from '../../worker/src/report/peak-memory.ts';
import { ADAM } from './training-models.ts';

/** What such a process is to do. */
export interface LongTextsTask {
  /** The checkout whose worker trains. */
  readonly checkout: string;
  readonly configuration: Partial<RunConfiguration>;
  readonly batches: number;
}

/** What it tells. */
export interface LongTextsReply {
  readonly seconds: number;
  /** Graphs that were opened, and the share of the time that it took to record and open them. */
  readonly opened: number;
  readonly openingShare: number;
  readonly peakMegabytes: number;
  readonly lastLoss: number;
}

const VOCABULARY = 60;
/** Lengths as those of mails: half are shorter than this, few much longer. */
const MEDIAN_TOKENS = 300;
const SPREAD = 0.8;
const CLASSES = ['spam', 'ham'];
/** A graph that is there already is found in less than this. */
const OPENING_MS = 5;

type Source = 'training/create-engine' | 'data/batches' | 'jobs/engine-options';
interface Modules {
  'training/create-engine': typeof import('../../worker/src/training/create-engine.ts');
  'data/batches': typeof import('../../worker/src/data/batches.ts');
  'jobs/engine-options': typeof import('../../worker/src/jobs/engine-options.ts');
}

async function perform({ checkout, configuration, batches }: LongTextsTask): Promise<LongTextsReply> {
  const from = async <Name extends Source>(name: Name): Promise<Modules[Name]> =>
    (await import(pathToFileURL(join(checkout, 'worker', 'src', `${name}.ts`)).href)) as Modules[Name];
  const { createEngine } = await from('training/create-engine');
  const { epochOrder, trainingBatch } = await from('data/batches');
  const { modelSettingsOf } = await from('jobs/engine-options');
  const settings = runConfiguration.parse(configuration);
  const isClassifier = settings.architecture === 'encoder-classifier';
  const key = randomKey(2026, 11);
  let place = 0;
  const normal = (): number => {
    const [first, second] = [uniformAt(key, place++), uniformAt(key, place++)];
    return Math.sqrt(-2 * Math.log(1 - first)) * Math.cos(2 * Math.PI * second);
  };
  const ids = Array.from({ length: batches * settings.batchSize }, (_, item) => {
    const length = Math.round(MEDIAN_TOKENS * Math.exp(SPREAD * normal()));
    return Int32Array.from(
      { length: Math.max(8, Math.min(settings.maxTokens, length)) },
      (_token, index) => 4 + ((index * 7919 + item) % (VOCABULARY - 4)),
    );
  });
  const labels = isClassifier ? { values: Int32Array.from(ids, (_, item) => item % 2), width: 1 } : null;
  const model = modelSettingsOf(settings, VOCABULARY, isClassifier ? CLASSES : []);
  const engine = await createEngine({ model, optimiser: ADAM, seed: 1, device: 'cpu' });
  const memory = new PeakMemory();
  const order = { task: settings.task, batchSize: settings.batchSize, seed: 1 };
  let [opened, openingMs, lastLoss, step] = [0, 0, Number.NaN, 0];
  const started = performance.now();
  for (const members of epochOrder(ids, order, 1)) {
    const batch = trainingBatch({ ids, labels, auxiliary: [] }, members, order, 1);
    const { loss, loadingMs } = await engine.step([batch], ++step);
    opened += Number(loadingMs > OPENING_MS);
    openingMs += loadingMs;
    lastLoss = loss;
  }
  const tookMs = performance.now() - started;
  const peakMegabytes = memory.bytes / 1e6;
  await engine.dispose();
  return { seconds: tookMs / 1000, opened, openingShare: openingMs / tookMs, peakMegabytes, lastLoss };
}

const reply = await perform(JSON.parse(process.argv[2] ?? '') as LongTextsTask);
process.stdout.write(JSON.stringify(reply));
