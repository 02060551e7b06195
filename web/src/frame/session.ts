import { getSession } from '@greenlight/shared/across/governance/contract.ts';
import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import { queryOf } from '../api/query.ts';

/** The person who is signed in, as a query; it fails with `not-signed-in` where nobody is. */
export const sessionQuery = queryOptions({ ...queryOf(getSession, {}), staleTime: 60_000 });

/** The person who is signed in; only below a route that has loaded the session. */
export function useAccount() {
  return useSuspenseQuery(sessionQuery).data.account;
}
