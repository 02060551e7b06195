import { describe, expect, test } from 'vitest';
import { matrixDifferences, mergedMatrix } from './differences.ts';
import type { MatrixContent } from './matrix.ts';
import { criterionNumber, idOf, judged, matrixOf } from './test-matrix.ts';

const base = matrixOf(
  [criterionNumber(1), criterionNumber(2)],
  [
    [1, 2],
    [3, null],
  ],
);
const weighted = (content: MatrixContent, number: number, weight: number): MatrixContent => ({
  ...content,
  criteria: content.criteria.map((criterion) =>
    criterion.id === idOf(100 + number) ? { ...criterion, weight } : criterion,
  ),
});
const scored = (content: MatrixContent, criterion: number, candidate: number, score: number): MatrixContent => ({
  ...content,
  cells: [
    ...content.cells.filter(
      (cell) => cell.criterionId !== idOf(100 + criterion) || cell.candidateId !== idOf(candidate),
    ),
    judged(criterion, candidate, score),
  ],
});
const without = (content: MatrixContent, candidate: number): MatrixContent => ({
  ...content,
  candidateIds: content.candidateIds.filter((id) => id !== idOf(candidate)),
  cells: content.cells.filter(({ candidateId }) => candidateId !== idOf(candidate)),
});

describe('what differs', () => {
  test('is named by what it is about, with both sides', () => {
    const after = without(scored(weighted(base, 1, 0.5), 2, 1, 9), 2);
    expect(
      matrixDifferences(base, after).map(({ field, criterionId, candidateId }) => [field, criterionId, candidateId]),
    ).toEqual([
      ['candidate', null, idOf(2)],
      ['weight', idOf(101), null],
      ['score', idOf(102), idOf(1)],
      ['score', idOf(101), idOf(2)],
    ]);
    expect(matrixDifferences(base, structuredClone(base))).toEqual([]);
  });
});

describe('two edits of the same matrix', () => {
  test('that touch different things are put together', () => {
    const theirs = { ...scored(weighted(base, 1, 0.2), 2, 2, 7), candidateIds: [...base.candidateIds, idOf(3)] };
    const mine = scored(weighted(base, 2, 0.4), 1, 1, 5);
    const merged = mergedMatrix(base, theirs, mine);
    expect(merged).not.toBeNull();
    const expected = scored(weighted(theirs, 2, 0.4), 1, 1, 5);
    expect(matrixDifferences(merged!, expected)).toEqual([]);
  });

  test('that say the same are one', () => {
    expect(mergedMatrix(base, scored(base, 1, 1, 5), scored(base, 1, 1, 5))?.cells).toHaveLength(3);
  });

  test.each([
    ['the same weight', weighted(base, 1, 0.2), weighted(base, 1, 0.3)],
    ['the same score', scored(base, 1, 1, 5), scored(base, 1, 1, 6)],
    ['a score of a candidate that the other took away', without(base, 2), scored(base, 2, 2, 6)],
  ])('that touch %s wait for a choice', (_, theirs, mine) => {
    expect(mergedMatrix(base, theirs, mine)).toBeNull();
  });
});
