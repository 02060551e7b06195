import {
  selection,
  selectionDecision,
  selectionSummary,
  type Selection,
  type SelectionDecision,
  type SelectionSummary,
} from '@greenlight/shared/stages/selection/contract.ts';
import { cell, matrixCriterion, type Cell, type MatrixContent } from '@greenlight/shared/stages/selection/matrix.ts';
import { rankingOf } from '@greenlight/shared/stages/selection/ranking.ts';
import { changedSinceDecision } from '@greenlight/shared/stages/selection/rules.ts';
import { sensitivityOf } from '@greenlight/shared/stages/selection/sensitivity.ts';
import type { ApprovedVersion } from '@greenlight/shared/stages/requirements/differences.ts';
import { z } from 'zod';
import type { ColumnRow, SelectionRow } from './store.ts';

/** What a decided matrix keeps beside its content: the decision, with names, ranking and sensitivity as they stood. */
export const frozenDecision = z.object({
  decision: selectionDecision,
  candidates: selection.shape.candidates,
  ranking: selection.shape.ranking,
  sensitivity: selection.shape.sensitivity,
});

/** A stored matrix as people write it, with who set each score when. */
export function contentOf(row: SelectionRow): Omit<MatrixContent, 'cells'> & { cells: Cell[] } {
  return {
    candidateIds: row.candidates.map(({ candidate: { id } }) => id),
    criteria: z.array(matrixCriterion).parse(row.criteria),
    cells: z.array(cell).parse(row.cells),
  };
}

/** The decision of a matrix; null for a draft. */
export function decisionOf(row: SelectionRow): SelectionDecision | null {
  return row.decision === null ? null : frozenDecision.parse(row.decision).decision;
}

function partsOf(row: SelectionRow) {
  return {
    ...row,
    candidateCount: row.candidates.length,
    criteriaCount: z.array(z.unknown()).parse(row.criteria).length,
    createdAt: row.createdAt.toISOString(),
    edited: row.editedAt === null ? null : { actor: row.editedBy ?? '', at: row.editedAt.toISOString() },
    decision: decisionOf(row),
  };
}

/** A matrix as lists show it. */
export function presentSummary(row: SelectionRow): SelectionSummary {
  return selectionSummary.parse(partsOf(row));
}

/** A candidate as a matrix shows and freezes it. */
export function presentColumn({ endpointUrl, endpointModel, modelFile, ...row }: ColumnRow) {
  const file = modelFile === null ? undefined : `${modelFile.name} · SHA-256 ${modelFile.sha256}`;
  const reference = endpointUrl === null ? file : `${endpointUrl} · ${endpointModel ?? ''}`;
  const archivedAt = row.archivedAt?.toISOString() ?? null;
  return { ...row, archivedAt, ...(reference === undefined ? {} : { reference }) };
}

/** A matrix as its page shows it; of a decided one, everything as it stood. */
export function presentSelection(row: SelectionRow, approved: readonly ApprovedVersion[]): Selection {
  const content = contentOf(row);
  const frozen = row.decision === null ? null : frozenDecision.parse(row.decision);
  return selection.parse({
    ...partsOf(row),
    candidates: frozen?.candidates ?? row.candidates.map(({ candidate }) => presentColumn(candidate)),
    criteria: content.criteria,
    cells: content.cells,
    ranking: frozen?.ranking ?? rankingOf(content),
    sensitivity: frozen === null ? sensitivityOf(content) : frozen.sensitivity,
    changedSince: frozen === null ? null : changedSinceDecision(approved, frozen.decision),
  });
}
