import { useInfiniteQuery } from '@tanstack/react-query';
import { Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { NOTHING } from '../../../ui/nothing.ts';
import { formatExactCount, formatNumber } from '../../../ui/numbers.ts';
import { ReadOn } from '../../../ui/read-on.tsx';
import { Scrolling } from '../../../ui/scrolling.tsx';
import { movedTextsQuery, type ChangedItemsOf } from '../queries.ts';

interface Properties {
  readonly of: ChangedItemsOf;
  readonly names: { readonly name: string; readonly baseline: string };
}

/** The texts that one of two evaluations predicts better, masked, with the loss by each. */
export function MovedTexts({ of, names }: Properties) {
  const { t } = useTranslation(['comparison', 'privacy']);
  const list = useInfiniteQuery(movedTextsQuery(of));
  const { data, error, refetch } = list;
  if (!data) return error ? <ErrorNotice error={error} onRetry={() => void refetch()} /> : <Skeleton active />;
  const pages = data.pages.flatMap(({ texts }) => (texts === null ? [] : [texts]));
  if (pages.length === 0) return <p>{t('texts.unsaid')}</p>;
  const texts = pages.flat();
  const total = data.pages[0]?.total ?? 0;
  if (total === 0) return <p>{t('answers.empty')}</p>;
  return (
    <>
      <Scrolling label={t('texts.table')}>
        <table className="plain-table" data-testid="items">
          <thead>
            <tr>
              <th scope="col" className="number">
                {t('privacy:items.number')}
              </th>
              <th scope="col" className="wide">
                {t('privacy:items.text')}
              </th>
              {[names.baseline, names.name].map((name) => (
                <th scope="col" className="number" key={name}>
                  {t('texts.lossOf', { name })}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {texts.map(({ number, before, after, item }) => (
              <tr key={number}>
                <td className="number">{number}</td>
                <td data-raw className="item-text">
                  {item?.text ?? NOTHING}
                  {item?.isCut && '…'}
                </td>
                <td className="number">{formatNumber(before)}</td>
                <td className="number">{formatNumber(after)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scrolling>
      <p className="secondary" aria-live="polite">
        {t('answers.shown', { shown: formatExactCount(texts.length), total: formatExactCount(total) })}
      </p>
      <ReadOn list={list} />
    </>
  );
}
