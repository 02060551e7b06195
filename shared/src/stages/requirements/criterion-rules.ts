import { chinese } from '../../api/chinese-text.ts';
import {
  canBeSliced,
  hasInterval,
  itemsToShow,
  LARGEST_MEASURED,
  staysAboveRange,
} from '../../metrics/metric-traits.ts';
import { findMetric } from '../../metrics/registry.ts';
import type { TaskKind } from '../data/content.ts';
import type { ProjectTasks } from '../data/task-contract.ts';
import type { Criterion, ProblemType } from './contract.ts';
import { taskFindings, taskOfCriterion } from './task-rules.ts';
import { nameOfCriterion, type BothLanguages, type IssueCode, type RequirementIssue } from './issue.ts';

type Definition = NonNullable<ReturnType<typeof findMetric>>;
type CriterionField = Exclude<keyof Criterion, 'id'>;

const PROBLEM_NAMES: Record<ProblemType, BothLanguages> = {
  'text-generation': { en: 'text generation', zh: '文本生成' },
  'text-classification': { en: 'text classification', zh: '文本分类' },
  'image-classification': { en: 'image classification', zh: '图像分类' },
  'speech-recognition': { en: 'speech recognition', zh: '语音识别' },
  recommendation: { en: 'recommendation', zh: '推荐' },
  other: { en: 'this kind of problem', zh: '此类问题' },
};

/** Collects what is wrong with one criterion at its place in the list. */
class Findings {
  readonly issues: RequirementIssue[] = [];
  readonly #criterion: Criterion;
  readonly #index: number;

  constructor(criterion: Criterion, index: number) {
    this.#criterion = criterion;
    this.#index = index;
  }

  add(severity: RequirementIssue['severity'], code: IssueCode, field: CriterionField, message: BothLanguages): void {
    const { id } = this.#criterion;
    const place = `criteria.${this.#index}.${field}`;
    this.issues.push({ code, severity, field: place, criterionId: id, conflictsWith: null, message });
  }

  refuse(code: IssueCode, field: CriterionField, message: BothLanguages): void {
    this.add('error', code, field, message);
  }

  warn(code: IssueCode, field: CriterionField, message: BothLanguages): void {
    this.add('warning', code, field, message);
  }
}

/** The operator that asks for a better model. */
export function expectedOperator(better: 'higher' | 'lower'): Criterion['operator'] {
  return better === 'higher' ? '>=' : '<=';
}

/** Kinds of problem whose metrics are all shares, so that two slices of one are never further than 1 apart. */
const SHARES_ONLY: readonly ProblemType[] = ['image-classification', 'recommendation', 'text-classification'];

/** What somebody means who writes 90 where a share from 0 to 1 is wanted. */
function shareMeant(threshold: number, high: number | null): BothLanguages {
  // Nobody writes 1.2 for 1.2 %: a share that small is no aim.
  if (high !== 1 || threshold < 2 || threshold > 100) return { en: '', zh: '' };
  const share = Number((threshold / 100).toPrecision(6));
  return { en: ` Is ${share} meant, which is ${threshold} %?`, zh: `是否想填 ${share}（即 ${threshold}%）？` };
}

function checkThreshold(
  found: Findings,
  criterion: Criterion,
  { range, name }: Definition,
  problemType: ProblemType,
): void {
  const { metric, operator, threshold } = criterion;
  const [low, end] = range as readonly [number | null, number | null];
  const high = metric === 'slice-gap' && SHARES_ONLY.includes(problemType) ? 1 : end;
  const isOutside = (low !== null && threshold < low) || (high !== null && threshold > high);
  if (isOutside) {
    const meant = shareMeant(threshold, high);
    found.refuse('outside-range', 'threshold', {
      en: `${name.en} lies between ${low ?? '−∞'} and ${high ?? '∞'}; ${threshold} can never be measured.${meant.en}`,
      zh: chinese`${name.zh}的取值在 ${low ?? '−∞'} 到 ${high ?? '∞'} 之间，不可能测得 ${threshold}。${meant.zh}`,
    });
  } else if (Math.abs(threshold) > LARGEST_MEASURED) {
    found.refuse('outside-range', 'threshold', {
      en: `Nothing measures ${name.en} as far out as ${threshold}.`,
      zh: chinese`${name.zh}的测量值不可能达到 ${threshold} 这样的量级。`,
    });
  } else if (operator === '<=' && threshold === low && staysAboveRange(criterion.metric)) {
    found.refuse('outside-range', 'threshold', {
      en: `${name.en} is always above ${threshold}, so no model could ever meet this.`,
      zh: chinese`${name.zh}总是大于 ${threshold}，没有任何模型能够满足。`,
    });
  } else if (operator === '>=' ? threshold === low : threshold === high) {
    const text = nameOfCriterion(criterion);
    found.refuse('always-met', 'threshold', {
      en: `Every model meets ${text.en}, so it decides nothing.`,
      zh: `任何模型都满足“${text.zh}”，这条标准起不到判定作用。`,
    });
  }
}

function checkDirection(found: Findings, criterion: Criterion, definition: Definition, isCorridor: boolean): void {
  if (criterion.operator === expectedOperator(definition.better)) return;
  const text = nameOfCriterion(criterion);
  const better = { higher: { en: 'Higher', zh: '越高越好' }, lower: { en: 'Lower', zh: '越低越好' } }[
    definition.better
  ];
  if (isCorridor) {
    found.warn('corridor', 'operator', {
      en: `${better.en} is better for ${definition.name.en}, yet ${text.en} limits it; with its counterpart it is a corridor. Is that meant?`,
      zh: `${definition.name.zh}${better.zh}，而“${text.zh}”却限制了它，与另一条一起构成一个区间。确实如此吗？`,
    });
    return;
  }
  found.refuse('against-direction', 'operator', {
    en: `${better.en} is better for ${definition.name.en}: ${text.en} would pass the worse models and fail the better ones. Turn the sign around.`,
    zh: `${definition.name.zh}${better.zh}：“${text.zh}”会让差的模型通过、好的模型不通过。请把符号反过来。`,
  });
}

function checkDecision(
  found: Findings,
  criterion: Criterion,
  { name, minimumItems }: Definition,
  kind: TaskKind | undefined,
): void {
  const { metric, operator, threshold, decisionMode } = criterion;
  if (decisionMode === 'interval' && !hasInterval(metric)) {
    found.refuse('no-interval', 'decisionMode', {
      en: `${name.en} is measured without an interval, so “the whole interval decides” would never pass. Let the point estimate decide.`,
      zh: chinese`${name.zh}没有置信区间，选择“整个区间判定”将永远无法通过。请改为点估计判定。`,
    });
  }
  if (criterion.minimumItems < 1 && minimumItems > 0) {
    found.refuse('too-few-items', 'minimumItems', {
      en: `A verdict rests on at least one item; ${criterion.minimumItems} would pass a model that was never measured.`,
      zh: `判定至少需要 1 条样本；填写 ${criterion.minimumItems} 意味着从未测量的模型也能通过。`,
    });
    return;
  }
  const needed = decisionMode === 'interval' ? itemsToShow(metric, operator, threshold, kind) : undefined;
  if (needed === Infinity) {
    found.refuse('cannot-be-shown', 'threshold', {
      en: `No number of items shows ${name.en} of exactly ${threshold}: some doubt always remains. Ask for a little less, or let the point estimate decide.`,
      zh: chinese`再多的样本也无法证明${name.zh}恰好为 ${threshold}，总会留有不确定性。请略微放宽，或改为点估计判定。`,
    });
  } else if (needed !== undefined && criterion.minimumItems < needed) {
    const text = nameOfCriterion(criterion);
    found.refuse('too-few-items', 'minimumItems', {
      en: `With ${criterion.minimumItems} items even a flawless result cannot show ${text.en}: at least ${needed} items are needed.`,
      zh: `只有 ${criterion.minimumItems} 条样本时，即使结果完美也无法证明“${text.zh}”，至少需要 ${needed} 条。`,
    });
  } else if (criterion.minimumItems < minimumItems) {
    found.warn('few-items', 'minimumItems', {
      en: `${name.en} is shaky below ${minimumItems} items; this criterion is content with ${criterion.minimumItems}.`,
      zh: chinese`样本少于 ${minimumItems} 条时${name.zh}不够稳定，而这条标准只要求 ${criterion.minimumItems} 条。`,
    });
  }
}

function checkSlice(found: Findings, { metric, slice }: Criterion, { name }: Definition): void {
  if (metric === 'slice-gap' && slice === null) {
    found.refuse('slice-needed', 'slice', {
      en: 'A slice gap compares the slices of one column: name the column, for example “language”.',
      zh: '切片差距比较的是某一列的各个切片，请写明列名，例如“language”。',
    });
  } else if (slice !== null && !canBeSliced(metric)) {
    found.refuse('no-slices', 'slice', {
      en: `${name.en} belongs to the whole training or service; it has no slices.`,
      zh: chinese`${name.zh}属于整个训练或服务，没有切片之分。`,
    });
  }
}

/** What is wrong with a criterion by itself; `isCorridor` where another one limits the same number from the other side. */
export function criterionIssues(
  criterion: Criterion,
  index: number,
  {
    problemType,
    isCorridor,
    data,
  }: { readonly problemType: ProblemType; readonly isCorridor: boolean; readonly data: ProjectTasks | null },
): RequirementIssue[] {
  const found = new Findings(criterion, index);
  const definition = findMetric(criterion.metric);
  if (definition === undefined) {
    found.refuse('unknown-metric', 'metric', {
      en: `There is no metric “${criterion.metric}”.`,
      zh: `没有名为“${criterion.metric}”的指标。`,
    });
    return found.issues;
  }
  const { name, unit, problemTypes } = definition;
  if (!(problemTypes as readonly ProblemType[]).includes(problemType)) {
    const problem = PROBLEM_NAMES[problemType];
    found.refuse('metric-not-for-problem', 'metric', {
      en: `${name.en} does not exist for ${problem.en}. Choose another metric or another kind of problem.`,
      zh: chinese`${problem.zh}没有“${name.zh}”这个指标。请换一个指标，或更改问题类型。`,
    });
  }
  if (criterion.unit !== unit) {
    found.refuse('wrong-unit', 'unit', {
      en: `${name.en} is measured ${unit === '' ? 'without a unit' : `in ${unit}`}, not in “${criterion.unit}”.`,
      zh: `${name.zh}${unit === '' ? '没有单位' : `的单位是 ${unit}`}，而不是“${criterion.unit}”。`,
    });
  }
  checkThreshold(found, criterion, definition, problemType);
  checkDirection(found, criterion, definition, isCorridor);
  checkDecision(found, criterion, definition, taskOfCriterion(criterion, data)?.kind);
  checkSlice(found, criterion, definition);
  for (const { severity, code, field, message } of taskFindings(criterion, name, problemType, data))
    found.add(severity, code, field, message);
  return found.issues;
}
