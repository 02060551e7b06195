import type { Preparation } from '@greenlight/shared/stages/data/preparation-contract.ts';
import { preparationJobResult } from '@greenlight/shared/stages/data/preparation/preparation-job.ts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Alert, Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { formatExactCount } from '../../../ui/numbers.ts';
import { Panel } from '../../../ui/panel.tsx';
import { outcomeSentence } from '../outcome-sentence.ts';
import { preparationJobQuery } from '../queries.ts';
import { ProfileComparison } from './profile-comparison.tsx';
import { StepCounts } from './step-counts.tsx';

interface Properties {
  readonly projectId: string;
  readonly preparation: Preparation;
}

/** What a finished preparation found and made: splits, leaks, steps and the profile before and after. */
export function PreparationOutcome({ projectId, preparation }: Properties) {
  const { t } = useTranslation('preparation');
  const { data: job, error, refetch } = useQuery(preparationJobQuery(preparation.jobId));
  const parsed = preparationJobResult.safeParse(job?.result);
  if (!parsed.success) {
    return error ? <ErrorNotice error={error} onRetry={() => void refetch()} /> : <Skeleton active />;
  }
  const { splits, leakage, steps, profile } = parsed.data;
  const { partlyCompared } = profile.after.duplicates;
  const { datasetVersionId, origin } = preparation;
  const leaks = leakage.leaks.filter(({ exact, near }) => exact + near > 0);
  const items = { before: profile.before.items, after: profile.after.items };
  const facts = (['train', 'validation', 'test'] as const).map((split) => ({
    key: split,
    name: t(`result.${split}`),
    value: formatExactCount(splits[split]),
  }));
  return (
    <Panel
      title={t('result.title')}
      extra={
        datasetVersionId && (
          <Link
            to="/projects/$projectId/data"
            params={{ projectId }}
            search={{ version: datasetVersionId }}
            data-testid="open-prepared-version"
          >
            {t('result.version')}
          </Link>
        )
      }
    >
      <p data-testid="outcome-sentence">
        <strong>{outcomeSentence({ steps, items, leaks }, t)}</strong>
      </p>
      {origin.kind === 'version' && datasetVersionId === origin.datasetVersionId && (
        <Alert type="info" showIcon title={t('result.unchanged')} />
      )}
      <h3>{t('result.splits')}</h3>
      <Facts facts={facts} />
      <h3>{t('result.leakage')}</h3>
      {leaks.length === 0 ? (
        <p>{t('result.clean')}</p>
      ) : (
        <Alert
          type="warning"
          showIcon
          title={leaks.map(({ held, from, ...counts }) => (
            <p key={held + from}>
              {t('result.leak', { held: t(`result.${held}`), from: t(`result.${from}`), ...counts })}
            </p>
          ))}
        />
      )}
      {partlyCompared > 0 && <p>{t('result.partlyNote', { count: partlyCompared })}</p>}
      {steps.length > 0 && <StepCounts steps={steps} />}
      <ProfileComparison before={profile.before} after={profile.after} />
    </Panel>
  );
}
