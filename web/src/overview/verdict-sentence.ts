import { seenInWords } from '@greenlight/shared/stages/evaluation/seen-words.ts';
import { inLanguage, type Language } from '@greenlight/shared/api/localized-text.ts';
import type { ProjectVerdict } from '@greenlight/shared/projects/contract.ts';
import type { TFunction } from 'i18next';
import { measureName, shortValue, thresholdText } from '../ui/criterion-text.ts';

/** Reasons that fit into one sentence; the matrix below it has all. */
const MOST_REASONS = 3;

/** Whether nothing but the texts that were measured stands between a project and "ready". */
function passesOnSeenTexts({ verdict, withoutEvidence, sameAsTraining }: ProjectVerdict): boolean {
  return verdict === 'not-enough-evidence' && withoutEvidence === 0 && sameAsTraining;
}

/** What there is to say of an evaluation on texts that were trained on beside the verdict; null where there is no such evaluation. */
export function seenRemark(verdict: ProjectVerdict, language: Language, t: TFunction<'overview'>): string | null {
  const { sameAsTraining, seenInTraining } = verdict;
  if (!sameAsTraining) return null;
  if (seenInTraining === null) return t('verdict.sameAsTraining');
  if (passesOnSeenTexts(verdict)) return t('verdict.seenWhy');
  return t('verdict.seenToo', { seen: inLanguage(seenInWords(seenInTraining), language) });
}

/** The answer to "can we ship?" in words: "Not ready: F1 0.79 is below 0.85; 2 must-criteria have no sufficient evidence." */
export function verdictSentence(verdict: ProjectVerdict, language: Language, t: TFunction<'overview'>): string {
  const common = t as unknown as TFunction;
  const gap = t('verdict.without', { count: verdict.withoutEvidence });
  switch (verdict.verdict) {
    case 'no-criteria':
      return t('verdict.noCriteria');
    case 'ready':
      return t('verdict.ready');
    case 'not-enough-evidence':
      if (!passesOnSeenTexts(verdict)) return t('verdict.notEnough', { gap });
      if (verdict.seenInTraining === null) return t('verdict.onlyMemory');
      return t('verdict.passesBut', { seen: inLanguage(seenInWords(verdict.seenInTraining), language) });
    case 'not-ready': {
      const reasons = verdict.failing.slice(0, MOST_REASONS).map((failing) =>
        t(failing.criterion.operator === '>=' ? 'verdict.below' : 'verdict.above', {
          metric: measureName(failing.criterion, language),
          value: shortValue(failing, common),
          threshold: thresholdText(failing.criterion),
        }),
      );
      if (verdict.withoutEvidence > 0) reasons.push(gap);
      return t('verdict.notReady', { reasons: reasons.join(t('verdict.join')) });
    }
  }
}
