import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button, Segmented, Skeleton } from 'antd';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { ItemTable } from '../../../ui/item-table.tsx';
import { formatExactCount } from '../../../ui/numbers.ts';
import { Panel } from '../../../ui/panel.tsx';
import { ReadOn } from '../../../ui/read-on.tsx';
import type { Compared } from '../compared.ts';
import { changedItemsQuery, type ChangedItemsOf } from '../queries.ts';

interface Properties {
  readonly projectId: string;
  readonly baseline: Compared;
  readonly one: Compared;
  readonly task: string | null;
  readonly direction: 'worse' | 'better';
  readonly onDirection: (direction: 'worse' | 'better') => void;
  readonly onClose: () => void;
}

function Items({ of }: { readonly of: ChangedItemsOf }) {
  const { t } = useTranslation('comparison');
  const list = useInfiniteQuery(changedItemsQuery(of));
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

/** The items that only one of two evaluations answered right, masked: those that were lost first. */
export function ChangedItems({ projectId, baseline, one, task, direction, onDirection, onClose }: Properties) {
  const { t } = useTranslation('comparison');
  const { id, datasetVersionId } = one.summary;
  const names = { name: one.name, baseline: baseline.name };
  const place = useRef<HTMLDivElement>(null);
  // It opens below the link that was clicked, perhaps out of sight.
  useEffect(() => place.current?.scrollIntoView?.({ block: 'nearest' }), []);
  return (
    <div ref={place} className="changed-items" data-testid="changed-items">
      <Panel
        title={t('answers.items', names)}
        extra={
          <Button className="print-hidden" onClick={onClose}>
            {t('answers.close')}
          </Button>
        }
      >
        <Segmented
          className="print-hidden"
          aria-label={t('answers.direction')}
          options={(['worse', 'better'] as const).map((value) => ({ value, label: t(`answers.${value}`) }))}
          value={direction}
          onChange={onDirection}
        />
        <p>{t(direction === 'worse' ? 'answers.isWorse' : 'answers.isBetter', names)}</p>
        <Items
          of={{ projectId, baseline: baseline.summary.id, evaluation: id, task, direction, datasetVersionId }}
          key={direction}
        />
        <p className="panel-links">
          <Link to="/projects/$projectId/data/items" params={{ projectId }} search={{ version: datasetVersionId }}>
            {t('answers.openData')}
          </Link>
        </p>
      </Panel>
    </div>
  );
}
