import type { EvidenceItem } from '@greenlight/shared/across/decisions/contract.ts';
import { inLanguage, type Language, type LocalizedText } from '@greenlight/shared/api/localized-text.ts';
import { criterionVerdicts } from '@greenlight/shared/projects/rules.ts';
import type { FrozenMeasurement } from '@greenlight/shared/stages/evaluation/frozen-measurement.ts';
import {
  requirementVerdict,
  type RequirementVerdict,
} from '@greenlight/shared/stages/evaluation/requirement-verdict.ts';
import { seenInWords } from '@greenlight/shared/stages/evaluation/seen-words.ts';
import type { Criterion } from '@greenlight/shared/stages/requirements/contract.ts';
import { nameOfCriterion } from '@greenlight/shared/stages/requirements/issue.ts';

/** The newest evaluation of a project as a decision freezes it, with its id. */
export type Measurement = FrozenMeasurement & { readonly id: string };

type Verdict = RequirementVerdict['verdict'];

const VERDICTS: Record<Verdict, { en: string; zh: string; mark: EvidenceItem['verdict'] }> = {
  ready: { en: 'ready', zh: '可以上线', mark: 'pass' },
  'not-ready': { en: 'not ready', zh: '尚不能上线', mark: 'fail' },
  'not-enough-evidence': { en: 'not enough evidence', zh: '证据不足', mark: 'not-enough-evidence' },
  'no-criteria': { en: 'no criteria that decide', zh: '没有用于判定的标准', mark: null },
};

/** More characters than these of a name do not fit a line. */
const MOST_NAME = 200;

function item(label: LocalizedText, more: Partial<EvidenceItem> = {}): EvidenceItem {
  const rest = { value: null, unit: '', interval: null, verdict: null, source: null, content: null };
  return { label, ...rest, ...more };
}

function verdictOf(criteria: readonly Criterion[], { metrics, sameAsTraining }: Measurement): Verdict {
  return requirementVerdict(criterionVerdicts(criteria, metrics), sameAsTraining).verdict;
}

/**
 * What was measured when criteria were approved, as the review shows it: the newest evaluation with all of its numbers, the project's verdict by it under
 * these criteria and under those that decided until then (null where none did), and each criterion against it.
 */
export function measuredEvidence(
  measurement: Measurement | null,
  criteria: readonly Criterion[],
  before: readonly Criterion[] | null,
): EvidenceItem[] {
  if (measurement === null)
    return [item({ en: 'Nothing had been measured in the project', zh: '当时项目中尚无任何评估' })];
  const { id, model, sameAsTraining, seenInTraining: seen } = measurement;
  const verdict = verdictOf(criteria, measurement);
  const until = before === null ? null : verdictOf(before, measurement);
  const nameIn = (language: Language) => inLanguage(model, language).slice(0, MOST_NAME);
  const source = { type: 'evaluation', id } as const;
  const trainedOn = {
    en: seen === undefined ? 'its items were also trained on' : seenInWords(seen).en,
    zh: seen === undefined ? '评估条目也参与过训练' : seenInWords(seen).zh,
  };
  return [
    item(
      {
        en: `Verdict by the newest evaluation under this version: ${VERDICTS[verdict].en}${until === null ? '' : `; until then: ${VERDICTS[until].en}`}`,
        zh: `按最新评估以本版本判定：${VERDICTS[verdict].zh}${until === null ? '' : `；此前：${VERDICTS[until].zh}`}`,
      },
      { verdict: VERDICTS[verdict].mark, source },
    ),
    ...(sameAsTraining
      ? [item({ en: `Of that evaluation, ${trainedOn.en}`, zh: `该评估中，${trainedOn.zh}` }, { source })]
      : []),
    ...criterionVerdicts(criteria, measurement.metrics).map(({ criterion, verdict: mark, value }) =>
      item(nameOfCriterion(criterion), {
        value: value?.value ?? null,
        unit: criterion.unit,
        interval: value?.low == null || value.high === null ? null : [value.low, value.high],
        verdict: mark,
        source,
      }),
    ),
    item(
      { en: `Newest evaluation: ${nameIn('en')}`, zh: `最新评估：${nameIn('zh')}` },
      { source, content: JSON.parse(JSON.stringify(measurement)) as EvidenceItem['content'] },
    ),
  ];
}
