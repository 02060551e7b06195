import { chinese } from '../../api/chinese-text.ts';
import { findMetric } from '../../metrics/registry.ts';
import type { Criterion } from '../requirements/contract.ts';
import { findArchitecture } from './architectures/catalogue.ts';
import { criteriaDifferences, versionInForce, type ApprovedVersion } from '../requirements/differences.ts';
import { isBlank, measureOfCriterion, type BothLanguages } from '../requirements/issue.ts';
import type { Candidate } from './candidates-contract.ts';
import type { CriteriaChangedSince, MeasuredSource } from './contract.ts';
import { isSame } from './differences.ts';
import type { CellInput, MatrixContent, MatrixCriterion, ScoreEvidence } from './matrix.ts';
import { rankingOf } from './ranking.ts';

/** What can be wrong with a matrix, by name. */
export type SelectionIssueCode =
  | 'same-id'
  | 'no-name'
  | 'unknown-metric'
  | 'against-metric'
  | 'against-requirement'
  | 'anchors-alike'
  | 'anchors-reversed'
  | 'unknown-cell'
  | 'same-cell'
  | 'outside-metric'
  | 'range-reversed'
  | 'evidence-text'
  | 'evidence-unknown'
  | 'evidence-differs'
  | 'archived-choice'
  | 'too-few-candidates'
  | 'no-weights'
  | 'no-scores';

/** Something that is wrong with a matrix. */
export interface SelectionIssue {
  readonly code: SelectionIssueCode;
  /** As a path: `criteria.2.scale`, `cells.5.score`. */
  readonly field: string;
  readonly criterionId: string | null;
  readonly candidateId: string | null;
  readonly message: BothLanguages;
}

function issue(
  code: SelectionIssueCode,
  field: string,
  message: BothLanguages,
  { criterionId = null, candidateId = null }: { criterionId?: string | null; candidateId?: string | null } = {},
): SelectionIssue {
  return { code, field, criterionId, candidateId, message };
}

/** Whether a criterion of the matrix scores the very number that an acceptance criterion limits. */
function limitsBy({ metric, unit, direction }: MatrixCriterion, requirement: Criterion): boolean {
  const isSameSide = (requirement.operator === '>=') === (direction === 'higher');
  return metric === requirement.metric && unit === requirement.unit && isSameSide;
}

function criterionIssues(criterion: MatrixCriterion, index: number): SelectionIssue[] {
  const { id: criterionId, scale, direction, requirement } = criterion;
  const at = (field: string) => `criteria.${index}.${field}`;
  const found: SelectionIssue[] = [];
  if (isBlank(criterion.name))
    found.push(
      issue('no-name', at('name'), { en: 'Give the criterion a name.', zh: '请填写标准的名称。' }, { criterionId }),
    );
  if (criterion.metric !== null && findMetric(criterion.metric) === undefined)
    found.push(
      issue(
        'unknown-metric',
        at('metric'),
        { en: `No metric is called ${criterion.metric}.`, zh: `没有名为 ${criterion.metric} 的指标。` },
        { criterionId },
      ),
    );
  const metric = findMetric(criterion.metric ?? '');
  // A requirement may limit a number from its better side; then the matrix follows it.
  if (metric !== undefined && requirement === null && metric.better !== direction)
    found.push(
      issue(
        'against-metric',
        at('direction'),
        metric.better === 'higher'
          ? { en: `Higher is better for ${metric.name.en}.`, zh: chinese`${metric.name.zh}越高越好。` }
          : { en: `Lower is better for ${metric.name.en}.`, zh: chinese`${metric.name.zh}越低越好。` },
        { criterionId },
      ),
    );
  if (requirement !== null && !limitsBy(criterion, requirement))
    found.push(
      issue(
        'against-requirement',
        at('requirement'),
        {
          en: 'This criterion does not measure what the acceptance criterion behind it limits: its metric, unit and direction stay as they were taken over.',
          zh: '该标准衡量的不是其背后验收标准所限定的数值：指标、单位与方向须与采用时一致。',
        },
        { criterionId },
      ),
    );
  if (scale.kind === 'anchors' && scale.worst === scale.best)
    found.push(
      issue(
        'anchors-alike',
        at('scale'),
        {
          en: 'Worst and best are the same number: no score could differ.',
          zh: '最差值与最佳值相同，分数将无从区分。',
        },
        { criterionId },
      ),
    );
  else if (scale.kind === 'anchors' && scale.worst < scale.best !== (direction === 'higher'))
    found.push(
      issue(
        'anchors-reversed',
        at('scale'),
        direction === 'higher'
          ? { en: 'Higher is better here, so best must be above worst.', zh: '该标准越高越好，最佳值须大于最差值。' }
          : { en: 'Lower is better here, so best must be below worst.', zh: '该标准越低越好，最佳值须小于最差值。' },
        { criterionId },
      ),
    );
  return found;
}

function cellIssues(cell: CellInput, index: number, criterion: MatrixCriterion | undefined): SelectionIssue[] {
  const { criterionId, candidateId, score, low, high, evidence } = cell;
  const place = { criterionId, candidateId };
  const at = (field: string) => `cells.${index}.${field}`;
  const found: SelectionIssue[] = [];
  const [least, most] = findMetric(criterion?.metric ?? '')?.range ?? [null, null];
  if ([score, low, high].some((value) => value !== null && (value < (least ?? value) || value > (most ?? value))))
    found.push(
      issue(
        'outside-metric',
        at('score'),
        {
          en: `This metric lies between ${least ?? '−∞'} and ${most ?? '∞'}: ${score} can never be measured.`,
          zh: `该指标的取值在 ${least ?? '−∞'} 与 ${most ?? '∞'} 之间，不可能测得 ${score}。`,
        },
        place,
      ),
    );
  if ((low !== null && low > score) || (high !== null && high < score))
    found.push(
      issue(
        'range-reversed',
        at('low'),
        { en: 'The score must lie within its own range.', zh: '分数须落在其自身的区间之内。' },
        place,
      ),
    );
  if (evidence.kind === 'catalogue' && findArchitecture(evidence.architecture) === undefined)
    found.push(
      issue(
        'evidence-unknown',
        at('evidence'),
        { en: 'The catalogue has no such entry.', zh: '目录中没有这一条目。' },
        place,
      ),
    );
  const needsText = evidence.kind === 'judgement' || evidence.kind === 'url';
  if (needsText && isBlank(evidence.text))
    found.push(
      issue(
        'evidence-text',
        at('evidence'),
        { en: 'Say what this score rests on.', zh: '请说明该分数的依据。' },
        place,
      ),
    );
  return found;
}

/** Who put a candidate away does not weigh it any more: it is not chosen before it comes back. */
export function archivedChoiceIssues({ id, archivedAt }: Pick<Candidate, 'id' | 'archivedAt'>): SelectionIssue[] {
  if (archivedAt === null) return [];
  const message = {
    en: 'This candidate is in the archive. Restore it first, or choose another.',
    zh: '该候选模型已归档。请先恢复它，或选择其他候选模型。',
  };
  return [issue('archived-choice', 'candidateId', message, { candidateId: id })];
}

/** What is wrong with a matrix in itself; nothing with any of these is saved. */
export function contentIssues({ candidateIds, criteria, cells }: MatrixContent): SelectionIssue[] {
  const byId = new Map(criteria.map((criterion) => [criterion.id, criterion]));
  const seen = new Set<string>();
  const repeated = [...candidateIds, ...criteria.map(({ id }) => id)].filter((id) => seen.size === seen.add(id).size);
  const seenCells = new Set<string>();
  return [
    ...repeated.map((id) =>
      issue('same-id', 'criteria', { en: `${id} stands twice.`, zh: `${id} 出现了两次。` }, { criterionId: id }),
    ),
    ...criteria.flatMap(criterionIssues),
    ...cells.flatMap((cell, index): SelectionIssue[] => {
      const { criterionId, candidateId } = cell;
      const place = { criterionId, candidateId };
      if (!byId.has(criterionId) || !candidateIds.includes(candidateId))
        return [
          issue(
            'unknown-cell',
            `cells.${index}`,
            {
              en: 'A score belongs to no criterion or candidate of the matrix.',
              zh: '有分数不属于矩阵中的任何标准或候选模型。',
            },
            place,
          ),
        ];
      const key = `${criterionId} ${candidateId}`;
      if (seenCells.size === seenCells.add(key).size)
        return [
          issue(
            'same-cell',
            `cells.${index}`,
            { en: 'A criterion scores a candidate twice.', zh: '同一标准为同一候选模型打了两次分。' },
            place,
          ),
        ];
      return cellIssues(cell, index, byId.get(criterionId));
    }),
  ];
}

function sourceOf(evidence: ScoreEvidence, sources: readonly MeasuredSource[]): MeasuredSource | undefined {
  if (evidence.kind === 'evaluation')
    return sources.find(({ kind, id }) => kind === 'evaluation' && id === evidence.evaluationId);
  if (evidence.kind === 'model-file-evaluation')
    return sources.find(({ kind, id }) => kind === 'model-file-evaluation' && id === evidence.jobId);
  return undefined;
}

/** Whether two numbers are the same as people write them down. */
function isSameNumber(one: number | null, two: number | null): boolean {
  if (one === null || two === null) return one === two;
  return Math.abs(one - two) <= 1e-9 * Math.max(1, Math.abs(one), Math.abs(two));
}

/** What a source measured of a criterion's metric, and of its task where it was taken over from a criterion that names one. */
export function measuredValueFor(
  { values }: Pick<MeasuredSource, 'values'>,
  { metric, requirement }: Pick<MatrixCriterion, 'metric' | 'requirement'>,
): MeasuredSource['values'][number] | undefined {
  return values.find((one) => one.metric === metric && one.task === requirement?.task);
}

/** Scores that name a measurement of this project but are not what was measured there. */
export function evidenceIssues(
  { criteria, cells }: MatrixContent,
  sources: readonly MeasuredSource[],
): SelectionIssue[] {
  return cells.flatMap((cell, index): SelectionIssue[] => {
    const { evidence, criterionId, candidateId } = cell;
    if (evidence.kind !== 'evaluation' && evidence.kind !== 'model-file-evaluation') return [];
    const place = { criterionId, candidateId };
    const source = sourceOf(evidence, sources);
    const criterion = criteria.find(({ id }) => id === criterionId);
    const value = criterion === undefined || source === undefined ? undefined : measuredValueFor(source, criterion);
    if (source === undefined || value === undefined)
      return [
        issue(
          'evidence-unknown',
          `cells.${index}.evidence`,
          source === undefined
            ? { en: 'No such evaluation exists in this project.', zh: '本项目中没有这次评估。' }
            : { en: 'That evaluation did not measure this criterion.', zh: '那次评估没有测量这条标准。' },
          place,
        ),
      ];
    const isMeasured =
      isSameNumber(cell.score, value.value) &&
      isSameNumber(cell.low, value.low) &&
      isSameNumber(cell.high, value.high) &&
      cell.items === value.items;
    if (isMeasured) return [];
    return [
      issue(
        'evidence-differs',
        `cells.${index}.score`,
        {
          en: `The evaluation measured ${value.value}, not ${cell.score}: take its number, or name another source.`,
          zh: `该评估测得 ${value.value}，而不是 ${cell.score}：请采用其数值，或改用其他依据。`,
        },
        place,
      ),
    ];
  });
}

/**
 * Criteria that claim to be taken over from an acceptance criterion which is none of `written`: a candidate could be shown to meet what nobody
 * ever asked for.
 */
export function requirementIssues({ criteria }: MatrixContent, written: readonly Criterion[]): SelectionIssue[] {
  return criteria.flatMap(({ id: criterionId, requirement }, index): SelectionIssue[] => {
    if (requirement === null || written.some((one) => isSame(one, requirement))) return [];
    return [
      issue(
        'against-requirement',
        `criteria.${index}.requirement`,
        {
          en: 'No version of the requirement has this acceptance criterion as it stands here: take it over again.',
          zh: '需求的任何版本中都没有与此处一致的验收标准，请重新采用。',
        },
        { criterionId },
      ),
    ];
  });
}

/** What a matrix lacks before anything can be decided with it. */
export function decisionIssues(content: MatrixContent): SelectionIssue[] {
  const found: SelectionIssue[] = [];
  if (content.candidateIds.length < 2)
    found.push(
      issue('too-few-candidates', 'candidateIds', {
        en: 'A choice needs at least two candidates.',
        zh: '至少要有两个候选模型才谈得上选择。',
      }),
    );
  if (!content.criteria.some(({ weight }) => weight > 0))
    found.push(
      issue('no-weights', 'criteria', {
        en: 'At least one criterion needs a weight above 0.',
        zh: '至少要有一条标准的权重大于 0。',
      }),
    );
  if (content.cells.length === 0)
    found.push(issue('no-scores', 'cells', { en: 'Nothing has a score yet.', zh: '尚未给出任何分数。' }));
  return found;
}

/** Whether choosing a candidate goes against the matrix, or beyond what it settles: then the choice must be explained. */
export function needsExplanation(content: MatrixContent, candidateId: string): boolean {
  const { leader } = rankingOf(content);
  if (leader === null || leader.challengers.length > 0) return true;
  return leader.candidateId !== candidateId && !leader.tiedWith.includes(candidateId);
}

/** A criterion of the matrix taken over from an acceptance criterion: must-criteria begin with twice the weight. */
export function takenOver(requirement: Criterion, id: string): MatrixCriterion {
  const { metric, unit, operator, level, slice } = requirement;
  const { en, zh } = measureOfCriterion(requirement);
  return {
    id,
    name: slice === null ? { en, zh } : { en: `${en} (${slice})`, zh: `${zh}（${slice}）` },
    metric,
    unit,
    direction: operator === '>=' ? 'higher' : 'lower',
    weight: level === 'must' ? 1 : 0.5,
    scale: { kind: 'range' },
    requirement,
  };
}

/** A criterion of the matrix that follows its acceptance criterion to another form; a name that somebody gave it stays. */
export function takenOverAgain(criterion: MatrixCriterion, now: Criterion): MatrixCriterion {
  const before = criterion.requirement === null ? undefined : takenOver(criterion.requirement, criterion.id).name;
  const isOwnName = before === undefined || before.en !== criterion.name.en || before.zh !== criterion.name.zh;
  return { ...criterion, requirement: now, name: isOwnName ? criterion.name : takenOver(now, criterion.id).name };
}

/** Whether the criteria that were decided by are not the approved ones any more; null where they are. */
export function changedSinceDecision(
  oldestFirst: readonly ApprovedVersion[],
  decision: { readonly requirementVersion: number | null; readonly at: string },
): CriteriaChangedSince | null {
  const newest = oldestFirst.at(-1);
  if (newest === undefined) return null;
  const then =
    oldestFirst.find(({ version }) => version === decision.requirementVersion) ??
    versionInForce(oldestFirst, decision.at);
  if (then?.version === newest.version) return null;
  const differences = criteriaDifferences(then?.criteria ?? [], newest.criteria);
  if (differences.length === 0) return null;
  return {
    fromVersion: then?.version ?? null,
    toVersion: newest.version,
    approvedAt: newest.approvedAt,
    decidedAt: decision.at,
    differences,
  };
}
