import {
  listInvitations,
  revokeInvitation,
  type Invitation,
} from '@greenlight/shared/across/governance/invitations-contract.ts';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { call } from '../../../api/client.ts';
import { familyOf } from '../../../api/query.ts';
import { useLanguage } from '../../../i18n/language.ts';
import { invitationsQuery } from '../queries.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { ReadOn } from '../../../ui/read-on.tsx';
import { Scrolling } from '../../../ui/scrolling.tsx';
import { shownCount } from '../../../ui/shown-count.ts';
import { formatMoment } from '../../../ui/time.ts';
import { PersonName, usePersonName } from '../../../ui/person-name.tsx';

function Row({ invitation }: { readonly invitation: Invitation }) {
  const { t } = useTranslation(['members', 'common']);
  const language = useLanguage();
  const nameOf = usePersonName();
  const queryClient = useQueryClient();
  const { id, roles, state, uses, maximumUses, createdBy, expiresAt, joined } = invitation;
  const revoke = useMutation({
    mutationFn: () => call(revokeInvitation, { params: { invitationId: id } }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: familyOf(listInvitations) }),
  });
  return (
    <tr>
      <td data-label={t('roles')}>
        {roles.map((role) => t(`common:role.${role}`)).join(t('common:listOf.separator'))}
      </td>
      <td data-label={t('stateTitle')}>{t(`state.${state}`)}</td>
      <td className="number" data-label={t('uses')}>
        {t('usesOf', { uses, maximum: maximumUses })}
      </td>
      <td data-label={t('expires')}>
        <time dateTime={expiresAt}>{formatMoment(expiresAt, language)}</time>
      </td>
      <td data-label={t('invitedBy')}>
        <PersonName actor={createdBy} />
      </td>
      <td data-raw data-label={t('joined')} title={joined.map(({ email }) => email).join('\n')}>
        {joined.map(({ email }) => nameOf(email)).join(t('common:listOf.separator'))}
      </td>
      <td>
        {revoke.error && <ErrorNotice error={revoke.error} />}
        {state === 'open' && (
          <Button size="small" loading={revoke.isPending} onClick={() => revoke.mutate()}>
            {t('revoke')}
          </Button>
        )}
      </td>
    </tr>
  );
}

function Table({ label, invitations }: { readonly label: string; readonly invitations: readonly Invitation[] }) {
  const { t } = useTranslation('members');
  return (
    <Scrolling label={label}>
      <table className="plain-table stacked-on-phones">
        <thead>
          <tr>
            <th scope="col">{t('roles')}</th>
            <th scope="col">{t('stateTitle')}</th>
            <th scope="col" className="number">
              {t('uses')}
            </th>
            <th scope="col">{t('expires')}</th>
            <th scope="col">{t('invitedBy')}</th>
            <th scope="col">{t('joined')}</th>
            <th scope="col">{t('actions')}</th>
          </tr>
        </thead>
        <tbody>
          {invitations.map((invitation) => (
            <Row key={invitation.id} invitation={invitation} />
          ))}
        </tbody>
      </table>
    </Scrolling>
  );
}

/** The invitations to a project, those that have ended folded, for those who may make them. */
export function InvitationList({ projectId }: { readonly projectId: string }) {
  const { t } = useTranslation(['members', 'common']);
  const list = useInfiniteQuery(invitationsQuery(projectId));
  const { data, error, refetch, hasNextPage } = list;
  const invitations = data?.pages.flatMap((page) => page.items) ?? [];
  const open = invitations.filter(({ state }) => state === 'open');
  const ended = invitations.filter(({ state }) => state !== 'open');
  return (
    <Panel title={t('invitations')}>
      {error && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {data && invitations.length === 0 && <EmptyState reason={t('noInvitations')} />}
      {open.length > 0 && <Table label={t('invitations')} invitations={open} />}
      {open.length === 0 && ended.length > 0 && !hasNextPage && <p className="secondary">{t('noneOpen')}</p>}
      {ended.length > 0 && (
        <details data-testid="ended-invitations">
          <summary>{t('ended', { count: ended.length, shown: shownCount(ended.length, hasNextPage) })}</summary>
          <Table label={t('endedTitle')} invitations={ended} />
        </details>
      )}
      <ReadOn list={list} />
    </Panel>
  );
}
