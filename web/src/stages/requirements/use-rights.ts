import { carriesRight, type ProjectRight } from '@greenlight/shared/across/governance/rights.ts';
import { useQuery } from '@tanstack/react-query';
import { accountQuery, projectQuery } from './queries.ts';

/** What the reader may do with the requirement of a project; nothing until it is known. */
export function useRights(projectId: string): { mayEdit: boolean; mayDecide: boolean } {
  const { data: session } = useQuery(accountQuery);
  const { data: project } = useQuery(projectQuery(projectId));
  const account = session?.account;
  const may = (right: ProjectRight) =>
    account !== undefined &&
    project !== undefined &&
    carriesRight({ roles: project.roles, isAdmin: account.isAdmin }, right);
  return { mayEdit: may('requirements:edit'), mayDecide: may('requirements:approve') };
}
