import { getDatasetVersion } from '@greenlight/shared/stages/data/contract.ts';
import { listDatasetItems } from '@greenlight/shared/stages/data/items-contract.ts';
import {
  compareEvaluations,
  listChangedItems,
  listMovedTexts,
} from '@greenlight/shared/stages/evaluation/comparison-contract.ts';
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

/** Which items are asked for: those that an evaluation lost or won against another one. */
export interface ChangedItemsOf {
  readonly projectId: string;
  readonly baseline: string;
  readonly evaluation: string;
  readonly direction: 'worse' | 'better';
  /** The data version that was measured. */
  readonly datasetVersionId: string;
}

/** Items by their places in a data version, masked. */
async function itemsNumbered(datasetVersionId: string, numbers: readonly number[], signal: AbortSignal) {
  if (numbers.length === 0) return [];
  const query = { numbers: numbers.join(','), limit: numbers.length };
  return (await call(listDatasetItems, { params: { datasetVersionId }, query }, signal)).items;
}

/** The items that only one of two answered right, of a further task or of the first head, masked and page by page. `items` is null where it was not kept which they are. */
export function changedItemsQuery({ projectId, datasetVersionId, ...asked }: ChangedItemsOf, task: string | null) {
  return infiniteQueryOptions({
    queryKey: [...familyOf(listChangedItems), projectId, datasetVersionId, task, asked],
    initialPageParam: 0,
    queryFn: async ({ pageParam: after, signal }) => {
      const query = { ...asked, ...(task === null ? {} : { task }), after };
      const { numbers, total, nextAfter } = await call(listChangedItems, { params: { projectId }, query }, signal);
      const items = numbers && (await itemsNumbered(datasetVersionId, numbers, signal));
      return { items, total, nextAfter };
    },
    getNextPageParam: ({ nextAfter }) => nextAfter ?? undefined,
  });
}

/** The texts that one of two predicts better, masked and page by page, those that moved most first. `texts` is null where it was not kept which they are. */
export function movedTextsQuery({ projectId, datasetVersionId, ...asked }: ChangedItemsOf) {
  return infiniteQueryOptions({
    queryKey: [...familyOf(listMovedTexts), projectId, datasetVersionId, asked],
    initialPageParam: 0,
    queryFn: async ({ pageParam: skip, signal }) => {
      const query = { ...asked, skip };
      const { texts: moved, total } = await call(listMovedTexts, { params: { projectId }, query }, signal);
      if (moved === null) return { texts: null, total, nextSkip: null };
      const numbers = moved.map(({ number }) => number);
      const items = new Map(
        (await itemsNumbered(datasetVersionId, numbers, signal)).map((item) => [item.number, item]),
      );
      const end = skip + moved.length;
      const texts = moved.map((one) => ({ ...one, item: items.get(one.number) }));
      return { texts, total, nextSkip: moved.length > 0 && end < total ? end : null };
    },
    getNextPageParam: ({ nextSkip }) => nextSkip ?? undefined,
  });
}
