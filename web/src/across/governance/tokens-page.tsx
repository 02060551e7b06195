import { listTokens, revokeToken, type Token } from '@greenlight/shared/across/governance/contract.ts';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { sentenceOf } from '../../api/api-error.ts';
import { call } from '../../api/client.ts';
import { familyOf } from '../../api/query.ts';
import { useLanguage } from '../../i18n/language.ts';
import { Ago } from '../../ui/ago.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Page } from '../../ui/page.tsx';
import { PageError } from '../../ui/page-error.tsx';
import { PageSkeleton } from '../../ui/page-skeleton.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ReadOn } from '../../ui/read-on.tsx';
import { Scrolling } from '../../ui/scrolling.tsx';
import { useNow } from '../../ui/use-now.ts';
import { NewTokenForm } from './components/new-token-form.tsx';
import { tokensQuery } from './queries.ts';
import { stateOfToken } from './token-state.ts';

function TokenRow({ token }: { readonly token: Token }) {
  const { t } = useTranslation(['governance', 'common']);
  const language = useLanguage();
  const { modal, message } = App.useApp();
  const queryClient = useQueryClient();
  const state = stateOfToken(token, useNow(60_000));
  const revoke = useMutation({
    mutationFn: () => call(revokeToken, { params: { tokenId: token.id } }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: familyOf(listTokens) }),
    onError: (error) => void message.error(sentenceOf(error, language) ?? t('common:error.unknown')),
  });
  return (
    <tr>
      <th scope="row" data-raw>
        {token.name}
      </th>
      <td data-label={t('tokens.prefix')}>
        <code>{token.prefix}…</code>
      </td>
      <td data-label={t('tokens.scopes')}>
        {token.scopes.map((scope) => t(`tokens.scopeShort.${scope}`)).join(t('common:listOf.separator'))}
      </td>
      <td data-label={t('tokens.state')}>{t(`tokens.${state}`)}</td>
      <td data-label={t('tokens.created')}>
        <Ago moment={token.createdAt} />
      </td>
      <td data-label={t('tokens.expiresAt')}>
        {token.expiresAt ? <Ago moment={token.expiresAt} /> : t('tokens.never')}
      </td>
      <td data-label={t('tokens.lastUsed')}>
        {token.lastUsedAt ? <Ago moment={token.lastUsedAt} /> : t('tokens.neverUsed')}
      </td>
      <td>
        {state === 'active' && (
          <Button
            size="small"
            danger
            loading={revoke.isPending}
            onClick={() =>
              void modal.confirm({
                title: t('tokens.revokeTitle', { name: token.name }),
                content: t('tokens.revokeText'),
                okText: t('tokens.revoke'),
                okButtonProps: { danger: true },
                cancelText: t('common:action.cancel'),
                onOk: () => revoke.mutateAsync().catch(() => undefined),
              })
            }
          >
            {t('tokens.revoke')}
          </Button>
        )}
      </td>
    </tr>
  );
}

const COLUMNS = ['name', 'prefix', 'scopes', 'state', 'created', 'expiresAt', 'lastUsed', 'actions'] as const;

/** The tokens of a person: make, see, revoke. */
export function TokensPage() {
  const { t } = useTranslation(['governance', 'common']);
  const [isCreating, setCreating] = useState(false);
  const list = useInfiniteQuery(tokensQuery);
  const { data, error, refetch } = list;
  if (!data) return error ? <PageError error={error} onRetry={() => void refetch()} /> : <PageSkeleton />;
  const tokens = data.pages.flatMap((page) => page.items);
  const create = (
    <Button type="primary" data-testid="token-create" onClick={() => setCreating(true)}>
      {t('tokens.create')}
    </Button>
  );
  return (
    <Page
      title={t('tokens.title')}
      documentTitle={t('tokens.title')}
      action={tokens.length > 0 && create}
      verdict={t('tokens.verdict')}
    >
      {tokens.length === 0 ? (
        <EmptyState reason={t('tokens.empty')} action={create} />
      ) : (
        <Panel title={t('tokens.title')}>
          <Scrolling label={t('tokens.title')}>
            <table className="plain-table stacked-on-phones">
              <thead>
                <tr>
                  {COLUMNS.map((column) => (
                    <th scope="col" key={column}>
                      {t(`tokens.${column}`)}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {tokens.map((token) => (
                  <TokenRow key={token.id} token={token} />
                ))}
              </tbody>
            </table>
          </Scrolling>
          <ReadOn list={list} />
        </Panel>
      )}
      {isCreating && <NewTokenForm onClose={() => setCreating(false)} />}
    </Page>
  );
}
