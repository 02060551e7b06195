import type { LengthProfile } from '@greenlight/shared/stages/training/plan/length-profile.ts';
import type { Database } from '../../database/client.ts';

/** Where the lengths of data versions are kept. */
export interface LengthStore {
  /** As it was kept; undefined where the version was never read. */
  find(datasetVersionId: string): Promise<unknown>;
  keep(datasetVersionId: string, profile: LengthProfile): Promise<void>;
}

/** Lengths in the database. */
export function createLengthStore(database: Database): LengthStore {
  return {
    async find(datasetVersionId) {
      return (await database.lengthProfile.findUnique({ where: { datasetVersionId } }))?.profile;
    },
    async keep(datasetVersionId, profile) {
      await database.lengthProfile.upsert({
        where: { datasetVersionId },
        create: { datasetVersionId, profile },
        update: { profile },
      });
    },
  };
}
