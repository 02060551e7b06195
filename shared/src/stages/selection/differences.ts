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

/** One part of three states of a thing: the change of the only side that made one; undefined where both made different ones. */
function mergedPart<Part>(base: Part, theirs: Part, mine: Part): { readonly part: Part } | undefined {
  if (isSame(base, mine)) return { part: theirs };
  return isSame(base, theirs) || isSame(theirs, mine) ? { part: mine } : undefined;
}

function mergedById<Thing>(
  [base, theirs, mine]: readonly (readonly Thing[])[],
  idOf: (thing: Thing) => string,
  merge: (parts: readonly (Thing | undefined)[]) => { readonly part: Thing | undefined } | undefined,
): Thing[] | undefined {
  const maps = [base ?? [], theirs ?? [], mine ?? []].map(
    (things) => new Map(things.map((thing) => [idOf(thing), thing])),
  );
  const ids = [...new Set([...(theirs ?? []), ...(mine ?? []), ...(base ?? [])].map(idOf))];
  const merged = ids.map((id) => merge(maps.map((things) => things.get(id))));
  if (merged.some((one) => one === undefined)) return undefined;
  return merged.flatMap((one) => (one?.part === undefined ? [] : [one.part]));
}

function mergedCriterion(parts: readonly (MatrixCriterion | undefined)[]) {
  const [base, theirs, mine] = parts;
  if (base === undefined || theirs === undefined || mine === undefined) return mergedPart(base, theirs, mine);
  const weight = mergedPart(base.weight, theirs.weight, mine.weight);
  const scale = mergedPart(base.scale, theirs.scale, mine.scale);
  const rests = [base, theirs, mine].map((criterion) => ({ ...criterion, weight: 0, scale: base.scale }));
  const rest = mergedPart(rests[0], rests[1], rests[2]);
  if (weight === undefined || scale === undefined || rest?.part === undefined) return undefined;
  return { part: { ...rest.part, weight: weight.part, scale: scale.part } };
}

/**
 * The edits that two people made to the same matrix, together; null where they touch the same weight, scale, criterion or score, or where one
 * took away what the other scored.
 */
export function mergedMatrix(base: MatrixContent, theirs: MatrixContent, mine: MatrixContent): MatrixContent | null {
  const three = [base, theirs, mine];
  const candidateIds = mergedById(
    three.map((content) => content.candidateIds),
    (id) => id,
    (parts) => mergedPart(parts[0], parts[1], parts[2]),
  );
  const criteria = mergedById(
    three.map((content) => content.criteria),
    ({ id }) => id,
    mergedCriterion,
  );
  const cells = mergedById(
    three.map((content) => content.cells.map(inputOf)),
    ({ criterionId, candidateId }) => `${criterionId} ${candidateId}`,
    (parts) => mergedPart(parts[0], parts[1], parts[2]),
  );
  if (candidateIds === undefined || criteria === undefined || cells === undefined) return null;
  const isPlaced = ({ criterionId, candidateId }: CellInput) =>
    candidateIds.includes(candidateId) && criteria.some(({ id }) => id === criterionId);
  return cells.every(isPlaced) ? { candidateIds, criteria, cells } : null;
}
