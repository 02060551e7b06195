import { z } from 'zod';
import { defineRoute } from '../../api/define-route.ts';
import { id } from '../../api/identifiers.ts';
import { datasetTask } from './content.ts';

/** The further tasks that the data of a project answers. */
export const projectTasks = z
  .object({
    /** Whether the project has a data version at all. */
    hasData: z.boolean(),
    /** By name, each as the newest version that has it says. */
    tasks: z.array(datasetTask.pick({ name: true, kind: true, items: true })),
  })
  .meta({ id: 'ProjectTasks' });

/** The further tasks that the data of a project answers. */
export type ProjectTasks = z.infer<typeof projectTasks>;

export const getProjectTasks = defineRoute({
  id: 'getProjectTasks',
  method: 'GET',
  path: '/api/projects/{projectId}/tasks',
  summary: 'The further tasks that the items of the project answer, which criteria and runs can name.',
  permission: 'project:read',
  params: z.object({ projectId: id }),
  reply: projectTasks,
});
