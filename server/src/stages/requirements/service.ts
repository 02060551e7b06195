import { requirement, type Requirement } from '@greenlight/shared/stages/requirements/contract.ts';
import type { Transaction } from '../../database/client.ts';
import type { NewRequirement, RequirementStore, RequirementWithCriteria } from './store.ts';

/** The door to what a model must achieve. */
export interface RequirementService {
  /** The newest version, or null where none was written. */
  current(projectId: string): Promise<Requirement | null>;
  /** Adds a version that is approved from the start, as shipped with the product. */
  addApproved(transaction: Transaction, projectId: string, requirement: NewRequirement): Promise<void>;
}

function present(row: RequirementWithCriteria): Requirement {
  return requirement.parse({
    ...row,
    createdAt: row.createdAt.toISOString(),
    approvedAt: row.approvedAt?.toISOString() ?? null,
  });
}

/** Builds the requirement service on its store. */
export function createRequirementService(store: RequirementStore): RequirementService {
  return {
    async current(projectId) {
      const row = await store.newest(projectId);
      return row === null ? null : present(row);
    },
    addApproved: store.addApproved,
  };
}
