import {
  archiveCandidate,
  removeCandidate,
  restoreCandidate,
  type Candidate,
} from '@greenlight/shared/stages/selection/candidates-contract.ts';
import { findArchitecture } from '@greenlight/shared/stages/selection/architectures/catalogue.ts';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button, Switch } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../../api/client.ts';
import { useLanguage } from '../../../i18n/language.ts';
import { Ago } from '../../../ui/ago.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { Localized } from '../../../ui/localized.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { ReadOn } from '../../../ui/read-on.tsx';
import { archivedCandidatesQuery, candidatesQuery, refreshSelection } from '../queries.ts';
import type { SelectionRights } from '../use-rights.ts';
import { EndpointCheck } from './endpoint-check.tsx';
import { NewCandidateForms } from './new-candidate-forms.tsx';
import { PersonName } from '../../../ui/person-name.tsx';

interface Properties {
  readonly projectId: string;
  readonly rights: SelectionRights;
  readonly onAdded: (candidateId: string) => Promise<void>;
}

function Origin({ projectId, candidate }: { readonly projectId: string; readonly candidate: Candidate }) {
  const { t } = useTranslation(['selection', 'common']);
  const language = useLanguage();
  const { kind, architecture, endpoint } = candidate;
  if (kind === 'catalogue')
    return (
      <Link
        to="/projects/$projectId/selection"
        params={{ projectId }}
        search={{ view: 'catalogue', problem: 'all', architecture: architecture ?? undefined }}
      >
        {t('common:labelled', {
          label: t('kind.catalogue'),
          value: findArchitecture(architecture ?? '')?.name[language] ?? architecture,
        })}
      </Link>
    );
  if (kind === 'model-file')
    return (
      <Link to="/projects/$projectId/training/model-files" params={{ projectId }}>
        {t('kind.model-file')}
      </Link>
    );
  return (
    <span>
      {t('kind.endpoint')}: <span data-raw>{endpoint?.model}</span>{' '}
      <span className="secondary" data-raw>
        {endpoint?.url}
      </span>
    </span>
  );
}

function CandidateItem({
  projectId,
  candidate,
  rights,
}: {
  readonly projectId: string;
  readonly candidate: Candidate;
  readonly rights: SelectionRights;
}) {
  const { t } = useTranslation('selection');
  const language = useLanguage();
  const queryClient = useQueryClient();
  const params = { candidateId: candidate.id };
  const act = useMutation({
    mutationFn: async (what: 'archive' | 'restore' | 'remove') => {
      if (what === 'archive') await call(archiveCandidate, { params });
      else if (what === 'restore') await call(restoreCandidate, { params });
      else await call(removeCandidate, { params });
    },
    onSettled: () => refreshSelection(queryClient),
  });
  const isArchived = candidate.archivedAt !== null;
  const name = candidate.name[language] ?? candidate.name.en ?? candidate.name.zh ?? '';
  return (
    <li data-testid="candidate">
      <div className="criterion-line">
        <div>
          <h3 data-raw>
            <Localized text={candidate.name} />
          </h3>
          <Origin projectId={projectId} candidate={candidate} />
          {candidate.notes && (
            <p data-raw>
              <Localized text={candidate.notes} />
            </p>
          )}
          <p className="secondary">
            <PersonName actor={candidate.createdBy} /> · <Ago moment={candidate.createdAt} />
            {candidate.isInDecision && ` · ${t('candidates.inDecision')}`}
          </p>
          {candidate.endpoint && <EndpointCheck candidate={candidate} mayAsk={rights.mayEdit} />}
        </div>
        {rights.mayEdit && (
          <div className="criterion-actions">
            <Button
              size="small"
              loading={act.isPending}
              aria-label={t(isArchived ? 'candidates.restoreNamed' : 'candidates.archiveNamed', { name })}
              onClick={() => act.mutate(isArchived ? 'restore' : 'archive')}
            >
              {t(isArchived ? 'candidates.restore' : 'candidates.archive')}
            </Button>
            {!candidate.isInDecision && (
              <Button
                size="small"
                type="text"
                aria-label={t('candidates.removeNamed', { name })}
                onClick={() => act.mutate('remove')}
              >
                {t('candidates.remove')}
              </Button>
            )}
          </div>
        )}
      </div>
      {act.error && <ErrorNotice error={act.error} />}
    </li>
  );
}

/** The models that the project weighs, and the ways to add one that is not in the catalogue. */
export function CandidatesView({ projectId, rights, onAdded }: Properties) {
  const { t } = useTranslation('selection');
  const [isArchive, setArchive] = useState(false);
  const active = useQuery(candidatesQuery(projectId));
  const archive = useInfiniteQuery({ ...archivedCandidatesQuery(projectId), enabled: isArchive });
  const { error, refetch } = isArchive ? archive : active;
  const candidates = isArchive ? archive.data?.pages.flatMap(({ items }) => items) : active.data?.items;
  return (
    <>
      <Panel
        title={t(isArchive ? 'candidates.archived' : 'candidates.title')}
        extra={
          <span className="notice-actions">
            <label htmlFor="archive-switch">{t('candidates.showArchive')}</label>
            <Switch id="archive-switch" checked={isArchive} onChange={setArchive} />
          </span>
        }
      >
        {!candidates && error && <ErrorNotice error={error} onRetry={() => void refetch()} />}
        {candidates?.length === 0 && (
          <EmptyState
            reason={t(isArchive ? 'candidates.noneArchived' : 'candidates.none')}
            action={
              !isArchive && (
                <Link to="/projects/$projectId/selection" params={{ projectId }} search={{ view: 'catalogue' }}>
                  {t('matrix.toCatalogue')}
                </Link>
              )
            }
          />
        )}
        <ul className="criteria-editor">
          {candidates?.map((candidate) => (
            <CandidateItem key={candidate.id} {...{ projectId, candidate, rights }} />
          ))}
        </ul>
        {isArchive && <ReadOn list={archive} />}
      </Panel>
      {rights.mayEdit && <NewCandidateForms projectId={projectId} onAdded={onAdded} />}
    </>
  );
}
