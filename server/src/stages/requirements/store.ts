import type { Database } from '../../database/client.ts';

type RequirementRow = Awaited<ReturnType<Database['requirement']['findUniqueOrThrow']>>;
type CriterionRow = Awaited<ReturnType<Database['criterion']['findUniqueOrThrow']>>;

/** A requirement version with its criteria in order. */
export type RequirementWithCriteria = RequirementRow & { criteria: CriterionRow[] };

/** Requirement versions of projects. */
export interface RequirementStore {
  newest(projectId: string): Promise<RequirementWithCriteria | null>;
}

/** Requirement versions in the database. */
export function createRequirementStore(database: Database): RequirementStore {
  return {
    newest: (projectId) =>
      database.requirement.findFirst({
        where: { projectId },
        orderBy: { version: 'desc' },
        include: { criteria: { orderBy: { position: 'asc' } } },
      }),
  };
}
