import { describe, expect, test } from 'vitest';
import { combinationsOf } from './combinations.ts';
import { MOST_RUNS, sweepSearch, type SweepSearch } from './search.ts';

const dropout = { setting: 'dropout', values: [0, 0.1] } as const;
const rate = { setting: 'learningRate', low: 0.0001, high: 0.1, scale: 'logarithmic' } as const;

function problemsOf(search: unknown): string[] {
  const { error } = sweepSearch.safeParse(search);
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);
}
const grid = (...axes: unknown[]) => ({ strategy: 'grid', axes });
const random = (axes: unknown[], runs = 5, seed = 1) => ({ strategy: 'random', axes, runs, seed });
const combinations = (search: unknown) => combinationsOf(sweepSearch.parse(search));

describe('a grid', () => {
  test('is every combination of the listed values, the last setting changing fastest', () => {
    const optimiser = { setting: 'optimiser', values: ['adam', 'sgd'] };
    expect(combinations(grid(dropout, optimiser))).toEqual([
      { dropout: 0, optimiser: 'adam' },
      { dropout: 0, optimiser: 'sgd' },
      { dropout: 0.1, optimiser: 'adam' },
      { dropout: 0.1, optimiser: 'sgd' },
    ]);
  });

  test('of more combinations than may run is refused, one of exactly as many is not', () => {
    const values = (count: number) => Array.from({ length: count }, (_, place) => place + 1);
    const of = (count: number) => grid(dropout, { setting: 'epochs', values: values(count) });
    expect(problemsOf(of(MOST_RUNS / 2))).toEqual([]);
    expect(problemsOf(of(MOST_RUNS / 2 + 1))).toEqual([
      'axes: the grid has 42 combinations, and at most 40 can run; list fewer values or draw at random',
    ]);
  });

  test('has listed values only', () => {
    expect(problemsOf(grid(rate))).not.toEqual([]);
  });
});

describe('random draws', () => {
  test('are the same for the same seed, others for another, and all different', () => {
    const drawn = combinations(random([rate, dropout], 20));
    expect(drawn).toEqual(combinations(random([rate, dropout], 20)));
    expect(drawn).not.toEqual(combinations(random([rate, dropout], 20, 2)));
    expect(new Set(drawn.map((one) => JSON.stringify(one))).size).toBe(20);
  });

  test('are the first ones of a longer search with the same seed', () => {
    expect(combinations(random([rate], 12)).slice(0, 5)).toEqual(combinations(random([rate], 5)));
  });

  test('have three significant digits, or are the ends themselves where rounding would leave the range', () => {
    const axis = { setting: 'learningRate', low: 0.0012345, high: 0.0012555, scale: 'linear' };
    const drawn = combinations(random([axis], 4)).map(({ learningRate }) => Number(learningRate));
    expect(drawn.toSorted((a, b) => a - b)).toEqual([axis.low, 0.00124, 0.00125, axis.high]);
    for (const { learningRate } of combinations(random([rate], 40)))
      expect(Number(Number(learningRate).toPrecision(3))).toBe(learningRate);
  });

  test('of a logarithmic range spread over its powers of ten', () => {
    const drawn = combinations(random([rate], 40)).map(({ learningRate }) => Number(learningRate));
    const below = (limit: number) => drawn.filter((value) => value < limit).length;
    // A linear range would have none of 40 below a hundredth of its end.
    expect(below(0.001)).toBeGreaterThan(7);
    expect(below(0.01) - below(0.001)).toBeGreaterThan(7);
    expect(40 - below(0.01)).toBeGreaterThan(7);
  });

  test('of whole numbers are whole, reach both ends and find every one of them', () => {
    for (const scale of ['linear', 'logarithmic']) {
      const axis = { setting: 'batchSize', low: 1, high: 40, scale };
      const drawn = combinations(random([axis], 40)).map(({ batchSize }) => Number(batchSize));
      expect(drawn.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, place) => place + 1));
    }
  });

  test('are refused where there are not so many different ones', () => {
    expect(problemsOf(random([dropout], 3))).toEqual([
      'runs: only 2 different combinations were found; ask for fewer runs or give more values',
    ]);
  });
});

test.each<[string, SweepSearch['axes'][number], string]>([
  [
    'a value that the setting cannot have',
    { setting: 'dropout', values: [0.1, 0.95] },
    'dropout cannot be 0.95; give a value that the form of a run allows',
  ],
  [
    'a fraction of a whole number',
    { setting: 'epochs', values: [1, 2.5] },
    'epochs cannot be 2.5; give a value that the form of a run allows',
  ],
  [
    'a word that is none of the choices',
    { setting: 'optimiser', values: ['adam', 'lion'] },
    'optimiser cannot be lion; give a value that the form of a run allows',
  ],
  ['a value twice', { setting: 'heads', values: [2, 2] }, 'heads has the same value twice'],
  ['a range of words', { setting: 'optimiser', low: 1, high: 2, scale: 'linear' }, 'optimiser needs listed values'],
  [
    'a range that is turned round',
    { ...rate, low: 1, high: 0.1 },
    'the range of learning rate must end above its beginning',
  ],
  [
    'the logarithm of zero',
    { setting: 'dropout', low: 0, high: 0.5, scale: 'logarithmic' },
    'a logarithmic range of dropout must begin above 0',
  ],
  [
    'an end that the setting cannot have',
    { ...rate, high: 11 },
    'learning rate cannot be 11; give a value that the form of a run allows',
  ],
])('%s is refused', (_what, axis, message) => {
  expect(problemsOf(random([axis], 2))).toEqual([`axes.0: ${message}`]);
});

test('a setting is varied once', () => {
  expect(problemsOf(grid(dropout, dropout))).toEqual(['axes.1: dropout is varied twice']);
});
