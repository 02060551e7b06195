import { getSession } from '@greenlight/shared/across/governance/contract.ts';
import { getProject } from '@greenlight/shared/projects/contract.ts';
import { getTraceability } from '@greenlight/shared/stages/requirements/traceability-contract.ts';
import { listCandidates, MOST_CANDIDATES } from '@greenlight/shared/stages/selection/candidates-contract.ts';
import {
  getCurrentSelection,
  getMeasuredSources,
  getSelection,
  listSelections,
} from '@greenlight/shared/stages/selection/contract.ts';
import { listModelFiles } from '@greenlight/shared/stages/training/imported-models.ts';
import type { QueryClient } from '@tanstack/react-query';
import { familyOf, pagesOf, queryOf } from '../../api/query.ts';

/** The newest decision matrix. */
export function selectionQuery(projectId: string) {
  return queryOf(getCurrentSelection, { params: { projectId } });
}

/** One decision matrix. */
export function versionQuery(selectionId: string) {
  return queryOf(getSelection, { params: { selectionId } });
}

/** The decision matrices, newest first, page by page. */
export function versionsQuery(projectId: string) {
  return pagesOf(listSelections, { params: { projectId } });
}

/** All models that are weighed: a project may hold no more outside its archive than one page. */
export function candidatesQuery(projectId: string) {
  return queryOf(listCandidates, { params: { projectId }, query: { limit: MOST_CANDIDATES } });
}

/** The models in the archive, newest first, page by page. */
export function archivedCandidatesQuery(projectId: string) {
  return pagesOf(listCandidates, { params: { projectId }, query: { archived: 'only' } });
}

/** What was measured in the project, for the evidence of a score, newest first, page by page. */
export function measuredQuery(projectId: string) {
  return pagesOf(getMeasuredSources, { params: { projectId } });
}

/** The uploaded models of the project, newest first, page by page. */
export function modelFilesQuery(projectId: string) {
  return pagesOf(listModelFiles, { params: { projectId }, query: { limit: 100 } });
}

/** The project, for its approved criteria and for the reader's roles. */
export function projectQuery(projectId: string) {
  return queryOf(getProject, { params: { projectId } });
}

/** Who is signed in. */
export const accountQuery = queryOf(getSession, {});

/** Everything that shows candidates or matrices reads them anew after they were changed. */
export async function refreshSelection(queryClient: QueryClient): Promise<void> {
  const shown = [getCurrentSelection, getSelection, listSelections, listCandidates, getTraceability, getProject];
  await Promise.all(shown.map((route) => queryClient.invalidateQueries({ queryKey: familyOf(route) })));
}
