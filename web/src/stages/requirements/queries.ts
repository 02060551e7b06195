import { getProject } from '@greenlight/shared/projects/contract.ts';
import { getCurrentRequirement } from '@greenlight/shared/stages/requirements/contract.ts';
import { queryOf } from '../../api/query.ts';

/** The newest version of what the model must achieve. */
export function requirementQuery(projectId: string) {
  return queryOf(getCurrentRequirement, { params: { projectId } });
}

/** The project, for the verdict of each criterion on the newest evaluation. */
export function projectQuery(projectId: string) {
  return queryOf(getProject, { params: { projectId } });
}
