import type { RequirementEvent, RequirementSummary } from '@greenlight/shared/stages/requirements/contract.ts';
import { contentDifferences } from '@greenlight/shared/stages/requirements/differences.ts';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Ago } from '../../../ui/ago.tsx';
import { Differences } from '../../../ui/differences.tsx';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { contentOf } from '../draft-keeper.ts';
import { versionQuery, versionsQuery } from '../queries.ts';
import { usePersonName } from '../../../ui/person-name.tsx';
import { ReadOn } from '../../../ui/read-on.tsx';

function Step({ event }: { readonly event: RequirementEvent }) {
  const { t } = useTranslation('requirements');
  const nameOf = usePersonName();
  return (
    <li>
      {t(`step.${event.kind}`, { actor: nameOf(event.actor) })} <Ago moment={event.at} />
      {event.selfApproved && <strong className="issue-warning"> {t('selfApproved.short')}</strong>}
      {event.invitedBy !== null && (
        <span className="secondary"> {t('approverInvited', { author: nameOf(event.invitedBy) })}</span>
      )}
      {event.reason && <blockquote data-raw>{event.reason}</blockquote>}
    </li>
  );
}

function ChangeBetween({ from, to }: { readonly from: string; readonly to: string }) {
  const before = useQuery(versionQuery(from));
  const after = useQuery(versionQuery(to));
  const error = before.error ?? after.error;
  if (error) return <ErrorNotice error={error} />;
  if (!before.data || !after.data) return null;
  return <Differences differences={contentDifferences(contentOf(before.data), contentOf(after.data))} />;
}

function Version({
  version,
  previous,
}: {
  readonly version: RequirementSummary;
  readonly previous: RequirementSummary | undefined;
}) {
  const { t } = useTranslation('requirements');
  const [isOpen, setOpen] = useState(false);
  return (
    <li>
      <h3>
        <Link
          to="/projects/$projectId/requirements"
          params={{ projectId: version.projectId }}
          search={{ version: version.version }}
        >
          {t('version', { version: version.version })}
        </Link>{' '}
        <span className="secondary">
          {t(`state.${version.state}`)} · {t('criteriaCount', { count: version.criteriaCount })}
        </span>
      </h3>
      <ul className="steps">
        {version.events.map((event) => (
          <Step key={`${event.kind} ${event.at}`} event={event} />
        ))}
      </ul>
      {previous && (
        <>
          <Button size="small" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {t('change.since', { version: previous.version })}
          </Button>
          {isOpen && <ChangeBetween from={previous.id} to={version.id} />}
        </>
      )}
    </li>
  );
}

/** All versions, newest first: who did what and why, and what each changed. */
export function History({ projectId }: { readonly projectId: string }) {
  const { t } = useTranslation(['requirements', 'common']);
  const list = useInfiniteQuery(versionsQuery(projectId));
  const { data, error, refetch } = list;
  if (!data) return error ? <ErrorNotice error={error} onRetry={() => void refetch()} /> : null;
  const versions = data.pages.flatMap((page) => page.items);
  return (
    <Panel title={t('view.history')}>
      <ol className="versions" reversed>
        {versions.map((version, index) => (
          <Version key={version.id} version={version} previous={versions[index + 1]} />
        ))}
      </ol>
      <ReadOn list={list} />
    </Panel>
  );
}
