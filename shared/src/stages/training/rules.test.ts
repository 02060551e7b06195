import { describe, expect, test } from 'vitest';
import type { DatasetTask } from '../data/content.ts';
import { runConfiguration } from './configuration.ts';
import type { RunState } from './contract.ts';
import {
  cancelDecision,
  configurationProblems,
  lastGoodCheckpoint,
  MAX_FRUITLESS_ATTEMPTS,
  newHeadsOf,
  parameterCount,
  type RunLabels,
  vocabularyBound,
  startProblems,
  stateAfter,
  stateAfterLostWorker,
} from './rules.ts';

test.each([
  ['queued', 'started', 'running'],
  ['running', 'metrics', 'running'],
  ['running', 'evaluating', 'evaluating'],
  ['evaluating', 'evaluated', 'evaluating'],
  ['evaluating', 'finished', 'finished'],
  ['running', 'failed', 'failed'],
  ['running', 'cancelled', 'cancelled'],
  // A resumed attempt trains again before it evaluates again.
  ['evaluating', 'started', 'running'],
  ['finished', 'failed', 'finished'],
  ['cancelled', 'finished', 'cancelled'],
  ['failed', 'started', 'failed'],
] as const)('a run that is %s and reports "%s" is %s', (state, reported, next) => {
  expect(stateAfter(state, reported)).toBe(next);
});

test.each([
  [{ cancelRequested: false, fruitlessAttempts: 0 }, 'queued'],
  [{ cancelRequested: false, fruitlessAttempts: MAX_FRUITLESS_ATTEMPTS - 1 }, 'queued'],
  [{ cancelRequested: false, fruitlessAttempts: MAX_FRUITLESS_ATTEMPTS }, 'failed'],
  [{ cancelRequested: true, fruitlessAttempts: MAX_FRUITLESS_ATTEMPTS }, 'cancelled'],
] as const)('a run whose worker is gone, %o, is %s', (run, next) => {
  expect(stateAfterLostWorker(run)).toBe(next);
});

test.each<[RunState, string]>([
  ['queued', 'cancel-now'],
  ['running', 'ask-worker'],
  ['evaluating', 'ask-worker'],
  ['finished', 'too-late'],
  ['failed', 'too-late'],
  ['cancelled', 'too-late'],
])('the wish to cancel a run that is %s: %s', (state, decision) => {
  expect(cancelDecision(state)).toBe(decision);
});

test("the article's model has the number of parameters that the worker reports for it", () => {
  expect(parameterCount(runConfiguration.parse({}), 39)).toBe(14_754_855);
});

test.each([
  ['character', 10_000, 39],
  ['wordpiece', 10_000, 4 + 70 + 40],
  ['bpe', 10_000, 260 + 160],
  ['bpe', 300, 300],
] as const)('a tokenizer of kind %s with a limit of %i has at most %i ids', (tokenizer, vocabularySize, bound) => {
  const data = { characters: 40, distinctCharacters: 35 };
  expect(vocabularyBound({ tokenizer, vocabularySize, tokenizerId: null }, data)).toBe(bound);
  // One that was learned from other data knows what that had.
  expect(vocabularyBound({ tokenizer, vocabularySize, tokenizerId: crypto.randomUUID() }, data)).toBe(vocabularySize);
});

test('byte pairs need room for every byte', () => {
  expect(runConfiguration.safeParse({ tokenizer: 'bpe', vocabularySize: 260 }).success).toBe(true);
  const { error } = runConfiguration.safeParse({ tokenizer: 'bpe', vocabularySize: 259 });
  expect(error?.issues.map(({ path }) => path)).toEqual([['vocabularySize']]);
});

test.each<[string, object, string[]]>([
  ['fits', {}, []],
  ['too large', { dModel: 2048, feedForward: 8192, encoderLayers: 24, decoderLayers: 24 }, ['configuration.dModel']],
  ['asks an encoder-decoder for the next token', { task: 'next-token' }, ['configuration.task']],
  ['too long', { epochs: 10_000 }, ['configuration.epochs']],
])('a configuration that %s', (_, settings, fields) => {
  const data = {
    trainItems: fields.includes('configuration.epochs') ? 10_000_000 : 3,
    characters: 40,
    distinctCharacters: 35,
    labelKind: 'none' as const,
    labels: 0,
    tasks: [],
  };
  const problems = configurationProblems(runConfiguration.parse(settings), data);
  expect(problems.map(({ field }) => field)).toEqual(fields);
});

test('a classifier of any number of labels needs at least one label in the data', () => {
  const settings = runConfiguration.parse({
    ...{ architecture: 'encoder-classifier', decoderLayers: 0, task: 'multi-label', loss: 'binary-cross-entropy' },
  });
  const data = { trainItems: 3, characters: 40, distinctCharacters: 35, labelKind: 'multiple' as const, tasks: [] };
  expect(configurationProblems(settings, { ...data, labels: 1 })).toEqual([]);
  const [problem] = configurationProblems(settings, { ...data, labels: 0 });
  expect(problem?.field).toBe('datasetVersionId');
});

const DECODER = { architecture: 'decoder-only', task: 'next-token' } as const;
const CLASSIFIER = { architecture: 'encoder-classifier', decoderLayers: 0, task: 'single-label' } as const;

test('a checkpoint is good where the step after it still succeeded', () => {
  const files = [3, 9, 6, 10].map((step) => ({ kind: 'checkpoint' as const, step }));
  expect(lastGoodCheckpoint([{ kind: 'predictions', step: 4 }, ...files], 10)?.step).toBe(6);
  expect(lastGoodCheckpoint(files, 4)).toBeNull();
  expect(lastGoodCheckpoint([], 10)).toBeNull();
});

test.each<[string, object, string | undefined]>([
  [
    'layers, blocks and parts of them may be frozen',
    { frozenLayers: ['embedding', 'encoder.1.feedForward'] },
    undefined,
  ],
  ['a layer that the model lacks may not', { frozenLayers: ['embedding', 'encoder.7'] }, 'no layer encoder.7;'],
  ['nor half a name', { frozenLayers: ['encoder.0.self'] }, 'no layer encoder.0.self;'],
  ['nor the stack that a decoder has not', { ...DECODER, frozenLayers: ['encoder'] }, 'no layer encoder;'],
  ['nor a task that is not learned', { ...CLASSIFIER, frozenLayers: ['output.tone'] }, 'no layer output.tone;'],
  ['nor everything', { frozenLayers: ['embedding', 'encoder', 'decoder', 'output'] }, 'All layers are frozen'],
])('%s', (_what, changes, refused) => {
  const startFromArtifactId = '01900000-0000-7000-8000-000000000001';
  const settings = runConfiguration.parse({ startFromArtifactId, ...changes });
  const data = { trainItems: 3, characters: 40, distinctCharacters: 35, labels: 2, tasks: [] };
  const problems = configurationProblems(settings, { ...data, labelKind: 'single' });
  expect(problems.map(({ field }) => field)).toEqual(refused === undefined ? [] : ['configuration.frozenLayers']);
  expect(problems[0]?.message.en ?? '').toContain(refused ?? '');
});

describe('the heads of a classifier that begins with a checkpoint', () => {
  const classifier = (changes: object = {}) =>
    runConfiguration.parse({
      ...{ architecture: 'encoder-classifier', decoderLayers: 0, task: 'single-label', loss: 'cross-entropy' },
      ...changes,
    });
  const tasks: DatasetTask[] = [
    { name: 'flags', kind: 'multiple', labels: ['a', 'b'], items: 9 },
    { name: 'tone', kind: 'value', labels: [], items: 9 },
  ];
  const learned = { labels: ['ham', 'spam'], tasks };
  const base = { ...learned, configuration: classifier({ auxiliaryTasks: [{ name: 'flags' }, { name: 'tone' }] }) };
  const both = { auxiliaryTasks: [{ name: 'tone' }, { name: 'flags', weight: 2 }] };
  const widened = [{ ...tasks[0]!, labels: ['a', 'b', 'c'] }, tasks[1]!];

  test.each<[string, object, RunLabels, (string | null)[]]>([
    ['are all taken over, in any order and with any weight', both, learned, []],
    ['begin anew where the labels are others', {}, { ...learned, labels: ['ham', 'junk'] }, [null]],
    ['begin anew where a task has another list of classes', both, { ...learned, tasks: widened }, ['flags']],
    [
      'begin anew where the first answers another kind',
      { task: 'multi-label', loss: 'binary-cross-entropy' },
      learned,
      [null],
    ],
    [
      'begin anew where the checkpoint has no such task',
      { auxiliaryTasks: [{ name: 'topic' }] },
      { ...learned, tasks: [{ name: 'topic', kind: 'multiple', labels: ['x'], items: 3 }] },
      ['topic'],
    ],
  ])('%s', (_what, changes, labels, expected) => {
    const settings = classifier(changes);
    expect(newHeadsOf(settings, labels, base)).toEqual(expected);
    expect(startProblems(settings, labels, base)).toEqual([]);
  });

  test('cannot be frozen where they begin anew, and the encoder must still be of one shape', () => {
    const start = '01900000-0000-7000-8000-000000000001';
    const frozen = classifier({ startFromArtifactId: start, frozenLayers: ['output'] });
    const others = { ...learned, labels: ['ham', 'junk'] };
    expect(startProblems(frozen, others, base).map(({ field }) => field)).toEqual(['configuration.frozenLayers']);
    expect(startProblems(frozen, learned, base)).toEqual([]);
    const half = classifier({ startFromArtifactId: start, frozenLayers: ['output.bias'] });
    expect(startProblems(half, others, base).map(({ field }) => field)).toEqual(['configuration.frozenLayers']);
    const wide = classifier({ dModel: 256 });
    expect(startProblems(wide, others, base).map(({ field }) => field)).toEqual(['configuration.dModel']);
  });
});
