import {
  listMembers,
  removeMember,
  setMemberRoles,
  type Member,
} from '@greenlight/shared/across/governance/members-contract.ts';
import { carriesRight, PROJECT_ROLES, type ProjectRole } from '@greenlight/shared/across/governance/rights.ts';
import { getSession } from '@greenlight/shared/across/governance/contract.ts';
import { getProject } from '@greenlight/shared/projects/contract.ts';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../api/client.ts';
import { familyOf, pagesOf, queryOf } from '../../api/query.ts';
import { ConfirmedButton } from '../../ui/confirmed-button.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { PageError } from '../../ui/page-error.tsx';
import { PageSkeleton } from '../../ui/page-skeleton.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ReadOn } from '../../ui/read-on.tsx';
import { Scrolling } from '../../ui/scrolling.tsx';
import { SeveralSelect } from '../../ui/several-select.tsx';
import { invitationsQuery } from './queries.ts';
import { InvitationForm } from './components/invitation-form.tsx';
import { InvitationList } from './components/invitation-list.tsx';

const route = getRouteApi('/shell/projects/$projectId/members');

function MemberRow({
  member,
  projectId,
  mayManage,
}: {
  readonly member: Member;
  readonly projectId: string;
  readonly mayManage: boolean;
}) {
  const { t } = useTranslation(['members', 'common']);
  const queryClient = useQueryClient();
  const params = { projectId, userId: member.userId };
  const refresh = async () => {
    const shown = [listMembers, getProject].map((read) => familyOf(read));
    await Promise.all(shown.map((queryKey) => queryClient.invalidateQueries({ queryKey })));
  };
  const change = useMutation({
    mutationFn: (roles: ProjectRole[]) => call(setMemberRoles, { params, body: { before: member.roles, roles } }),
    onSettled: refresh,
  });
  const remove = useMutation({ mutationFn: () => call(removeMember, { params }), onSettled: refresh });
  const error = change.error ?? remove.error;
  return (
    <tr data-testid="member">
      <th scope="row" className="name" data-raw>
        {member.name}
      </th>
      <td data-label={t('email')}>
        <span data-raw>{member.email}</span> {!member.isActive && <span className="secondary">{t('inactive')}</span>}
      </td>
      <td data-label={t('roles')}>
        {mayManage ? (
          <SeveralSelect
            className="member-roles"
            aria-label={t('rolesOf', { name: member.name })}
            value={member.roles}
            disabled={change.isPending}
            options={PROJECT_ROLES.map((value) => ({ value, label: t(`common:role.${value}`) }))}
            onChange={(roles) => {
              if (roles.length > 0) change.mutate(roles);
            }}
          />
        ) : (
          member.roles.map((role) => t(`common:role.${role}`)).join(t('common:listOf.separator'))
        )}
        {error && <ErrorNotice error={error} />}
      </td>
      {mayManage && (
        <td aria-label={t('actionsOn', { name: member.name })}>
          <ConfirmedButton
            question={t('removeTitle', { name: member.name })}
            text={t('removeText')}
            okText={t('remove')}
            cancelText={t('common:action.cancel')}
            onConfirm={() => remove.mutate()}
            size="small"
            danger
            loading={remove.isPending}
          >
            {t('remove')}
          </ConfirmedButton>
        </td>
      )}
    </tr>
  );
}

/** Whether somebody decides about requirements, or is invited to; nothing where the rest of the people is not read yet. */
function useApproverSentence(projectId: string, mayManage: boolean, hasApprover: boolean, isWhole: boolean) {
  const { t } = useTranslation('members');
  const invitations = useInfiniteQuery({ ...invitationsQuery(projectId), enabled: mayManage });
  if (hasApprover) return t('hasApprover');
  if (!isWhole || (mayManage && invitations.data === undefined)) return undefined;
  const invited = invitations.data?.pages.flatMap(({ items }) => items) ?? [];
  const isInvited = invited.some(({ roles, state }) => state === 'open' && roles.includes('approver'));
  return t(isInvited ? 'approverInvited' : 'noApprover');
}

/** The people of a project with their roles, and the links by which others join. */
export function MembersPage() {
  const { t } = useTranslation(['members', 'common']);
  const { projectId } = route.useParams();
  const [isInviting, setInviting] = useState(false);
  const { data: session } = useQuery(queryOf(getSession, {}));
  const { data: project } = useQuery(queryOf(getProject, { params: { projectId } }));
  const list = useInfiniteQuery(pagesOf(listMembers, { params: { projectId } }));
  const { data, error, refetch, hasNextPage } = list;
  const holder = { roles: project?.roles ?? [], isAdmin: session?.account.isAdmin ?? false };
  const mayManage = carriesRight(holder, 'members:manage');
  const members = data?.pages.flatMap((page) => page.items) ?? [];
  const hasApprover = members.some(({ roles }) => roles.includes('approver'));
  const approverSentence = useApproverSentence(projectId, mayManage, hasApprover, !hasNextPage);
  if (!data || !project || !session)
    return error ? <PageError error={error} onRetry={() => void refetch()} /> : <PageSkeleton />;
  return (
    <Page
      title={t('title')}
      documentTitle={t('title')}
      verdict={approverSentence}
      action={
        mayManage && (
          <Button type="primary" data-testid="invite" onClick={() => setInviting(true)}>
            {t('invite')}
          </Button>
        )
      }
    >
      <Panel title={t('title')}>
        <Scrolling label={t('title')}>
          <table className="plain-table stacked-on-phones">
            <thead>
              <tr>
                <th scope="col">{t('name')}</th>
                <th scope="col">{t('email')}</th>
                <th scope="col">{t('roles')}</th>
                {mayManage && <th scope="col">{t('actions')}</th>}
              </tr>
            </thead>
            <tbody>
              {members.map((member) => (
                <MemberRow key={member.userId} member={member} projectId={projectId} mayManage={mayManage} />
              ))}
            </tbody>
          </table>
        </Scrolling>
        <p className="secondary">
          {!mayManage && t('whoCan')} <Link to="/governance/rights">{t('rights')}</Link>
        </p>
        <ReadOn list={list} />
      </Panel>
      {mayManage && <InvitationList projectId={projectId} />}
      {isInviting && (
        <InvitationForm
          projectId={projectId}
          usualRole={hasApprover ? 'viewer' : 'approver'}
          onClose={() => setInviting(false)}
        />
      )}
    </Page>
  );
}
