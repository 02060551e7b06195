import { underlyingThreshold } from '../../metrics/metric-traits.ts';
import type { ProjectTasks } from '../data/task-contract.ts';
import type { Criterion, RequirementContent } from './contract.ts';
import { criterionIssues } from './criterion-rules.ts';
import { taskOfCriterion } from './task-rules.ts';
import { isNeverAbove } from './ordered-metrics.ts';
import { isBlank, nameOfCriterion, type BothLanguages, type IssueCode, type RequirementIssue } from './issue.ts';

/** A criterion at its place in the list, with its threshold on the number that it really limits. */
interface Placed {
  readonly criterion: Criterion;
  readonly index: number;
  readonly metric: string;
  readonly slice: string | null;
  readonly threshold: number;
}

/** A slice as people mean it: its letters in one form, no doubled spaces. */
function sliceMeant(slice: string | null): string | null {
  return slice === null ? null : slice.normalize('NFC').replaceAll(/\s+/g, ' ').trim();
}

function place(criterion: Criterion, index: number, data: ProjectTasks | null): Placed {
  const { metric, threshold } = underlyingThreshold(
    criterion.metric,
    criterion.threshold,
    taskOfCriterion(criterion, data)?.kind,
  );
  return { criterion, index, metric, slice: sliceMeant(criterion.slice), threshold };
}

function limitsTheSame(one: Placed, two: Placed): boolean {
  return one.metric === two.metric && one.slice === two.slice && one.criterion.task === two.criterion.task;
}

function conflict(code: IssueCode, at: Placed, other: Placed, message: BothLanguages): RequirementIssue {
  return {
    code,
    severity: 'error',
    field: `criteria.${at.index}.threshold`,
    criterionId: at.criterion.id,
    conflictsWith: other.criterion.id,
    message,
  };
}

/**
 * Whether every measurement that passes `first` also passes `second`. Both limit from the same side: the same number, or from above
 * a number and one that it never exceeds, or from below the other way round.
 */
function implies(first: Placed, second: Placed): boolean {
  const isStricter =
    first.criterion.operator === '>=' ? first.threshold >= second.threshold : first.threshold <= second.threshold;
  const decidesAsHard = first.criterion.decisionMode === 'interval' || second.criterion.decisionMode === 'point';
  return isStricter && decidesAsHard && first.criterion.minimumItems >= second.criterion.minimumItems;
}

function overshadowed(stricter: Placed, looser: Placed): RequirementIssue {
  const [strict, loose] = [nameOfCriterion(stricter.criterion), nameOfCriterion(looser.criterion)];
  return conflict('overshadowed', looser, stricter, {
    en: `${loose.en} never decides anything: whatever meets ${strict.en} meets it too. Remove it, or make it a stricter should-criterion.`,
    zh: `“${loose.zh}”不会起任何作用：满足“${strict.zh}”的结果必然满足它。请删去，或改为更严的“应当”标准。`,
  });
}

function oppositeIssue(one: Placed, two: Placed): RequirementIssue | undefined {
  const [lower, upper] = one.criterion.operator === '>=' ? [one, two] : [two, one];
  if (lower.threshold < upper.threshold) return undefined;
  const [low, high] = [nameOfCriterion(lower.criterion), nameOfCriterion(upper.criterion)];
  return conflict('contradiction', two, one, {
    en: `${low.en} and ${high.en} contradict each other: no measured interval meets both.`,
    zh: `“${low.zh}”与“${high.zh}”互相矛盾：没有任何测量区间能同时满足两者。`,
  });
}

function sameSideIssue(one: Placed, two: Placed): RequirementIssue | undefined {
  const [stricter, looser] = implies(one, two) ? [one, two] : [two, one];
  if (!implies(stricter, looser)) return undefined;
  const [strict, loose] = [nameOfCriterion(stricter.criterion), nameOfCriterion(looser.criterion)];
  const levels = `${stricter.criterion.level} ${looser.criterion.level}`;
  if (implies(looser, stricter) && stricter.criterion.level === looser.criterion.level)
    return conflict('duplicate', two, one, {
      en: `${loose.en} says the same as ${strict.en}. Remove one of the two.`,
      zh: `“${loose.zh}”与“${strict.zh}”说的是同一件事，请删去其中一条。`,
    });
  if (levels === 'should must' && !implies(looser, stricter)) return undefined;
  if (stricter.criterion.level !== looser.criterion.level) {
    const [should, must] = stricter.criterion.level === 'should' ? [stricter, looser] : [looser, stricter];
    return conflict('should-within-must', should, must, {
      en: `The should-criterion ${nameOfCriterion(should.criterion).en} asks for no more than the must-criterion ${nameOfCriterion(must.criterion).en}. Make the should stricter, or remove it.`,
      zh: `“应当”标准“${nameOfCriterion(should.criterion).zh}”并不比“必须”标准“${nameOfCriterion(must.criterion).zh}”要求更高。请把它定得更严，或删去。`,
    });
  }
  return overshadowed(stricter, looser);
}

/** What is wrong between limits of two numbers of which the first never exceeds the second. */
function orderedIssue(lower: Placed, upper: Placed): RequirementIssue | undefined {
  if (lower.criterion.task !== upper.criterion.task) return undefined;
  if (lower.slice !== upper.slice || !isNeverAbove(lower.metric, upper.metric)) return undefined;
  if (lower.criterion.operator !== upper.criterion.operator)
    return lower.criterion.operator === '>=' ? oppositeIssue(lower, upper) : undefined;
  const [first, second] = lower.criterion.operator === '>=' ? [lower, upper] : [upper, lower];
  if (!implies(first, second)) return undefined;
  // A must decides beside a should that asks for more.
  if (first.criterion.level === 'should' && second.criterion.level === 'must') return undefined;
  return overshadowed(first, second);
}

function pairIssues(placed: readonly Placed[]): RequirementIssue[] {
  return placed.flatMap((two, position) =>
    placed.slice(0, position).flatMap((one) => {
      const found: RequirementIssue[] = [];
      if (one.criterion.id === two.criterion.id)
        found.push(
          conflict('same-id', two, one, {
            en: 'Two criteria carry the same id.',
            zh: '两条标准使用了相同的标识。',
          }),
        );
      const issue = limitsTheSame(one, two)
        ? one.criterion.operator === two.criterion.operator
          ? sameSideIssue(one, two)
          : oppositeIssue(one, two)
        : (orderedIssue(one, two) ?? orderedIssue(two, one));
      return issue === undefined ? found : [...found, issue];
    }),
  );
}

/**
 * What is impossible, contradictory or doubtful about criteria, in both languages, naming the criterion and the one that it
 * conflicts with. A draft with an issue of severity `error` is not saved. `data` says which further tasks the data of the project
 * answers; null where that is not known, as in a page that is still loading.
 */
export function criteriaIssues(
  { problemType, criteria }: Pick<RequirementContent, 'problemType' | 'criteria'>,
  data: ProjectTasks | null,
): RequirementIssue[] {
  const placed = criteria.map((criterion, index) => place(criterion, index, data));
  const own = placed.flatMap((one) => {
    const { criterion, index } = one;
    const isCorridor = placed.some(
      (other) => limitsTheSame(other, one) && other.criterion.operator !== criterion.operator,
    );
    return criterionIssues(criterion, index, { problemType, isCorridor, data });
  });
  return [...own, ...pairIssues(placed)];
}

function missing(field: string, criterionId: string | null, message: BothLanguages): RequirementIssue {
  return { code: 'missing-text', severity: 'error', field, criterionId, conflictsWith: null, message };
}

/** What a draft still lacks before it can be reviewed; `criteriaIssues` come on top. */
export function completenessIssues(content: RequirementContent): RequirementIssue[] {
  const issues: RequirementIssue[] = [];
  if (isBlank(content.goal))
    issues.push(missing('goal', null, { en: 'Write the goal in a sentence.', zh: '请用一句话写下目标。' }));
  if (isBlank(content.users))
    issues.push(missing('users', null, { en: 'Say who will use the model.', zh: '请写明谁会使用这个模型。' }));
  if (isBlank(content.constraints.dataSources))
    issues.push(
      missing('constraints.dataSources', null, {
        en: 'Say which data sources are allowed.',
        zh: '请写明允许使用哪些数据来源。',
      }),
    );
  for (const [index, criterion] of content.criteria.entries()) {
    if (!isBlank(criterion.reason)) continue;
    const text = nameOfCriterion(criterion);
    issues.push(
      missing(`criteria.${index}.reason`, criterion.id, {
        en: `Give the reason for ${text.en}: who reads it later must know why this threshold.`,
        zh: `请写明“${text.zh}”的理由：以后的读者需要知道为什么是这个阈值。`,
      }),
    );
  }
  const nothing = { severity: 'error', field: 'criteria', criterionId: null, conflictsWith: null } as const;
  if (content.criteria.length === 0)
    issues.push({
      ...nothing,
      code: 'no-criteria',
      message: { en: 'Add at least one acceptance criterion.', zh: '请至少添加一条验收标准。' },
    });
  else if (content.criteria.every(({ level }) => level === 'should'))
    issues.push({
      ...nothing,
      code: 'no-must-criterion',
      message: {
        en: 'No criterion is a must, so nothing could ever stop a release. Make at least one a must.',
        zh: '没有任何一条是“必须”，也就没有什么能阻止上线。请至少把一条设为“必须”。',
      },
    });
  return issues;
}
