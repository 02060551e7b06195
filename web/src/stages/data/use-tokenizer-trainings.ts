import { useEffect } from 'react';
import { useMovingPages } from '../../api/use-moving-pages.ts';
import { JOBS_MOVE, TOKENIZERS, tokenizerTrainingsQuery } from './queries.ts';
import { useLastEnd } from './use-last-end.ts';

/** The trainings on a version, page by page, and the tokenizer to show: the one that the address names, or the newest that came of them. */
export function useTokenizerTrainings(versionId: string | undefined, named: string | undefined) {
  const { list, end } = useMovingPages(
    { ...tokenizerTrainingsQuery(versionId ?? ''), enabled: versionId !== undefined },
    JOBS_MOVE,
  );
  const items = list.data?.pages.flatMap((page) => page.items);
  const open = named ?? items?.find(({ tokenizerId }) => tokenizerId !== null)?.tokenizerId ?? undefined;
  useLastEnd(items, TOKENIZERS);
  const { hasNextPage, isFetching, error, fetchNextPage, refetch } = list;
  // The newest that came to something may stand behind many that failed.
  const isShort = items !== undefined && open === undefined && hasNextPage && !isFetching && error === null;
  useEffect(() => {
    if (isShort) void fetchNextPage();
  }, [isShort, fetchNextPage]);
  return { items, open, end, error, refetch };
}
