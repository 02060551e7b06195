import type { Language } from '@greenlight/shared/api/localized-text.ts';
import type { Combination } from '@greenlight/shared/stages/training/sweep/combinations.ts';
import type { Sweep } from '@greenlight/shared/stages/training/sweep/contract.ts';
import type { SweptName } from '@greenlight/shared/stages/training/sweep/settings.ts';
import type { TFunction } from 'i18next';
import { metricName } from '../../../ui/metric-term.tsx';
import { formatNumber } from '../../../ui/numbers.ts';
import { sentences } from '../plan-text.ts';
import type { Choice } from '../settings.ts';
import { bestRunIds } from './ranking.ts';

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

/** Where a sweep stands: its best run with those that are as good, or how far its runs are where none has a value to rank by. */
export function sweepVerdict(sweep: Sweep, { t, training, language }: Words): string {
  const { counts, best, objective } = sweep;
  const { total, finished, running, queued } = counts;
  const isActive = running + queued > 0;
  const metric = metricName(objective, language);
  if (best === null) {
    if (!isActive) return t('verdict.none', { total });
    const shown = (['running', 'queued', 'failed', 'cancelled'] as const).filter((one) => counts[one] > 0);
    const words = shown
      .map((one) => t(`progress.${one}`, { count: counts[one] }))
      .join(language === 'zh' ? '，' : ', ');
    return t(finished === 0 ? 'verdict.waiting' : 'verdict.noValue', { finished, total, metric, counts: words });
  }
  const verdict = t(isActive ? 'verdict.bestSoFar' : 'verdict.best', {
    ...{ finished, total, metric, number: best.runNumber, value: formatNumber(best.value) },
    settings: combinationText(best.values, training, language),
  });
  const others = bestRunIds(sweep).size - 1;
  return others > 0 ? sentences([verdict, t('verdict.tied', { count: others })], language) : verdict;
}
