import { getDatasetVersion } from '@greenlight/shared/stages/data/contract.ts';
import { getEvaluation, listEvaluations } from '@greenlight/shared/stages/evaluation/contract.ts';
import { pagesOf, queryOf } from '../../api/query.ts';

/** The evaluations of a project, newest first, page by page. */
export function evaluationsQuery(projectId: string) {
  return pagesOf(listEvaluations, { params: { projectId } });
}

/** The data version that something was measured on. */
export function datasetVersionQuery(datasetVersionId: string) {
  return queryOf(getDatasetVersion, { params: { datasetVersionId } });
}

/** One evaluation with every metric, curve and verdict. */
export function evaluationQuery(evaluationId: string) {
  return queryOf(getEvaluation, { params: { evaluationId } });
}
