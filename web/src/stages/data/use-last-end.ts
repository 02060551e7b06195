import type { JobStatus } from '@greenlight/shared/jobs/contract.ts';
import { useQueryClient, type QueryKey } from '@tanstack/react-query';
import { useEffect } from 'react';

/** Has what these keys stand for read anew when one more of some jobs has ended. */
export function useLastEnd(jobs: readonly JobStatus[] | undefined, keys: readonly QueryKey[]): void {
  const queryClient = useQueryClient();
  const ends = jobs?.flatMap(({ finishedAt }) => finishedAt ?? []) ?? [];
  const lastEnd = ends.toSorted().at(-1);
  useEffect(() => {
    if (lastEnd === undefined) return;
    for (const queryKey of keys) void queryClient.invalidateQueries({ queryKey });
  }, [lastEnd, keys, queryClient]);
}
