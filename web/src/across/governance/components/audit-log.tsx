import {
  exportAuditEvents,
  exportProjectAuditEvents,
  type AuditBreak,
  type AuditFilter,
  type AuditFormat,
} from '@greenlight/shared/across/governance/audit-contract.ts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Alert, Button } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../../../api/api-error.ts';
import { addressOf } from '../../../api/client.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { Page } from '../../../ui/page.tsx';
import { PageSkeleton } from '../../../ui/page-skeleton.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { auditQuery, projectAuditQuery } from '../queries.ts';
import { AuditFilters } from './audit-filters.tsx';
import { AuditTable } from './audit-table.tsx';
import { Gap } from '../../../ui/gap.tsx';
import { ReadOn } from '../../../ui/read-on.tsx';

interface Properties {
  /** The project whose log it is; undefined for the installation. */
  readonly projectId?: string;
  /** Whether the reader carries the right to it; undefined while that is read. */
  readonly mayRead: boolean | undefined;
  readonly filter: AuditFilter;
  readonly onFilter: (filter: AuditFilter) => void;
  readonly children?: ReactNode;
}

const VERIFY_COMMAND = 'npm run verify-audit -- audit-log-to-123.jsonl';

const earlier = (first: AuditBreak, second: AuditBreak) => (second.sequence < first.sequence ? second : first);

/** The audit log with its filters, what was checked of it, and its exports. */
export function AuditLog({ projectId, mayRead, filter, onFilter, children }: Properties) {
  const { t } = useTranslation(['audit', 'common']);
  const list = useInfiniteQuery({
    ...(projectId === undefined ? auditQuery(filter) : projectAuditQuery(projectId, filter)),
    placeholderData: (before) => before,
    enabled: mayRead === true,
  });
  const { data, error, refetch } = list;
  const isRefused = mayRead === false || (error instanceof ApiError && error.code === 'not-allowed');
  const title = t(projectId === undefined ? 'title' : 'titleOfProject');
  if (!data)
    return error || isRefused ? (
      <Page
        title={title}
        documentTitle={title}
        verdict={isRefused && t(projectId === undefined ? 'adminOnly' : 'whoMayRead')}
      >
        {error && !isRefused && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      </Page>
    ) : (
      <PageSkeleton />
    );
  const events = data.pages.flatMap((page) => page.items);
  const breaks = data.pages.flatMap(({ broken }) => (broken === null ? [] : [broken]));
  const broken = breaks.length === 0 ? null : breaks.reduce(earlier);
  const isFiltered = Object.values(filter).some((value) => value !== undefined);
  const fileOf = (format: AuditFormat) =>
    projectId === undefined
      ? addressOf(exportAuditEvents, {}, { ...filter, format })
      : addressOf(exportProjectAuditEvents, { projectId }, { ...filter, format });
  const scope = projectId === undefined ? (isFiltered ? 'filtered' : 'all') : 'project';
  return (
    <Page
      title={title}
      documentTitle={title}
      verdict={broken === null && events.length > 0 && t(`intact.${scope}`, { count: events.length })}
    >
      {broken !== null && (
        <Alert type="error" showIcon role="alert" title={t(`broken.${broken.what}`, { sequence: broken.sequence })} />
      )}
      {children}
      <AuditFilters
        filter={filter}
        actions={data.pages[0]?.actions ?? []}
        hasProjects={projectId === undefined}
        onFilter={onFilter}
      />
      <Panel
        title={title}
        extra={
          <span className="notice-actions print-hidden">
            <Button href={fileOf('jsonl')}>{t('export.jsonl')}</Button>
            <Button href={fileOf('csv')}>{t('export.csv')}</Button>
          </span>
        }
      >
        {events.length === 0 ? (
          <EmptyState reason={t(isFiltered ? 'emptyFiltered' : 'empty')} />
        ) : (
          <AuditTable events={events} broken={broken} />
        )}
        <p className="secondary audit-hint">
          {t('export.hint')}
          <Gap />
          <code>{VERIFY_COMMAND}</code>
        </p>
        <ReadOn list={list} />
      </Panel>
    </Page>
  );
}
