import { useInfiniteQuery, type InfiniteData, type UseInfiniteQueryOptions } from '@tanstack/react-query';
import { useEffect } from 'react';

interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

/** A paged list that somebody chooses from. */
export interface Choices<Item> {
  /** What was read of it so far and fits; undefined until the first pages are there. */
  readonly items: readonly Item[] | undefined;
  readonly hasMore: boolean;
  /** Whether the first pages or further ones are on their way. */
  readonly isReading: boolean;
  readonly isReadingMore: boolean;
  readonly readMore: () => void;
  readonly error: Error | null;
  readonly retry: () => Promise<unknown>;
}

/** What has to be read before somebody can choose. */
interface Wish<Item> {
  /** Whether something can be chosen here; everything where it is not given. */
  readonly fits?: (item: Item) => boolean;
  /** Whether what is chosen already is among what was read; something fitting is, where this is not given. */
  readonly isEnough?: (items: readonly Item[]) => boolean;
}

const isAnything = () => true;
const isAny = (items: readonly unknown[]) => items.length > 0;

/** Reads a paged list page by page: as many as hold what the form needs, further ones when they are asked for. */
export function useChoices<Item>(
  options: UseInfiniteQueryOptions<Page<Item>, Error, InfiniteData<Page<Item>>, unknown[], string | undefined>,
  { fits = isAnything, isEnough = isAny }: Wish<Item> = {},
): Choices<Item> {
  const { data, error, refetch, isEnabled, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } =
    useInfiniteQuery(options);
  const read = data?.pages.flatMap((page) => page.items).filter(fits);
  const canRead = hasNextPage && !isFetchingNextPage && error === null;
  const isShort = read !== undefined && canRead && isEnabled && !isEnough(read);
  useEffect(() => {
    if (isShort) void fetchNextPage();
  }, [isShort, fetchNextPage]);
  const items = read?.length === 0 && hasNextPage ? undefined : read;
  return {
    items,
    hasMore: hasNextPage,
    isReading: isFetchingNextPage || isShort || (isEnabled && items === undefined && error === null),
    isReadingMore: isFetchingNextPage,
    readMore: () => {
      if (canRead) void fetchNextPage();
    },
    error,
    // What was read already is not read again when only an older page is missing.
    retry: isFetchNextPageError ? fetchNextPage : refetch,
  };
}
