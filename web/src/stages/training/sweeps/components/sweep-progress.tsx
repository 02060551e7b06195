import { inLanguage } from '@greenlight/shared/api/localized-text.ts';
import type { Sweep } from '@greenlight/shared/stages/training/sweep/contract.ts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Progress } from 'antd';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../../../../i18n/language.ts';
import { Panel } from '../../../../ui/panel.tsx';
import { formatTimeLeft } from '../../../../ui/time.ts';
import { sentences } from '../../plan-text.ts';
import { datasetVersionQuery } from '../../queries.ts';
import { isOpen } from '../queries.ts';

/** How many runs are where, how long it still takes, and what the ranking does not say. */
export function SweepProgress({ sweep }: { readonly sweep: Sweep }) {
  const { t } = useTranslation('sweeps');
  const { t: training } = useTranslation('training');
  const { t: common } = useTranslation();
  const language = useLanguage();
  const { counts, remainingMs, projectId, datasetVersionId, runs, search } = sweep;
  const { data: version } = useQuery(datasetVersionQuery(datasetVersionId));
  const ended = counts.finished + counts.failed + counts.cancelled;
  const items = runs.flatMap(({ validationItems }) => validationItems ?? []);
  const [low, high] = [Math.min(...items), Math.max(...items)];
  const parts = runs.filter(({ validationItems, allValidationItems: all }) => (validationItems ?? 0) < (all ?? 0));
  const variesSeed = search.axes.some(({ setting }) => setting === 'seed');
  const notes = [
    t('note.validation'),
    t('note.chance'),
    ...(variesSeed ? [] : [t('note.varySeed')]),
    ...(variesSeed && parts[0] ? [t('note.seed', { all: parts[0].allValidationItems })] : []),
    ...(low < high ? [t('note.items', { low, high })] : []),
    ...(version?.splits.sameAsTraining ? [training('details.sameAsTraining')] : []),
    t('note.verdict'),
  ];
  const shown = (['finished', 'running', 'stopping', 'queued', 'failed', 'cancelled'] as const).filter(
    (one) => counts[one] > 0,
  );
  return (
    <Panel title={t('progress.title')} className="run-bar">
      <Progress
        percent={Math.floor((100 * ended) / Math.max(1, counts.total))}
        status={isOpen(sweep) ? 'active' : 'normal'}
        aria-label={t('progress.title')}
      />
      <p className="run-numbers figures" data-testid="sweep-counts">
        <strong>{t('progress.ended', { ended, total: counts.total })}</strong>
        {shown.map((one) => (
          <span key={one}>{t(`progress.${one}`, { count: counts[one] })}</span>
        ))}
        {isOpen(sweep) && remainingMs !== null && remainingMs > 0 && (
          <strong>{formatTimeLeft(remainingMs, null, common)}</strong>
        )}
        {version && (
          <Link to="/projects/$projectId/data" params={{ projectId }} search={{ version: datasetVersionId }}>
            {common('labelled', {
              label: t('progress.data'),
              value: `${inLanguage(version.datasetName, language)} v${version.version}`,
            })}
          </Link>
        )}
      </p>
      <p className="secondary">{sentences(notes, language)}</p>
    </Panel>
  );
}
