import { listDecisions } from '@greenlight/shared/across/decisions/contract.ts';
import { carriesRight, type ProjectRight } from '@greenlight/shared/across/governance/rights.ts';
import { inLanguage } from '@greenlight/shared/api/localized-text.ts';
import type { ProjectOverview } from '@greenlight/shared/projects/contract.ts';
import { getRequirementDeciders, listRequirements } from '@greenlight/shared/stages/requirements/contract.ts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { queryOf } from '../api/query.ts';
import { useAccount } from '../frame/session.ts';
import { useLanguage } from '../i18n/language.ts';
import { Ago } from '../ui/ago.tsx';
import { Panel } from '../ui/panel.tsx';
import { PersonName, usePersonName } from '../ui/person-name.tsx';

const SHOWN = 4;

/** A version in review that the reader may decide about, having written none of it, or one that came back to whoever may write. */
function Waiting({ overview }: { readonly overview: ProjectOverview }) {
  const { t } = useTranslation('overview');
  const account = useAccount();
  const nameOf = usePersonName();
  const projectId = overview.id;
  const may = (right: ProjectRight) => carriesRight({ roles: overview.roles, isAdmin: account.isAdmin }, right);
  const [mayDecide, mayEdit] = [may('requirements:approve'), may('requirements:edit')];
  const { data, isLoading } = useQuery({
    ...queryOf(listRequirements, { params: { projectId }, query: { limit: 1 } }),
    enabled: mayDecide || mayEdit,
  });
  const newest = data?.items[0];
  const isInReview = newest?.state === 'in-review';
  const deciders = useQuery({
    ...queryOf(getRequirementDeciders, { params: { requirementId: newest?.id ?? '' } }),
    enabled: isInReview && mayDecide,
  });
  if (isLoading || deciders.isLoading) return <Skeleton active title={false} paragraph={{ rows: 1 }} />;
  const last = newest?.events.at(-1);
  if (newest?.state === 'draft' && last?.kind === 'sent-back' && mayEdit)
    return (
      <p data-testid="waits-for-me">
        <Link to="/projects/$projectId/requirements" params={{ projectId }}>
          {t('waiting.sentBack', { version: newest.version })}
        </Link>{' '}
        <span className="secondary">{t('waiting.sentBackBy', { actor: nameOf(last.actor) })}</span>
      </p>
    );
  if (newest === undefined || !isInReview || !mayDecide || deciders.data?.isOwn === true)
    return <p className="secondary">{t('waiting.nothing')}</p>;
  const submitter = newest.events.findLast(({ kind }) => kind === 'submitted')?.actor;
  return (
    <p data-testid="waits-for-me">
      <Link to="/projects/$projectId/requirements" params={{ projectId }} search={{ version: newest.version }}>
        {t('waiting.requirement', { version: newest.version })}
      </Link>{' '}
      <span className="secondary">{t('waiting.asked', { actor: nameOf(submitter ?? '') })}</span>
    </p>
  );
}

/** What waits for the reader, and what was decided last. */
export function DecisionsPanel({ overview }: { readonly overview: ProjectOverview }) {
  const { t } = useTranslation('overview');
  const language = useLanguage();
  const projectId = overview.id;
  const { data } = useQuery(queryOf(listDecisions, { params: { projectId }, query: { limit: SHOWN } }));
  return (
    <Panel
      title={t('decisions.title')}
      extra={
        <Link to="/projects/$projectId/decisions" params={{ projectId }}>
          {t('decisions.all')}
        </Link>
      }
    >
      <h3>{t('waiting.title')}</h3>
      <Waiting overview={overview} />
      <h3>{t('decisions.latest')}</h3>
      {data?.items.length === 0 && <p className="secondary">{t('decisions.none')}</p>}
      <ul className="steps">
        {data?.items.map(({ id, title, actor, createdAt }) => (
          <li key={id}>
            <Link to="/projects/$projectId/decisions/$decisionId" params={{ projectId, decisionId: id }}>
              {inLanguage(title, language)}
            </Link>{' '}
            <span className="secondary">
              <PersonName actor={actor} /> · <Ago moment={createdAt} />
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
