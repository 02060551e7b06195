import { seenInWords } from '@greenlight/shared/stages/evaluation/seen-words.ts';
import { inLanguage, type Language } from '@greenlight/shared/api/localized-text.ts';
import type { CriterionVerdict, Evaluation } from '@greenlight/shared/stages/evaluation/contract.ts';
import { requirementVerdict } from '@greenlight/shared/stages/evaluation/requirement-verdict.ts';
import type { TFunction } from 'i18next';
import { measureName, shortValue, thresholdText } from '../../ui/criterion-text.ts';

const MOST_REASONS = 3;

/** What an evaluation says about the requirement, in one sentence. */
export function evaluationVerdict(
  { verdicts, sameAsTraining, seenInTraining }: Pick<Evaluation, 'verdicts' | 'sameAsTraining' | 'seenInTraining'>,
  language: Language,
  t: TFunction<'evaluation'>,
): string {
  const common = t as unknown as TFunction;
  const { verdict: answer, failing, unclear } = requirementVerdict(verdicts, sameAsTraining);
  if (answer === 'no-criteria') return t('verdict.none');
  const reasonOf = (verdict: CriterionVerdict) => {
    const metric = measureName(verdict.criterion, language);
    if (verdict.verdict !== 'fail') return t('verdict.reason.unclear', { metric });
    return t(verdict.criterion.operator === '>=' ? 'verdict.reason.below' : 'verdict.reason.above', {
      metric,
      value: shortValue(verdict, common),
      threshold: thresholdText(verdict.criterion),
    });
  };
  const reasons = [...failing, ...unclear].slice(0, MOST_REASONS).map(reasonOf).join(t('verdict.join'));
  if (answer === 'not-ready') return t('verdict.fail', { reasons });
  if (unclear.length > 0) return t('verdict.unclear', { reasons });
  if (answer === 'ready') return t('verdict.pass');
  if (seenInTraining === null) return t('verdict.memory');
  return t('verdict.seen', { seen: inLanguage(seenInWords(seenInTraining), language) });
}
