import { z } from 'zod';
import { defineRoute } from '../../api/define-route.ts';
import { id } from '../../api/identifiers.ts';
import { localizedText } from '../../api/localized-text.ts';
import { pageOf, pageQuery } from '../../api/paging.ts';
import { jobStatus } from '../../jobs/contract.ts';
import { preparationOrigin, versionOrigin } from './preparation/preparation-job.ts';
import { recipe } from './preparation/recipe.ts';
import { splitPlan } from './preparation/splits.ts';

/** A preparation of data: what was asked for, how far it is, and the version that it became. What it counted is its job's result. */
export const preparation = jobStatus
  .extend({
    datasetName: localizedText,
    origin: preparationOrigin,
    recipe,
    splits: splitPlan.nullable(),
    /** The version that it made, or found to be there with the same content; null until it has finished. */
    datasetVersionId: id.nullable(),
  })
  .meta({ id: 'Preparation' });

/** A preparation of data. */
export type Preparation = z.infer<typeof preparation>;

export const startPreparation = defineRoute({
  id: 'startPreparation',
  method: 'POST',
  path: '/api/projects/{projectId}/preparations',
  summary:
    'Profile, clean, split and check data in a worker. The same wish again answers with the same job; one that was cancelled goes on where it was.',
  permission: 'data:write',
  params: z.object({ projectId: id }),
  body: z.object({ origin: versionOrigin, recipe, splits: splitPlan.nullable() }),
  reply: preparation,
  status: 201,
  errors: ['content-deleted', 'holds-images'],
});

export const getPreparation = defineRoute({
  id: 'getPreparation',
  method: 'GET',
  path: '/api/preparations/{jobId}',
  summary: 'One preparation by its job: what was asked for, how far it is, and the version that it became.',
  permission: 'project:read',
  params: z.object({ jobId: id }),
  reply: preparation.extend({ projectId: id }),
});

export const listPreparations = defineRoute({
  id: 'listPreparations',
  method: 'GET',
  path: '/api/projects/{projectId}/preparations',
  summary: 'The preparations of a project, newest first.',
  permission: 'project:read',
  params: z.object({ projectId: id }),
  query: pageQuery,
  reply: pageOf(preparation),
});
