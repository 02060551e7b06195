import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { evaluationResult } from '@greenlight/shared/stages/evaluation/contract.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeBatch } from '../data/batches.ts';
import type { Tokenizer } from '@greenlight/shared/tokenizers/tokenizer.ts';
import { readNpz } from '../test-support/read-npz.ts';
import { TINY_TEXTS, tinyConfiguration, tinyEngine } from '../test-support/tiny-run.ts';
import type { Engine } from '../training/engine.ts';
import { evaluate, type EvaluationTask } from './evaluate.ts';
import type { EvaluationOutcome } from './evaluation-outcome.ts';
import { selectItems } from './predict.ts';

const PYTHON = '/usr/bin/python3';
const hasScikitLearn = spawnSync(PYTHON, ['-c', 'import sklearn']).status === 0;

const configuration = tinyConfiguration();
const heldOut = ['abcdefgh', 'fghab', 'hab', 'cdefgxyz'];

let folder: string;
let engine: Engine;
let tokenizer: Tokenizer;
let outcome: EvaluationOutcome;
let task: EvaluationTask;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlight-evaluate-'));
  ({ engine, tokenizer } = await tinyEngine(configuration));
  const items = TINY_TEXTS.map((text) => tokenizer.encode(text));
  for (let step = 1; step <= 15; step++)
    await engine.step([makeBatch(items, [...items.keys()], configuration, step)], step);
  task = {
    engine,
    tokenizer,
    items: heldOut.map((text) => tokenizer.encode(text)),
    numbers: Int32Array.of(7, 9, 11, 13),
    split: 'test',
    sameAsTraining: false,
    batches: configuration,
    checkpointStep: 15,
    trainingTexts: TINY_TEXTS,
    samplePrompts: ['abc'],
    maxTokens: configuration.maxTokens,
    folder,
  };
  outcome = await evaluate(task);
});

afterAll(async () => {
  await engine.dispose();
  await rm(folder, { recursive: true, force: true });
});

const valueOf = (name: string) => outcome.result.metrics.find(({ metric }) => metric === name);

test('the result has the form of the contract, every number an interval around it, and samples of prompts and held-out texts', () => {
  expect(evaluationResult.parse(outcome.result)).toEqual(outcome.result);
  expect(outcome.result).toMatchObject({ items: 28, sentences: 4, classes: tokenizer.size, split: 'test' });
  for (const name of ['loss', 'accuracy', 'f1-macro', 'auc-micro']) {
    const { value, low, high } = valueOf(name) ?? {};
    expect(low).toBeLessThanOrEqual(value ?? NaN);
    expect(high).toBeGreaterThanOrEqual(value ?? NaN);
  }
  expect(outcome.result.curves.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['roc-micro', 'roc-macro', 'reliability']),
  );
  expect(outcome.result.samples).toHaveLength(1 + heldOut.length);
  expect(outcome.result.samples[0]?.prompt).toBe('abc');
});

test('the stored predictions are the held-out tokens in rows that sum to one', async () => {
  const arrays = readNpz(await readFile(outcome.predictions.path));
  expect(arrays.get('probabilities')?.shape).toEqual([28, tokenizer.size]);
  const { data = Buffer.alloc(0) } = arrays.get('probabilities') ?? {};
  for (let row = 0; row < 28; row++) {
    let sum = 0;
    for (let place = 0; place < tokenizer.size; place++) sum += data.readFloatLE(4 * (row * tokenizer.size + place));
    expect(sum).toBeCloseTo(1, 5);
  }
  const targets = arrays.get('targets')?.data ?? Buffer.alloc(0);
  const ends = Array.from({ length: 28 }, (_, row) => targets.readInt32LE(4 * row)).filter((id) => id === 2);
  expect(ends).toHaveLength(heldOut.length);
});

test('a second evaluation of the same parameters is the same file', async () => {
  const again = await evaluate({ ...task, folder: await mkdtemp(join(folder, 'again-')) });
  expect(again.predictions.sha256).toBe(outcome.predictions.sha256);
  expect(again.result.metrics).toEqual(outcome.result.metrics);
});

test('numbers of the same items vary together, also of a run with another seed; those of other items, or cut shorter, do not', async () => {
  const told = async (changes: Partial<EvaluationTask>) => {
    const { result } = await evaluate({ ...task, folder: await mkdtemp(join(folder, 'told-')), ...changes });
    return new Map(result.resamplings.map((one) => [one.of, one]));
  };
  const first = await told({});
  expect([...first.keys()]).toEqual(['tokens', 'texts']);
  expect(first.get('tokens')).toMatchObject({ task: null, groups: 4, wrong: null });
  expect(first.get('tokens')?.metrics).toEqual(expect.arrayContaining(['loss', 'accuracy', 'f1-macro', 'auc-micro']));
  expect(first.get('texts')?.metrics).toEqual(expect.arrayContaining(['bleu', 'distinct-1', 'memorisation']));
  const bytesOf = (text = '') => Buffer.from(text, 'base64');
  const { places, losses } = first.get('tokens')?.texts ?? {};
  // The shortest first, and of like length in their order.
  expect([0, 1, 2, 3].map((text) => bytesOf(places).readInt32LE(4 * text))).toEqual([11, 9, 7, 13]);
  const weighted = [4, 6, 9, 9].map((tokens, text) => tokens * bytesOf(losses).readFloatLE(4 * text));
  expect(weighted.reduce((sum, nats) => sum + nats, 0) / 28).toBeCloseTo(valueOf('loss')?.value ?? NaN, 5);
  expect(await told({ batches: tinyConfiguration({ seed: 99 }) })).toEqual(first);
  const others = await told({ items: task.items.map((item) => item.subarray(0, 3)) });
  for (const of of ['tokens', 'texts'] as const) {
    expect(others.get(of)?.itemsSha256).not.toBe(first.get(of)?.itemsSha256);
  }
});

test.skipIf(!hasScikitLearn)(
  'scikit-learn (of python3-sklearn) computes the same numbers from the stored predictions',
  () => {
    const script = fileURLToPath(new URL('./check_predictions.py', import.meta.url));
    const { stdout, stderr } = spawnSync(PYTHON, [script, outcome.predictions.path], { encoding: 'utf8' });
    expect(stderr).toBe('');
    const computed = JSON.parse(stdout) as {
      classes: string[];
      items: number;
      sentences: number;
      metrics: Record<string, number>;
    };
    expect(computed.classes).toEqual(tokenizer.tokens);
    expect([computed.items, computed.sentences]).toEqual([28, 4]);
    for (const [name, value] of Object.entries(computed.metrics))
      expect(valueOf(name)?.value, name).toBeCloseTo(value, 9);
  },
);

test('too many pairs are cut to whole items in an order that the seed decides', () => {
  const items = Array.from({ length: 100 }, (_, index) => new Int32Array((index % 10) + 1).fill(4));
  const chosen = selectItems(items, 50, 10_000, 1);
  const tokens = chosen.reduce((sum, item) => sum + item.length + 1, 0);
  expect(tokens * 50).toBeLessThanOrEqual(10_000);
  expect(tokens * 50).toBeGreaterThan(10_000 - 50 * 12);
  expect(selectItems(items, 50, 10_000, 1)).toEqual(chosen);
  expect(selectItems(items, 50, 10_000, 2)).not.toEqual(chosen);
  expect(selectItems(items, 50, 1e9, 1)).toEqual(items);
  expect(selectItems(items, 50, 1, 1)).toHaveLength(1);
});

test('the NUL byte, which a tokenizer of bytes can write, reaches the server as its picture', async () => {
  const { kind, size, tokens, special } = tokenizer;
  const bytes: Tokenizer = {
    ...{ kind, size, tokens, special, encode: (text) => tokenizer.encode(text) },
    decode: (ids) => Array.from(ids, () => '\0').join(''),
    nameOf: () => '\0',
  };
  const { result } = await evaluate({ ...task, tokenizer: bytes, folder: await mkdtemp(join(folder, 'bytes-')) });
  expect(JSON.stringify(result)).not.toContain(String.raw`\u0000`);
  expect(result.samples.at(-1)?.text).toMatch(/^\u2400+$/);
  expect(result.confusion[0]).toMatchObject({ actual: '\u2400', predicted: '\u2400' });
});
