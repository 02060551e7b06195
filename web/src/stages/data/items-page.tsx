import { inLanguage } from '@greenlight/shared/api/localized-text.ts';
import type { ItemFilter } from '@greenlight/shared/stages/data/items-contract.ts';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Button, Skeleton } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../../i18n/language.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { formatExactCount } from '../../ui/numbers.ts';
import { Page } from '../../ui/page.tsx';
import { PageError } from '../../ui/page-error.tsx';
import { PageSkeleton } from '../../ui/page-skeleton.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ReadOn } from '../../ui/read-on.tsx';
import { ItemFilters } from './components/item-filters.tsx';
import { ItemsShown } from './components/items-shown.tsx';
import { NoVersion } from './components/no-version.tsx';
import { RawItems } from './components/raw-items.tsx';
import { datasetItemsQuery, datasetVersionQuery } from './queries.ts';
import { useProjectRights } from '../../api/use-project-rights.ts';

const route = getRouteApi('/shell/projects/$projectId/data/items');

/** The items of one data version, masked; version and filter are in the address. */
export function DataItemsPage() {
  const { t } = useTranslation('privacy');
  const { projectId } = route.useParams();
  const { version } = route.useSearch();
  if (version !== undefined) return <VersionItems projectId={projectId} versionId={version} />;
  return (
    <Page title={t('items.title')} documentTitle={t('items.title')}>
      <NoVersion projectId={projectId} />
    </Page>
  );
}

function VersionItems({ projectId, versionId }: { readonly projectId: string; readonly versionId: string }) {
  const { t } = useTranslation('privacy');
  const language = useLanguage();
  const { version: _, ...filter } = route.useSearch();
  const navigate = route.useNavigate();
  const may = useProjectRights(projectId);
  const [isRaw, setRaw] = useState(false);
  const { data: version, error, refetch } = useQuery(datasetVersionQuery(versionId));
  if (!version) return error ? <PageError error={error} onRetry={() => void refetch()} /> : <PageSkeleton />;
  const name = `${inLanguage(version.datasetName, language)} v${version.version}`;
  return (
    <Page
      title={t('items.title')}
      documentTitle={t('items.title')}
      verdict={
        <>
          <span data-raw>{name}</span>
          {language === 'zh' ? '：' : ': '}
          {t('items.verdict', { items: formatExactCount(version.items) })}
        </>
      }
      action={
        may('data:read-personal') &&
        !isRaw && (
          <Button data-testid="show-raw" onClick={() => setRaw(true)}>
            {t('raw.show')}
          </Button>
        )
      }
    >
      <ItemFilters
        filter={filter}
        labels={version.labels}
        onFilter={(next) => {
          setRaw(false);
          void navigate({ search: { version: versionId, ...next }, replace: true });
        }}
      />
      {isRaw ? (
        <RawItems versionId={versionId} filter={filter} onClose={() => setRaw(false)} />
      ) : (
        <MaskedItems
          versionId={versionId}
          filter={filter}
          hasImages={version.images !== null}
          showsImages={may('data:read-personal')}
        />
      )}
    </Page>
  );
}

interface MaskedProperties {
  readonly versionId: string;
  readonly filter: ItemFilter;
  readonly hasImages: boolean;
  readonly showsImages: boolean;
}

function MaskedItems({ versionId, filter, hasImages, showsImages }: MaskedProperties) {
  const { t } = useTranslation('privacy');
  const query = useInfiniteQuery(datasetItemsQuery(versionId, filter));
  if (!query.data) {
    return query.error ? <ErrorNotice error={query.error} onRetry={() => void query.refetch()} /> : <Skeleton active />;
  }
  const items = query.data.pages.flatMap((page) => page.items);
  const last = query.data.pages.at(-1)!;
  return (
    <Panel title={t('items.masked')}>
      {hasImages && <p className="secondary">{t(showsImages ? 'items.imagesLogged' : 'items.imagesHidden')}</p>}
      <ItemsShown versionId={versionId} items={items} showsImages={showsImages} />
      <p className="secondary" aria-live="polite">
        {t('items.searched', { searched: formatExactCount(last.searched), total: formatExactCount(last.total) })}
      </p>
      <ReadOn list={query} more={t('items.more')} />
    </Panel>
  );
}
