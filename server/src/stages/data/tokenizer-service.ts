import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { maskedText, maskedWhole } from '@greenlight/shared/stages/data/masked-text.ts';
import {
  measuredTokenizer,
  tokenizer,
  tokenizerTraining,
  type compareTokenizers,
  type MeasuredTokenizer,
  type TokenizedText,
  type Tokenizer,
  type TokenizerTraining,
} from '@greenlight/shared/stages/data/tokenizer-contract.ts';
import {
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
import { presentStatus } from '../../jobs/job-status.ts';
import { AppError } from '../../plugins/app-error.ts';
import { decodeTimeCursor, timePage } from '../../plugins/cursor.ts';
import type { Download } from '../../plugins/download.ts';
import { actorOf, type UserPrincipal } from '../../plugins/principal.ts';
import type { Storage } from '../../storage/storage.ts';
import type { PersonalFiles } from './personal-files-service.ts';
import type { DataStore, VersionWithDataset } from './store.ts';
import type { TokenizerReader } from './tokenizer-reader.ts';
import type { TokenizerRow, TokenizerStore, TrainingRow } from './tokenizer-store.ts';

interface PageOf<Item> {
  items: Item[];
  nextCursor: string | null;
}

/** The door to tokenizers that are learned from data versions. */
export interface TokenizerService {
  /** Queues a training; the same wish answers with the same job. Throws `not-found`, `content-deleted`. */
  train(person: UserPrincipal, versionId: string, settings: TokenizerSettings): Promise<TokenizerTraining>;
  trainings(versionId: string, cursor: string | undefined, limit: number): Promise<PageOf<TokenizerTraining>>;
  list(projectId: string, cursor: string | undefined, limit: number): Promise<PageOf<Tokenizer>>;
  /** Throws `not-found`. */
  get(id: string): Promise<MeasuredTokenizer>;
  projectOf(id: string): Promise<string | undefined>;
  /** The tokenizer for a run of the project. Throws `not-found`, also for another project's, and `tokenizer-deleted`. */
  forRun(projectId: string, id: string): Promise<Tokenizer>;
  /** The file; throws `not-found`, `tokenizer-deleted`. */
  open(id: string): Promise<Download>;
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

function presentTraining(row: TrainingRow): TokenizerTraining {
  const { datasetVersionId, settings } = trainTokenizerJob.payload.parse(row.payload);
  return tokenizerTraining.parse({
    ...presentStatus(row),
    datasetVersionId,
    settings,
    tokenizerId: row.tokenizerTraining?.tokenizerId ?? null,
  });
}

function present({ datasetVersion, ...row }: TokenizerRow): Tokenizer {
  return tokenizer.parse({
    ...row,
    datasetName: datasetVersion.dataset.name,
    version: datasetVersion.version,
    sizeBytes: Number(row.sizeBytes),
    deletedAt: row.deletedAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  });
}

/** Builds the tokenizer service. */
export function createTokenizerService(parts: TokenizerServiceParts): TokenizerService {
  const { database, store, versions, reader, personalFiles, storage, jobs, audit } = parts;

  async function requireVersion(id: string): Promise<VersionWithDataset> {
    const version = await versions.find(id);
    if (version === null) throw new AppError('not-found');
    return version;
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

  async function open(row: TokenizerRow): Promise<Download> {
    const { stream, sizeBytes } = await storage.open(row.sha256);
    const { sha256 } = row;
    return {
      stream,
      sizeBytes,
      name: TOKENIZER_FILES.tokenizer,
      sha256,
      contentType: 'application/json; charset=utf-8',
    };
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
      return presentTraining(await store.training(jobId));
    },
    async trainings(versionId, cursor, limit) {
      const version = await requireVersion(versionId);
      const rows = await store.trainingsOn(version, trainTokenizerJob.kind, decodeTimeCursor(cursor), limit + 1);
      const page = timePage(rows, limit, ({ createdAt, id }) => ({ at: createdAt, id }));
      return { items: page.rows.map(presentTraining), nextCursor: page.nextCursor };
    },
    async list(projectId, cursor, limit) {
      const rows = await store.pageOf(projectId, decodeTimeCursor(cursor), limit + 1);
      const page = timePage(rows, limit, ({ createdAt, id }) => ({ at: createdAt, id }));
      return { items: page.rows.map(present), nextCursor: page.nextCursor };
    },
    async get(id) {
      const row = await find(id);
      const { splits, frequent, personalTokens } = tokenizerReport.parse(row.report);
      const names = row.deletedAt === null ? await reader.read(row.sha256) : null;
      return measuredTokenizer.parse({
        ...present(row),
        splits,
        personalTokens,
        frequentTokens:
          names === null ? [] : frequent.map((one) => ({ ...one, token: maskedText(names.nameOf(one.id)) })),
        runs: await store.runsWith(id),
      });
    },
    projectOf: async (id) => (await store.find(id))?.projectId,
    async forRun(projectId, id) {
      const row = await find(id);
      if (row.projectId !== projectId) throw new AppError('not-found');
      if (row.deletedAt !== null) throw new AppError('tokenizer-deleted');
      return present(row);
    },
    open: async (id) => open(await requireKept(id)),
    async download(person, id, purpose) {
      const row = await requireKept(id);
      if (tokenizerReport.parse(row.report).personalTokens > 0)
        await personalFiles.releasePersonal(person, row.datasetVersionId, `tokenizer:${id}`, purpose);
      return open(row);
    },
    async tokenize(id, given) {
      const cut = await reader.read((await requireKept(id)).sha256);
      const text = maskedWhole(given);
      const ids = Array.from(cut.encode(text));
      return {
        tokens: ids.map((one) => ({ id: one, token: cut.nameOf(one), isUnknown: one === UNKNOWN_ID })),
        characters: Array.from(text).length,
        words: wordsOf(text).length,
        unknownTokens: ids.filter((one) => one === UNKNOWN_ID).length,
      };
    },
    async compare(id, beforeId) {
      const [after, before] = [await find(id), await find(beforeId)];
      if (after.projectId !== before.projectId) throw new AppError('not-found');
      if (after.deletedAt !== null || before.deletedAt !== null) throw new AppError('tokenizer-deleted');
      const known = new Set((await reader.read(before.sha256)).tokens);
      const shared = (await reader.read(after.sha256)).tokens.filter((token) => known.has(token)).length;
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
