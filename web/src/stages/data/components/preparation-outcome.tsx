import type { Preparation } from '@greenlight/shared/stages/data/preparation-contract.ts';
import { leakedItems } from '@greenlight/shared/stages/data/preparation/leakage.ts';
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
import { LeakList, leaksIn } from './leak-list.tsx';
import { RowErrors } from './row-errors.tsx';
import { ProfileComparison } from './profile-comparison.tsx';
import { StepCounts } from './step-counts.tsx';

interface Properties {
  readonly projectId: string;
  readonly preparation: Preparation;
}

/** How many held-out items leak. */
const pairsIn = (leaks: ReturnType<typeof leaksIn>) => leaks.reduce((sum, leak) => sum + leakedItems(leak), 0);

/** What a finished preparation found and made: splits, leaks, steps and the profile before and after. */
export function PreparationOutcome({ projectId, preparation }: Properties) {
  const { t } = useTranslation('preparation');
  const { data: job, error, refetch } = useQuery(preparationJobQuery(preparation.jobId));
  const parsed = preparationJobResult.safeParse(job?.result);
  if (!parsed.success) {
    return error ? <ErrorNotice error={error} onRetry={() => void refetch()} /> : <Skeleton active />;
  }
  const { splits, leakage, sourceLeakage, steps, profile, errors } = parsed.data;
  const { partlyCompared } = profile.after.duplicates;
  const { datasetVersionId, origin } = preparation;
  const leaks = leaksIn(leakage);
  const sourceLeaks = leaksIn(sourceLeakage);
  const isOnlyRead = steps.length === 0 && sourceLeaks.length > 0 && pairsIn(leaks) === pairsIn(sourceLeaks);
  // What was only read stands in the version as it came, so that its items can be shown beside each other.
  const ofVersion = { leaks, versionId: datasetVersionId };
  const ofSource = { leaks: sourceLeaks, versionId: origin.kind === 'version' ? origin.datasetVersionId : null };
  const looksWithin = leakage.leaks.every(({ contained }) => contained !== null);
  const cleanKey =
    profile.after.images !== null ? 'result.cleanImages' : looksWithin ? 'result.cleanWithin' : 'result.clean';
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
        <strong>{outcomeSentence({ steps, items, leaks, sourceLeaks }, t)}</strong>
      </p>
      {origin.kind === 'version' && datasetVersionId === origin.datasetVersionId && (
        <Alert type="info" showIcon title={t('result.unchanged')} />
      )}
      <h3>{t('result.splits')}</h3>
      <Facts facts={facts} />
      <h3>{t('result.leakage')}</h3>
      {sourceLeaks.length > 0 && (
        <div data-testid="source-leaks">
          <p>{t('result.leaksInSource')}</p>
          <LeakList projectId={projectId} {...(isOnlyRead && leaks.length > 0 ? ofVersion : ofSource)} />
        </div>
      )}
      {sourceLeaks.length > 0 && <p>{t('result.leaksInOutcome')}</p>}
      {leaks.length === 0 ? (
        <p>{t(cleanKey)}</p>
      ) : (
        <Alert
          type="warning"
          showIcon
          title={t('result.leaksLeft')}
          description={
            isOnlyRead ? (
              // They are those of the file, which stand above.
              <Link
                to="/projects/$projectId/data/prepare"
                params={{ projectId }}
                search={{ from: datasetVersionId ?? undefined }}
              >
                {t('open')}
              </Link>
            ) : (
              <LeakList projectId={projectId} leaks={leaks} versionId={datasetVersionId} />
            )
          }
        />
      )}
      {partlyCompared > 0 && (
        <p>
          {t(profile.after.images === null ? 'result.partlyNote' : 'result.partlyNoteImages', {
            count: partlyCompared,
          })}
        </p>
      )}
      {steps.length > 0 && <StepCounts steps={steps} />}
      {errors.total > 0 && <RowErrors errors={errors} isArchive={profile.after.images !== null} />}
      <ProfileComparison before={profile.before} after={profile.after} />
    </Panel>
  );
}
