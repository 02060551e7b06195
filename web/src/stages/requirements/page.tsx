import { startRequirementDraft, type Requirement } from '@greenlight/shared/stages/requirements/contract.ts';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Alert, Button, Skeleton, Tabs } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../api/client.ts';
import { useNumberedVersion } from '../../api/use-numbered-version.ts';
import { Ago } from '../../ui/ago.tsx';
import { ChangedAfterEvidenceNotice } from '../../ui/changed-after-evidence.tsx';
import { CriteriaTable } from '../../ui/criteria-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Page } from '../../ui/page.tsx';
import { MissingVersion } from '../../ui/missing-version.tsx';
import { PageError } from '../../ui/page-error.tsx';
import { PageSkeleton } from '../../ui/page-skeleton.tsx';
import { Panel } from '../../ui/panel.tsx';
import { RequirementReading } from '../../ui/requirement-content.tsx';
import { History } from './components/history.tsx';
import { Matrix } from './components/matrix.tsx';
import { EditorWithRestore } from './components/restore-edits.tsx';
import { ReviewPanel } from './components/review-panel.tsx';
import { projectQuery, refreshRequirement, requirementQuery, versionQuery, versionsQuery } from './queries.ts';
import { useRights } from './use-rights.ts';
import { usePersonName } from '../../ui/person-name.tsx';

const route = getRouteApi('/shell/projects/$projectId/requirements');

function StateLine({ version }: { readonly version: Requirement }) {
  const { t } = useTranslation('requirements');
  const moment = version.approvedAt ?? version.edited?.at ?? version.createdAt;
  return (
    <span className="secondary" data-testid="requirement-state" data-state={version.state}>
      {t('version', { version: version.version })} · {t(`state.${version.state}`)} · <Ago moment={moment} />
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
  const { t } = useTranslation('requirements');
  const queryClient = useQueryClient();
  const start = useMutation({
    mutationFn: () => call(startRequirementDraft, { params: { projectId }, body: { basedOn } }),
    onSuccess: onStarted,
    onSettled: () => refreshRequirement(queryClient),
  });
  return (
    <>
      {start.error && <ErrorNotice error={start.error} />}
      <Button type="primary" data-testid="start-requirement" loading={start.isPending} onClick={() => start.mutate()}>
        {t(basedOn === null ? 'write' : 'newVersion')}
      </Button>
    </>
  );
}

/** The version that the address names, or the newest one, said so where there is no such version; undefined while it is read. */
function useShownVersion(current: Requirement | undefined, number: number | undefined) {
  const { projectId } = route.useParams();
  const isOther = current !== undefined && number !== undefined && number !== current.version;
  const id = useNumberedVersion(versionsQuery(projectId), isOther ? number : undefined);
  const { data: other, error } = useQuery({ ...versionQuery(id ?? ''), enabled: typeof id === 'string' });
  return { shown: isOther && id !== null ? other : current, missing: id === null ? number : undefined, error };
}

interface ReadProperties {
  readonly projectId: string;
  readonly shown: Requirement;
  readonly current: Requirement;
  readonly rights: ReturnType<typeof useRights>;
}

function Read({ projectId, shown, current, rights }: ReadProperties) {
  const { t } = useTranslation('requirements');
  const nameOf = usePersonName();
  const { data: project } = useQuery(projectQuery(projectId));
  const { data: versions, error: versionsError, refetch } = useInfiniteQuery(versionsQuery(projectId));
  const approved = versions?.pages.flatMap((page) => page.items).filter(({ state }) => state === 'approved') ?? [];
  const deciding = project?.verdict.requirementVersion ?? null;
  const isDeciding = deciding === shown.version;
  const selfApproved = shown.events.some((event) => event.selfApproved);
  const sentBack =
    shown.state === 'draft' && shown.events.at(-1)?.kind === 'sent-back' ? shown.events.at(-1) : undefined;
  return (
    <>
      {isDeciding && <ChangedAfterEvidenceNotice change={project?.verdict.changedAfterEvidence ?? null} isOpen />}
      {selfApproved && (
        <Alert type="warning" showIcon title={t('selfApproved.title')} description={t('selfApproved.text')} />
      )}
      {sentBack && (
        <Alert
          type="warning"
          showIcon
          title={t('step.sent-back', { actor: nameOf(sentBack.actor) })}
          description={<span data-raw>{sentBack.reason}</span>}
        />
      )}
      {!isDeciding && deciding !== null && (
        <Alert
          type="info"
          showIcon
          title={t('otherDecides', { shown: shown.version, deciding })}
          action={
            <Link to="/projects/$projectId/requirements" params={{ projectId }} search={{ version: deciding }}>
              {t('readDeciding', { version: deciding })}
            </Link>
          }
        />
      )}
      {current.version !== shown.version && (
        <p>
          <Link to="/projects/$projectId/requirements" params={{ projectId }}>
            {t('readNewest', { version: current.version })}
          </Link>
        </p>
      )}
      {shown.state === 'in-review' &&
        (versions ? (
          <ReviewPanel key={shown.revision} version={shown} approvedBefore={approved[0]?.id ?? null} rights={rights} />
        ) : versionsError ? (
          <ErrorNotice error={versionsError} onRetry={() => void refetch()} />
        ) : (
          <Skeleton active />
        ))}
      {isDeciding && project && project.criteria.some(({ value }) => value !== null) && (
        <Panel title={t('criteria')}>
          <CriteriaTable verdicts={project.criteria} />
        </Panel>
      )}
      <RequirementReading content={shown} />
    </>
  );
}

/** What the model must achieve: reading, writing, review, history of versions, and the evidence for each criterion. */
export function RequirementsPage() {
  const { t } = useTranslation('requirements');
  const { projectId } = route.useParams();
  const { view = 'read', version: versionNumber } = route.useSearch();
  const navigate = route.useNavigate();
  const rights = useRights(projectId);
  const { data: found, error: currentError, refetch } = useQuery(requirementQuery(projectId));
  const current = found ?? undefined;
  const { shown, missing, error: otherError } = useShownVersion(current, versionNumber);
  const error = currentError ?? otherError;
  const [reloads, setReloads] = useState(0);
  const open = (next: 'read' | 'edit' | 'history' | 'matrix') =>
    void navigate({ search: next === 'read' ? {} : { view: next } });
  const isNone = found === null;

  if (isNone && view !== 'matrix')
    return (
      <Page title={t('title')} documentTitle={t('title')}>
        <EmptyState
          reason={t(rights.mayEdit ? 'none' : 'noneForReaders')}
          action={rights.mayEdit && <StartButton projectId={projectId} basedOn={null} onStarted={() => open('edit')} />}
        />
      </Page>
    );
  if (!shown || !current) return error ? <PageError error={error} onRetry={() => void refetch()} /> : <PageSkeleton />;

  if (view === 'edit' && current.state === 'draft' && rights.mayEdit)
    return (
      <Page
        title={t('writing')}
        documentTitle={t('title')}
        state={<StateLine version={current} />}
        action={<Button onClick={() => open('read')}>{t('toReading')}</Button>}
        verdict={t('writingHint')}
      >
        <EditorWithRestore
          key={`${current.id} ${reloads}`}
          version={current}
          onDone={() => open('read')}
          onReload={() => void refetch().then(() => setReloads(reloads + 1))}
        />
      </Page>
    );

  const action =
    current.state === 'draft' ? (
      <Button type="primary" data-testid="go-on-writing" onClick={() => open('edit')}>
        {t('goOn')}
      </Button>
    ) : current.state === 'approved' ? (
      <StartButton projectId={projectId} basedOn={current.version} onStarted={() => open('edit')} />
    ) : undefined;
  return (
    <Page
      title={t('title')}
      documentTitle={t('title')}
      state={<StateLine version={shown} />}
      action={rights.mayEdit ? action : undefined}
      verdict={t('verdict', {
        count: shown.criteria.length,
        must: shown.criteria.filter(({ level }) => level === 'must').length,
      })}
    >
      <Tabs
        activeKey={view === 'edit' ? 'read' : view}
        onChange={(key) => open(key as 'read' | 'history' | 'matrix')}
        items={(['read', 'matrix', 'history'] as const).map((key) => ({ key, label: t(`view.${key}`) }))}
      />
      {missing !== undefined && view === 'read' && <MissingVersion version={missing} />}
      {view === 'matrix' ? (
        <Matrix projectId={projectId} />
      ) : view === 'history' ? (
        <History projectId={projectId} />
      ) : (
        <Read projectId={projectId} shown={shown} current={current} rights={rights} />
      )}
    </Page>
  );
}
