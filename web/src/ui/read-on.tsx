import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { ErrorNotice } from './error-notice.tsx';

interface Properties {
  readonly list: Pick<
    UseInfiniteQueryResult,
    'hasNextPage' | 'fetchNextPage' | 'isFetchingNextPage' | 'isFetchNextPageError' | 'error'
  >;
  /** What the button says, where it is not "more". */
  readonly more?: string;
}

/** The end of a paged list: reads its next page, and says when that could not be read. */
export function ReadOn({ list, more }: Properties) {
  const { t } = useTranslation();
  const { hasNextPage, fetchNextPage, isFetchingNextPage, isFetchNextPageError, error } = list;
  if (!hasNextPage) return null;
  const hasFailed = isFetchNextPageError && !isFetchingNextPage;
  return (
    <div className="read-on">
      {hasFailed && (
        <>
          <p>{t('choices.unread')}</p>
          <ErrorNotice error={error} />
        </>
      )}
      {/* One button in both cases, so that it keeps the focus. */}
      <Button onClick={() => void fetchNextPage()} loading={isFetchingNextPage}>
        {hasFailed ? t('action.retry') : (more ?? t('action.more'))}
      </Button>
    </div>
  );
}
