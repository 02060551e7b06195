import { describe, expect, test } from 'vitest';
import { itemsToShow } from '../../metrics/metric-traits.ts';
import type { ProjectTasks } from '../data/task-contract.ts';
import type { Criterion, ProblemType } from './contract.ts';
import { criteriaIssues } from './rules.ts';

const IDS = Array.from({ length: 4 }, (_, index) => `018f0000-0000-7000-8000-00000000000${index}`);

function criteria(...changes: Partial<Criterion>[]): Criterion[] {
  return changes.map((change, index) => ({
    id: IDS[index] ?? '',
    metric: 'f1-macro',
    operator: '>=',
    threshold: 0.85,
    unit: '',
    slice: null,
    level: 'must',
    decisionMode: 'interval',
    minimumItems: 500,
    reason: { en: 'Because.' },
    ...change,
  }));
}

/** Severity, code and field of each finding. */
function found(changes: Partial<Criterion>[], problemType: ProblemType = 'text-classification'): string[] {
  const issues = criteriaIssues({ problemType, criteria: criteria(...changes) }, null);
  return issues.map(({ severity, code, field }) => `${severity} ${code} ${field}`);
}

const maximum = { operator: '<=' } as const;
const point = { decisionMode: 'point' } as const;
const should = { level: 'should' } as const;
const latency = { metric: 'latency-p95-ms', operator: '<=', threshold: 300, unit: 'ms', ...point } as const;

describe('a criterion by itself', () => {
  test.each<[string, Partial<Criterion>, string[]]>([
    ['sound', {}, []],
    ['a metric that does not exist', { metric: 'goodness' }, ['error unknown-metric criteria.0.metric']],
    ['a name of every object', { metric: 'constructor' }, ['error unknown-metric criteria.0.metric']],
    ['above the range', { threshold: 1.2 }, ['error outside-range criteria.0.threshold']],
    ['below the range', { threshold: -0.1 }, ['error outside-range criteria.0.threshold']],
    ['a percentage where a share is meant', { threshold: 85 }, ['error outside-range criteria.0.threshold']],
    ['met by everything', { threshold: 0 }, ['error always-met criteria.0.threshold']],
    [
      'met by everything from above',
      { metric: 'calibration-error', ...maximum, threshold: 1 },
      ['error always-met criteria.0.threshold'],
    ],
    ['against the direction', maximum, ['error against-direction criteria.0.operator']],
    ['a wrong unit', { ...latency, unit: 's' }, ['error wrong-unit criteria.0.unit']],
    [
      'an interval that nothing measures',
      { ...latency, decisionMode: 'interval' },
      ['error no-interval criteria.0.decisionMode'],
    ],
    ['a perfect share', { metric: 'accuracy', threshold: 1 }, ['error cannot-be-shown criteria.0.threshold']],
    ['a perfect share as a point', { metric: 'accuracy', threshold: 1, ...point }, []],
    [
      'no copies at all',
      { metric: 'error-rate', ...maximum, threshold: 0 },
      ['error cannot-be-shown criteria.0.threshold'],
    ],
    [
      'too few items for the interval',
      { metric: 'accuracy', threshold: 0.99, minimumItems: 380 },
      ['error too-few-items criteria.0.minimumItems'],
    ],
    ['just enough items', { metric: 'accuracy', threshold: 0.99, minimumItems: 381 }, []],
    ['no items at all', { minimumItems: 0 }, ['error too-few-items criteria.0.minimumItems']],
    ['a time that never passes', { ...latency, threshold: 0 }, ['error outside-range criteria.0.threshold']],
    ['a time beyond all measure', { ...latency, threshold: 1e308 }, ['error outside-range criteria.0.threshold']],
    ['few items', { minimumItems: 99 }, ['warning few-items criteria.0.minimumItems']],
    [
      'a gap of no column',
      { metric: 'slice-gap', ...maximum, threshold: 0.05, ...point },
      ['error slice-needed criteria.0.slice'],
    ],
    [
      'a gap of shares in percent',
      { metric: 'slice-gap', ...maximum, threshold: 5, slice: 'language', ...point },
      ['error outside-range criteria.0.threshold'],
    ],
    [
      'a slice of a training',
      { metric: 'training-energy-kwh', ...maximum, unit: 'kWh', slice: 'short', ...point },
      ['error no-slices criteria.0.slice'],
    ],
  ])('%s', (_, change, expected) => {
    expect(found([change])).toEqual(expected);
  });

  test('a percentage is answered with the share that is meant', () => {
    const messageOf = (threshold: number) =>
      criteriaIssues({ problemType: 'text-classification', criteria: criteria({ threshold }) }, null)[0]!.message;
    expect(messageOf(90).en).toBe(
      'F1 (macro) lies between 0 and 1; 90 can never be measured. Is 0.9 meant, which is 90 %?',
    );
    expect(messageOf(90).zh).toContain('是否想填 0.9（即 90%）？');
    expect(messageOf(900).en).not.toContain('meant');
    expect(messageOf(1.2).en).not.toContain('meant');
  });

  test.each<[ProblemType, string, string[]]>([
    ['image-classification', 'perplexity', ['error metric-not-for-problem criteria.0.metric']],
    ['recommendation', 'bleu', ['error metric-not-for-problem criteria.0.metric']],
    ['text-generation', 'perplexity', []],
  ])('%s has %s or not', (problemType, metric, expected) => {
    const [operator, threshold, unit] = metric === 'bleu' ? (['>=', 30, 'points'] as const) : (['<=', 40, ''] as const);
    expect(found([{ metric, operator, threshold, unit }], problemType)).toEqual(expected);
  });

  test('the smallest number of items is the one at which a flawless Wilson interval reaches the threshold', () => {
    const zSquared = 1.959963984540054 ** 2;
    for (const threshold of [0.5, 0.8, 0.9, 0.95, 0.99, 0.999]) {
      const items = itemsToShow('accuracy', '>=', threshold)!;
      expect(items / (items + zSquared)).toBeGreaterThanOrEqual(threshold);
      expect((items - 1) / (items - 1 + zSquared)).toBeLessThan(threshold);
      expect(itemsToShow('error-rate', '<=', Number((1 - threshold).toFixed(6)))).toBe(items);
    }
    expect(itemsToShow('auc-macro', '>=', 0.99)).toBeUndefined();
  });
});

describe('criteria together', () => {
  test.each<[string, Partial<Criterion>[], string[]]>([
    [
      'ask for more and for less',
      [{ threshold: 0.9 }, { ...maximum, threshold: 0.8 }],
      ['warning corridor criteria.1.operator', 'error contradiction criteria.1.threshold'],
    ],
    [
      'ask for exactly one value',
      [{ threshold: 0.9 }, { ...maximum, threshold: 0.9 }],
      ['warning corridor criteria.1.operator', 'error contradiction criteria.1.threshold'],
    ],
    ['make a corridor', [{ threshold: 0.8 }, { ...maximum, threshold: 0.9 }], ['warning corridor criteria.1.operator']],
    [
      'contradict as must and should',
      [{ threshold: 0.9 }, { ...maximum, ...should, threshold: 0.8 }],
      ['warning corridor criteria.1.operator', 'error contradiction criteria.1.threshold'],
    ],
    [
      'contradict under two names of one number',
      [
        { metric: 'accuracy', threshold: 0.9 },
        { metric: 'recall-micro', ...maximum, threshold: 0.8 },
      ],
      ['warning corridor criteria.1.operator', 'error contradiction criteria.1.threshold'],
    ],
    ['speak about different slices', [{ threshold: 0.9 }, { threshold: 0.8, slice: 'short' }], []],
    ['say the same twice', [{}, {}], ['error duplicate criteria.1.threshold']],
    [
      'say the same under two names',
      [{ metric: 'accuracy' }, { metric: 'f1-micro' }],
      ['error duplicate criteria.1.threshold'],
    ],
    ['one never decides', [{ threshold: 0.9 }, { threshold: 0.8 }], ['error overshadowed criteria.1.threshold']],
    [
      'one never decides, the other way round',
      [{ threshold: 0.8 }, { threshold: 0.9 }],
      ['error overshadowed criteria.0.threshold'],
    ],
    ['point and interval, both needed', [{ threshold: 0.9, ...point }, { threshold: 0.85 }], []],
    [
      'a point within an interval',
      [{ threshold: 0.85, ...point }, { threshold: 0.9 }],
      ['error overshadowed criteria.0.threshold'],
    ],
    ['a weaker one that wants more items', [{ threshold: 0.9 }, { threshold: 0.8, minimumItems: 5000 }], []],
    ['a should that goes further', [{ threshold: 0.8 }, { ...should, threshold: 0.9 }], []],
    [
      'a should behind its must',
      [{ threshold: 0.9 }, { ...should, threshold: 0.8 }],
      ['error should-within-must criteria.1.threshold'],
    ],
    ['a should equal to its must', [should, {}], ['error should-within-must criteria.0.threshold']],
    ['two of one id', [{ id: IDS[3]! }, { id: IDS[3]!, metric: 'auc-macro' }], ['error same-id criteria.1.threshold']],
  ])('%s', (_, changes, expected) => {
    expect(found(changes)).toEqual(expected);
  });

  const point95 = { ...latency, threshold: 300 };
  test.each<[string, Partial<Criterion>[], string[]]>([
    [
      'a median behind a percentile',
      [{ ...latency, metric: 'latency-p50-ms', threshold: 400 }, point95],
      ['error overshadowed criteria.0.threshold'],
    ],
    ['a stricter median', [{ ...latency, metric: 'latency-p50-ms', threshold: 100 }, point95], []],
    [
      'a should behind a must',
      [{ ...latency, metric: 'latency-p50-ms', threshold: 400, ...should }, point95],
      ['error overshadowed criteria.0.threshold'],
    ],
    [
      'a must beside a should',
      [
        { ...latency, metric: 'latency-p50-ms', threshold: 400 },
        { ...point95, ...should },
      ],
      [],
    ],
    [
      'the right answer among five behind the right answer',
      [
        { metric: 'accuracy', threshold: 0.95 },
        { metric: 'accuracy-top5', threshold: 0.9 },
      ],
      ['error overshadowed criteria.1.threshold'],
    ],
    [
      'a median that must be above a percentile',
      [
        { ...latency, metric: 'latency-p50-ms', operator: '>=', threshold: 500 },
        { ...latency, metric: 'latency-p50-ms', threshold: 900 },
        point95,
      ],
      [
        'warning corridor criteria.0.operator',
        'error contradiction criteria.2.threshold',
        'error overshadowed criteria.1.threshold',
      ],
    ],
    ['percentiles of two slices', [{ ...latency, metric: 'latency-p50-ms', threshold: 400, slice: 'zh' }, point95], []],
  ])('of two numbers of which one never exceeds the other: %s', (_, changes, expected) => {
    expect(found(changes)).toEqual(expected);
  });

  test('a slice that is written in two ways is one slice', () => {
    for (const [one, two] of [
      ['café', 'café'.normalize('NFD')],
      ['short texts', 'short  texts'],
    ] as const)
      expect(
        found([
          { slice: one, threshold: 0.9 },
          { slice: two, threshold: 0.8 },
        ]),
      ).toEqual(['error overshadowed criteria.1.threshold']);
  });

  test('loss and perplexity are one number', () => {
    const loss = { metric: 'loss', operator: '<=', threshold: 2, unit: 'nats' } as const;
    const perplexity = { metric: 'perplexity', operator: '<=', threshold: 20 } as const;
    expect(found([loss, perplexity], 'text-generation')).toEqual(['error overshadowed criteria.1.threshold']);
    expect(found([loss, { ...perplexity, threshold: 5, ...should }], 'text-generation')).toEqual([]);
  });

  test('a refusal names both criteria in both languages', () => {
    const pair = criteria({ threshold: 0.9 }, { ...maximum, threshold: 0.8 });
    const issue = criteriaIssues({ problemType: 'text-classification', criteria: pair }, null).at(-1)!;
    expect([issue.criterionId, issue.conflictsWith]).toEqual([IDS[1], IDS[0]]);
    expect(issue.message.en).toBe(
      'F1 (macro) ≥ 0.9 and F1 (macro) ≤ 0.8 contradict each other: no measured interval meets both.',
    );
    expect(issue.message.zh).toContain('“F1（宏平均） ≥ 0.9”与“F1（宏平均） ≤ 0.8”互相矛盾');
  });
});

describe('a criterion on a further task', () => {
  const data: ProjectTasks = {
    hasData: true,
    tasks: [
      { name: 'flags', kind: 'multiple', items: 500 },
      { name: 'severity', kind: 'value', items: 500 },
      { name: 'toxicity', kind: 'single', items: 500 },
    ],
  };
  const foundOn = (
    changes: Partial<Criterion>[],
    known: ProjectTasks | null,
    problemType: ProblemType = 'text-classification',
  ) => {
    const issues = criteriaIssues({ problemType, criteria: criteria(...changes) }, known);
    return issues.map(({ severity, code, field }) => `${severity} ${code} ${field}`);
  };

  test.each<[string, Partial<Criterion>, ProjectTasks | null, string[]]>([
    ['of the data', { task: 'toxicity' }, data, []],
    ['that no data answers', { task: 'tone' }, data, ['error unknown-task criteria.0.task']],
    ['of data without tasks', { task: 'tone' }, { hasData: true, tasks: [] }, ['error unknown-task criteria.0.task']],
    [
      'before there is data',
      { task: 'tone' },
      { hasData: false, tasks: [] },
      ['warning task-not-seen criteria.0.task'],
    ],
    ['while the page still loads', { task: 'tone' }, null, []],
    ['with a name that no task can have', { task: 'a b' }, null, ['error unknown-task criteria.0.task']],
    ['whose answers are numbers', { task: 'severity' }, data, ['error metric-not-for-task criteria.0.metric']],
    [
      'by a number of the whole service',
      { task: 'toxicity', ...latency },
      data,
      ['error metric-not-for-task criteria.0.metric'],
    ],
    [
      'of any number of labels by accuracy',
      { task: 'flags', metric: 'accuracy' },
      data,
      ['error metric-not-for-task criteria.0.metric'],
    ],
    // A micro average over any number of labels is no share of the items: no number of them shows it for certain.
    ['of any number of labels', { task: 'flags', metric: 'f1-micro', threshold: 0.99, minimumItems: 100 }, data, []],
    [
      'of one label with too few items',
      { task: 'toxicity', metric: 'f1-micro', threshold: 0.99, minimumItems: 100 },
      data,
      ['error too-few-items criteria.0.minimumItems'],
    ],
  ])('%s', (_what, change, known, expected) => {
    expect(foundOn([change], known)).toEqual(expected);
  });

  test('has no meaning for a model that writes', () => {
    expect(foundOn([{ task: 'toxicity' }], data, 'text-generation')).toEqual(['error no-tasks criteria.0.task']);
  });

  test('stands beside the same one on the labels, and contradicts only one on the same task', () => {
    const below = { ...maximum, threshold: 0.8 };
    expect(foundOn([{ threshold: 0.9 }, { threshold: 0.8, task: 'toxicity' }], data)).toEqual([]);
    expect(foundOn([{ task: 'toxicity' }, { ...below, task: 'toxicity' }], data)).toContain(
      'error contradiction criteria.1.threshold',
    );
    expect(foundOn([{}, { ...below, task: 'toxicity' }], data)).not.toContain(
      'error contradiction criteria.1.threshold',
    );
  });

  test('equals accuracy by its micro averages only where an item has one label', () => {
    const pair = (task: string): Partial<Criterion>[] => [
      { metric: 'precision-micro', task },
      { metric: 'recall-micro', task },
    ];
    expect(foundOn(pair('toxicity'), data)).toEqual(['error duplicate criteria.1.threshold']);
    expect(foundOn(pair('flags'), data)).toEqual([]);
  });
});
