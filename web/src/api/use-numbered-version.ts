import { useInfiniteQuery, type InfiniteData, type UseInfiniteQueryOptions } from '@tanstack/react-query';
import { useEffect } from 'react';

interface Numbered {
  readonly id: string;
  readonly version: number;
}

interface PageOfNumbered {
  readonly items: readonly Numbered[];
  readonly nextCursor: string | null;
}

/**
 * The id of the version with a number in a list of versions, newest first, which is read until the number is met:
 * undefined until then, null where there is none. Without a number nothing is read.
 */
export function useNumberedVersion<Page extends PageOfNumbered, Key extends readonly unknown[]>(
  query: UseInfiniteQueryOptions<Page, Error, InfiniteData<Page>, Key, string | undefined>,
  version: number | undefined,
): string | null | undefined {
  const isWanted = version !== undefined;
  const { data, hasNextPage, isFetching, isError, fetchNextPage } = useInfiniteQuery({ ...query, enabled: isWanted });
  const found = isWanted ? data?.pages.flatMap((page) => page.items).find((one) => one.version === version) : undefined;
  const isFurther = isWanted && data !== undefined && found === undefined && hasNextPage && !isError;
  // A page may come without a drawing in between: how many there are says that the next one is wanted.
  const pageCount = data?.pages.length;
  useEffect(() => {
    if (isFurther && !isFetching && pageCount !== undefined) void fetchNextPage();
  }, [isFurther, isFetching, pageCount, fetchNextPage]);
  if (found !== undefined) return found.id;
  return !isWanted || data === undefined || isFurther ? undefined : null;
}
