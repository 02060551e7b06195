import type { ChangedAfterEvidence, ContentDifference, Criterion, RequirementContent } from './contract.ts';

const TEXT_FIELDS = ['goal', 'users', 'problemType', 'scenario', 'risks', 'questions'] as const;
const CONSTRAINT_FIELDS = [
  'dataSources',
  'personalData',
  'retentionDays',
  'regulations',
  'languages',
  'budget',
  'deadline',
] as const;
const CRITERION_FIELDS = [
  'metric',
  'operator',
  'threshold',
  'unit',
  'slice',
  'task',
  'level',
  'decisionMode',
  'minimumItems',
  'reason',
] as const;

/** Fields of a criterion that decide; its reason explains them. */
const DECIDING_FIELDS: readonly string[] = CRITERION_FIELDS.filter((field) => field !== 'reason');

/** JSON with sorted keys, so that the order in which a text's languages were written is no difference. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).toSorted(([first], [second]) => (first < second ? -1 : 1)))
      : member,
  );
}

function difference(field: string, criterion: Criterion | null, before: unknown, after: unknown): ContentDifference[] {
  return canonical(before) === canonical(after) ? [] : [{ field, criterion, before, after }];
}

/** What differs between two lists of criteria, matched by id: changed fields, then removed and added criteria. */
export function criteriaDifferences(before: readonly Criterion[], after: readonly Criterion[]): ContentDifference[] {
  const older = new Map(before.map((criterion) => [criterion.id, criterion]));
  const newer = new Set(after.map(({ id }) => id));
  const changed = after.flatMap((criterion) => {
    const old = older.get(criterion.id);
    if (old === undefined) return [];
    return CRITERION_FIELDS.flatMap((field) =>
      difference(field, criterion, old[field] ?? null, criterion[field] ?? null),
    );
  });
  const removed = before.filter(({ id }) => !newer.has(id));
  const added = after.filter(({ id }) => !older.has(id));
  return [
    ...changed,
    ...removed.map((criterion) => ({ field: 'criterion', criterion, before: criterion, after: null })),
    ...added.map((criterion) => ({ field: 'criterion', criterion, before: null, after: criterion })),
  ];
}

/** Whether criteria decide otherwise than before: one came or went, or changed in more than its reason. */
export function doCriteriaDecideOtherwise(before: readonly Criterion[], after: readonly Criterion[]): boolean {
  return decideOtherwise(criteriaDifferences(before, after));
}

function decideOtherwise(differences: readonly ContentDifference[]): boolean {
  return differences.some(({ field }) => field === 'criterion' || DECIDING_FIELDS.includes(field));
}

/** What differs between two versions, field by field. */
export function contentDifferences(before: RequirementContent, after: RequirementContent): ContentDifference[] {
  return [
    ...TEXT_FIELDS.flatMap((field) => difference(field, null, before[field], after[field])),
    ...CONSTRAINT_FIELDS.flatMap((field) =>
      difference(`constraints.${field}`, null, before.constraints[field], after.constraints[field]),
    ),
    ...criteriaDifferences(before.criteria, after.criteria),
  ];
}

/** An approved version, as far as it matters to the question when its criteria were known. */
export interface ApprovedVersion {
  readonly version: number;
  /** ISO 8601. */
  readonly approvedAt: string;
  readonly criteria: readonly Criterion[];
}

/** The version that stood at a moment: the last one approved by then; undefined before the first. */
export function versionInForce<Version extends ApprovedVersion>(
  oldestFirst: readonly Version[],
  moment: string,
): Version | undefined {
  return oldestFirst.findLast(({ approvedAt }) => Date.parse(approvedAt) <= Date.parse(moment));
}

/**
 * Whether the criteria that decide now were changed, in a field that decides, after the project's first evaluation; null where
 * they stood before it, where there is no evaluation, and where they were changed back.
 */
export function changeAfterEvidence(
  oldestFirst: readonly ApprovedVersion[],
  firstEvidenceAt: string | null,
): ChangedAfterEvidence | null {
  const newest = oldestFirst.at(-1);
  if (newest === undefined || firstEvidenceAt === null) return null;
  const then = versionInForce(oldestFirst, firstEvidenceAt);
  if (then?.version === newest.version) return null;
  const differences = criteriaDifferences(then?.criteria ?? [], newest.criteria);
  if (!decideOtherwise(differences)) return null;
  const { version: toVersion, approvedAt } = newest;
  return { fromVersion: then?.version ?? null, toVersion, approvedAt, firstEvidenceAt, differences };
}
