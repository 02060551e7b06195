import { getSession } from '@greenlight/shared/across/governance/contract.ts';
import { getProjectTasks } from '@greenlight/shared/stages/data/task-contract.ts';
import { getEvaluation } from '@greenlight/shared/stages/evaluation/contract.ts';
import { getProject } from '@greenlight/shared/projects/contract.ts';
import {
  getCurrentRequirement,
  getRequirement,
  getRequirementDeciders,
  listRequirements,
} from '@greenlight/shared/stages/requirements/contract.ts';
import { getTraceability } from '@greenlight/shared/stages/requirements/traceability-contract.ts';
import type { QueryClient } from '@tanstack/react-query';
import { familyOf, pagesOf, queryOf } from '../../api/query.ts';

/** The newest version of what the model must achieve. */
export function requirementQuery(projectId: string) {
  return queryOf(getCurrentRequirement, { params: { projectId } });
}

/** One version in full. */
export function versionQuery(requirementId: string) {
  return queryOf(getRequirement, { params: { requirementId } });
}

/** Who besides the reader may decide about a version. */
export function decidersQuery(requirementId: string) {
  return queryOf(getRequirementDeciders, { params: { requirementId } });
}

/** The versions, newest first, page by page. */
export function versionsQuery(projectId: string) {
  return pagesOf(listRequirements, { params: { projectId } });
}

/** Each criterion against each source of evidence. */
export function traceabilityQuery(projectId: string) {
  return queryOf(getTraceability, { params: { projectId } });
}

/** The project, for the verdict of each criterion on the newest evaluation and for the reader's roles. */
export function projectQuery(projectId: string) {
  return queryOf(getProject, { params: { projectId } });
}

/** What the project is judged by now. */
export function evaluationQuery(evaluationId: string) {
  return queryOf(getEvaluation, { params: { evaluationId } });
}

/** The further tasks that the data of the project answers, which criteria can name. */
export function tasksQuery(projectId: string) {
  return queryOf(getProjectTasks, { params: { projectId } });
}

/** Who is signed in. */
export const accountQuery = queryOf(getSession, {});

/** Everything that shows a requirement reads it anew after it was changed. */
export async function refreshRequirement(queryClient: QueryClient): Promise<void> {
  const shown = [getCurrentRequirement, getRequirement, listRequirements, getTraceability, getProject];
  await Promise.all(shown.map((route) => queryClient.invalidateQueries({ queryKey: familyOf(route) })));
}
