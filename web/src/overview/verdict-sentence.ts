import type { Language } from '@greenlight/shared/api/localized-text.ts';
import type { ProjectVerdict } from '@greenlight/shared/projects/contract.ts';
import type { TFunction } from 'i18next';
import { measureName, shortValue, thresholdText } from '../ui/criterion-text.ts';

/** Reasons that fit into one sentence; the matrix below it has all. */
const MOST_REASONS = 3;

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
      if (verdict.withoutEvidence === 0 && verdict.sameAsTraining) return t('verdict.onlyMemory');
      return t('verdict.notEnough', { gap });
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
