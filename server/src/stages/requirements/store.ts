import type { Requirement } from '@greenlight/shared/stages/requirements/contract.ts';
import type { Database, Transaction } from '../../database/client.ts';
import { newId } from '../../plugins/new-id.ts';

type RequirementRow = Awaited<ReturnType<Database['requirement']['findUniqueOrThrow']>>;
type CriterionRow = Awaited<ReturnType<Database['criterion']['findUniqueOrThrow']>>;

/** A requirement version with its criteria in order. */
export type RequirementWithCriteria = RequirementRow & { criteria: CriterionRow[] };

/** What an approved requirement says; its criteria get their ids from the store. */
export interface NewRequirement extends Pick<Requirement, 'goal' | 'users' | 'problemType' | 'scenario'> {
  readonly constraints: Omit<Requirement['constraints'], 'languages'> & { readonly languages: readonly string[] };
  readonly criteria: readonly Omit<Requirement['criteria'][number], 'id'>[];
}

/** Requirement versions of projects. */
export interface RequirementStore {
  newest(projectId: string): Promise<RequirementWithCriteria | null>;
  addApproved(transaction: Transaction, projectId: string, requirement: NewRequirement): Promise<void>;
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
    async addApproved(transaction, projectId, { criteria, constraints, ...requirement }) {
      const { _max } = await transaction.requirement.aggregate({ where: { projectId }, _max: { version: true } });
      await transaction.requirement.create({
        data: {
          id: newId(),
          projectId,
          version: (_max.version ?? 0) + 1,
          state: 'approved',
          approvedAt: new Date(),
          ...requirement,
          constraints: { ...constraints, languages: [...constraints.languages] },
          criteria: { create: criteria.map((criterion, position) => ({ id: newId(), position, ...criterion })) },
        },
      });
    },
  };
}
