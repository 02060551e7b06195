import { describe, expect, test } from 'vitest';
import { csvOf } from '../../api/csv.ts';
import type { Criterion } from './contract.ts';
import { traceabilityAsCsv, traceabilityAsMarkdown } from './traceability-export.ts';
import { traceabilityOf, type TraceabilityFacts } from './traceability.ts';

const RUN = '018f0000-0000-7000-8000-0000000000aa';
const AT = '2026-01-02T00:00:00.000Z';

function criterion(change: Partial<Criterion> = {}): Criterion {
  return {
    id: '018f0000-0000-7000-8000-000000000001',
    metric: 'accuracy',
    operator: '>=',
    threshold: 0.9,
    unit: '',
    slice: null,
    level: 'must',
    decisionMode: 'interval',
    minimumItems: 50,
    reason: { en: '=HYPERLINK("http://evil.example")' },
    ...change,
  };
}

function facts(criteria: Criterion[] = [criterion(), criterion({ metric: 'latency-p95-ms' })]): TraceabilityFacts {
  const value = { metric: 'accuracy', value: 0.95, low: 0.93, high: 0.97, items: 400, note: null };
  return {
    versions: [{ version: 1, approvedAt: '2026-01-01T00:00:00.000Z', criteria }],
    changedAfterEvidence: null,
    candidates: [],
    runs: [
      {
        id: RUN,
        projectId: RUN,
        number: 7,
        name: { en: '@SUM(A1) | <b>bold</b>' },
        state: 'finished',
        progress: null,
        createdAt: AT,
        startedAt: AT,
        finishedAt: AT,
        sweep: null,
        finalMetrics: { 'validation/accuracy': 0.94, 'training/loss': 1 },
        evaluationId: null,
      },
    ],
    evaluations: [
      {
        id: '018f0000-0000-7000-8000-0000000000bb',
        projectId: RUN,
        runId: RUN,
        runNumber: 7,
        runName: { en: '@SUM(A1) | <b>bold</b>' },
        modelFileId: null,
        modelFileName: null,
        datasetVersionId: RUN,
        checkpointStep: 1,
        split: 'test',
        sameAsTraining: false,
        seenInTraining: null,
        items: 400,
        headline: { loss: null, f1Macro: null, aucMicro: null },
        createdAt: AT,
        metrics: [value],
      },
    ],
    olderSources: false,
    seenInValidation: new Map(),
  };
}

test('each criterion stands against each source, and what was not measured says so', () => {
  const matrix = traceabilityOf(facts());
  expect(matrix.sources.map(({ kind, runNumber, versionInForce }) => [kind, runNumber, versionInForce])).toEqual([
    ['run', 7, 1],
    ['evaluation', 7, 1],
  ]);
  expect(matrix.rows.map(({ cells }) => cells.map(({ verdict, value }) => [verdict, value?.value ?? null]))).toEqual([
    [
      ['not-enough-evidence', 0.94],
      ['pass', 0.95],
    ],
    [
      ['no-evidence', null],
      ['no-evidence', null],
    ],
  ]);
});

test('a run is marked by its validation items, an evaluation by what it was made on', () => {
  const seen = { texts: 50, exact: 2, elsewhere: 0, near: null, isDataGone: false, origin: null };
  const given = facts();
  const [run, evaluation] = [given.runs[0]!, given.evaluations[0]!];
  const marksOf = (change: Partial<TraceabilityFacts>) =>
    traceabilityOf({ ...given, ...change }).sources.map((source) => [source.sameAsTraining, source.seenInTraining]);
  const onTraining = { ...evaluation, split: 'train' as const, sameAsTraining: true, seenInTraining: seen };

  expect(marksOf({ evaluations: [onTraining] })).toEqual([
    [false, null],
    [true, seen],
  ]);
  expect(marksOf({ seenInValidation: new Map([[RUN, seen]]) })).toEqual([
    [true, seen],
    [false, null],
  ]);
  // What was counted of those very items tells more than what the data alone says.
  const counted = { ...seen, elsewhere: 3 };
  const onValidation = { ...evaluation, split: 'validation' as const, sameAsTraining: true, seenInTraining: counted };
  expect(marksOf({ evaluations: [onValidation], seenInValidation: new Map([[RUN, seen]]) })[0]).toEqual([
    true,
    counted,
  ]);
  expect(marksOf({ seenInValidation: new Map([[RUN, { ...seen, exact: 0 }]]) })[0]).toEqual([false, null]);
  const unmeasured = { ...run, finalMetrics: {} };
  expect(marksOf({ runs: [unmeasured], seenInValidation: new Map([[RUN, seen]]) })[0]).toEqual([false, null]);
});

test('without an approved version there are sources but no rows', () => {
  const matrix = traceabilityOf({ ...facts(), versions: [] });
  expect([matrix.version, matrix.rows, matrix.sources.length]).toEqual([null, [], 2]);
  expect(traceabilityAsMarkdown(matrix, 'en')).toContain('No version of the requirement is approved yet');
});

describe('files', () => {
  test.each(['=1+1', '+1', '-1', '@x', '\t=1', '\r=1', ' =1', '＝1', '＠x'])('%j is no formula in CSV', (text) => {
    const [cell = ''] = csvOf([[text]])
      .slice(1)
      .split('\r\n');
    expect(cell.replace(/^"/, '')).toMatch(/^'/);
  });

  test('CSV quotes what needs it and keeps numbers numbers', () => {
    expect(csvOf([['a,b', 'say "x"', -1.5, null, 'two\nlines']])).toBe(
      '\ufeff"a,b","say ""x""",-1.5,,"two\nlines"\r\n',
    );
  });

  test('the matrix as CSV has five columns per source', () => {
    const [header = '', row = ''] = traceabilityAsCsv(traceabilityOf(facts()), 'en').split('\r\n');
    expect(header.split(',').filter((name) => /: (verdict|value|low|high|items)"?$/.test(name))).toHaveLength(10);
    expect(row).toContain(`"'=HYPERLINK(""http://evil.example"")"`);
    expect(row.endsWith('not enough evidence,0.94,,,0,pass,0.95,0.93,0.97,400')).toBe(true);
  });

  test('the matrix as Markdown keeps names from becoming markup or columns', () => {
    const slice = 'a|b\n# [x](http://evil.example) `c`';
    const text = traceabilityAsMarkdown(traceabilityOf(facts([criterion({ slice }), criterion()])), 'zh');
    const table = text.split('\n').filter((line) => line.startsWith('|'));
    expect(table.map((line) => line.match(/(?<!\\)\|/g)?.length)).toEqual([4, 4, 4, 4]);
    expect(text).not.toMatch(/<b>|(?<!\\)\[x|http:|(?<!\\)`/);
    expect(table[3]).toContain('● 通过 0.95 \\(0.93 – 0.97\\)');
  });
});
