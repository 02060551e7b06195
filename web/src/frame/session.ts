import { getSession } from '@greenlight/shared/across/governance/contract.ts';
import { queryOptions, useQuery, useSuspenseQuery, type QueryClient } from '@tanstack/react-query';
import { queryOf } from '../api/query.ts';

/** The person who is signed in, as a query; it fails with `not-signed-in` where nobody is. */
export const sessionQuery = queryOptions({ ...queryOf(getSession, {}), staleTime: 60_000 });

/** The person who is signed in; only below a route that has loaded the session. */
export function useAccount() {
  return useSuspenseQuery(sessionQuery).data.account;
}

/** When the server last said that nobody is signed in, beside the pages of a person who was; null where it never did. */
const sessionEndQuery = queryOptions({
  queryKey: ['session-end'],
  queryFn: () => null as number | null,
  initialData: null,
  enabled: false,
});

/** Marks that a session has ended under an open page; false where no person's page is open. */
export function markSessionEnd(queryClient: QueryClient): boolean {
  if (queryClient.getQueryData(sessionQuery.queryKey) === undefined) return false;
  queryClient.setQueryData(sessionEndQuery.queryKey, Date.now());
  return true;
}

/** Whether the session has ended and nobody, here or in another tab, has signed in since. */
export function useSessionEnded(): boolean {
  const { data: endedAt } = useQuery(sessionEndQuery);
  const { dataUpdatedAt } = useQuery(sessionQuery);
  return endedAt !== null && endedAt >= dataUpdatedAt;
}
