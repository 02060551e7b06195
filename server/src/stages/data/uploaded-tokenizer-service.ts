import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { isPersonalToken } from '@greenlight/shared/stages/data/masked-text.ts';
import type { Tokenizer, TokenizerTraining } from '@greenlight/shared/stages/data/tokenizer-contract.ts';
import {
  measureTokenizerJob,
  TOKENIZER_FILES,
  type TokenizerReport,
  type TokenizerSettings,
} from '@greenlight/shared/stages/data/tokenizer-job.ts';
import { namedVocabularySize } from '@greenlight/shared/stages/training/configuration.ts';
import type { AnyTokenizer } from '@greenlight/shared/tokenizers/train-tokenizer.ts';
import type { AuditService } from '../../across/governance/audit-service.ts';
import type { Database } from '../../database/client.ts';
import { onFinished, type JobCompletion } from '../../jobs/job-lease-service.ts';
import type { JobService } from '../../jobs/job-service.ts';
import { AppError } from '../../plugins/app-error.ts';
import { actorOf, type UserPrincipal } from '../../plugins/principal.ts';
import type { Storage } from '../../storage/storage.ts';
import type { ContentDeletion } from './content-deletion.ts';
import type { DataStore } from './store.ts';
import { receiveTokenizerFile } from './tokenizer-file-service.ts';
import { namesOf, type TokenizerReader } from './tokenizer-reader.ts';
import { presentTokenizer, presentTrainings } from './tokenizer-rows.ts';
import type { TokenizerRow, TokenizerStore } from './tokenizer-store.ts';

/** The door for tokenizers that people bring along; they belong to their project and to no data version. */
export interface UploadedTokenizerService {
  /** Keeps a file that can be used, or nothing of it. Throws `unsupported-tokenizer`, `checksum-mismatch`, `payload-too-large`. */
  receive(
    person: UserPrincipal,
    projectId: string,
    file: { readonly name: string; readonly sha256: string; readonly sizeBytes: number },
    content: Readable,
  ): Promise<Tokenizer>;
  /** Queues the measuring on a version. Throws `not-found`, `content-deleted`, `holds-images`, `tokenizer-deleted`, `tokenizer-of-version`. */
  measure(person: UserPrincipal, tokenizerId: string, versionId: string): Promise<TokenizerTraining>;
  /** Throws `not-found`, `tokenizer-of-version`; one that is gone already is no error. */
  remove(person: UserPrincipal, tokenizerId: string): Promise<void>;
  /** How many of a project have a token that `isMeant` is true for. */
  countMeant(projectId: string, isMeant: (text: string) => boolean): Promise<number>;
  /** Deletes those of a project that have such a token, whole: without it the others would have other ids. Can be repeated. */
  eraseMeant(
    projectId: string,
    isMeant: (text: string) => boolean,
    erasure: { id: string; actor: string },
  ): Promise<void>;
  /** What an erasure has deleted so far. */
  erasedBy(projectId: string, erasureId: string): Promise<{ id: string; sha256: string }[]>;
}

/** What the service stands on. */
export interface UploadedTokenizerParts {
  readonly database: Database;
  readonly store: TokenizerStore;
  readonly versions: DataStore;
  readonly reader: TokenizerReader;
  readonly storage: Storage;
  readonly deletion: ContentDeletion;
  readonly jobs: JobService;
  readonly audit: AuditService;
}

function settingsOf(tokenizer: AnyTokenizer): TokenizerSettings {
  const { kind, size } = tokenizer;
  const normaliser = tokenizer.kind === 'wordpiece' ? tokenizer.settings.normaliser : null;
  return {
    kind,
    vocabularySize: namedVocabularySize(kind, size),
    lowercase: normaliser?.lowercase ?? false,
    stripAccents: normaliser?.stripAccents ?? false,
  };
}

/** Builds the service. */
export function createUploadedTokenizerService(parts: UploadedTokenizerParts): UploadedTokenizerService {
  const { database, store, versions, reader, storage, deletion, jobs, audit } = parts;

  async function find(id: string): Promise<TokenizerRow> {
    const row = await store.find(id);
    if (row === null) throw new AppError('not-found');
    return row;
  }

  async function isMeantBy(sha256: string, isMeant: (text: string) => boolean): Promise<boolean> {
    const { tokenizer } = await reader.read(sha256);
    for await (const name of namesOf(tokenizer)) if (isMeant(name)) return true;
    return false;
  }

  return {
    async receive(person, projectId, { name, sha256, sizeBytes }, content) {
      const { bytes, imported } = await receiveTokenizerFile(content, { sha256, sizeBytes });
      const { tokenizer, content: forRuns, originalIds } = imported;
      let personalTokens = 0;
      for await (const token of namesOf(tokenizer)) if (isPersonalToken(token)) personalTokens++;
      const report: TokenizerReport = { splits: [], frequent: [], personalTokens };
      const runSha256 = originalIds === null ? sha256 : createHash('sha256').update(forRuns).digest('hex');
      const { kind, size } = tokenizer;
      const id = await database.$transaction(async (transaction) => {
        const kept = await store.keepUpload(
          transaction,
          {
            ...{ projectId, fileName: name, runSha256, kind, size, sha256, sizeBytes: BigInt(sizeBytes) },
            ...{ settings: settingsOf(tokenizer), report, createdById: person.userId },
          },
          () => storage.put(Readable.from([bytes]), { sha256, sizeBytes }),
        );
        if (kept.isNew)
          await audit.record(transaction, {
            actor: actorOf(person),
            action: 'tokenizer.uploaded',
            target: `tokenizer:${kept.id}`,
            projectId,
            details: { sha256, kind, size, personalTokens },
          });
        return kept.id;
      });
      return presentTokenizer(await find(id));
    },
    async measure(person, tokenizerId, versionId) {
      const row = await find(tokenizerId);
      const version = await versions.find(versionId);
      if (version === null || version.projectId !== row.projectId) throw new AppError('not-found');
      if (row.datasetVersionId !== null) throw new AppError('tokenizer-of-version');
      if (row.deletedAt !== null) throw new AppError('tokenizer-deleted');
      if (version.imagesSha256 !== null) throw new AppError('holds-images');
      const { projectId } = row;
      const jobId = await database.$transaction(async (transaction) => {
        await versions.holdContent(transaction, versionId);
        const id = await jobs.enqueue(transaction, measureTokenizerJob, {
          projectId,
          key: `${measureTokenizerJob.kind} ${tokenizerId} ${versionId}`,
          payload: { datasetVersionId: versionId, tokenizerId },
          inputs: [
            { name: TOKENIZER_FILES.items, sha256: version.contentSha256, sizeBytes: Number(version.sizeBytes) },
            { name: TOKENIZER_FILES.tokenizer, sha256: row.sha256, sizeBytes: Number(row.sizeBytes) },
          ],
          createdById: person.userId,
        });
        await audit.record(transaction, {
          actor: actorOf(person),
          action: 'tokenizer.measurement-requested',
          target: `tokenizer:${tokenizerId}`,
          projectId,
          details: { jobId: id, datasetVersionId: versionId },
        });
        return id;
      });
      jobs.announceQueued();
      const [shown] = await presentTrainings([await store.training(jobId)], store);
      if (shown === undefined) throw new AppError('tokenizer-deleted');
      return shown;
    },
    async remove(person, tokenizerId) {
      const { projectId, sha256, datasetVersionId } = await find(tokenizerId);
      if (datasetVersionId !== null) throw new AppError('tokenizer-of-version');
      await database.$transaction(async (transaction) => {
        if (!(await store.giveUp(transaction, tokenizerId, new Date()))) return;
        await audit.record(transaction, {
          actor: actorOf(person),
          action: 'tokenizer.deleted',
          target: `tokenizer:${tokenizerId}`,
          projectId,
          details: { sha256 },
        });
      });
      await deletion.removeFiles();
    },
    async countMeant(projectId, isMeant) {
      let found = 0;
      for (const { sha256 } of await store.uploadsOf(projectId)) if (await isMeantBy(sha256, isMeant)) found++;
      return found;
    },
    async eraseMeant(projectId, isMeant, { id: erasureId, actor }) {
      for (const { id, sha256 } of await store.uploadsOf(projectId)) {
        if (!(await isMeantBy(sha256, isMeant))) continue;
        await database.$transaction(async (transaction) => {
          if (!(await store.giveUp(transaction, id, new Date()))) return;
          await audit.record(transaction, {
            ...{ actor, action: ERASED, target: `tokenizer:${id}`, projectId },
            details: { erasureId, tokenizerId: id, sha256 },
          });
        });
      }
    },
    async erasedBy(projectId, erasureId) {
      const events = await database.auditEvent.findMany({
        where: { projectId, action: ERASED, details: { path: ['erasureId'], equals: erasureId } },
        orderBy: { sequence: 'asc' },
        select: { details: true },
      });
      return events.map(({ details }) => {
        const { tokenizerId, sha256 } = details as { tokenizerId: string; sha256: string };
        return { id: tokenizerId, sha256 };
      });
    },
  };
}

const ERASED = 'tokenizer.erased';

/** Keeps what a finished measuring found, where version and tokenizer are still there. */
export function keepTokenizerMeasurement(store: TokenizerStore, versions: DataStore): JobCompletion {
  return onFinished(measureTokenizerJob, async (transaction, { id, payload, result }) => {
    const { datasetVersionId, tokenizerId } = payload;
    const version = await versions.lock(transaction, datasetVersionId);
    const tokenizer = await store.find(tokenizerId);
    if (version === null || version.deletedAt !== null || tokenizer === null || tokenizer.deletedAt !== null) return;
    await store.keepMeasurement(transaction, id, { tokenizerId, datasetVersionId, report: result.report });
  });
}
