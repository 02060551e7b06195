import { Readable } from 'node:stream';
import { seenName } from '@greenlight/shared/api/shown-name.ts';
import {
  MAX_OPEN_UPLOADS,
  SOURCE_KEPT_DAYS,
  UPLOAD_EXPIRY_HOURS,
  type createSource,
  type DataSource,
} from '@greenlight/shared/stages/data/source-contract.ts';
import { describeRowError, SourceError } from '@greenlight/shared/stages/data/preparation/reading/row-errors.ts';
import { checkFileType } from '@greenlight/shared/stages/data/preparation/reading/source-layout.ts';
import type { z } from 'zod';
import type { AuditService } from '../../across/governance/audit-service.ts';
import type { Database, Transaction } from '../../database/client.ts';
import { AppError } from '../../plugins/app-error.ts';
import { decodeTimeCursor, timePage } from '../../plugins/cursor.ts';
import { actorOf, type UserPrincipal } from '../../plugins/principal.ts';
import type { Storage } from '../../storage/storage.ts';
import type { SourceStore, WrittenPart } from './source-store.ts';
import { lockContent } from './store.ts';
import { isStored } from '../../storage/is-stored.ts';
import { createTurns, Sender } from './turns.ts';

type NewUpload = z.output<NonNullable<typeof createSource.body>>;

const HOUR_MS = 60 * 60 * 1000;
/** Room that an upload must leave for everything else. */
const ROOM_LEFT_BYTES = 256 * 1024 * 1024;
/** What the kind of a file is told by. */
const SIGNATURE_BYTES = 16;
const REMOVED_A_ROUND = 20;

/** The door to files that are uploaded part by part. */
export interface SourceService {
  /** Throws `idempotency-key-reused` where the key was used for another file, `wrong-file-type` for an empty one, `too-many-uploads`, `storage-full`. */
  create(person: UserPrincipal, projectId: string, upload: NewUpload): Promise<DataSource>;
  list(
    projectId: string,
    cursor: string | undefined,
    limit: number,
  ): Promise<{ items: DataSource[]; nextCursor: string | null }>;
  get(id: string): Promise<DataSource & { parts: string[] }>;
  projectOf(id: string): Promise<string | undefined>;
  /**
   * Writes the next part durably; a part that breaks off changes nothing. Who sends a part that somebody else is sending waits for its end,
   * or takes over from who stands still.
   */
  putPart(person: UserPrincipal, id: string, part: WrittenPart, content: Readable): Promise<DataSource>;
  complete(person: UserPrincipal, id: string, sha256: string): Promise<DataSource>;
  remove(person: UserPrincipal, id: string): Promise<void>;
  /** Destroys a file to erase a person. Throws `source-in-use`. */
  erase(actor: string, id: string, erasureId: string): Promise<void>;
  /** Gives up abandoned uploads, removes files whose time is over, and what a crash left. */
  removeExpired(now: Date): Promise<void>;
}

/** What the service stands on. */
export interface SourceParts {
  readonly database: Database;
  readonly store: SourceStore;
  readonly storage: Storage;
  readonly audit: AuditService;
}

const uploadEnd = (): Date => new Date(Date.now() + UPLOAD_EXPIRY_HOURS * HOUR_MS);
const fileEnd = (): Date => new Date(Date.now() + SOURCE_KEPT_DAYS * 24 * HOUR_MS);

/** Passes a file's beginning on once its first bytes say that it is of its kind; throws AppError `wrong-file-type`. */
async function* checkedBeginning(blocks: AsyncIterable<Buffer>, format: DataSource['format']): AsyncGenerator<Buffer> {
  let head: Buffer | null = Buffer.alloc(0);
  const check = (): void => {
    try {
      checkFileType(head!, format);
    } catch (error) {
      if (error instanceof SourceError) throw new AppError('wrong-file-type', { problem: error.problem });
      throw error;
    }
  };
  for await (const block of blocks) {
    if (head === null) {
      yield block;
      continue;
    }
    head = Buffer.concat([head, block]);
    if (head.length < SIGNATURE_BYTES) continue;
    check();
    yield head;
    head = null;
  }
  if (head !== null) {
    check();
    yield head;
  }
}

/** Builds the service of uploads. */
export function createSourceService({ database, store, storage, audit }: SourceParts): SourceService {
  const turns = createTurns();

  async function require(id: string): Promise<DataSource> {
    const found = await store.find(id);
    if (found === undefined) throw new AppError('not-found');
    return found;
  }

  function record(
    transaction: Transaction,
    actor: string,
    action: string,
    { id, projectId, name, sizeBytes }: DataSource,
    details: object = {},
  ): Promise<void> {
    const target = `data-source:${id}`;
    return audit.record(transaction, { actor, action, target, projectId, details: { name, sizeBytes, ...details } });
  }

  /** Takes a file out, row first: what has no row is removed in any case, by the next round if not now. */
  async function takeOut(actor: string, action: string, id: string, details: object = {}): Promise<void> {
    const removed = await database.$transaction(async (transaction) => {
      if (await store.isImporting(transaction, id)) throw new AppError('source-in-use');
      const source = await store.remove(transaction, id);
      if (source === undefined) return false;
      const { state, sha256 } = source;
      // Before the audit log, whose head everybody waits for: whoever holds the content may be waiting for it.
      const isUnused = sha256 !== null && (await store.lockIfUnused(transaction, sha256));
      await record(transaction, actor, action, source, { state, ...details });
      if (isUnused) await storage.remove(sha256);
      return true;
    });
    if (removed) await storage.drafts.remove(id);
  }

  async function repeated(source: DataSource, { offset, sha256 }: WrittenPart): Promise<DataSource> {
    const known = (await store.partsOf(source.id))[offset / source.partBytes];
    if (known !== sha256) throw new AppError('different-part', { receivedBytes: source.receivedBytes });
    return source;
  }

  /** Whether what is here of a file is damaged or gone, so that no further part can make it whole. */
  async function isLost(id: string, code: AppError['code']): Promise<boolean> {
    if (code === 'content-damaged') return true;
    // Who is no longer in the project is answered with the same code.
    return code === 'not-found' && !(await storage.drafts.list()).includes(id);
  }

  async function write(person: UserPrincipal, source: DataSource, part: WrittenPart, sender: Sender): Promise<void> {
    const { id, sizeBytes, format } = source;
    const { offset } = part;
    if (offset === 0) await storage.drafts.begin(id, sizeBytes);
    try {
      const blocks = offset === 0 ? checkedBeginning(sender.blocks(), format) : sender.blocks();
      await storage.drafts.write(id, offset, Readable.from(blocks, { objectMode: false }), part);
    } catch (error) {
      if (error instanceof AppError && (error.code === 'wrong-file-type' || (await isLost(id, error.code)))) {
        await takeOut(actorOf(person), 'data-source.refused', id);
      }
      throw error;
    }
  }

  return {
    async create(person, projectId, { name, format, sizeBytes, idempotencyKey }) {
      if (sizeBytes === 0) {
        throw new AppError('wrong-file-type', { problem: describeRowError('empty-file', { row: 1, byte: 0 }) });
      }
      const by = { projectId, createdById: person.userId, idempotencyKey };
      const awaitedBytes = await store.awaitedBytes();
      const freeBytes = await storage.freeBytes();
      return database.$transaction(async (transaction) => {
        const known = await store.lockByKey(transaction, by);
        if (known !== undefined) {
          const isSame = seenName(known.name) === name && known.format === format && known.sizeBytes === sizeBytes;
          if (!isSame) throw new AppError('idempotency-key-reused');
          return known;
        }
        const open = await store.openUploadsOf(transaction, person.userId);
        if (open >= MAX_OPEN_UPLOADS) throw new AppError('too-many-uploads', { open, most: MAX_OPEN_UPLOADS });
        const neededBytes = sizeBytes + awaitedBytes + ROOM_LEFT_BYTES;
        if (neededBytes > freeBytes) throw new AppError('storage-full', { neededBytes, freeBytes });
        const upload = { ...by, name, format, sizeBytes, expiresAt: uploadEnd() };
        const source = await store.create(transaction, upload);
        await record(transaction, actorOf(person), 'data-source.upload-started', source);
        return source;
      });
    },
    async list(projectId, cursor, limit) {
      const rows = await store.page(projectId, decodeTimeCursor(cursor), limit + 1);
      const page = timePage(rows, limit, ({ id, createdAt }) => ({ at: new Date(createdAt), id }));
      return { items: page.rows, nextCursor: page.nextCursor };
    },
    async get(id) {
      return { ...(await require(id)), parts: await store.partsOf(id) };
    },
    projectOf: store.projectOf,
    putPart: (person, id, part, content) => {
      const sender = new Sender(content);
      return turns.take(id, sender, async () => {
        const source = await require(id);
        const { receivedBytes, sizeBytes, partBytes } = source;
        const isOnGrid = part.offset % partBytes === 0 && part.offset < sizeBytes;
        if (isOnGrid && part.offset < receivedBytes) return repeated(source, part);
        const isNext = isOnGrid && part.offset === receivedBytes && source.state === 'receiving';
        if (!isNext) throw new AppError('wrong-offset', { receivedBytes });
        const dueBytes = Math.min(partBytes, sizeBytes - part.offset);
        if (part.sizeBytes > dueBytes) throw new AppError('payload-too-large', { dueBytes });
        if (part.sizeBytes < dueBytes)
          throw new AppError('bad-request', { fields: [{ field: 'query.sizeBytes', message: `must be ${dueBytes}` }] });
        await write(person, source, part, sender);
        const isAcknowledged = await store.acknowledge(id, part, uploadEnd());
        const now = await require(id);
        if (!isAcknowledged) throw new AppError('wrong-offset', { receivedBytes: now.receivedBytes });
        return now;
      });
    },
    complete: (person, id, sha256) =>
      turns.take(id, null, async () => {
        const source = await require(id);
        const { state, receivedBytes, sizeBytes } = source;
        if (state === 'complete') {
          if (source.sha256 !== sha256) throw new AppError('checksum-mismatch');
          return source;
        }
        if (receivedBytes !== sizeBytes) throw new AppError('wrong-offset', { receivedBytes });
        try {
          await storage.drafts.keep(id, { sha256, sizeBytes });
        } catch (error) {
          const isGone = error instanceof AppError && error.code === 'not-found';
          // A server that ended after it had kept the file has left no draft.
          if (!(isGone && (await isStored(storage, sha256, sizeBytes)))) {
            if (error instanceof AppError && (error.code === 'checksum-mismatch' || (await isLost(id, error.code))))
              await takeOut(actorOf(person), 'data-source.refused', id);
            throw error;
          }
        }
        await database.$transaction(async (transaction) => {
          await lockContent(transaction, sha256);
          // Whoever removed the same content a moment ago has removed this file too.
          if (!(await isStored(storage, sha256, sizeBytes))) throw new AppError('conflict');
          await store.complete(transaction, id, sha256, fileEnd());
          await record(transaction, actorOf(person), 'data-source.completed', source, { sha256 });
        });
        return require(id);
      }),
    remove: (person, id) =>
      turns.take(id, null, async () => {
        await require(id);
        await takeOut(actorOf(person), 'data-source.removed', id);
      }),
    erase: (actor, id, erasureId) =>
      turns.take(id, null, () => takeOut(actor, 'data-source.erased', id, { erasureId })),
    async removeExpired(now) {
      for (const id of await store.expired(now, REMOVED_A_ROUND)) {
        await turns.take(id, null, async () => {
          try {
            await takeOut('server', 'data-source.expired', id);
          } catch (error) {
            // An import goes on: the next round asks again.
            if (!(error instanceof AppError)) throw error;
          }
        });
      }
      const drafts = await storage.drafts.list();
      if (drafts.length === 0) return;
      const known = await store.known(drafts);
      for (const id of drafts) if (!known.has(id)) await storage.drafts.remove(id);
    },
  };
}
