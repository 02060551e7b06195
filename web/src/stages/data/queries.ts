import { getDatasetVersion, listDatasetVersions } from '@greenlight/shared/stages/data/contract.ts';
import { pagesOf, queryOf } from '../../api/query.ts';

/** The data versions of a project, newest first, page by page. */
export function datasetVersionsQuery(projectId: string) {
  return pagesOf(listDatasetVersions, { params: { projectId } });
}

/** One data version with its first texts. */
export function datasetVersionQuery(datasetVersionId: string) {
  return queryOf(getDatasetVersion, { params: { datasetVersionId } });
}
