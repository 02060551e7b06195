import {
  getEncryption,
  rotateMasterKey,
  type EncryptionStatus,
} from '@greenlight/shared/across/governance/encryption-contract.ts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Progress } from 'antd';
import { useTranslation } from 'react-i18next';
import { call } from '../../api/client.ts';
import { familyOf } from '../../api/query.ts';
import { Ago } from '../../ui/ago.tsx';
import { Count } from '../../ui/count.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Page } from '../../ui/page.tsx';
import { PageError } from '../../ui/page-error.tsx';
import { PageSkeleton } from '../../ui/page-skeleton.tsx';
import { Panel } from '../../ui/panel.tsx';
import { encryptionQuery } from './queries.ts';

type Pass = NonNullable<EncryptionStatus['pass']>;

const VERDICTS = { running: 'working', finished: 'secured', failed: 'failed' } as const;

/** How far the pass over the stored files is and what it found. */
function PassPanel({ pass }: { readonly pass: Pass }) {
  const { t } = useTranslation('encryption');
  const { state, done, total, encrypted, rewrapped, unreadable, finishedAt } = pass;
  return (
    <Panel title={t('files')}>
      {state === 'running' && (
        <>
          <Progress aria-label={t('working')} percent={total === 0 ? 0 : Math.round((100 * done) / total)} />
          <p className="secondary">{t('progress', { done, total })}</p>
        </>
      )}
      <Facts
        facts={[
          { key: 'count', name: t('count'), value: <Count value={total} /> },
          { key: 'encrypted', name: t('encrypted'), value: <Count value={encrypted} /> },
          { key: 'rewrapped', name: t('rewrapped'), value: <Count value={rewrapped} /> },
          ...(finishedAt ? [{ key: 'finished', name: t('finished'), value: <Ago moment={finishedAt} /> }] : []),
        ]}
      />
      {unreadable.total > 0 && (
        <>
          <p>{t('restore')}</p>
          <ul>
            {unreadable.examples.map((file) => (
              <li key={file}>
                <code>{file}</code>
              </li>
            ))}
          </ul>
        </>
      )}
    </Panel>
  );
}

/** How stored files are encrypted, and the change of the master key. */
export function EncryptionPage() {
  const { t } = useTranslation(['encryption', 'common']);
  const { modal } = App.useApp();
  const queryClient = useQueryClient();
  const { data, error, refetch } = useQuery(encryptionQuery);
  const rotate = useMutation({
    mutationFn: (before: string) => call(rotateMasterKey, { body: { before } }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: familyOf(getEncryption) }),
  });
  if (!data) return error ? <PageError error={error} onRetry={() => void refetch()} /> : <PageSkeleton />;
  const { keySource, activeKey, olderKeyIds, pass } = data;
  const unreadable = pass?.unreadable.total ?? 0;
  const isSettled = pass?.state === 'finished' && unreadable === 0;
  const olderText = isSettled && keySource === 'environment' ? 'noLongerNeeded' : 'stillNeeded';
  const action = keySource === 'file' && (
    <Button
      type="primary"
      loading={rotate.isPending}
      disabled={pass?.state === 'running'}
      onClick={() =>
        void modal.confirm({
          title: t('rotateTitle'),
          content: t('rotateText'),
          okText: t('rotate'),
          cancelText: t('common:action.cancel'),
          onOk: () => rotate.mutateAsync(activeKey.id).catch(() => undefined),
        })
      }
    >
      {t('rotate')}
    </Button>
  );
  return (
    <Page
      title={t('title')}
      documentTitle={t('title')}
      action={action}
      verdict={unreadable > 0 ? t('unreadable', { count: unreadable }) : t(pass ? VERDICTS[pass.state] : 'waiting')}
    >
      {rotate.error && <ErrorNotice error={rotate.error} />}
      {unreadable > 0 && <Alert type="error" showIcon title={t('unreadable', { count: unreadable })} />}
      <Panel title={t('key')}>
        <Facts
          facts={[
            { key: 'id', name: t('id'), value: <code>{activeKey.id}</code> },
            { key: 'source', name: t('source'), value: t(keySource) },
            ...(activeKey.createdAt
              ? [{ key: 'since', name: t('since'), value: <Ago moment={activeKey.createdAt} /> }]
              : []),
            {
              key: 'older',
              name: t('older'),
              value: olderKeyIds.length === 0 ? t('noOlder') : t(olderText, { ids: olderKeyIds.join(' ') }),
            },
          ]}
        />
        {keySource === 'environment' && <p className="secondary">{t('fromOutside')}</p>}
      </Panel>
      {pass && <PassPanel pass={pass} />}
    </Page>
  );
}
