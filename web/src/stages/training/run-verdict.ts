import type { MetricSeries, Run } from '@greenlight/shared/stages/training/contract.ts';
import type { TFunction } from 'i18next';
import { formatNumber } from '../../ui/numbers.ts';

function endsOf(series: MetricSeries | undefined): readonly [number, number] | undefined {
  const first = series?.mean.find((value) => value !== null);
  const last = series?.mean.findLast((value) => value !== null);
  return first == null || last == null ? undefined : [first, last];
}

/** Where a run stands, in one sentence. */
export function runVerdict(
  run: Pick<Run, 'state' | 'progress'>,
  series: readonly MetricSeries[],
  t: TFunction<'training'>,
): string {
  const find = (name: string) => series.find((known) => known.name === name);
  if (run.state === 'finished') {
    const epochs = find('training/epoch-loss');
    const ends = endsOf(epochs);
    if (!ends) return t('verdict.finishedPlain');
    if (epochs?.points === 1) return t('verdict.finishedOne', { loss: formatNumber(ends[1]) });
    return t('verdict.finished', { first: formatNumber(ends[0]), loss: formatNumber(ends[1]) });
  }
  if (run.state === 'failed' || run.state === 'cancelled')
    return t(run.progress ? `verdict.${run.state}` : `verdict.${run.state}Before`);
  if (run.state !== 'running') return t(`verdict.${run.state}`);
  if (!run.progress) return t('verdict.starting');
  const ends = endsOf(find('training/loss'));
  if (!ends) return t('verdict.runningNoLoss');
  const epochs = { epoch: run.progress.epoch, total: run.progress.totalEpochs };
  const [first, loss] = ends.map(formatNumber);
  return ends[1] < ends[0]
    ? t('verdict.falling', { ...epochs, first, loss })
    : t('verdict.running', { ...epochs, loss });
}
