import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { z } from 'zod';
import {
  datasetVersion,
  type createTextDatasetVersion,
  type DatasetVersion,
} from '@greenlight/shared/stages/data/contract.ts';
import { itemLine, type DatasetItem } from '@greenlight/shared/stages/data/content.ts';
import { maskedText } from '@greenlight/shared/stages/data/masked-text.ts';
import { LabelsError } from '@greenlight/shared/stages/data/labels-error.ts';
import { itemsOf, splitsOf, summariseItems } from '@greenlight/shared/stages/data/rules.ts';
import type { AuditService } from '../../across/governance/audit-service.ts';
import type { Database, Transaction } from '../../database/client.ts';
import { AppError } from '../../plugins/app-error.ts';
import { decodeTimeCursor, timePage } from '../../plugins/cursor.ts';
import type { ByteRange, OpenContent, Storage } from '../../storage/storage.ts';
import { countPersonal } from './count-personal.ts';
import type { DataStore, DataSummary, NewVersion, VersionWithDataset } from './store.ts';

type NewTextVersion = z.output<NonNullable<typeof createTextDatasetVersion.body>>;

const PREVIEW_ITEMS = 20;

/** Content that lies in storage and the row that will name it. */
export interface PreparedVersion {
  readonly dataset: { readonly key: string; readonly name: object };
  readonly version: NewVersion;
}

/** The door to datasets. */
export interface DataService {
  list(
    projectId: string,
    cursor: string | undefined,
    limit: number,
  ): Promise<{ items: DatasetVersion[]; nextCursor: string | null }>;
  /** Throws `not-found`. */
  get(id: string): Promise<DatasetVersion & { preview: string[] }>;
  projectOf(id: string): Promise<string | undefined>;
  summary(projectId: string): Promise<DataSummary>;
  /** The bytes of a version as they were added (JSON Lines), or a part of them. Throws `not-found`, `content-deleted`. */
  openContent(id: string, range?: ByteRange): Promise<OpenContent>;
  /**
   * Keeps the content of a version from being given up until the transaction ends, for work that is to begin on it. Throws `not-found`,
   * `content-deleted`.
   */
  holdContent(transaction: Transaction, id: string): Promise<void>;
  /** Keeps the content in storage; {@link DataService.addPrepared} then makes it a version. */
  prepare(body: NewTextVersion, key: string): Promise<PreparedVersion>;
  addPrepared(transaction: Transaction, projectId: string, prepared: PreparedVersion): Promise<VersionWithDataset>;
  /** Adds a version for `actor`; the same content again answers with the version that exists. */
  add(projectId: string, actor: string, body: NewTextVersion): Promise<DatasetVersion>;
}

/** A version as people see it. */
export function presentVersion(row: VersionWithDataset): DatasetVersion {
  const { holdReason, holdBy, holdAt, deletedAt, deletionKind, certificateId } = row;
  return datasetVersion.parse({
    ...row,
    datasetName: row.dataset.name,
    labelledItems: row.labelledItems ?? (row.labelKind === 'none' ? 0 : row.items),
    sizeBytes: Number(row.sizeBytes),
    images: row.imagesBytes === null ? null : { sizeBytes: Number(row.imagesBytes) },
    retention: {
      keptUntil: row.keptUntil?.toISOString() ?? null,
      hold: holdAt === null ? null : { reason: holdReason, by: holdBy, at: holdAt.toISOString() },
      deleted: deletedAt === null ? null : { at: deletedAt.toISOString(), kind: deletionKind, certificateId },
    },
    createdAt: row.createdAt.toISOString(),
  });
}

/** A dataset is found again by its name, in whichever languages it has one. */
export function datasetKeyOf(name: NewTextVersion['datasetName']): string {
  return createHash('sha256')
    .update(JSON.stringify([name.zh ?? null, name.en ?? null]))
    .digest('hex')
    .slice(0, 32);
}

function summarised(items: readonly DatasetItem[]): ReturnType<typeof summariseItems> {
  try {
    return summariseItems(items);
  } catch (error) {
    if (!(error instanceof LabelsError)) throw error;
    const message = { en: error.message, zh: error.inChinese };
    throw new AppError('invalid-labels', { fields: [{ field: 'content', message }] });
  }
}

/** Builds the data service. */
export function createDataService(
  database: Database,
  store: DataStore,
  storage: Storage,
  audit: AuditService,
): DataService {
  async function find(id: string): Promise<VersionWithDataset> {
    const row = await store.find(id);
    if (row === null) throw new AppError('not-found');
    return row;
  }

  /** The same content may have been removed, as another version's, since it was taken in: then it has to be sent again. */
  async function requireStored(sha256: string): Promise<void> {
    const { stream } = await storage.open(sha256).catch((error: unknown) => {
      throw error instanceof AppError && error.code === 'not-found' ? new AppError('conflict') : error;
    });
    stream.destroy();
  }

  const service: DataService = {
    async list(projectId, cursor, limit) {
      const rows = await store.pageOf(projectId, decodeTimeCursor(cursor), limit + 1);
      const page = timePage(rows, limit, (row) => ({ at: row.createdAt, id: row.id }));
      return { items: page.rows.map(presentVersion), nextCursor: page.nextCursor };
    },
    async get(id) {
      const row = await find(id);
      return { ...presentVersion(row), preview: (row.preview as string[]).map(maskedText) };
    },
    projectOf: store.projectOf,
    summary: store.summary,
    async openContent(id, range) {
      const { contentSha256, deletedAt } = await find(id);
      if (deletedAt !== null) throw new AppError('content-deleted');
      return storage.open(contentSha256, range);
    },
    holdContent: store.holdContent,
    async prepare(body, key) {
      const items = itemsOf(body.content);
      const summary = summarised(items);
      const lines = items.map(itemLine);
      const bytes = Buffer.from(lines.join(''));
      const contentSha256 = createHash('sha256').update(bytes).digest('hex');
      await storage.put(Readable.from([bytes]), { sha256: contentSha256, sizeBytes: bytes.length });
      const preview = items.slice(0, PREVIEW_ITEMS).map(({ text }) => maskedText(text));
      return {
        dataset: { key, name: body.datasetName },
        version: {
          contentSha256,
          sizeBytes: BigInt(bytes.length),
          ...summary,
          splits: splitsOf(items, body.seed),
          source: body.source,
          licence: body.licence,
          notes: body.notes,
          preview,
          personalItems: await countPersonal(items),
        },
      };
    },
    async addPrepared(transaction, projectId, { dataset, version }) {
      const { row } = await store.add(transaction, projectId, dataset, version);
      await requireStored(row.contentSha256);
      return row;
    },
    async add(projectId, actor, body) {
      const { dataset, version } = await service.prepare(body, datasetKeyOf(body.datasetName));
      return database.$transaction(async (transaction) => {
        const { row, isNew } = await store.add(transaction, projectId, dataset, version);
        await requireStored(row.contentSha256);
        if (isNew) {
          await audit.record(transaction, {
            actor,
            action: 'dataset-version.created',
            target: `dataset-version:${row.id}`,
            projectId,
            details: { contentSha256: row.contentSha256, items: row.items },
          });
        }
        return presentVersion(row);
      });
    },
  };
  return service;
}
