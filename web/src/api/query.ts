import type { Route } from '@greenlight/shared/api/define-route.ts';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import { call, type CallInput } from './client.ts';

/** The cache key of a route with its input: the same read has the same key wherever it is declared. */
function keyOf(route: Route, params?: unknown, query?: unknown): readonly unknown[] {
  return [route.id, params ?? {}, query ?? {}];
}

/** The key that every input of a route shares, for invalidating all of them. */
export function familyOf(route: Route): readonly unknown[] {
  return [route.id];
}

/** A read of a route as a `queryOptions` value. */
export function queryOf<
  Params extends z.ZodType,
  Query extends z.ZodType,
  Body extends z.ZodType,
  Reply extends z.ZodType,
>(route: Route<Params, Query, Body, Reply>, input: CallInput<Params, Query, Body>) {
  return queryOptions({
    queryKey: keyOf(route as Route, input.params, input.query),
    queryFn: ({ signal }) => call(route, input, signal),
  });
}

interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

/** A paged list as an infinite query: the cursor of each page asks for the next. */
export function pagesOf<
  Params extends z.ZodType,
  Query extends z.ZodType,
  Body extends z.ZodType,
  Reply extends z.ZodType<Page<unknown>>,
>(route: Route<Params, Query, Body, Reply>, input: CallInput<Params, Query, Body>) {
  return infiniteQueryOptions({
    queryKey: [...keyOf(route as Route, input.params, input.query), 'pages'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      call(route, { ...input, query: { ...(input.query as object), cursor: pageParam } } as typeof input, signal),
    getNextPageParam: (page: z.output<Reply>) => page.nextCursor ?? undefined,
  });
}
