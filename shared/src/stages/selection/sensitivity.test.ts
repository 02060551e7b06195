import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../metrics/random.ts';
import type { MatrixContent, MatrixCriterion } from './matrix.ts';
import { rankingOf } from './ranking.ts';
import { sensitivityOf, type StayingRange } from './sensitivity.ts';
import { criterionNumber, idOf, matrixOf, recallMust } from './test-matrix.ts';

const [first, second] = [idOf(1), idOf(2)];
const anchored = (number: number, change: Partial<MatrixCriterion> = {}) =>
  criterionNumber(number, { scale: { kind: 'anchors', worst: 0, best: 1 }, ...change });

describe('by hand', () => {
  test('who is ruled out by the only score of all would come back by a better one', () => {
    const content = matrixOf([criterionNumber(1, { requirement: recallMust() })], [[0.87], [null]]);
    expect(rankingOf(content).leader?.candidateId).toBe(second);
    expect(sensitivityOf(content)?.scores).toMatchObject([{ candidateId: first, score: 0.87, high: 0.9 }]);
  });

  // A leads by accuracy, B by price: level where 0.3 t = 0.5 (1 − t), t = 0.625.
  const two = matrixOf(
    [anchored(1, { weight: 0.75 }), anchored(2, { weight: 0.25 })],
    [
      [0.9, 0.2],
      [0.6, 0.7],
    ],
  );

  test('below which weight the other one wins', () => {
    const [accuracy, price] = sensitivityOf(two)?.weights ?? [];
    expect(accuracy).toMatchObject({ share: 0.75, high: null, firstBelow: second, firstAbove: null, isOnly: false });
    expect(accuracy?.low).toBeCloseTo(0.625, 12);
    expect(price).toMatchObject({ low: null, firstBelow: null, firstAbove: second });
    expect(price?.high).toBeCloseTo(0.375, 12);
  });

  test('at which single score the other one wins', () => {
    // A: 0.725, B: 0.625; a point of accuracy counts 0.75, one of price 0.25.
    const found = sensitivityOf(two)?.scores.map(({ candidateId, criterionId, low, high, firstBelow, firstAbove }) => [
      candidateId,
      criterionId,
      low === null ? null : Number(low.toFixed(9)),
      high === null ? null : Number(high.toFixed(9)),
      firstBelow ?? firstAbove,
    ]);
    expect(found).toEqual([
      [first, idOf(101), Number((0.9 - 0.1 / 0.75).toFixed(9)), null, second],
      [second, idOf(101), null, Number((0.6 + 0.1 / 0.75).toFixed(9)), second],
      [first, idOf(102), null, null, null],
      [second, idOf(102), null, null, null],
    ]);
  });

  test('a score that stretches the scale by range flips the ranking where the others lose by it', () => {
    // The third candidate's price pushes the others together: they are level on price at infinity only, and B wins by accuracy before.
    const content = matrixOf(
      [anchored(1, { weight: 0.5 }), criterionNumber(2, { weight: 0.5, direction: 'lower' })],
      [
        [0.5, 100],
        [0.7, 200],
        [0, 200],
      ],
    );
    const range = sensitivityOf(content)?.scores.find(
      ({ candidateId, criterionId }) => candidateId === idOf(3) && criterionId === idOf(102),
    );
    // A leads on price by 100 / (x − 100) and lags by 0.2 elsewhere: level at x = 600.
    expect(range).toMatchObject({ firstAbove: second, firstBelow: idOf(3) });
    expect(range?.high).toBeCloseTo(600, 9);
    // Below 100 it is the cheapest itself, A gives way as 100 / (200 − x): level at 0.
    expect(range?.low).toBeCloseTo(0, 9);
  });

  test('the leader’s own must-criterion is a bound: below it, it is ruled out', () => {
    const recall = anchored(1, { metric: 'recall-macro', weight: 0.75, requirement: recallMust({ threshold: 0.85 }) });
    const content = matrixOf(
      [recall, anchored(2, { weight: 0.25 })],
      [
        [0.9, 0.9],
        [0.86, 0.3],
      ],
    );
    const range = sensitivityOf(content)?.scores.find(({ candidateId }) => candidateId === first);
    expect(range).toMatchObject({ firstBelow: second, high: null, firstAbove: null });
    expect(range?.low).toBeCloseTo(0.85, 12);
  });

  test('a candidate that is ruled out wins by its score alone once it meets the must-criterion', () => {
    const recall = anchored(1, { metric: 'recall-macro', weight: 0.5, requirement: recallMust() });
    const content = matrixOf(
      [recall, anchored(2, { weight: 0.5 })],
      [
        [0.95, 0.4],
        [0.8, 1],
      ],
    );
    const range = sensitivityOf(content)?.scores.find(({ candidateId }) => candidateId === second);
    expect(range).toMatchObject({ low: null, high: 0.9, firstAbove: second });
  });

  test.each([
    [
      'nothing is said while a missing score leaves the lead open',
      matrixOf(
        [anchored(1), anchored(2)],
        [
          [0.9, null],
          [0.6, 0.7],
        ],
      ),
    ],
    ['nothing is said of one candidate', matrixOf([anchored(1)], [[0.9]])],
    ['nothing is said without weights', matrixOf([anchored(1, { weight: 0 })], [[0.9], [0.1]])],
  ])('%s', (_, content) => {
    expect(sensitivityOf(content)).toBeNull();
  });

  test('missing scores that cannot matter count at their worst for the leader', () => {
    const content = matrixOf(
      [anchored(1, { weight: 0.9 }), anchored(2, { weight: 0.1 })],
      [
        [0.9, null],
        [0.6, 0.7],
      ],
    );
    // At worst 0.9 t against 0.6 t + 0.7 (1 − t).
    expect(sensitivityOf(content)?.weights[0]?.low).toBeCloseTo(0.7, 12);
  });

  test('the only weight has no proportions to keep', () => {
    expect(sensitivityOf(matrixOf([anchored(1)], [[0.9], [0.1]]))?.weights).toEqual([
      expect.objectContaining({ isOnly: true, low: null, high: null }),
    ]);
  });
});

/** A matrix of two to five candidates and one to five criteria of every kind, complete. */
function anyMatrix(random: () => number): MatrixContent {
  const whole = (most: number) => Math.floor(random() * most);
  const criteria = Array.from({ length: 1 + whole(5) }, (_, index) => {
    const direction = random() < 0.5 ? ('higher' as const) : ('lower' as const);
    const ends = direction === 'higher' ? { worst: 1, best: 8 } : { worst: 8, best: 1 };
    return criterionNumber(index + 1, {
      weight: whole(11) / 10,
      direction,
      scale: random() < 0.5 ? { kind: 'range' } : { kind: 'anchors', ...ends },
      requirement:
        random() < 0.25
          ? recallMust({
              operator: direction === 'higher' ? '>=' : '<=',
              threshold: direction === 'higher' ? 2.5 : 7.5,
            })
          : null,
    });
  });
  const rows = Array.from({ length: 2 + whole(4) }, () => criteria.map(() => whole(100) / 10));
  return matrixOf(criteria, rows);
}

const leadersOf = (content: MatrixContent): string[] => {
  const { leader } = rankingOf(content);
  return leader === null ? [] : [leader.candidateId, ...leader.tiedWith];
};

/** The same matrix with the share of one weight set and the others in their proportions. */
function withShare(content: MatrixContent, criterionId: string, share: number): MatrixContent {
  const others = content.criteria.filter(({ id }) => id !== criterionId).reduce((sum, { weight }) => sum + weight, 0);
  const criteria = content.criteria.map((criterion) => ({
    ...criterion,
    weight: criterion.id === criterionId ? share : (criterion.weight / others) * (1 - share),
  }));
  return { ...content, criteria };
}

function withScore(content: MatrixContent, criterionId: string, candidateId: string, score: number): MatrixContent {
  const cells = content.cells.map((cell) =>
    cell.criterionId === criterionId && cell.candidateId === candidateId ? { ...cell, score } : cell,
  );
  return { ...content, cells };
}

describe('against trying every value', () => {
  /** Every value between two ends. */
  const between = (from: number, to: number) =>
    Array.from({ length: 15 }, (_, step) => from + ((to - from) * (step + 0.5)) / 15);

  /** What contradicts a range: values inside at which the leader is gone, and ends right outside which it is not. */
  function contradictions(
    range: StayingRange,
    leader: string,
    at: (value: number) => string[],
    [least, most, step]: [least: number, most: number, step: (end: number) => number],
  ): string[] {
    const { low, high, firstBelow, firstAbove } = range;
    const inside = between(low ?? least, high ?? most).filter((value) => !at(value).includes(leader));
    const ends = [
      { end: low, outside: (low ?? 0) - step(low ?? 0), first: firstBelow },
      { end: high, outside: (high ?? 0) + step(high ?? 0), first: firstAbove },
    ].filter(({ end, outside }) => end !== null && outside > least && outside < most);
    const wrong = ends.filter(({ outside, first: named }) => {
      const winners = at(outside);
      return winners.includes(leader) || (named === null ? winners.length > 0 : !winners.includes(named));
    });
    return [...inside.map((value) => `gone at ${value}`), ...wrong.map(({ end }) => `still there beyond ${end}`)];
  }

  test('of weights: inside the range the leader stays, right outside it is gone', () => {
    const random = seededRandom(7);
    const found: string[] = [];
    let bounds = 0;
    for (let round = 0; round < 200; round += 1) {
      const content = anyMatrix(random);
      const leader = rankingOf(content).leader?.candidateId ?? '';
      for (const range of sensitivityOf(content)?.weights ?? []) {
        if (range.isOnly) continue;
        const at = (share: number) => leadersOf(withShare(content, range.criterionId, share));
        found.push(...contradictions(range, leader, at, [0, 1, () => 1e-6]));
        bounds += Number(range.low !== null) + Number(range.high !== null);
      }
    }
    expect(found).toEqual([]);
    expect(bounds).toBeGreaterThan(150);
  });

  test('of scores: inside the range the leader stays, right outside it is gone, and without a bound it never goes', () => {
    const random = seededRandom(11);
    const found: string[] = [];
    let bounds = 0;
    // Far out, a scale by range flattens with the square of the distance.
    const step = (end: number) => 1e-4 * Math.max(1, end ** 2);
    for (let round = 0; round < 80; round += 1) {
      const content = anyMatrix(random);
      const leader = rankingOf(content).leader?.candidateId ?? '';
      for (const range of sensitivityOf(content)?.scores ?? []) {
        const at = (score: number) => leadersOf(withScore(content, range.criterionId, range.candidateId, score));
        found.push(...contradictions(range, leader, at, [-1000, 1000, step]));
        bounds += Number(range.low !== null) + Number(range.high !== null);
      }
    }
    expect(found).toEqual([]);
    expect(bounds).toBeGreaterThan(200);
  });
});
