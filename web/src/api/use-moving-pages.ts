import {
  hashKey,
  useInfiniteQuery,
  useQuery,
  useQueryClient,
  type InfiniteData,
  type QueryFunction,
  type UseInfiniteQueryOptions,
  type UseInfiniteQueryResult,
} from '@tanstack/react-query';
import { useState } from 'react';

interface Page {
  readonly items: readonly unknown[];
  readonly nextCursor: string | null;
}

interface Movement<Item> {
  readonly idOf: (item: Item) => string;
  /** Whether a page with these rows may change by itself. */
  readonly moves: (items: readonly Item[]) => boolean;
  readonly everyMs: number;
}

/** The end of a list, where it is read on. */
type End = Pick<
  UseInfiniteQueryResult,
  'hasNextPage' | 'fetchNextPage' | 'isFetchingNextPage' | 'isFetchNextPageError' | 'error'
>;

/**
 * A paged list of which some rows change by themselves. Only pages with such rows are read again, and the whole list where rows came or
 * went; its end keeps saying that the next page could not be read, whatever is read meanwhile.
 */
export function useMovingPages<Reply extends Page>(
  options: UseInfiniteQueryOptions<Reply, Error, InfiniteData<Reply>, unknown[], string | undefined>,
  { idOf, moves, everyMs }: Movement<Reply['items'][number]>,
) {
  const queryClient = useQueryClient();
  const list = useInfiniteQuery(options);
  const { queryKey } = options;
  const readPage = options.queryFn as QueryFunction<Reply, unknown[], string | undefined>;
  const isMoving = list.isPlaceholderData ? false : list.data?.pages.some(({ items }) => moves(items)) === true;
  const place = hashKey(queryKey);
  const [failure, setFailure] = useState<{ readonly place: string; readonly error: Error | null } | null>(null);
  const isUnread = failure?.place === place;

  async function lookAgain(signal: AbortSignal): Promise<void> {
    const known = queryClient.getQueryData<InfiniteData<Reply, string | undefined>>(queryKey);
    const readAt = queryClient.getQueryState(queryKey)?.dataUpdatedAt;
    if (known === undefined) return;
    const pages: Reply[] = [];
    for (const [index, page] of known.pages.entries()) {
      const pageParam = known.pageParams[index];
      const fresh = moves(page.items)
        ? await readPage({ client: queryClient, queryKey, signal, pageParam, direction: 'forward', meta: undefined })
        : page;
      if (fresh.items.map(idOf).join(' ') !== page.items.map(idOf).join(' ')) {
        await queryClient.invalidateQueries({ queryKey, exact: true });
        return;
      }
      pages.push(fresh);
    }
    // What was read as a whole or read on meanwhile is newer than this look.
    if (queryClient.getQueryState(queryKey)?.dataUpdatedAt === readAt)
      queryClient.setQueryData<typeof known>(queryKey, { ...known, pages });
  }

  useQuery({
    queryKey: ['moving', ...queryKey],
    queryFn: async ({ signal }) => {
      await lookAgain(signal);
      return null;
    },
    // The list itself was the first look.
    initialData: null,
    staleTime: Infinity,
    enabled: isMoving,
    refetchInterval: everyMs,
  });

  const end: End = {
    hasNextPage: list.hasNextPage,
    isFetchingNextPage: list.isFetchingNextPage,
    isFetchNextPageError: isUnread || list.isFetchNextPageError,
    error: isUnread ? failure.error : list.error,
    fetchNextPage: async () => {
      setFailure(null);
      const result = await list.fetchNextPage();
      if (result.isFetchNextPageError) setFailure({ place, error: result.error });
      return result;
    },
  };
  return { list, end };
}
