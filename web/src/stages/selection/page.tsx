import { addCandidate } from '@greenlight/shared/stages/selection/candidates-contract.ts';
import {
  getSelection,
  saveSelection,
  startSelection,
  type Selection,
} from '@greenlight/shared/stages/selection/contract.ts';
import { MOST_COLUMNS } from '@greenlight/shared/stages/selection/matrix.ts';
import { useIsMutating, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Button, Tabs } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../api/client.ts';
import { useNumberedVersion } from '../../api/use-numbered-version.ts';
import { Ago } from '../../ui/ago.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Page } from '../../ui/page.tsx';
import { MissingVersion } from '../../ui/missing-version.tsx';
import { PageError } from '../../ui/page-error.tsx';
import { PageSkeleton } from '../../ui/page-skeleton.tsx';
import { CandidatesView } from './components/candidates-view.tsx';
import { CatalogueView } from './components/catalogue-view.tsx';
import { DecisionView } from './components/decision-view.tsx';
import { DraftView } from './components/draft-view.tsx';
import { HistoryView } from './components/history-view.tsx';
import { contentOf } from './draft-keeper.ts';
import {
  candidatesQuery,
  projectQuery,
  refreshSelection,
  selectionQuery,
  versionQuery,
  versionsQuery,
} from './queries.ts';
import { useRights } from './use-rights.ts';
import { LinkButton } from '../../ui/link-button.tsx';

const route = getRouteApi('/shell/projects/$projectId/selection');

const VIEWS = ['matrix', 'candidates', 'catalogue', 'history'] as const;

function StateLine({ selection }: { readonly selection: Selection }) {
  const { t } = useTranslation('selection');
  const moment = selection.decision?.at ?? selection.edited?.at ?? selection.createdAt;
  return (
    <span className="secondary" data-testid="selection-state" data-state={selection.state}>
      {t('version', { version: selection.version })} · {t(`state.${selection.state}`)} · <Ago moment={moment} />
    </span>
  );
}

function StartButton({
  projectId,
  basedOn,
  onStarted,
}: {
  readonly projectId: string;
  readonly basedOn: number | null;
  readonly onStarted: () => void;
}) {
  const { t } = useTranslation('selection');
  const queryClient = useQueryClient();
  const start = useMutation({
    mutationFn: () => call(startSelection, { params: { projectId }, body: { basedOn } }),
    onSuccess: onStarted,
    onSettled: () => refreshSelection(queryClient),
  });
  // The matrix begins with the candidates that there are: one on its way would be left out.
  const isAdding = useIsMutating({ mutationKey: [addCandidate.id] }) > 0;
  return (
    <>
      {start.error && <ErrorNotice error={start.error} />}
      <Button
        type={basedOn === null ? 'primary' : 'default'}
        data-testid="start-selection"
        loading={start.isPending}
        disabled={isAdding}
        onClick={() => start.mutate()}
      >
        {t(basedOn === null ? 'start' : 'startAgain')}
      </Button>
    </>
  );
}

/** The matrix that the address names, or the newest one, said so where there is no such version; undefined while it is read. */
function useShown(projectId: string, current: Selection | undefined, version: number | undefined) {
  const isOther = current !== undefined && version !== undefined && version !== current.version;
  const id = useNumberedVersion(versionsQuery(projectId), isOther ? version : undefined);
  const { data: other } = useQuery({ ...versionQuery(id ?? ''), enabled: typeof id === 'string' });
  return { shown: isOther && id !== null ? other : current, missing: id === null ? version : undefined };
}

/** Choosing a model: the catalogue, the candidates, the weighted matrix with what would change it, and what was decided. */
export function SelectionPage() {
  const { t } = useTranslation('selection');
  const { projectId } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const queryClient = useQueryClient();
  const rights = useRights(projectId);
  const { data: project } = useQuery(projectQuery(projectId));
  const { data: candidates } = useQuery(candidatesQuery(projectId));
  const { data: found, error, isPending, refetch } = useQuery(selectionQuery(projectId));
  const current = found ?? undefined;
  const { shown, missing } = useShown(projectId, current, search.version);
  const [reloads, setReloads] = useState(0);
  const isNone = found === null;
  const view = search.view ?? 'matrix';
  const open = (next: (typeof VIEWS)[number]) => void navigate({ search: next === 'matrix' ? {} : { view: next } });

  /** A new candidate goes into the open draft as well, where there is room. */
  async function addToDraft(candidateId: string): Promise<void> {
    if (current?.state !== 'draft') return;
    const draft = await call(getSelection, { params: { selectionId: current.id } });
    const content = contentOf(draft);
    if (content.candidateIds.length >= MOST_COLUMNS || content.candidateIds.includes(candidateId)) return;
    const body = {
      revision: draft.revision,
      content: { ...content, candidateIds: [...content.candidateIds, candidateId] },
    };
    await call(saveSelection, { params: { selectionId: draft.id }, body });
    await queryClient.invalidateQueries({ queryKey: selectionQuery(projectId).queryKey });
  }

  if (error && !isNone && !current) return <PageError error={error} onRetry={() => void refetch()} />;
  if (isPending || !project) return <PageSkeleton />;
  const count = candidates?.items.length ?? 0;
  const action = !rights.mayEdit ? undefined : isNone ? (
    count > 0 && <StartButton projectId={projectId} basedOn={null} onStarted={() => open('matrix')} />
  ) : current?.state === 'decided' ? (
    <StartButton projectId={projectId} basedOn={current.version} onStarted={() => open('matrix')} />
  ) : undefined;
  return (
    <Page
      title={t('title')}
      documentTitle={t('title')}
      state={shown && <StateLine selection={shown} />}
      action={action}
      verdict={t('intro')}
    >
      <Tabs
        activeKey={view}
        onChange={(key) => open(key as (typeof VIEWS)[number])}
        items={VIEWS.map((key) => ({
          key,
          label: key === 'candidates' ? t('view.candidates', { count }) : t(`view.${key}`),
        }))}
      />
      {view === 'catalogue' && (
        <CatalogueView
          projectId={projectId}
          problemType={project.problemType}
          filter={search}
          rights={rights}
          onAdded={addToDraft}
          onFilter={(filter) => void navigate({ search: { ...filter, view: 'catalogue' }, replace: true })}
        />
      )}
      {view === 'candidates' && <CandidatesView projectId={projectId} rights={rights} onAdded={addToDraft} />}
      {view === 'history' && <HistoryView projectId={projectId} />}
      {view === 'matrix' && isNone && (
        <EmptyState
          reason={t(!rights.mayEdit ? 'none.readers' : count === 0 ? 'none.candidates' : 'none.matrix', { count })}
          action={
            rights.mayEdit && (
              <LinkButton
                {...(count === 0 ? {} : { color: 'default', variant: 'outlined' })}
                to="/projects/$projectId/selection"
                params={{ projectId }}
                search={{ view: 'catalogue' }}
              >
                {t('matrix.toCatalogue')}
              </LinkButton>
            )
          }
        />
      )}
      {view === 'matrix' && shown && current && (
        <>
          {missing !== undefined && <MissingVersion version={missing} />}
          {shown.version !== current.version && (
            <p>
              <Link to="/projects/$projectId/selection" params={{ projectId }}>
                {t('readNewest', { version: current.version })}
              </Link>
            </p>
          )}
          {shown.state === 'draft' && rights.mayEdit ? (
            <DraftView
              key={`${shown.id} ${reloads}`}
              selection={shown}
              rights={rights}
              onReload={() => void refetch().then(() => setReloads(reloads + 1))}
            />
          ) : (
            <DecisionView selection={shown} />
          )}
        </>
      )}
    </Page>
  );
}
