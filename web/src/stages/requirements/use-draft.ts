import type { Requirement, RequirementContent } from '@greenlight/shared/stages/requirements/contract.ts';
import type { ProjectTasks } from '@greenlight/shared/stages/data/task-contract.ts';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState, useSyncExternalStore } from 'react';
import type { DraftSnapshot } from '../../api/draft-keeper.ts';
import { RequirementKeeper, type KeptRequirement } from './draft-keeper.ts';
import { requirementQuery } from './queries.ts';

/** Keeps a draft while a component shows it; it is sent at once when the network comes back. */
export function useDraft(
  version: Requirement,
  restored: KeptRequirement | null,
  tasks: ProjectTasks | null,
): [RequirementKeeper, DraftSnapshot<RequirementContent>] {
  const queryClient = useQueryClient();
  const [keeper] = useState(
    () =>
      new RequirementKeeper(version, restored, {
        // Whoever comes back to the page must begin from what was saved last.
        onSaved: (saved) => queryClient.setQueryData(requirementQuery(saved.projectId).queryKey, saved),
      }),
  );
  useEffect(() => keeper.learnTasks(tasks), [keeper, tasks]);
  const snapshot = useSyncExternalStore(keeper.subscribe, keeper.snapshot);
  useEffect(() => {
    const send = () => void keeper.flush();
    window.addEventListener('online', send);
    return () => {
      window.removeEventListener('online', send);
      // Leaving the page by a link: the request goes on while the page is gone.
      void keeper.flush().finally(() => keeper.close());
    };
  }, [keeper]);
  return [keeper, snapshot];
}
