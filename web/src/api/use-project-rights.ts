import { getSession } from '@greenlight/shared/across/governance/contract.ts';
import { carriesRight, type ProjectRight } from '@greenlight/shared/across/governance/rights.ts';
import { getProject } from '@greenlight/shared/projects/contract.ts';
import { useQuery } from '@tanstack/react-query';
import { queryOf } from './query.ts';

/** Whether the reader carries a right in a project; undefined until that is known. */
export function useKnownRights(projectId: string): (right: ProjectRight) => boolean | undefined {
  const { data: session } = useQuery(queryOf(getSession, {}));
  const { data: project } = useQuery(queryOf(getProject, { params: { projectId } }));
  if (session === undefined || project === undefined) return () => undefined;
  return (right) => carriesRight({ roles: project.roles, isAdmin: session.account.isAdmin }, right);
}

/** Whether the reader carries a right in a project; no until that is known. */
export function useProjectRights(projectId: string): (right: ProjectRight) => boolean {
  const mayDo = useKnownRights(projectId);
  return (right) => mayDo(right) === true;
}
