import { chinese } from '../../api/chinese-text.ts';
import { inLanguage, type Language } from '../../api/localized-text.ts';
import { findMetric } from '../../metrics/registry.ts';
import type { Criterion } from './contract.ts';

/** What can be wrong with a requirement, by name. */
export type IssueCode =
  | 'unknown-metric'
  | 'metric-not-for-problem'
  | 'wrong-unit'
  | 'outside-range'
  | 'always-met'
  | 'against-direction'
  | 'corridor'
  | 'no-interval'
  | 'cannot-be-shown'
  | 'too-few-items'
  | 'few-items'
  | 'no-slices'
  | 'slice-needed'
  | 'no-tasks'
  | 'unknown-task'
  | 'metric-not-for-task'
  | 'task-not-seen'
  | 'same-id'
  | 'contradiction'
  | 'duplicate'
  | 'overshadowed'
  | 'should-within-must'
  | 'missing-text'
  | 'no-must-criterion'
  | 'no-criteria';

/** A text in both languages. */
export interface BothLanguages {
  readonly en: string;
  readonly zh: string;
}

/** Something that is wrong (`error`, refused) or doubtful (`warning`, said) about a requirement. */
export interface RequirementIssue {
  readonly code: IssueCode;
  readonly severity: 'error' | 'warning';
  /** The field as a path: `goal`, `criteria.2.threshold`. */
  readonly field: string;
  /** The criterion that it is about, and the one that it conflicts with. */
  readonly criterionId: string | null;
  readonly conflictsWith: string | null;
  readonly message: BothLanguages;
}

const SIGNS = { '>=': '≥', '<=': '≤' } as const;

/** The number that a criterion is about, in both languages: "F1 (macro) of task “toxicity”". */
export function measureOfCriterion({ metric, task }: Pick<Criterion, 'metric' | 'task'>): BothLanguages {
  const { en, zh } = findMetric(metric)?.name ?? { en: metric, zh: metric };
  return task === undefined ? { en, zh } : { en: `${en} of task “${task}”`, zh: chinese`任务“${task}”的${zh}` };
}

/** A criterion in short, in both languages: "F1 (macro) of task “toxicity” ≥ 0.85 on “short”". */
export function nameOfCriterion(criterion: Criterion): BothLanguages {
  const { operator, threshold, slice, unit } = criterion;
  const name = measureOfCriterion(criterion);
  const rule = `${SIGNS[operator]} ${threshold}${unit === '' ? '' : ` ${unit}`}`;
  return {
    en: `${name.en} ${rule}${slice === null ? '' : ` on “${slice}”`}`,
    zh: `${name.zh} ${rule}${slice === null ? '' : `（切片“${slice}”）`}`,
  };
}

/** Whether a text says nothing in any language. */
export function isBlank(text: Parameters<typeof inLanguage>[0]): boolean {
  return (['en', 'zh'] satisfies Language[]).every((language) => (text[language] ?? '').trim() === '');
}
