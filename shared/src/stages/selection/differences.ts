import type { CellInput, MatrixContent, MatrixCriterion } from './matrix.ts';

/** Something in a matrix that differs between two states of it. */
export interface MatrixDifference {
  readonly field: 'candidate' | 'criterion' | 'weight' | 'scale' | 'score';
  readonly criterionId: string | null;
  readonly candidateId: string | null;
  readonly before: unknown;
  readonly after: unknown;
}

/** JSON with sorted keys, in which texts and objects are the same whatever the order of their members. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).toSorted(([first], [second]) => (first < second ? -1 : 1)))
      : member,
  );
}

/** Whether two parts of a matrix say the same. */
export function isSame(one: unknown, two: unknown): boolean {
  return canonical(one) === canonical(two);
}

/** A cell without who set it when. */
export function inputOf({ criterionId, candidateId, score, low, high, items, evidence }: CellInput): CellInput {
  return { criterionId, candidateId, score, low, high, items, evidence };
}

function criterionDifferences(before: MatrixCriterion, after: MatrixCriterion): MatrixDifference[] {
  const found: MatrixDifference[] = [];
  const place = { criterionId: after.id, candidateId: null };
  if (before.weight !== after.weight)
    found.push({ field: 'weight', ...place, before: before.weight, after: after.weight });
  if (!isSame(before.scale, after.scale))
    found.push({ field: 'scale', ...place, before: before.scale, after: after.scale });
  const [restBefore, restAfter] = [before, after].map(({ weight: _weight, scale: _scale, ...rest }) => rest);
  if (!isSame(restBefore, restAfter))
    found.push({ field: 'criterion', ...place, before: restBefore, after: restAfter });
  return found;
}

/** What differs between two states of a matrix: candidates, criteria, then scores; null where something is absent. */
export function matrixDifferences(before: MatrixContent, after: MatrixContent): MatrixDifference[] {
  const ids = [...new Set([...before.candidateIds, ...after.candidateIds])];
  const candidates = ids.flatMap((candidateId): MatrixDifference[] => {
    const [was, is] = [before, after].map((content) => content.candidateIds.includes(candidateId));
    if (was === is) return [];
    return [
      {
        field: 'candidate',
        criterionId: null,
        candidateId,
        before: was ? candidateId : null,
        after: is ? candidateId : null,
      },
    ];
  });
  const older = new Map(before.criteria.map((criterion) => [criterion.id, criterion]));
  const newer = new Map(after.criteria.map((criterion) => [criterion.id, criterion]));
  const criteria = [...new Set([...older.keys(), ...newer.keys()])].flatMap((criterionId): MatrixDifference[] => {
    const [was, is] = [older.get(criterionId), newer.get(criterionId)];
    if (was !== undefined && is !== undefined) return criterionDifferences(was, is);
    return [{ field: 'criterion', criterionId, candidateId: null, before: was ?? null, after: is ?? null }];
  });
  const keyOf = ({ criterionId, candidateId }: CellInput) => `${criterionId} ${candidateId}`;
  const cellsBefore = new Map(before.cells.map((cell) => [keyOf(cell), inputOf(cell)]));
  const cellsAfter = new Map(after.cells.map((cell) => [keyOf(cell), inputOf(cell)]));
  const scores = [...new Set([...cellsBefore.keys(), ...cellsAfter.keys()])].flatMap((key): MatrixDifference[] => {
    const [was, is] = [cellsBefore.get(key), cellsAfter.get(key)];
    const { criterionId, candidateId } = was ?? is ?? { criterionId: null, candidateId: null };
    return isSame(was, is)
      ? []
      : [{ field: 'score', criterionId, candidateId, before: was ?? null, after: is ?? null }];
  });
  return [...candidates, ...criteria, ...scores];
}
