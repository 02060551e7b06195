import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DatasetItem, DatasetTask } from '@greenlight/shared/stages/data/content.ts';
import type { TextDatasetContent } from '@greenlight/shared/stages/data/contract.ts';
import type { RunConfiguration } from '@greenlight/shared/stages/training/configuration.ts';
import { ProtocolServer } from '../test-support/protocol-server.ts';
import { tinyConfiguration } from '../test-support/tiny-run.ts';
import { startWorker, type WorkerProcess } from '../test-support/worker-process.ts';

let folder: string;
let server: ProtocolServer;
let worker: WorkerProcess;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlight-classify-'));
});

afterEach(async () => {
  await worker.end('SIGKILL');
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

/** Texts of four letters: what is asked about them is whether they hold an a, a b, and how many a. */
const TEXTS = Array.from({ length: 96 }, (_, index) =>
  Array.from({ length: 4 }, (_letter, place) => 'abcd'[(index >> (2 * (place % 3))) & 3] ?? 'a').join(''),
);

function content(of: (text: string, index: number) => Partial<DatasetItem>): TextDatasetContent {
  const items = TEXTS.map((text, index) => ({ text, ...of(text, index) }));
  return { train: items.slice(0, 64), validation: items.slice(64, 80), test: items.slice(80) };
}

async function train(
  changes: Partial<RunConfiguration>,
  dataset: TextDatasetContent,
  labels: string[],
  tasks: DatasetTask[] = [],
) {
  const configuration = tinyConfiguration({
    architecture: 'encoder-classifier',
    decoderLayers: 0,
    batchSize: 4,
    epochs: 12,
    samplePrompts: [],
    ...changes,
  });
  server = new ProtocolServer({ configuration, dataset, labels, tasks });
  await server.listen();
  worker = startWorker(server.address, join(folder, 'worker'));
  const ended = () => server.events.some(({ payload }) => payload.type === 'finished' || payload.type === 'failed');
  await server.until(ended);
  expect(server.events.at(-1)?.payload).toMatchObject({ type: 'finished' });
  const result = server.evaluations.at(-1);
  if (result === undefined) throw new Error('the run has no evaluation');
  return { result, value: (metric: string) => result.metrics.find((found) => found.metric === metric)?.value };
}

test('a class without a training item and a warm-up longer than the run are said in the log', async () => {
  const dataset = content((text) => ({ labels: [text.includes('a') ? 'with a' : 'without'] }));
  const { result } = await train({ task: 'single-label', epochs: 1, warmupSteps: 160 }, dataset, [
    'never',
    'with a',
    'without',
  ]);
  expect(result.classes).toBe(3);
  const said = server.events.flatMap(({ payload }) => (payload.type === 'log' ? [JSON.stringify(payload)] : [])).join();
  expect(said).toContain('1 of 3 classes have no training item');
  expect(said).toContain('the run has 16: the learning rate reaches');
  expect(said).not.toContain('never');
});

test('a run with one label a text learns it, with gradients of two batches added up', async () => {
  const dataset = content((text) => ({ labels: [text.includes('a') ? 'with a' : 'without'] }));
  const { result, value } = await train({ task: 'single-label', gradientAccumulation: 2 }, dataset, [
    'with a',
    'without',
  ]);
  expect(result).toMatchObject({ items: 16, sentences: 16, classes: 2, split: 'test', samples: [] });
  expect(value('accuracy')).toBeGreaterThan(0.8);
  expect(value('auc-macro')).toBeGreaterThan(0.8);
  expect([...server.points('training/loss').keys()].at(-1)).toBe(12 * 8);
  // The untrained model's is the first.
  expect(server.points('validation/f1-macro').size).toBe(1 + 12);
});

test('a run with any number of labels a text learns each', async () => {
  const dataset = content((text) => ({ labels: ['a', 'b'].filter((label) => text.includes(label)) }));
  const changes = { task: 'multi-label', loss: 'binary-cross-entropy' } as const;
  const { value } = await train(changes, dataset, ['a', 'b']);
  expect(value('hamming-loss')).toBeLessThan(0.2);
  expect(value('auc-micro')).toBeGreaterThan(0.8);
});

test('a run with a number a text learns to predict it', async () => {
  const dataset = content((text) => ({ value: text.split('a').length - 1 }));
  const changes = { task: 'regression', loss: 'mean-squared-error' } as const;
  const { value, result } = await train(changes, dataset, []);
  expect(result.classes).toBe(0);
  expect(value('r-squared')).toBeGreaterThan(0.5);
});

test('a run with several heads learns every task from one encoder, each from the items that have its answer', async () => {
  const dataset = content((text, index) => ({
    // Every fourth item has no label; every third has no answer for one of the two tasks.
    ...(index % 4 === 3 ? {} : { labels: [text.includes('a') ? 'with a' : 'without'] }),
    tasks: {
      ...(index % 3 === 0 ? {} : { flags: ['b', 'c'].filter((label) => text.includes(label)) }),
      ...(index % 3 === 1 ? {} : { 数量: text.split('a').length - 1 }),
    },
  }));
  const tasks: DatasetTask[] = [
    { name: 'flags', kind: 'multiple', labels: ['b', 'c'], items: 64 },
    { name: '数量', kind: 'value', labels: [], items: 64 },
    { name: 'unused', kind: 'value', labels: [], items: 0 },
  ];
  const auxiliaryTasks = [
    { name: '数量', weight: 0.5 },
    { name: 'flags', weight: 1 },
  ];
  const { result, value } = await train(
    { task: 'single-label', auxiliaryTasks, batchSize: 2 },
    dataset,
    ['with a', 'without'],
    tasks,
  );
  expect(value('accuracy')).toBeGreaterThan(0.8);
  expect(result).toMatchObject({ items: 12, sentences: 16, classes: 2 });
  expect(result.metrics.every(({ items }) => items === 12)).toBe(true);
  const [count, flags] = result.heads;
  const of = (head: typeof count, metric: string) => head?.metrics.find((one) => one.metric === metric)?.value;
  expect(count).toMatchObject({ name: '数量', task: 'regression', weight: 0.5, items: 11, classes: 0, curves: [] });
  expect(flags).toMatchObject({ name: 'flags', task: 'multi-label', items: 11, classes: 2 });
  expect(of(count, 'r-squared')).toBeGreaterThan(0.4);
  expect(of(flags, 'auc-micro')).toBeGreaterThan(0.8);
  expect(result.heads).toHaveLength(2);
  for (const series of ['training/epoch-loss', 'validation/loss', 'validation/f1-macro']) {
    // The untrained model begins the validation curves.
    expect(server.points(`${series}@flags`).size).toBe(series.startsWith('validation') ? 13 : 12);
  }
  // A step whose texts have no answer for a task has no loss of it.
  const [all, own] = ['training/loss', 'training/loss@flags'].map((series) => server.points(series).size);
  expect(own).toBeGreaterThan((all ?? 0) / 2);
  expect(own).toBeLessThan(all ?? 0);
  expect(server.points('validation/mean-squared-error@数量').size).toBe(13);
  const snapshots = server.events.flatMap(({ payload }) => (payload.type === 'roc' ? payload.snapshots : []));
  expect(new Set(snapshots.map(({ head }) => head ?? null))).toEqual(new Set([null, 'flags']));
});
