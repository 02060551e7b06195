import type { Language } from '@greenlight/shared/api/localized-text.ts';
import type { Combination } from '@greenlight/shared/stages/training/sweep/combinations.ts';
import type { SweepSummary } from '@greenlight/shared/stages/training/sweep/contract.ts';
import type { SweptName } from '@greenlight/shared/stages/training/sweep/settings.ts';
import type { TFunction } from 'i18next';
import { metricName } from '../../../ui/metric-term.tsx';
import { formatNumber } from '../../../ui/numbers.ts';
import type { Choice } from '../settings.ts';

/** The value of a setting for reading: a number as it is, a choice by its name on the pages. */
export function settingValue(value: number | string | undefined, t: TFunction<'training'>): string {
  if (typeof value !== 'string') return value === undefined ? '' : String(value);
  return t(`choice.${value as Choice}`, value);
}

/** A combination in the words of the pages. */
export function combinationText(values: Combination, t: TFunction<'training'>, language: Language): string {
  const entries = Object.entries(values) as [SweptName, number | string][];
  const said = entries.map(([name, value]) => `${t(`setting.${name}`)} ${settingValue(value, t)}`);
  return said.join(language === 'zh' ? '，' : ', ');
}

interface Words {
  readonly t: TFunction<'sweeps'>;
  readonly training: TFunction<'training'>;
  readonly language: Language;
}

/** Where a sweep stands, in one sentence. */
export function sweepVerdict(
  { counts, best, objective }: Pick<SweepSummary, 'counts' | 'best' | 'objective'>,
  { t, training, language }: Words,
): string {
  const { total, finished, running, queued } = counts;
  const isActive = running + queued > 0;
  if (best === null) return isActive ? t('verdict.waiting', { running, queued }) : t('verdict.none', { total });
  return t(isActive ? 'verdict.bestSoFar' : 'verdict.best', {
    ...{ finished, total, number: best.runNumber, value: formatNumber(best.value) },
    settings: combinationText(best.values, training, language),
    metric: metricName(objective, language),
  });
}
