import { getSession } from '@greenlight/shared/across/governance/contract.ts';
import { inLanguage } from '@greenlight/shared/api/localized-text.ts';
import { runConfiguration, type RunConfiguration } from '@greenlight/shared/stages/training/configuration.ts';
import { listRuns } from '@greenlight/shared/stages/training/contract.ts';
import { listSweeps, startSweep } from '@greenlight/shared/stages/training/sweep/contract.ts';
import { isSwept, objectivesOf } from '@greenlight/shared/stages/training/sweep/settings.ts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../../api/client.ts';
import { keptValues } from '../../../api/kept-values.ts';
import { familyOf, queryOf } from '../../../api/query.ts';
import { useIdempotentBody } from '../../../api/use-idempotent-body.ts';
import { useProjectRights } from '../../../api/use-project-rights.ts';
import { useLanguage } from '../../../i18n/language.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { LinkButton } from '../../../ui/link-button.tsx';
import { Page } from '../../../ui/page.tsx';
import { PageError } from '../../../ui/page-error.tsx';
import { PageSkeleton } from '../../../ui/page-skeleton.tsx';
import { datasetVersionQuery } from '../queries.ts';
import { PreviewPanel } from './components/preview-panel.tsx';
import { SearchPanel } from './components/search-panel.tsx';
import { newDraft, readDraft, type SweepDraft } from './draft.ts';
import { keptBase, type SweepBase } from './kept-base.ts';

const route = getRouteApi('/shell/projects/$projectId/training/sweeps/new');

/** The form of a new sweep over the settings that somebody took along from the form of a run. */
export function NewSweepPage() {
  const { t } = useTranslation('sweeps');
  const { projectId } = route.useParams();
  const { data: session } = useQuery(queryOf(getSession, {}));
  const accountId = session?.account.id;
  if (accountId === undefined) return <PageSkeleton />;
  const base = keptBase(accountId, projectId).read();
  const parsed = runConfiguration.safeParse(base?.configuration);
  if (base?.datasetVersionId !== undefined && parsed.success)
    return (
      <SweepForm
        {...{ projectId, accountId }}
        base={{ ...base, datasetVersionId: base.datasetVersionId, configuration: parsed.data }}
      />
    );
  return (
    <Page title={t('form.title')} documentTitle={t('form.title')}>
      <EmptyState
        reason={t(base === null ? 'form.noBase' : 'form.incomplete')}
        action={
          <LinkButton to="/projects/$projectId/training/new" params={{ projectId }} search={base?.search ?? {}}>
            {t('form.toRun')}
          </LinkButton>
        }
      />
    </Page>
  );
}

interface FormProperties {
  readonly projectId: string;
  readonly accountId: string;
  readonly base: Partial<SweepBase> & { readonly datasetVersionId: string; readonly configuration: RunConfiguration };
}

function SweepForm({ projectId, accountId, base }: FormProperties) {
  const { t } = useTranslation(['sweeps', 'common']);
  const { t: training } = useTranslation('training');
  const language = useLanguage();
  const navigate = route.useNavigate();
  const queryClient = useQueryClient();
  const mayRun = useProjectRights(projectId)('training:run');
  const { configuration, datasetVersionId } = base;
  const kept = keptValues<SweepDraft>(`sweep.${accountId}.${projectId}`);
  const [draft, setDraft] = useState<SweepDraft>(() => begun(kept.read(), configuration));
  const version = useQuery(datasetVersionQuery(datasetVersionId));
  const { search, problems } = useMemo(() => readDraft(draft), [draft]);
  const wish = search === null ? null : { datasetVersionId, configuration, search };
  // Pressing twice, or again after a lost reply, starts one sweep.
  const bodyOf = useIdempotentBody((wanted: NonNullable<typeof wish> & Pick<SweepDraft, 'objective'>) => wanted);
  const start = useMutation({
    mutationFn: (wanted: NonNullable<typeof wish>) =>
      call(startSweep, { params: { projectId }, body: bodyOf({ ...wanted, objective: draft.objective }) }),
    onSuccess: async ({ id: sweepId }) => {
      kept.forget();
      for (const list of [listRuns, listSweeps]) await queryClient.invalidateQueries({ queryKey: familyOf(list) });
      await navigate({ to: '/projects/$projectId/training/sweeps/$sweepId', params: { projectId, sweepId } });
    },
  });
  if (!version.data)
    return version.error ? (
      <PageError error={version.error} onRetry={() => void version.refetch()} />
    ) : (
      <PageSkeleton />
    );
  const { datasetName, version: number, splits } = version.data;
  const combinationName = (field: string) => {
    const place = /^combinations\.(\d+)$/.exec(field)?.[1];
    return place === undefined ? undefined : `${t('preview.number')} ${Number(place) + 1}`;
  };
  return (
    <Page title={t('form.title')} documentTitle={t('form.title')} verdict={t('form.verdict')}>
      <p>
        {t('form.data', { name: `${inLanguage(datasetName, language)} v${number}` })}{' '}
        <Link to="/projects/$projectId/training/new" params={{ projectId }} search={base.search ?? {}}>
          {t('form.back')}
        </Link>
      </p>
      {splits.sameAsTraining && <p className="secondary">{training('details.sameAsTraining')}</p>}
      <SearchPanel
        {...{ draft, problems }}
        base={configuration}
        onChange={(next) => {
          setDraft(next);
          start.reset();
          kept.keep(next);
        }}
      />
      <PreviewPanel
        {...{ projectId, search }}
        wanted={wish === null ? null : JSON.stringify(wish)}
        mayRun={mayRun}
        isStarting={start.isPending}
        onStart={() => wish !== null && start.mutate(wish)}
      >
        {start.error && <ErrorNotice error={start.error} nameOf={combinationName} />}
        {!mayRun && <p className="secondary">{t('common:mayNot.training')}</p>}
      </PreviewPanel>
    </Page>
  );
}

/** What was entered before, as far as it still fits the settings that were taken along. */
function begun(kept: Partial<SweepDraft> | null, configuration: RunConfiguration): SweepDraft {
  const fresh = newDraft(configuration);
  const draft = { ...fresh, ...kept };
  const axes = draft.axes.filter(({ setting }) => isSwept(setting, configuration));
  const isReported = objectivesOf(configuration.task).includes(draft.objective);
  return {
    ...draft,
    axes: axes.length > 0 ? axes : fresh.axes,
    objective: isReported ? draft.objective : fresh.objective,
  };
}
