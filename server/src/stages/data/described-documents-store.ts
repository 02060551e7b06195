import { Prisma } from '@greenlight/prisma/client';
import type { Database } from '../../database/client.ts';
import { newId } from '../../plugins/new-id.ts';
import { pageAfter, type DescribedPlace } from './described-work-store.ts';

interface WrittenCriterion {
  readonly id: string;
  readonly unit: string;
  readonly slice: string | null;
  readonly reason: object;
}

const OPEN_STATES = ['draft', 'in-review'];

/**
 * What people wrote about the project itself, its models to choose from and its drafts. What was approved or decided is frozen, and what a
 * name says of who did something stays.
 */
export function placesOfDocuments(database: Database): readonly DescribedPlace[] {
  return [
    {
      kind: 'project',
      async read(projectId, after) {
        if (after !== undefined) return [];
        const select = { id: true, name: true, localizedName: true, goal: true } as const;
        const rows = await database.project.findMany({ where: { id: projectId }, select });
        return rows.map(({ id, ...said }) => ({ id, said }));
      },
      write: (transaction, { id }, next) =>
        // What was asked for is a hash of the texts, which somebody could guess.
        transaction.project.update({ where: { id }, data: { ...next, requestSha256: null } }),
    },
    {
      kind: 'requirement',
      async read(projectId, after) {
        const select = { goal: true, users: true, constraints: true, risks: true, questions: true } as const;
        const ofCriterion = { id: true, unit: true, slice: true, reason: true } as const;
        const rows = await database.requirement.findMany({
          where: { projectId, state: { in: OPEN_STATES } },
          select: { id: true, revision: true, ...select, criteria: { select: ofCriterion } },
          ...pageAfter(after),
        });
        return rows.map(({ id, revision, ...said }) => ({ id, revision, said }));
      },
      async write(transaction, { id, revision = 0 }, { criteria, ...next }) {
        const { count } = await transaction.requirement.updateMany({
          where: { id, revision, state: { in: OPEN_STATES } },
          // Whoever has it open sees that it changed, and does not save the person again.
          data: { ...next, revision: { increment: 1 } },
        });
        if (count === 0) return false;
        for (const { id: criterionId, ...words } of (criteria ?? []) as WrittenCriterion[]) {
          const where = { requirementId_id: { requirementId: id, id: criterionId } };
          await transaction.criterion.update({ where, data: words });
        }
        return true;
      },
    },
    {
      kind: 'candidate',
      async read(projectId, after) {
        const select = {
          name: true,
          notes: true,
          endpointUrl: true,
          endpointModel: true,
          endpointCheck: true,
        } as const;
        const rows = await database.candidate.findMany({
          where: { projectId },
          select: { id: true, ...select },
          ...pageAfter(after),
        });
        return rows.map(({ id, ...said }) => ({ id, said }));
      },
      // The key repeats the name.
      write: (transaction, { id }, next) =>
        transaction.candidate.update({ where: { id }, data: { ...next, key: newId() } }),
    },
    {
      kind: 'selection',
      async read(projectId, after) {
        const rows = await database.selection.findMany({
          where: { projectId, state: 'draft' },
          select: { id: true, revision: true, criteria: true, cells: true },
          ...pageAfter(after),
        });
        return rows.map(({ id, revision, criteria, cells }) => {
          const evidence = (cells as { evidence: unknown }[]).map((cell) => cell.evidence);
          return { id, revision, said: { criteria, evidence } };
        });
      },
      async write(transaction, { id, revision = 0 }, { criteria, evidence }) {
        const where = { id, revision, state: 'draft' };
        const row = await transaction.selection.findFirst({ where, select: { cells: true } });
        if (row === null) return false;
        const cells = (row.cells as object[]).map((cell, index) => ({
          ...cell,
          ...(evidence === undefined ? {} : { evidence: (evidence as object[])[index] }),
        }));
        const data = {
          cells: cells as Prisma.InputJsonArray,
          ...(criteria === undefined ? {} : { criteria: criteria as Prisma.InputJsonArray }),
        };
        const { count } = await transaction.selection.updateMany({
          where,
          data: { ...data, revision: { increment: 1 } },
        });
        return count === 1;
      },
    },
  ];
}
