import { describe, expect, test } from 'vitest';
import { missesBeyond, mustStanding } from './must-standing.ts';
import { rankingOf } from './ranking.ts';
import { criterionNumber, idOf, judged, matrixOf, recallMust } from './test-matrix.ts';

const [first, second, third] = [idOf(1), idOf(2), idOf(3)];

describe('the moderation classifier', () => {
  // Recall and explainability count twice as much as latency, where less is better.
  const criteria = [
    criterionNumber(1, { metric: 'recall-macro', weight: 1, scale: { kind: 'anchors', worst: 0.8, best: 1 } }),
    criterionNumber(2, { metric: 'latency-p95-ms', unit: 'ms', direction: 'lower', weight: 0.5 }),
    criterionNumber(3, { weight: 1 }),
  ];
  const complete = matrixOf(criteria, [
    [0.9, 5, 5],
    [0.96, 105, 3],
    [0.94, 1005, 1],
  ]);

  test('each score on its scale times the share of its weight, by hand', () => {
    const { shares, rows, leader } = rankingOf(complete);
    expect(shares.map(({ share }) => share)).toEqual([0.4, 0.2, 0.4]);
    expect(rows.map(({ candidateId }) => candidateId)).toEqual([first, second, third]);
    const parts = rows.map(({ contributions }) => contributions.map(({ contribution }) => contribution));
    const expected = [
      [0.4 * 0.5, 0.2, 0.4],
      [0.4 * 0.8, 0.2 * 0.9, 0.4 * 0.5],
      [0.4 * 0.7, 0, 0],
    ];
    for (const [row, values] of expected.entries())
      for (const [column, value] of values.entries()) expect(parts[row]?.[column]).toBeCloseTo(value, 12);
    expect(rows.map(({ total }) => total.low.toFixed(2))).toEqual(['0.80', '0.70', '0.28']);
    expect(rows.map(({ places }) => places)).toEqual([1, 2, 3].map((place) => ({ best: place, worst: place })));
    expect(leader).toEqual({ candidateId: first, challengers: [], tiedWith: [] });
  });

  test('a missing score is a range, not a zero, and says who could still lead', () => {
    const content = {
      ...complete,
      cells: complete.cells.filter((cell) => cell.candidateId !== second || cell.criterionId !== idOf(103)),
    };
    const { rows, leader } = rankingOf(content);
    const open = rows.find(({ candidateId }) => candidateId === second);
    expect(open?.missing).toEqual([idOf(103)]);
    expect([open?.total.low.toFixed(2), open?.total.high.toFixed(2)]).toEqual(['0.50', '0.90']);
    expect(open?.places).toEqual({ best: 1, worst: 2 });
    expect(leader).toEqual({ candidateId: first, challengers: [second], tiedWith: [] });
  });

  test('a single score says nothing about who is better, and who has none may still lead', () => {
    const alone = matrixOf([criterionNumber(1)], [[0.5], [null], [null]]);
    const { rows, leader } = rankingOf(alone);
    expect(rows.map(({ total }) => [total.low, total.high])).toEqual([
      [0, 1],
      [0, 1],
      [0, 1],
    ]);
    expect(rows[0]).toMatchObject({ missing: [], contributions: [{ normalised: null, contribution: null }] });
    expect(leader?.challengers).toHaveLength(2);
    const unscored = matrixOf(
      [criterionNumber(1), criterionNumber(2)],
      [
        [0.9, 0.9],
        [0.5, 0.5],
        [null, null],
      ],
    );
    expect(rankingOf(unscored).leader).toEqual({ candidateId: first, challengers: [third], tiedWith: [] });
    expect(rankingOf({ ...unscored, candidateIds: [first, second] }).leader?.challengers).toEqual([]);
  });

  test('who certainly misses a must-criterion is ruled out and stands last, whatever the total', () => {
    const [recall, ...others] = criteria;
    const must = { ...recall!, requirement: recallMust({ threshold: 0.95 }) };
    const { rows, leader } = rankingOf({ ...complete, criteria: [must, ...others] });
    expect(leader?.candidateId).toBe(second);
    expect(rows.map(({ candidateId, missedMusts, places }) => [candidateId, missedMusts.length, places?.best])).toEqual(
      [
        [second, 0, 1],
        [first, 1, undefined],
        [third, 1, undefined],
      ],
    );
  });
});

describe('scales', () => {
  const totals = (content: ReturnType<typeof matrixOf>) =>
    content.candidateIds.map((id) => rankingOf(content).rows.find(({ candidateId }) => candidateId === id)?.total.low);

  test.each([
    ['range, more is better', criterionNumber(1), [[2], [4], [6]], [0, 0.5, 1]],
    ['range, less is better', criterionNumber(1, { direction: 'lower' }), [[2], [4], [6]], [1, 0.5, 0]],
    ['all alike: none is worse than the best', criterionNumber(1), [[4], [4]], [1, 1]],
    [
      'anchors, clipped at both ends',
      criterionNumber(1, { scale: { kind: 'anchors', worst: 0, best: 4 } }),
      [[-1], [1], [5]],
      [0, 0.25, 1],
    ],
    [
      'anchors, less is better',
      criterionNumber(1, { direction: 'lower', scale: { kind: 'anchors', worst: 1000, best: 0 } }),
      [[0], [250], [2000]],
      [1, 0.75, 0],
    ],
  ])('%s', (_, criterion, scores, expected) => {
    expect(totals(matrixOf([criterion], scores))).toEqual(expected);
  });

  test('without any weight nobody leads', () => {
    expect(rankingOf(matrixOf([criterionNumber(1, { weight: 0 })], [[1], [2]])).leader).toBeNull();
  });

  test('equal totals share a place and are named', () => {
    const { rows, leader } = rankingOf(
      matrixOf(
        [criterionNumber(1), criterionNumber(2)],
        [
          [1, 0],
          [0, 1],
          [0, 0],
        ],
      ),
    );
    expect(leader).toEqual({ candidateId: first, challengers: [], tiedWith: [second] });
    expect(rows.map(({ places }) => places)).toEqual([
      { best: 1, worst: 1 },
      { best: 1, worst: 1 },
      { best: 3, worst: 3 },
    ]);
  });
});

describe('against an acceptance criterion', () => {
  const url = { kind: 'url' as const, text: { en: 'Report' }, url: 'https://example.com' };
  const catalogue = { kind: 'catalogue' as const, text: {}, architecture: 'bert-base' };
  test.each([
    ['a score below', judged(1, 1, 0.89), 'misses'],
    ['a score above', judged(1, 1, 0.91), 'meets'],
    ['the threshold itself', judged(1, 1, 0.9), 'meets'],
    ['a range across the threshold', judged(1, 1, 0.89, { low: 0.86, high: 0.92 }), 'doubtful'],
    ['a range wholly below', judged(1, 1, 0.8, { low: 0.78, high: 0.85, evidence: url }), 'misses'],
    [
      'published about other data, below',
      judged(1, 1, 0.8, { evidence: { ...catalogue, text: { en: '' } } }),
      'doubtful',
    ],
    [
      'published about other data, above',
      judged(1, 1, 0.95, { evidence: { ...catalogue, text: { en: '' } } }),
      'unknown',
    ],
    ['measured on too few items', judged(1, 1, 0.5, { items: 20 }), 'doubtful'],
    ['no score', undefined, 'unknown'],
  ])('%s', (_, cell, expected) => {
    expect(mustStanding(recallMust(), cell)).toBe(expected);
  });

  test('the score from which on it misses, its range moved along', () => {
    const measured = judged(1, 1, 0.92, { low: 0.91, high: 0.94, items: 1000 });
    expect(missesBeyond(recallMust(), measured)).toBeCloseTo(0.88, 12);
    expect(missesBeyond(recallMust({ decisionMode: 'point' }), measured)).toBe(0.9);
    expect(missesBeyond(recallMust(), { ...measured, items: 100 })).toBeNull();
    const latency = recallMust({ metric: 'latency-p95-ms', operator: '<=', threshold: 300 });
    expect(missesBeyond(latency, judged(1, 1, 200, { low: 150, high: 220 }))).toBe(350);
  });
});
