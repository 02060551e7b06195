import { articleSeed } from '@greenlight/prisma/seed/article.ts';
import type { Database } from '../database/client.ts';
import type { DataService } from '../stages/data/service.ts';
import type { RequirementService } from '../stages/requirements/service.ts';
import type { RunService } from '../stages/training/run-service.ts';
import type { SeedStore } from './seed-store.ts';
import type { ProjectStore } from './store.ts';

/** What seeding builds with. */
export interface SeedParts {
  readonly database: Database;
  readonly seeds: SeedStore;
  readonly projects: ProjectStore;
  readonly requirements: RequirementService;
  readonly data: DataService;
  readonly runs: RunService;
}

/** Fills an installation with what it ships with. */
export interface SeedService {
  /** Creates the article's example and queues its run, once in the life of a database; true where it did so now. */
  seedArticle(): Promise<boolean>;
}

/** Builds the seed service. */
export function createSeedService(parts: SeedParts): SeedService {
  const { database, seeds, projects, requirements, data, runs } = parts;
  const { key, name, localizedName, goal, problemType, requirement, dataset, run } = articleSeed;
  const datasetBody = {
    datasetName: dataset.name,
    source: dataset.source,
    licence: dataset.licence,
    notes: dataset.notes,
    seed: dataset.seed,
    content: { ...dataset.content, train: [...dataset.content.train] },
  };

  return {
    async seedArticle() {
      const prepared = await data.prepare(datasetBody, dataset.key);
      const isNew = await database.$transaction(async (transaction) => {
        if (!(await seeds.claim(transaction, key))) return false;
        const made = { name, localizedName, goal, problemType, seedKey: key, creationKey: null, requestSha256: null };
        const projectId = await projects.create(transaction, made, null);
        await requirements.addApproved(transaction, projectId, { ...requirement, goal, problemType });
        const version = await data.addPrepared(transaction, projectId, prepared);
        await runs.queue(transaction, {
          projectId,
          name: run.name,
          notes: run.notes,
          datasetVersionId: version.id,
          configuration: run.configuration,
          idempotencyKey: null,
          requestSha256: null,
          seedKey: run.key,
          sweep: null,
          createdById: null,
          // No worker has come yet: the one that takes it plans it.
          plan: null,
        });
        return true;
      });
      if (isNew) runs.announceQueued();
      return isNew;
    },
  };
}
