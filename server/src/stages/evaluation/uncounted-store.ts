import type { SeenInTraining } from '@greenlight/shared/stages/evaluation/seen-in-training.ts';
import { Prisma } from '@greenlight/prisma/client';
import type { Database } from '../../database/client.ts';

/** What was measured before texts were counted. */
export interface Uncounted {
  /** The run whose checkpoint was measured, or else the imported model. */
  readonly runId: string | null;
  readonly modelFileId: string | null;
  readonly datasetVersionId: string;
  readonly split: string;
  readonly sameAsTraining: boolean;
}

/** Evaluations from before texts were counted. */
export interface UncountedStore {
  /** Their ids, the newest first. */
  ids(): Promise<string[]>;
  /** Null where it is gone, or counted meanwhile. */
  find(id: string): Promise<Uncounted | null>;
  /** Changes nothing where it was counted meanwhile. */
  keep(id: string, seenInTraining: SeenInTraining, sameAsTraining: boolean): Promise<void>;
}

const UNCOUNTED = { seenInTraining: { equals: Prisma.DbNull } };

/** Those in the database. */
export function createUncountedStore({ evaluation }: Pick<Database, 'evaluation'>): UncountedStore {
  return {
    async ids() {
      const orderBy = [{ createdAt: 'desc' as const }, { id: 'desc' as const }];
      const rows = await evaluation.findMany({ where: UNCOUNTED, orderBy, select: { id: true } });
      return rows.map(({ id }) => id);
    },
    find: (id) =>
      evaluation.findFirst({
        where: { id, ...UNCOUNTED },
        select: { runId: true, modelFileId: true, datasetVersionId: true, split: true, sameAsTraining: true },
      }),
    async keep(id, seenInTraining, sameAsTraining) {
      await evaluation.updateMany({ where: { id, ...UNCOUNTED }, data: { seenInTraining, sameAsTraining } });
    },
  };
}
