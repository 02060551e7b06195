import { getDatasetVersion, listDatasetVersions } from '@greenlight/shared/stages/data/contract.ts';
import { getJob, type JobStatus } from '@greenlight/shared/jobs/contract.ts';
import { hasJobEnded } from '@greenlight/shared/jobs/rules.ts';
import { getErasure, listErasures } from '@greenlight/shared/stages/data/erasure/erasure-contract.ts';
import { listDatasetItems, type ItemFilter } from '@greenlight/shared/stages/data/items-contract.ts';
import { compareDatasetVersions, getDatasetLineage } from '@greenlight/shared/stages/data/lineage-contract.ts';
import { getDeletionCertificate } from '@greenlight/shared/stages/data/retention-contract.ts';
import type { Recipe } from '@greenlight/shared/stages/data/preparation/recipe.ts';
import { previewRecipeOnVersion } from '@greenlight/shared/stages/data/recipe-preview-contract.ts';
import { getPreparation, listPreparations } from '@greenlight/shared/stages/data/preparation-contract.ts';
import {
  compareTokenizers,
  getTokenizer,
  listTokenizers,
  listTokenizerTrainings,
} from '@greenlight/shared/stages/data/tokenizer-contract.ts';
import { getSource, listSources } from '@greenlight/shared/stages/data/source-contract.ts';
import { queryOptions, type QueryClient } from '@tanstack/react-query';
import { call } from '../../api/client.ts';
import { familyOf, pagesOf, queryOf } from '../../api/query.ts';

/** The data versions of a project, newest first, page by page. */
export function datasetVersionsQuery(projectId: string) {
  return pagesOf(listDatasetVersions, { params: { projectId } });
}

/** One data version with its first texts. */
export function datasetVersionQuery(datasetVersionId: string) {
  return queryOf(getDatasetVersion, { params: { datasetVersionId } });
}

/** The items of a version that fit a filter, masked, page by page. */
export function datasetItemsQuery(datasetVersionId: string, filter: ItemFilter) {
  return pagesOf(listDatasetItems, { params: { datasetVersionId }, query: filter });
}

/** The erasures of a project, newest first, page by page. */
export function erasuresQuery(projectId: string) {
  return pagesOf(listErasures, { params: { projectId } });
}

/** One erasure, read again while it is worked on. */
export function erasureQuery(erasureId: string) {
  return queryOptions({
    ...queryOf(getErasure, { params: { erasureId } }),
    refetchInterval: ({ state }) =>
      state.data?.state === 'scanning' || state.data?.state === 'erasing' ? JOB_POLL_MS : false,
  });
}

/** A certificate of deletion, read again until every worker has confirmed that its copies are gone. */
export function certificateQuery(certificateId: string) {
  return queryOptions({
    ...queryOf(getDeletionCertificate, { params: { certificateId } }),
    refetchInterval: ({ state }) =>
      state.data?.copiesOnWorkers.some((one) => one.state === 'held' || one.state === 'unconfirmed')
        ? COPIES_POLL_MS
        : false,
  });
}

/** What a version came from and what came from it. */
export function datasetLineageQuery(datasetVersionId: string) {
  return queryOf(getDatasetLineage, { params: { datasetVersionId } });
}

/** What changed from the version `before` to another. */
export function datasetComparisonQuery(datasetVersionId: string, before: string) {
  return queryOf(compareDatasetVersions, { params: { datasetVersionId }, query: { before } });
}

/** The uploaded files of a project, newest first, page by page. */
export function sourcesQuery(projectId: string) {
  return pagesOf(listSources, { params: { projectId } });
}

/** One uploaded file. */
export function sourceQuery(sourceId: string) {
  return queryOf(getSource, { params: { sourceId } });
}

/** Work that goes on is looked at this often, in milliseconds. */
const JOB_POLL_MS = 1000;
const COPIES_POLL_MS = 5000;

/** A list of jobs changes by itself while one of them goes on. */
export const JOBS_MOVE = {
  idOf: ({ jobId }: JobStatus) => jobId,
  moves: (jobs: readonly JobStatus[]) => jobs.some(({ state }) => !hasJobEnded(state)),
  everyMs: JOB_POLL_MS,
};

/** The preparations of a project, newest first, page by page. */
export function preparationsQuery(projectId: string) {
  return pagesOf(listPreparations, { params: { projectId } });
}

/** One preparation, read again while it goes on. */
export function preparationQuery(jobId: string) {
  return queryOptions({
    ...queryOf(getPreparation, { params: { jobId } }),
    refetchInterval: ({ state }) => (state.data !== undefined && !hasJobEnded(state.data.state) ? JOB_POLL_MS : false),
  });
}

/** The job of a preparation that has ended, with what it counted. */
export function preparationJobQuery(jobId: string) {
  return queryOf(getJob, { params: { jobId } });
}

/** What a recipe would do to a version, on a sample of it. */
export function recipePreviewQuery(datasetVersionId: string, recipe: Recipe) {
  return queryOptions({
    queryKey: [previewRecipeOnVersion.id, datasetVersionId, recipe],
    queryFn: ({ signal }) =>
      call(previewRecipeOnVersion, { params: { datasetVersionId }, body: { recipe, seed: 1 } }, signal),
  });
}

/** The trainings of tokenizers on a version, newest first, page by page. */
export function tokenizerTrainingsQuery(datasetVersionId: string) {
  return pagesOf(listTokenizerTrainings, { params: { datasetVersionId } });
}

/** The newest trainings on a version that came to something. */
export function finishedTrainingsQuery(datasetVersionId: string) {
  return queryOf(listTokenizerTrainings, { params: { datasetVersionId }, query: { state: 'finished' } });
}

/** A tokenizer with what it makes of its data version, or of this one where it was brought along, read again while it is measured there. */
export function tokenizerQuery(tokenizerId: string, datasetVersionId: string) {
  return queryOptions({
    ...queryOf(getTokenizer, { params: { tokenizerId }, query: { datasetVersionId } }),
    refetchInterval: ({ state }) => (state.data?.isBeingMeasured === true ? JOB_POLL_MS : false),
  });
}

/** The tokenizers of a project, newest first, page by page. */
export function tokenizersQuery(projectId: string) {
  return pagesOf(listTokenizers, { params: { projectId }, query: { limit: 100 } });
}

/** The tokenizers that were brought along to a project, newest first, page by page; each says whether it is measured on a version. */
export function uploadedTokenizersQuery(projectId: string, datasetVersionId: string) {
  return pagesOf(listTokenizers, { params: { projectId }, query: { uploads: 'only', datasetVersionId } });
}

/** What says which tokenizers there are and where they are measured. */
export const TOKENIZERS = [familyOf(listTokenizers), familyOf(getTokenizer)];

/** Reads anew what shows trainings and tokenizers, after one was asked for, brought along, measured or deleted. */
export async function refreshTokenizers(queryClient: QueryClient): Promise<void> {
  const keys = [familyOf(listTokenizerTrainings), ...TOKENIZERS];
  await Promise.all(keys.map((queryKey) => queryClient.invalidateQueries({ queryKey })));
}

/** What the vocabularies of two tokenizers share. */
export function tokenizerComparisonQuery(tokenizerId: string, before: string) {
  return queryOf(compareTokenizers, { params: { tokenizerId }, query: { before } });
}
