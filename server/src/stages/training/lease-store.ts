import { BEST_CHECKPOINT, type ClaimedRun } from '@greenlight/shared/worker-protocol/contract.ts';
import type { LocalizedText } from '@greenlight/shared/api/localized-text.ts';
import { inLanguage } from '@greenlight/shared/api/localized-text.ts';
import { datasetTask } from '@greenlight/shared/stages/data/content.ts';
import { runConfiguration, type RunConfiguration } from '@greenlight/shared/stages/training/configuration.ts';
import { newHeadsOf, type RunLabels } from '@greenlight/shared/stages/training/rules.ts';
import { z } from 'zod';
import type { Database, Transaction } from '../../database/client.ts';
import type { ArtifactStore } from './artifact-store.ts';
import type { LockedRun } from './run-store.ts';

/** Something that runs are made of: data, a chosen tokenizer, or a file to begin with or to go on from. */
export type WorkMaterial = { datasetVersionId: string } | { tokenizerId: string } | { artifactId: string };

/** Who holds runs, and until when. */
export interface LeaseStore {
  /** Leases a waiting run in one statement; false where it no longer waits. */
  lease(transaction: Transaction, runId: string, holder: LeaseHolder): Promise<boolean>;
  /** Prolongs a lease in one statement; undefined where the secret no longer holds the run. */
  prolong(
    runId: string,
    leaseSha256: string,
    expiresAt: Date,
  ): Promise<{ workerId: string | null; cancelRequested: boolean } | undefined>;
  /** What a worker needs to work on a run that it just leased. */
  claimed(runId: string): Promise<Omit<ClaimedRun, 'lease' | 'leaseExpiresAt'>>;
  /** Lets leases that end after `latest`, or all, end at `end`. */
  limit(latest: Date, end: Date, areAll: boolean): Promise<void>;
  /** Locks runs whose lease ended, or that a worker holds; rows that another transaction works on are left out. */
  lockExpired(transaction: Transaction, now: Date): Promise<LockedRun[]>;
  lockHeldBy(transaction: Transaction, workerId: string): Promise<LockedRun[]>;
  /** Whether a worker holds a run that is made of this. */
  isHeldWith(made: WorkMaterial): Promise<boolean>;
  /** Waiting runs and the tickets that should stand for them. */
  waiting(): Promise<{ id: string; jobId: string | null }[]>;
}

/** A worker's hold on a run. */
export interface LeaseHolder {
  readonly workerId: string;
  readonly leaseSha256: string;
  readonly expiresAt: Date;
}

function checkpointOf(file: { id: string; step: number | null; sha256: string } | undefined): ClaimedRun['best'] {
  return file === undefined ? null : { artifactId: file.id, step: file.step ?? 0, sha256: file.sha256 };
}

/** Leases in the database. */
export function createLeaseStore(database: Database, artifacts: ArtifactStore): LeaseStore {
  async function startOf(
    projectId: string,
    configuration: RunConfiguration,
    labels: RunLabels,
  ): Promise<ClaimedRun['startFrom']> {
    if (configuration.startFromArtifactId === null) return null;
    const start = await artifacts.checkpoint(projectId, configuration.startFromArtifactId);
    if (start?.tokenizer === undefined) throw new Error('the checkpoint that a run was to begin with is gone');
    const base = { ...start, configuration: runConfiguration.parse(start.configuration) };
    const newHeads = newHeadsOf(configuration, labels, base);
    return { checkpoint: start.checkpoint, tokenizer: start.tokenizer, newHeads };
  }

  return {
    async lease(transaction, runId, { workerId, leaseSha256, expiresAt }) {
      const changed = await transaction.$executeRaw`
        UPDATE runs SET state = 'running', "workerId" = ${workerId}::uuid, "leaseSha256" = ${leaseSha256},
          "leaseExpiresAt" = ${expiresAt}, attempt = attempt + 1, "fruitlessAttempts" = "fruitlessAttempts" + 1,
          "startedAt" = coalesce("startedAt", now())
        WHERE id = ${runId}::uuid AND state = 'queued'`;
      return changed === 1;
    },
    async prolong(runId, leaseSha256, expiresAt) {
      const rows = await database.$queryRaw<{ workerId: string | null; cancelRequested: boolean }[]>`
        UPDATE runs SET "leaseExpiresAt" = ${expiresAt}
        WHERE id = ${runId}::uuid AND "leaseSha256" = ${leaseSha256} AND state IN ('running', 'evaluating')
        RETURNING "workerId", "cancelRequestedAt" IS NOT NULL AS "cancelRequested"`;
      return rows[0];
    },
    async claimed(runId) {
      const row = await database.run.findUniqueOrThrow({
        where: { id: runId },
        include: {
          datasetVersion: true,
          tokenizer: { select: { id: true, sha256: true, runSha256: true } },
        },
      });
      const [newest, best] = [
        await artifacts.newest(runId, ['checkpoint', BEST_CHECKPOINT]),
        await artifacts.newest(runId, [BEST_CHECKPOINT]),
      ];
      const { datasetVersion } = row;
      const configuration = runConfiguration.parse(row.configuration);
      const labels = datasetVersion.labels as string[];
      const tasks = z.array(datasetTask).parse(datasetVersion.tasks);
      return {
        runId,
        attempt: row.attempt,
        configuration,
        name: inLanguage(row.name as LocalizedText, 'en'),
        datasetVersion: {
          id: datasetVersion.id,
          contentSha256: datasetVersion.contentSha256,
          sizeBytes: Number(datasetVersion.sizeBytes),
          sameAsTraining: (datasetVersion.splits as { sameAsTraining: boolean }).sameAsTraining,
          labels,
          tasks,
        },
        lastSequence: row.lastSequence,
        tokenizer: row.tokenizer && {
          tokenizerId: row.tokenizer.id,
          sha256: row.tokenizer.runSha256 ?? row.tokenizer.sha256,
        },
        startFrom: await startOf(row.projectId, configuration, { labels, tasks }),
        resumeFrom: checkpointOf(newest),
        best: checkpointOf(best),
      };
    },
    async limit(latest, end, areAll) {
      await database.$executeRaw`
        UPDATE runs SET "leaseExpiresAt" = ${end}
        WHERE state IN ('running', 'evaluating') AND (${areAll} OR "leaseExpiresAt" > ${latest})`;
    },
    lockExpired: (transaction, now) => transaction.$queryRaw<LockedRun[]>`
      SELECT id, "projectId", "datasetVersionId", state, "jobId", "leaseSha256", "lastSequence", "fruitlessAttempts", "cancelRequestedAt"
      FROM runs WHERE state IN ('running', 'evaluating') AND "leaseExpiresAt" < ${now}
      ORDER BY id LIMIT 100 FOR UPDATE SKIP LOCKED`,
    lockHeldBy: (transaction, workerId) => transaction.$queryRaw<LockedRun[]>`
      SELECT id, "projectId", "datasetVersionId", state, "jobId", "leaseSha256", "lastSequence", "fruitlessAttempts", "cancelRequestedAt"
      FROM runs WHERE state IN ('running', 'evaluating') AND "workerId" = ${workerId}::uuid ORDER BY id FOR UPDATE`,
    async isHeldWith(made) {
      if ('artifactId' in made) {
        // A run that begins with a checkpoint begins with the tokenizer of that checkpoint's run too.
        const [found] = await database.$queryRaw<{ isHeld: boolean }[]>`
          SELECT EXISTS (
            SELECT 1 FROM artifacts file
            JOIN runs held ON held."leaseSha256" IS NOT NULL AND held.state IN ('running', 'evaluating')
            LEFT JOIN artifacts start ON start.id::text = held.configuration ->> 'startFromArtifactId'
            WHERE file.id = ${made.artifactId}::uuid AND (
              (file.kind IN ('checkpoint', ${BEST_CHECKPOINT}, 'tokenizer') AND file."runId" = held.id)
              OR (file.kind = 'checkpoint' AND file.id = start.id)
              OR (file.kind = 'tokenizer' AND file."runId" = start."runId")
            )
          ) AS "isHeld"`;
        return found?.isHeld === true;
      }
      // A run that has ended keeps its lease, so that its last report can come again, and is held no more.
      const held = { leaseSha256: { not: null }, state: { in: ['running', 'evaluating'] } };
      return (await database.run.count({ where: { ...made, ...held }, take: 1 })) > 0;
    },
    waiting: () => database.run.findMany({ where: { state: 'queued' }, select: { id: true, jobId: true } }),
  };
}
