import { getDatasetVersion } from '@greenlight/shared/stages/data/contract.ts';
import { listDatasetItems } from '@greenlight/shared/stages/data/items-contract.ts';
import { compareEvaluations, listChangedItems } from '@greenlight/shared/stages/evaluation/comparison-contract.ts';
import { getEvaluation, listEvaluations } from '@greenlight/shared/stages/evaluation/contract.ts';
import { infiniteQueryOptions } from '@tanstack/react-query';
import { call } from '../../api/client.ts';
import { familyOf, pagesOf, queryOf } from '../../api/query.ts';

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

/** Two to eight evaluations, number by number, against the first. */
export function comparisonQuery(projectId: string, ids: readonly string[]) {
  return queryOf(compareEvaluations, { params: { projectId }, query: { ids: ids.join(',') } });
}

/** Which items are asked for: those that only one of two evaluations answered right. */
export interface ChangedItemsOf {
  readonly projectId: string;
  readonly baseline: string;
  readonly evaluation: string;
  /** The further task that was answered; null for the first head. */
  readonly task: string | null;
  readonly direction: 'worse' | 'better';
  /** The data version that was measured. */
  readonly datasetVersionId: string;
}

/** The items that changed, masked, page by page: first which they are, then what stands there. `items` is null where it was not kept which they are. */
export function changedItemsQuery({ projectId, datasetVersionId, task, ...asked }: ChangedItemsOf) {
  return infiniteQueryOptions({
    queryKey: [...familyOf(listChangedItems), projectId, datasetVersionId, task, asked],
    initialPageParam: 0,
    queryFn: async ({ pageParam: after, signal }) => {
      const query = { ...asked, ...(task === null ? {} : { task }), after };
      const { numbers, total, nextAfter } = await call(listChangedItems, { params: { projectId }, query }, signal);
      if (numbers === null) return { items: null, total, nextAfter };
      if (numbers.length === 0) return { items: [], total, nextAfter };
      const wanted = { numbers: numbers.join(','), limit: numbers.length };
      const { items } = await call(listDatasetItems, { params: { datasetVersionId }, query: wanted }, signal);
      return { items, total, nextAfter };
    },
    getNextPageParam: ({ nextAfter }) => nextAfter ?? undefined,
  });
}
