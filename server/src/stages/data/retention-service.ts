import type { DatasetVersion } from '@greenlight/shared/stages/data/contract.ts';
import type { AuditService } from '../../across/governance/audit-service.ts';
import type { Database, Transaction } from '../../database/client.ts';
import { AppError } from '../../plugins/app-error.ts';
import { actorOf, type UserPrincipal } from '../../plugins/principal.ts';
import type { CertificateService } from './certificate-service.ts';
import type { ContentDeletion } from './content-deletion.ts';
import type { DeletionStore } from './deletion-store.ts';
import { presentVersion } from './service.ts';
import type { DataStore, VersionWithDataset } from './store.ts';

/** The door to how long content is kept. */
export interface RetentionService {
  /** Throws `not-found`, `content-deleted`, `retention-past`. */
  set(person: UserPrincipal, versionId: string, keptUntil: Date | null, reason: string): Promise<DatasetVersion>;
  /** Throws `not-found`, `content-deleted`. */
  hold(person: UserPrincipal, versionId: string, isHeld: boolean, reason: string): Promise<DatasetVersion>;
  /** Versions whose content is deleted within two weeks, the next one first; at most five. */
  expiring(projectId: string, now: Date): Promise<DatasetVersion[]>;
  /** Deletes what is due, with a certificate each, and finishes what a crash left half-way. */
  deleteExpired(now: Date): Promise<void>;
}

/** What the retention service stands on. */
export interface RetentionParts {
  readonly database: Database;
  readonly store: DataStore;
  readonly deletions: DeletionStore;
  readonly deletion: ContentDeletion;
  readonly certificates: CertificateService;
  readonly audit: AuditService;
}

/** Whoever the audit log names for what the schedule does. */
const SCHEDULE = 'system:retention';
const VERSIONS_A_ROUND = 20;
const SHOWN_EXPIRING = 5;
const WARNING_MS = 14 * 24 * 60 * 60 * 1000;

/** Builds the retention service. */
export function createRetentionService(parts: RetentionParts): RetentionService {
  const { database, store, deletions, deletion, certificates, audit } = parts;

  async function change(
    versionId: string,
    decide: (transaction: Transaction, version: VersionWithDataset) => Promise<void>,
  ): Promise<DatasetVersion> {
    return database.$transaction(async (transaction) => {
      const version = await store.lock(transaction, versionId);
      if (version === null) throw new AppError('not-found');
      if (version.deletedAt !== null) throw new AppError('content-deleted');
      await decide(transaction, version);
      return presentVersion((await store.lock(transaction, versionId))!);
    });
  }

  async function deleteOne(versionId: string, now: Date): Promise<void> {
    await database.$transaction(async (transaction) => {
      const version = await store.lock(transaction, versionId);
      const isDue = version !== null && version.keptUntil !== null && version.keptUntil <= now;
      if (!isDue || version.deletedAt !== null || version.holdAt !== null) return;
      const { id, projectId, contentSha256, items } = version;
      const certificate = await certificates.issue(transaction, {
        projectId,
        kind: 'retention',
        at: now,
        content: {
          kind: 'retention',
          dataset: version.dataset.name,
          version: { id, number: version.version, contentSha256, items, sizeBytes: Number(version.sizeBytes) },
          keptUntil: version.keptUntil!.toISOString(),
          deletedAt: now.toISOString(),
          deletedBy: SCHEDULE,
          kept: ['metadata', 'hashes', 'lineage', 'runs', 'evaluations'],
          runsTrainedOnIt: await deletions.runsOn(transaction, [id]),
          tokenizersDeleted: await deletions.tokenizersOf(transaction, [id]),
        },
      });
      await deletions.endOrigins(transaction, id, now);
      await deletion.giveUp(transaction, version, { kind: 'retention', certificateId: certificate.id, at: now });
      await audit.record(transaction, {
        actor: SCHEDULE,
        action: 'dataset-version.deleted',
        target: `dataset-version:${id}`,
        projectId,
        details: { contentSha256, items, certificateId: certificate.id, certificateSha256: certificate.sha256 },
      });
    });
  }

  return {
    async set(person, versionId, keptUntil, reason) {
      if (keptUntil !== null && keptUntil.getTime() <= Date.now()) throw new AppError('retention-past');
      return change(versionId, async (transaction, version) => {
        await store.change(transaction, versionId, { keptUntil });
        await audit.record(transaction, {
          actor: actorOf(person),
          action: 'dataset-version.retention-set',
          target: `dataset-version:${versionId}`,
          projectId: version.projectId,
          details: {
            reason,
            before: version.keptUntil?.toISOString() ?? null,
            keptUntil: keptUntil?.toISOString() ?? null,
          },
        });
      });
    },
    hold: (person, versionId, isHeld, reason) =>
      change(versionId, async (transaction, version) => {
        const isSame =
          version.holdAt === null
            ? !isHeld
            : isHeld && version.holdReason === reason && version.holdBy === actorOf(person);
        if (isSame) return;
        const held = { holdReason: reason, holdBy: actorOf(person), holdAt: new Date() };
        const free = { holdReason: null, holdBy: null, holdAt: null };
        await store.change(transaction, versionId, isHeld ? held : free);
        await audit.record(transaction, {
          actor: actorOf(person),
          action: isHeld ? 'dataset-version.held' : 'dataset-version.released',
          target: `dataset-version:${versionId}`,
          projectId: version.projectId,
          details: { reason },
        });
      }),
    async expiring(projectId, now) {
      const rows = await store.expiringBefore(projectId, new Date(now.getTime() + WARNING_MS), SHOWN_EXPIRING);
      return rows.map(presentVersion);
    },
    async deleteExpired(now) {
      for (const { id } of await store.expired(now, VERSIONS_A_ROUND)) await deleteOne(id, now);
      await deletion.removeFiles();
    },
  };
}
