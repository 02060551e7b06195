import { getProject } from '@greenlight/shared/projects/contract.ts';
import { listDatasetVersions } from '@greenlight/shared/stages/data/contract.ts';
import type { Preparation } from '@greenlight/shared/stages/data/preparation-contract.ts';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { familyOf } from '../../api/query.ts';

/** Has the versions and where the project stands read anew when one more preparation has finished. */
export function useFinishedPreparations(preparations: readonly Preparation[] | undefined): void {
  const queryClient = useQueryClient();
  const finished = preparations?.filter(({ state }) => state === 'finished').length ?? 0;
  useEffect(() => {
    if (finished === 0) return;
    for (const route of [listDatasetVersions, getProject])
      void queryClient.invalidateQueries({ queryKey: familyOf(route) });
  }, [finished, queryClient]);
}
