import { useInfiniteQuery } from '@tanstack/react-query';
import { Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { ItemTable } from '../../../ui/item-table.tsx';
import { formatExactCount } from '../../../ui/numbers.ts';
import { ReadOn } from '../../../ui/read-on.tsx';
import { changedItemsQuery, type ChangedItemsOf } from '../queries.ts';

/** The items that only one of two evaluations answered right, masked. */
export function ChangedItems({ of, task }: { readonly of: ChangedItemsOf; readonly task: string | null }) {
  const { t } = useTranslation('comparison');
  const list = useInfiniteQuery(changedItemsQuery(of, task));
  const { data, error, refetch } = list;
  if (!data) return error ? <ErrorNotice error={error} onRetry={() => void refetch()} /> : <Skeleton active />;
  const pages = data.pages.flatMap(({ items }) => (items === null ? [] : [items]));
  if (pages.length === 0) return <p>{t('answers.notKept')}</p>;
  const items = pages.flat();
  const total = data.pages[0]?.total ?? 0;
  if (total === 0) return <p>{t('answers.empty')}</p>;
  return (
    <>
      <ItemTable items={items} />
      <p className="secondary" aria-live="polite">
        {t('answers.shown', { shown: formatExactCount(items.length), total: formatExactCount(total) })}
      </p>
      <ReadOn list={list} />
    </>
  );
}
