import { getSession } from '@greenlight/shared/across/governance/contract.ts';
import {
  changePerson,
  listPeople,
  type InstallationPerson,
} from '@greenlight/shared/across/governance/people-contract.ts';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { ApiError } from '../../api/api-error.ts';
import { call } from '../../api/client.ts';
import { familyOf, pagesOf, queryOf } from '../../api/query.ts';
import { Ago } from '../../ui/ago.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ConfirmedButton } from '../../ui/confirmed-button.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Field } from '../../ui/field.tsx';
import { Page } from '../../ui/page.tsx';
import { PageSkeleton } from '../../ui/page-skeleton.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ReadOn } from '../../ui/read-on.tsx';
import { Scrolling } from '../../ui/scrolling.tsx';

const route = getRouteApi('/shell/governance/people');
const COLUMNS = ['name', 'email', 'role', 'state', 'projects', 'lastSignIn', 'since', 'actions'] as const;
const withProjects = z.object({ projects: z.array(z.object({ id: z.string(), name: z.string() })) });

/** Why an account was not changed, with the projects that stand against it. */
function Refusal({ error }: { readonly error: unknown }) {
  const details = withProjects.safeParse(error instanceof ApiError ? error.details : undefined);
  return (
    <>
      <ErrorNotice error={error} />
      {details.success && (
        <ul>
          {details.data.projects.map(({ id, name }) => (
            <li key={id}>
              <Link to="/projects/$projectId/members" params={{ projectId: id }} data-raw>
                {name}
              </Link>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function PersonRow({ person, isOwn }: { readonly person: InstallationPerson; readonly isOwn: boolean }) {
  const { t } = useTranslation(['people', 'common']);
  const queryClient = useQueryClient();
  const { id: userId, isActive, isAdmin, lastSignInAt } = person;
  const name = person.name || person.email;
  const change = useMutation({
    mutationFn: (body: { isAdmin: boolean } | { isActive: boolean }) =>
      call(changePerson, { params: { userId }, body }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: familyOf(listPeople) }),
  });
  const admin = isAdmin ? 'withdrawAdmin' : 'makeAdmin';
  const active = isActive ? 'deactivate' : 'reactivate';
  return (
    <tr data-testid="person">
      <th scope="row" className="name">
        <span data-raw>{person.name}</span> {isOwn && <span className="secondary">{t('you')}</span>}
      </th>
      <td data-raw data-label={t('column.email')}>
        {person.email}
      </td>
      <td data-label={t('column.role')}>{t(isAdmin ? 'admin' : 'member')}</td>
      <td data-label={t('column.state')}>{t(isActive ? 'active' : 'inactive')}</td>
      <td className="number" data-label={t('column.projects')}>
        {person.projects}
      </td>
      <td data-label={t('column.lastSignIn')}>
        {lastSignInAt === null ? t('neverSignedIn') : <Ago moment={lastSignInAt} />}
      </td>
      <td data-label={t('column.since')}>
        <Ago moment={person.createdAt} />
      </td>
      <td aria-label={t('actionsOn', { name })}>
        <span className="notice-actions">
          {([admin, active] as const).map((act) => (
            <ConfirmedButton
              key={act}
              question={t(`confirm.${act}.title`, { name })}
              text={t(`confirm.${act}.text`)}
              okText={t(`act.${act}`)}
              cancelText={t('common:action.cancel')}
              onConfirm={() => change.mutate(act === admin ? { isAdmin: !isAdmin } : { isActive: !isActive })}
              size="small"
              danger={act === 'deactivate'}
              disabled={change.isPending}
              data-testid={act}
            >
              {t(`act.${act}`)}
            </ConfirmedButton>
          ))}
        </span>
        {change.error && <Refusal error={change.error} />}
      </td>
    </tr>
  );
}

/** Everybody with an account, for admins: who they are, who administers, who may sign in. */
export function PeoplePage() {
  const { t } = useTranslation(['people', 'common']);
  const { search } = route.useSearch();
  const navigate = route.useNavigate();
  const { data: session } = useQuery(queryOf(getSession, {}));
  const list = useInfiniteQuery({
    ...pagesOf(listPeople, { query: { search } }),
    placeholderData: (before) => before,
  });
  const { data, error, refetch, hasNextPage } = list;
  if (!data)
    return error ? (
      <Page title={t('title')} documentTitle={t('title')} verdict={t('adminOnly')}>
        <ErrorNotice error={error} onRetry={() => void refetch()} />
      </Page>
    ) : (
      <PageSkeleton />
    );
  const people = data.pages.flatMap((page) => page.items);
  const admins = people.filter(({ isAdmin, isActive }) => isAdmin && isActive).length;
  return (
    <Page
      title={t('title')}
      documentTitle={t('title')}
      verdict={search === undefined && !hasNextPage && admins === 1 ? t('oneAdmin') : t('verdict')}
    >
      <div className="form-columns">
        <Field label={t('search')}>
          {(control) => (
            <Input.Search
              {...control}
              key={search ?? ''}
              allowClear
              defaultValue={search ?? ''}
              placeholder={t('searchHint')}
              maxLength={200}
              onSearch={(text) => void navigate({ search: { search: text.trim() || undefined }, replace: true })}
            />
          )}
        </Field>
      </div>
      <Panel title={t('title')}>
        {people.length === 0 ? (
          <EmptyState reason={t('nobodyFound')} />
        ) : (
          <Scrolling label={t('title')}>
            <table className="plain-table stacked-on-phones">
              <thead>
                <tr>
                  {COLUMNS.map((column) => (
                    <th scope="col" key={column}>
                      {t(`column.${column}`)}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {people.map((person) => (
                  <PersonRow key={person.id} person={person} isOwn={person.id === session?.account.id} />
                ))}
              </tbody>
            </table>
          </Scrolling>
        )}
        <ReadOn list={list} />
      </Panel>
    </Page>
  );
}
