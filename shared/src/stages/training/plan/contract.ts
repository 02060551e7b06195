import { z } from 'zod';
import { defineRoute } from '../../../api/define-route.ts';
import { id } from '../../../api/identifiers.ts';
import { runConfiguration } from '../configuration.ts';
import { runPlan } from './run-plan.ts';
import { UNTRAINABLE } from '../untrainable.ts';

export const planTraining = defineRoute({
  id: 'planTraining',
  method: 'POST',
  path: '/api/projects/{projectId}/run-plans',
  summary:
    'What a run of a configuration on a data version would take on each worker (parameters, operations, memory, time, energy, cost), the likeliest worker first; nothing is created.',
  permission: 'project:read',
  params: z.object({ projectId: id }),
  body: z.object({ datasetVersionId: id, configuration: z.unknown().pipe(runConfiguration) }),
  reply: z.object({ plans: z.array(runPlan) }),
  errors: UNTRAINABLE,
});
