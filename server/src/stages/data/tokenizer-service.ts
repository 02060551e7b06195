import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { z } from 'zod';
import type { JobState } from '@greenlight/shared/jobs/contract.ts';
import { maskedText, maskedWhole } from '@greenlight/shared/stages/data/masked-text.ts';
import {
  measuredTokenizer,
  type compareTokenizers,
  type ListedTokenizer,
  type MeasuredTokenizer,
  type TokenizedText,
  type Tokenizer,
  type TokenizerTraining,
} from '@greenlight/shared/stages/data/tokenizer-contract.ts';
import {
  measureTokenizerJob,
  TOKENIZER_FILES,
  tokenizerReport,
  trainTokenizerJob,
  type TokenizerSettings,
} from '@greenlight/shared/stages/data/tokenizer-job.ts';
import { wordsOf } from '@greenlight/shared/tokenizers/bert-words.ts';
import { UNKNOWN_ID } from '@greenlight/shared/tokenizers/tokenizer.ts';
import type { AuditService } from '../../across/governance/audit-service.ts';
import type { Database } from '../../database/client.ts';
import { onFinished, type JobCompletion } from '../../jobs/job-lease-service.ts';
import type { JobService } from '../../jobs/job-service.ts';
import { AppError } from '../../plugins/app-error.ts';
import { decodeTimeCursor, timePage } from '../../plugins/cursor.ts';
import type { Download } from '../../plugins/download.ts';
import { actorOf, type UserPrincipal } from '../../plugins/principal.ts';
import type { Storage } from '../../storage/storage.ts';
import type { PersonalFiles } from './personal-files-service.ts';
import type { DataStore, VersionWithDataset } from './store.ts';
import type { TokenizerReader } from './tokenizer-reader.ts';
import { presentTokenizer, presentTrainings } from './tokenizer-rows.ts';
import type { TokenizerRow, TokenizerStore } from './tokenizer-store.ts';

interface PageOf<Item> {
  items: Item[];
  nextCursor: string | null;
}

/** The door to tokenizers: those that are learned from data versions, and what all of them are used for. */
export interface TokenizerService {
  /** Queues a training; the same wish answers with the same job. Throws `not-found`, `content-deleted`. */
  train(person: UserPrincipal, versionId: string, settings: TokenizerSettings): Promise<TokenizerTraining>;
  trainings(
    versionId: string,
    state: JobState | undefined,
    cursor: string | undefined,
    limit: number,
  ): Promise<PageOf<TokenizerTraining>>;
  /** Throws `not-found` for a version of another project. */
  list(
    projectId: string,
    wanted: { readonly isOfUploads: boolean; readonly datasetVersionId: string | undefined },
    cursor: string | undefined,
    limit: number,
  ): Promise<PageOf<ListedTokenizer>>;
  /** With what it makes of its version, or one that was brought along of this version, or of the one where it was measured last. Throws `not-found`, also for a version of another project. */
  get(id: string, datasetVersionId?: string): Promise<MeasuredTokenizer>;
  projectOf(id: string): Promise<string | undefined>;
  /** The tokenizer for a run of the project. Throws `not-found`, also for another project's, and `tokenizer-deleted`. */
  forRun(projectId: string, id: string): Promise<Tokenizer>;
  /** The file with the ids that runs train with; throws `not-found`, `tokenizer-deleted`. */
  openForRun(id: string): Promise<Download>;
  /** The file for a person, by the rules for personal data where it holds such. */
  download(person: UserPrincipal, id: string, purpose: string | undefined): Promise<Download>;
  /** Cuts a text into tokens; throws `tokenizer-deleted`. */
  tokenize(id: string, text: string): Promise<TokenizedText>;
  /** What two vocabularies share; throws `not-found`, also where they are of two projects, and `tokenizer-deleted`. */
  compare(id: string, beforeId: string): Promise<z.output<NonNullable<typeof compareTokenizers.reply>>>;
}

/** What the tokenizer service stands on. */
export interface TokenizerServiceParts {
  readonly database: Database;
  readonly store: TokenizerStore;
  readonly versions: DataStore;
  readonly reader: TokenizerReader;
  readonly personalFiles: PersonalFiles;
  readonly storage: Storage;
  readonly jobs: JobService;
  readonly audit: AuditService;
}

/** Builds the tokenizer service. */
export function createTokenizerService(parts: TokenizerServiceParts): TokenizerService {
  const { database, store, versions, reader, personalFiles, storage, jobs, audit } = parts;

  async function requireVersion(id: string): Promise<VersionWithDataset> {
    const version = await versions.find(id);
    if (version === null) throw new AppError('not-found');
    return version;
  }

  async function versionOf(projectId: string, id: string): Promise<VersionWithDataset> {
    const version = await requireVersion(id);
    if (version.projectId !== projectId) throw new AppError('not-found');
    return version;
  }

  /** Which of some tokenizers are measured on a version, or about to be. */
  async function measuredOn(version: VersionWithDataset, rows: readonly TokenizerRow[]): Promise<ReadonlySet<string>> {
    const learned = rows.filter(({ datasetVersionId }) => datasetVersionId === version.id).map(({ id }) => id);
    const [measured, measuring] = await Promise.all([
      store.measuredOn(
        version.id,
        rows.map(({ id }) => id),
      ),
      store.measuringOn(version),
    ]);
    return new Set([...learned, ...measured, ...measuring]);
  }

  async function find(id: string): Promise<TokenizerRow> {
    const row = await store.find(id);
    if (row === null) throw new AppError('not-found');
    return row;
  }

  async function requireKept(id: string): Promise<TokenizerRow> {
    const row = await find(id);
    if (row.deletedAt !== null) throw new AppError('tokenizer-deleted');
    return row;
  }

  const named = { name: TOKENIZER_FILES.tokenizer, contentType: 'application/json; charset=utf-8' } as const;

  async function open({ sha256 }: TokenizerRow): Promise<Download> {
    const { stream, sizeBytes } = await storage.open(sha256);
    return { ...named, stream, sizeBytes, sha256 };
  }

  async function training(jobId: string): Promise<TokenizerTraining> {
    const [shown] = await presentTrainings([await store.training(jobId)], store);
    if (shown === undefined) throw new AppError('not-found');
    return shown;
  }

  return {
    async train(person, versionId, settings) {
      const version = await requireVersion(versionId);
      if (version.imagesSha256 !== null) throw new AppError('holds-images');
      const { projectId, contentSha256, sizeBytes } = version;
      const wish = createHash('sha256').update(JSON.stringify(settings)).digest('hex');
      const jobId = await database.$transaction(async (transaction) => {
        await versions.holdContent(transaction, version.id);
        const id = await jobs.enqueue(transaction, trainTokenizerJob, {
          projectId,
          key: `${trainTokenizerJob.kind} ${versionId} ${wish}`,
          payload: { datasetVersionId: versionId, settings },
          inputs: [{ name: TOKENIZER_FILES.items, sha256: contentSha256, sizeBytes: Number(sizeBytes) }],
          createdById: person.userId,
        });
        await audit.record(transaction, {
          actor: actorOf(person),
          action: 'tokenizer.training-requested',
          target: `dataset-version:${versionId}`,
          projectId,
          details: { jobId: id, ...settings },
        });
        return id;
      });
      jobs.announceQueued();
      return training(jobId);
    },
    async trainings(versionId, state, cursor, limit) {
      const version = await requireVersion(versionId);
      const kinds = [trainTokenizerJob.kind, measureTokenizerJob.kind];
      const rows = await store.trainingsOn(version, { kinds, state }, decodeTimeCursor(cursor), limit + 1);
      const page = timePage(rows, limit, ({ createdAt, id }) => ({ at: createdAt, id }));
      return { items: await presentTrainings(page.rows, store), nextCursor: page.nextCursor };
    },
    async list(projectId, { isOfUploads, datasetVersionId }, cursor, limit) {
      const version = datasetVersionId === undefined ? undefined : await versionOf(projectId, datasetVersionId);
      const rows = await store.pageOf(projectId, isOfUploads, decodeTimeCursor(cursor), limit + 1);
      const page = timePage(rows, limit, ({ createdAt, id }) => ({ at: createdAt, id }));
      const measured = version && (await measuredOn(version, page.rows));
      const items = page.rows.map((row) => ({ ...presentTokenizer(row), isMeasured: measured?.has(row.id) ?? null }));
      return { items, nextCursor: page.nextCursor };
    },
    async get(id, datasetVersionId) {
      const row = await find(id);
      const version = datasetVersionId === undefined ? undefined : await versionOf(row.projectId, datasetVersionId);
      const own = tokenizerReport.parse(row.report);
      const isUpload = row.datasetVersionId === null;
      const measured = isUpload
        ? await store.measurement(id, datasetVersionId)
        : { datasetVersionId: row.datasetVersionId, report: own };
      const { splits, frequent } = measured === null ? own : tokenizerReport.parse(measured.report);
      const names = row.deletedAt === null && frequent.length > 0 ? await reader.read(row.sha256) : null;
      return measuredTokenizer.parse({
        ...presentTokenizer(row),
        measuredOn: measured?.datasetVersionId ?? null,
        isBeingMeasured: isUpload && version !== undefined && (await store.measuringOn(version)).has(id),
        splits,
        personalTokens: own.personalTokens,
        frequentTokens:
          names === null
            ? []
            : frequent.map((one) => ({
                id: names.originalIds?.[one.id] ?? one.id,
                token: maskedText(names.tokenizer.nameOf(one.id)),
                count: one.count,
              })),
        runs: await store.runsWith(id),
      });
    },
    projectOf: async (id) => (await store.find(id))?.projectId,
    async forRun(projectId, id) {
      const row = await find(id);
      if (row.projectId !== projectId) throw new AppError('not-found');
      if (row.deletedAt !== null) throw new AppError('tokenizer-deleted');
      return presentTokenizer(row);
    },
    async openForRun(id) {
      const row = await requireKept(id);
      const { runSha256 } = row;
      if (runSha256 === null || runSha256 === row.sha256) return open(row);
      const content = Buffer.from((await reader.read(row.sha256)).content);
      return { ...named, stream: Readable.from([content]), sizeBytes: content.length, sha256: runSha256 };
    },
    async download(person, id, purpose) {
      const row = await requireKept(id);
      const { projectId, datasetVersionId } = row;
      const target = `tokenizer:${id}`;
      if (tokenizerReport.parse(row.report).personalTokens > 0) {
        if (datasetVersionId !== null) await personalFiles.releasePersonal(person, datasetVersionId, target, purpose);
        else await personalFiles.releaseFrom(person, projectId, target, purpose);
      }
      return open(row);
    },
    async tokenize(id, given) {
      const { tokenizer: cut, originalIds } = await reader.read((await requireKept(id)).sha256);
      const text = maskedWhole(given);
      const ids = Array.from(cut.encode(text));
      return {
        tokens: ids.map((one) => ({
          id: originalIds?.[one] ?? one,
          token: cut.nameOf(one),
          isUnknown: one === UNKNOWN_ID,
        })),
        characters: Array.from(text).length,
        words: wordsOf(text).length,
        unknownTokens: ids.filter((one) => one === UNKNOWN_ID).length,
      };
    },
    async compare(id, beforeId) {
      const [after, before] = [await find(id), await find(beforeId)];
      if (after.projectId !== before.projectId) throw new AppError('not-found');
      if (after.deletedAt !== null || before.deletedAt !== null) throw new AppError('tokenizer-deleted');
      const known = new Set((await reader.read(before.sha256)).tokenizer.tokens);
      const shared = (await reader.read(after.sha256)).tokenizer.tokens.filter((token) => known.has(token)).length;
      return { shared, onlyBefore: before.size - shared, onlyAfter: after.size - shared };
    },
  };
}

/** Keeps what a finished training came to. Where the version was deleted meanwhile, only measurements and hash are kept. */
export function keepTokenizer(store: TokenizerStore, versions: DataStore, audit: AuditService): JobCompletion {
  return onFinished(trainTokenizerJob, async (transaction, { id, projectId, payload, result, files, createdById }) => {
    const { sha256, sizeBytes } = result.tokenizer;
    if (!files.some((file) => file.name === TOKENIZER_FILES.tokenizer && file.sha256 === sha256)) {
      const message = `${TOKENIZER_FILES.tokenizer} is missing`;
      throw new AppError('bad-request', { fields: [{ field: 'outcome.result.tokenizer', message }] });
    }
    const { datasetVersionId, settings } = payload;
    const version = await versions.lock(transaction, datasetVersionId);
    if (version === null) throw new AppError('not-found');
    const kept = await store.keep(transaction, id, {
      ...{ projectId, datasetVersionId, settings, kind: settings.kind, size: result.size, sha256 },
      ...{ sizeBytes: BigInt(sizeBytes), report: result.report, createdById, deletedAt: version.deletedAt },
    });
    await audit.record(transaction, {
      actor: `job:${id}`,
      action: 'tokenizer.trained',
      target: `tokenizer:${kept.id}`,
      projectId,
      details: { jobId: id, datasetVersionId, sha256, size: result.size, isNew: kept.isNew },
    });
  });
}
