import type { ProjectTasks } from '@greenlight/shared/stages/data/task-contract.ts';
import type { Database } from '../../database/client.ts';

/** More tasks than these no project has in earnest. */
const MOST_TASKS = 500;

/** What the data versions of projects answer besides labels and values. */
export interface TaskStore {
  hasVersions(projectId: string): Promise<boolean>;
  /** By name, each as the newest version that has it says; versions whose content was given up count, since they were measured on. */
  newestByName(projectId: string): Promise<ProjectTasks['tasks']>;
}

/** The tasks of data versions in the database. */
export function createTaskStore(database: Database): TaskStore {
  return {
    async hasVersions(projectId) {
      return (await database.datasetVersion.findFirst({ where: { projectId }, select: { id: true } })) !== null;
    },
    newestByName: (projectId) => database.$queryRaw<ProjectTasks['tasks']>`
      SELECT DISTINCT ON (task ->> 'name') task ->> 'name' AS name, task ->> 'kind' AS kind, (task ->> 'items')::int AS items
      FROM dataset_versions, jsonb_array_elements(tasks) AS task
      WHERE "projectId" = ${projectId}::uuid
      ORDER BY task ->> 'name', "createdAt" DESC, id DESC
      LIMIT ${MOST_TASKS}`,
  };
}
