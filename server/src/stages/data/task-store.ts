import { projectTasks, type ProjectTasks } from '@greenlight/shared/stages/data/task-contract.ts';
import type { Database } from '../../database/client.ts';

/** Reads which further tasks the data of a project answers; versions whose content was given up count, since they were measured on. */
export type ReadProjectTasks = (projectId: string) => Promise<ProjectTasks>;

/** Builds the reader of a project's tasks. */
export function createTaskReader(database: Database): ReadProjectTasks {
  return async (projectId) => {
    const [versions, tasks] = await Promise.all([
      database.datasetVersion.findFirst({ where: { projectId }, select: { id: true } }),
      database.$queryRaw<ProjectTasks['tasks']>`
        SELECT DISTINCT ON (task ->> 'name') task ->> 'name' AS name, task ->> 'kind' AS kind, (task ->> 'items')::int AS items
        FROM dataset_versions, jsonb_array_elements(tasks) AS task
        WHERE "projectId" = ${projectId}::uuid
        ORDER BY task ->> 'name', "createdAt" DESC, id DESC
        LIMIT 500`,
    ]);
    return projectTasks.parse({ hasData: versions !== null, tasks });
  };
}
