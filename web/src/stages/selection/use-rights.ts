import { carriesRight, type ProjectRight } from '@greenlight/shared/across/governance/rights.ts';
import { useQuery } from '@tanstack/react-query';
import { accountQuery, projectQuery } from './queries.ts';

/** What the reader may do with the choice of a model; nothing until roles are known. */
export interface SelectionRights {
  readonly mayEdit: boolean;
  readonly mayDecide: boolean;
  readonly mayTrain: boolean;
}

/** What the reader may do with the choice of a model in a project. */
export function useRights(projectId: string): SelectionRights {
  const { data: session } = useQuery(accountQuery);
  const { data: project } = useQuery(projectQuery(projectId));
  const account = session?.account;
  const may = (right: ProjectRight) =>
    account !== undefined &&
    project !== undefined &&
    carriesRight({ roles: project.roles, isAdmin: account.isAdmin }, right);
  return { mayEdit: may('selection:edit'), mayDecide: may('selection:decide'), mayTrain: may('training:run') };
}
