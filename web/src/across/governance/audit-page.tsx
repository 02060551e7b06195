import { useInfiniteQuery } from '@tanstack/react-query';
import { Alert, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../../i18n/language.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Page } from '../../ui/page.tsx';
import { PageSkeleton } from '../../ui/page-skeleton.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Scrolling } from '../../ui/scrolling.tsx';
import { formatMoment } from '../../ui/time.ts';
import { auditQuery } from './queries.ts';

const COLUMNS = ['sequence', 'at', 'actor', 'action', 'target', 'details', 'hash'] as const;

/** The append-only audit log with the result of checking its hash chain. */
export function AuditPage() {
  const { t } = useTranslation(['governance', 'common']);
  const language = useLanguage();
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(auditQuery);
  if (!data)
    return error ? (
      <Page title={t('audit.title')} documentTitle={t('audit.title')} verdict={t('audit.adminOnly')}>
        <ErrorNotice error={error} onRetry={() => void refetch()} />
      </Page>
    ) : (
      <PageSkeleton />
    );
  const events = data.pages.flatMap((page) => page.items);
  const isIntact = data.pages.every((page) => page.chainIntact);
  return (
    <Page title={t('audit.title')} documentTitle={t('audit.title')} verdict={isIntact && t('audit.intact')}>
      {!isIntact && <Alert type="error" showIcon role="alert" title={t('audit.broken')} />}
      {events.length === 0 ? (
        <EmptyState reason={t('audit.empty')} />
      ) : (
        <Panel title={t('audit.title')}>
          <Scrolling label={t('audit.title')}>
            <table className="plain-table">
              <thead>
                <tr>
                  {COLUMNS.map((column) => (
                    <th scope="col" key={column}>
                      {t(`audit.${column}`)}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {events.map((event) => (
                  <tr key={event.sequence}>
                    <td className="number">{event.sequence}</td>
                    <td>
                      <time dateTime={event.at}>{formatMoment(event.at, language)}</time>
                    </td>
                    <td data-raw>{event.actor}</td>
                    <td>
                      <code>{event.action}</code>
                    </td>
                    <td>
                      <code>{event.target}</code>
                    </td>
                    <td>
                      <code>{JSON.stringify(event.details)}</code>
                    </td>
                    <td>
                      <code title={event.hash}>{event.hash.slice(0, 12)}</code>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Scrolling>
          {hasNextPage && (
            <Button onClick={() => void fetchNextPage()} loading={isFetchingNextPage}>
              {t('common:action.more')}
            </Button>
          )}
        </Panel>
      )}
    </Page>
  );
}
