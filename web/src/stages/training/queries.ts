import { getDatasetVersion, listDatasetVersions } from '@greenlight/shared/stages/data/contract.ts';
import { listTokenizers } from '@greenlight/shared/stages/data/tokenizer-contract.ts';
import { listCheckpoints, listRuns, type RunState } from '@greenlight/shared/stages/training/contract.ts';
import { listRunExports } from '@greenlight/shared/stages/training/model-files.ts';
import { planTraining } from '@greenlight/shared/stages/training/plan/contract.ts';
import { hasJobEnded } from '@greenlight/shared/jobs/rules.ts';
import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import {
  listModelFileEvaluations,
  listModelFiles,
  type ModelFile,
} from '@greenlight/shared/stages/training/imported-models.ts';
import { call } from '../../api/client.ts';
import { familyOf, pagesOf, queryOf } from '../../api/query.ts';

type PlanBody = NonNullable<z.input<NonNullable<typeof planTraining.body>>>;

/** What a form chooses from is read anew whenever it opens: the list of a moment before may lack what was just made, and its id would stand for its name. */
const CHOICES_MS = 0;

/** The runs of a project, or those in one state, newest first, page by page. */
export function runsQuery(projectId: string, state?: RunState) {
  return pagesOf(listRuns, { params: { projectId }, query: { state } });
}

/** The data versions that a run can be trained on, newest first, page by page. */
export function datasetVersionsQuery(projectId: string) {
  return { ...pagesOf(listDatasetVersions, { params: { projectId }, query: { limit: 100 } }), staleTime: CHOICES_MS };
}

/** The data version that a run was trained on. */
export function datasetVersionQuery(datasetVersionId: string) {
  return queryOf(getDatasetVersion, { params: { datasetVersionId } });
}

/** The tokenizers that a run may use, newest first, page by page. */
export function tokenizersQuery(projectId: string) {
  return { ...pagesOf(listTokenizers, { params: { projectId }, query: { limit: 100 } }), staleTime: CHOICES_MS };
}

/** The checkpoints that a run may begin with, newest first, page by page. */
export function checkpointsQuery(projectId: string) {
  return { ...pagesOf(listCheckpoints, { params: { projectId }, query: { limit: 100 } }), staleTime: CHOICES_MS };
}

/** What a run would take; `wanted` is the request's body as JSON, so that equal settings are asked for once. */
export function trainingPlanQuery(projectId: string, wanted: string) {
  return queryOptions({
    queryKey: [...familyOf(planTraining), projectId, wanted],
    queryFn: ({ signal }) =>
      call(planTraining, { params: { projectId }, body: JSON.parse(wanted) as PlanBody }, signal),
    retry: false,
  });
}

/** Work that goes on is looked at this often, in milliseconds. */
const JOB_POLL_MS = 1000;

/** The exports of a run, read again while one of them goes on. */
export function runExportsQuery(runId: string) {
  return queryOptions({
    ...queryOf(listRunExports, { params: { runId } }),
    refetchInterval: ({ state }) =>
      state.data?.items.some((job) => !hasJobEnded(job.state)) === true ? JOB_POLL_MS : false,
  });
}

/** The imported models of a project, newest first, page by page. */
export function modelFilesQuery(projectId: string) {
  // Each is shown with all that can be done with it.
  return pagesOf(listModelFiles, { params: { projectId }, query: { limit: 20 } });
}

/** A list of imported models changes by itself while a worker opens one. */
export const MODEL_FILES_MOVE = {
  idOf: ({ id }: ModelFile) => id,
  moves: (files: readonly ModelFile[]) => files.some(({ state }) => state === 'inspecting'),
  everyMs: JOB_POLL_MS,
};

/** The evaluations of an imported model, read again while one of them goes on. */
export function modelFileEvaluationsQuery(modelFileId: string) {
  return queryOptions({
    ...queryOf(listModelFileEvaluations, { params: { modelFileId } }),
    refetchInterval: ({ state }) =>
      state.data?.items.some((job) => !hasJobEnded(job.state)) === true ? JOB_POLL_MS : false,
  });
}
