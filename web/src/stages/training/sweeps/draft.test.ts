import { runConfiguration } from '@greenlight/shared/stages/training/configuration.ts';
import { SWEPT_NAMES } from '@greenlight/shared/stages/training/sweep/settings.ts';
import { describe, expect, test } from 'vitest';
import { choicesOf, freeSettings, newAxis, newDraft, readDraft, withStrategy, type AxisDraft } from './draft.ts';

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

test('numbers are read as people write them, with any comma between them', () => {
  expect(readDraft(withAxis({ values: '０.１，0.01、1e-3; 0.5' })).search?.axes).toEqual([
    { setting: 'learningRate', values: [0.1, 0.01, 0.001, 0.5] },
  ]);
});

describe('what is wrong', () => {
  test.each([
    ['too few values', withAxis({ values: '0.1' }), 0, undefined],
    ['a word', withAxis({ values: '0.1, much' }), 0, 'much is not possible for learning rate'],
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

test('every choice has its words', () => {
  expect(choicesOf('optimiser')).toEqual(['adam', 'adamw', 'sgd', 'momentum']);
  expect(choicesOf('dropout')).toEqual([]);
});
