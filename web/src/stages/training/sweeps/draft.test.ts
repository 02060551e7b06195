import { runConfiguration } from '@greenlight/shared/stages/training/configuration.ts';
import { settingWords, SWEPT_NAMES } from '@greenlight/shared/stages/training/sweep/settings.ts';
import { describe, expect, test } from 'vitest';
import { translationsIn } from '../../../testing/translations.ts';
import { choicesOf, freeSettings, newAxis, newDraft, readDraft, withStrategy, type AxisDraft } from './draft.ts';
import { settingValue } from './sweep-text.ts';

const base = runConfiguration.parse({});
const draft = newDraft(base);
const withAxis = (change: Partial<AxisDraft>) => ({ ...draft, axes: [{ ...draft.axes[0]!, ...change }] });

test('a form begins with a search that can run as it is, whichever setting is chosen', () => {
  expect(readDraft(draft)).toEqual({
    problems: [],
    search: { strategy: 'grid', axes: [{ setting: 'learningRate', values: [0.0003, 0.001, 0.003] }] },
  });
  for (const setting of SWEPT_NAMES)
    expect(readDraft({ ...draft, axes: [newAxis(setting, base, 'grid')] }).problems, setting).toEqual([]);
});

test('drawn at random, listed numbers become the range that they span; those that must divide one another stay listed', () => {
  const axes = [
    { ...newAxis('learningRate', base, 'grid'), values: '0.01, 0.1, 0.001' },
    newAxis('heads', base, 'grid'),
    newAxis('optimiser', base, 'grid'),
  ];
  expect(readDraft(withStrategy({ ...draft, axes }, 'random')).search).toEqual({
    ...{ strategy: 'random', runs: 10, seed: 1 },
    axes: [
      { setting: 'learningRate', low: 0.001, high: 0.1, scale: 'logarithmic' },
      { setting: 'heads', values: [4, 8, 16] },
      { setting: 'optimiser', values: ['adam', 'adamw', 'sgd', 'momentum'] },
    ],
  });
  expect(withStrategy(withStrategy(draft, 'random'), 'grid').axes[0]?.values).toBe(draft.axes[0]?.values);
  expect([newAxis('dropout', base, 'random').mode, newAxis('dModel', base, 'random').mode]).toEqual([
    'range',
    'listed',
  ]);
});

test.each([
  ['learningRate', '０.１，0.01,1e-3 , 0.5', [0.1, 0.01, 0.001, 0.5]],
  ['learningRate', '0.1 0.01\n0.5', [0.1, 0.01, 0.5]],
  ['learningRate', '0,5; 0,25', [0.5, 0.25]],
  ['learningRate', '０，５；0.25、1', [0.5, 0.25, 1]],
  ['warmupSteps', '1 000, 2 000', [1000, 2000]],
  ['warmupSteps', '1,000; 2,000;', [1000, 2000]],
  ['weightDecay', '5%, 10 %', [0.05, 0.1]],
] as const)('of %s, “%s” is read as people write numbers', (setting, values, meant) => {
  expect(readDraft(withAxis({ setting, values }))).toEqual({
    problems: [],
    search: { strategy: 'grid', axes: [{ setting, values: meant }] },
  });
});

test('what the run has is always among the values suggested, as it is', () => {
  const unusual = {
    ...base,
    ...{ learningRate: 0.0025, dropout: 0.55, labelSmoothing: 0.15, weightDecay: 0.03, l1: 0.002, clipNorm: 0.7 },
    ...{ batchSize: 7, epochs: 13, warmupSteps: 333, seed: 42, heads: 3, dModel: 33, feedForward: 77 },
  };
  for (const setting of SWEPT_NAMES.filter((name) => choicesOf(name).length === 0)) {
    const [axis] = readDraft({ ...draft, axes: [newAxis(setting, unusual, 'grid')] }).search?.axes ?? [];
    expect(axis && 'values' in axis && axis.values, setting).toContain(unusual[setting]);
  }
  expect(newAxis('learningRate', unusual, 'grid').values).toMatch(/^0\.0008, 0\.0025, /);
});

function drawnBetween(low: string, high: string) {
  return { ...withAxis({ mode: 'range', low, high }), strategy: 'random' as const };
}

describe('what is wrong', () => {
  test.each([
    ['too few values', withAxis({ values: '0.1' }), 0, undefined],
    [
      'a word',
      withAxis({ values: '0.1, much' }),
      0,
      'learning rate cannot be much; give a value that the form of a run allows',
    ],
    [
      'a percentage',
      withAxis({ values: '5%, 0.1' }),
      0,
      'learning rate cannot be 5%; give a value that the form of a run allows',
    ],
    [
      'a percentage alone',
      withAxis({ values: '5%' }),
      0,
      'learning rate cannot be 5%; give a value that the form of a run allows',
    ],
    [
      'two numbers in one',
      withAxis({ values: '0.1 0.2, 0.3' }),
      0,
      'learning rate cannot be 0.1 0.2; give a value that the form of a run allows',
    ],
    [
      'a fraction',
      withAxis({ values: '1/2, 3' }),
      0,
      'learning rate cannot be 1/2; give a value that the form of a run allows',
    ],
    [
      'a cut number',
      withAxis({ values: '1,000, 2' }),
      0,
      'learning rate cannot be 000; give a value that the form of a run allows',
    ],
    [
      'what may be two numbers',
      withAxis({ values: '1,2,3; 4' }),
      0,
      'learning rate cannot be 1,2,3; give a value that the form of a run allows',
    ],
    [
      'a word as an end',
      drawnBetween('much', '0.1'),
      0,
      'learning rate cannot be much; give a value that the form of a run allows',
    ],
    ['an empty end', { ...withAxis({ mode: 'range', low: '' }), strategy: 'random' as const }, 0, undefined],
    ['a setting twice', { ...draft, axes: [draft.axes[0]!, draft.axes[0]!] }, 1, 'learning rate is varied twice'],
    ['no number of runs', { ...draft, strategy: 'random' as const, runs: null }, 'runs', undefined],
    ['a broken seed', { ...draft, strategy: 'random' as const, runs: 2, seed: 0.5 }, 'seed', undefined],
  ])('%s is said where it is', (_what, wrong, at, message) => {
    const { search, problems } = readDraft(wrong);
    expect(search).toBeNull();
    expect(problems).toHaveLength(1);
    expect(problems[0]?.at).toBe(at);
    expect(problems[0]?.message?.en).toBe(message);
  });

  test('so many combinations that they cannot run are said of all settings together', () => {
    const axes = (['learningRate', 'dropout', 'epochs', 'seed'] as const).map((name) => newAxis(name, base, 'grid'));
    expect(readDraft({ ...draft, axes }).problems).toMatchObject([{ at: 'axes', message: { zh: expect.any(String) } }]);
  });
});

test('settings without effect in the architecture, or varied already, are not offered', () => {
  const offered = freeSettings({ ...base, architecture: 'encoder-classifier' }, draft.axes);
  expect(offered).toContain('encoderLayers');
  expect(offered).not.toContain('decoderLayers');
  expect(offered).not.toContain('learningRate');
});

test('names of runs have the words of the pages for every choice', () => {
  for (const language of ['en', 'zh'] as const) {
    const t = translationsIn(language).getFixedT(language, 'training');
    for (const setting of SWEPT_NAMES)
      for (const choice of choicesOf(setting))
        expect(settingWords(setting, choice)[language], `${setting} ${choice}`).toBe(settingValue(choice, t));
  }
});

test('every choice has its words', () => {
  expect(choicesOf('optimiser')).toEqual(['adam', 'adamw', 'sgd', 'momentum']);
  expect(choicesOf('dropout')).toEqual([]);
});
