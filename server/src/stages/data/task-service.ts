import { projectTasks, type ProjectTasks } from '@greenlight/shared/stages/data/task-contract.ts';
import type { TaskStore } from './task-store.ts';

/** The door to the further tasks that the data of a project answers. */
export interface TaskService {
  of(projectId: string): Promise<ProjectTasks>;
}

/** Builds the service of tasks. */
export function createTaskService(store: TaskStore): TaskService {
  return {
    async of(projectId) {
      const [hasData, tasks] = await Promise.all([store.hasVersions(projectId), store.newestByName(projectId)]);
      return projectTasks.parse({ hasData, tasks });
    },
  };
}
