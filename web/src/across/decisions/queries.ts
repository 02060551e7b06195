import { getDecision, listDecisions, type DecisionKind } from '@greenlight/shared/across/decisions/contract.ts';
import { pagesOf, queryOf } from '../../api/query.ts';

/** The decisions of a project, newest first, page by page; of one kind or one person where chosen. */
export function decisionsQuery(
  projectId: string,
  filter: { kind?: DecisionKind | undefined; person?: string | undefined },
) {
  return pagesOf(listDecisions, { params: { projectId }, query: filter });
}

/** One decision with its frozen evidence. */
export function decisionQuery(decisionId: string) {
  return queryOf(getDecision, { params: { decisionId } });
}
