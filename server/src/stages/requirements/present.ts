import {
  requirement,
  requirementSummary,
  type Requirement,
  type RequirementSummary,
} from '@greenlight/shared/stages/requirements/contract.ts';
import type { RequirementWithParts } from './store.ts';

function partsOf(row: RequirementWithParts) {
  return {
    ...row,
    // Left out, not null: what was frozen before criteria could name a task must still compare as the same.
    criteria: row.criteria.map(({ task, ...criterion }) => ({ ...criterion, ...(task === null ? {} : { task }) })),
    criteriaCount: row.criteria.length,
    createdAt: row.createdAt.toISOString(),
    approvedAt: row.approvedAt?.toISOString() ?? null,
    edited: row.editedAt === null ? null : { actor: row.editedBy ?? '', at: row.editedAt.toISOString() },
    events: row.events.map((event) => ({ ...event, at: event.at.toISOString() })),
  };
}

/** A version as its page shows it. */
export function presentRequirement(row: RequirementWithParts): Requirement {
  return requirement.parse(partsOf(row));
}

/** A version as lists show it. */
export function presentSummary(row: RequirementWithParts): RequirementSummary {
  return requirementSummary.parse(partsOf(row));
}
