import type { AuditFilter } from '@greenlight/shared/across/governance/audit-contract.ts';
import type { Prisma } from '@greenlight/prisma/client';
import type { Database, Transaction } from '../../database/client.ts';
import { literalInPattern as literal } from '../../plugins/like-pattern.ts';
import { hashOfEntry, type AuditEnd, type AuditEntry, type ChainedAuditEntry } from './audit-chain.ts';

/** A stretch of the log by sequence: after one entry, before another, up to and with a last one. */
export interface AuditRange {
  readonly after?: number | undefined;
  readonly before?: number | undefined;
  readonly upTo?: number | undefined;
}

/** Reads and appends the audit log; nothing changes or removes a line. */
export interface AuditStore {
  append(transaction: Transaction, entry: AuditEntry): Promise<ChainedAuditEntry>;
  appendAlone(entry: AuditEntry): Promise<ChainedAuditEntry>;
  /** The highest number that this server gave to an entry, whether it is committed or not; 0 where it gave none. */
  lastAppended(): number;
  read(
    filter: AuditFilter,
    range: AuditRange,
    order: 'oldest-first' | 'newest-first',
    limit: number,
  ): Promise<ChainedAuditEntry[]>;
  /** The hashes of entries that there are, by sequence. */
  hashesAt(sequences: readonly number[]): Promise<ReadonlyMap<number, string>>;
  end(): Promise<AuditEnd>;
  /** Every action that was ever recorded, in alphabetical order. */
  actions(): Promise<string[]>;
  /** The first entry about each of some targets with an action. */
  firstOf(action: string, targets: readonly string[]): Promise<{ target: string; details: Record<string, unknown> }[]>;
}

function targetsOf(kind: string): Prisma.AuditEventWhereInput {
  if (kind === 'request') return { target: { contains: ' /api/' } };
  return { OR: [{ target: kind }, { target: { startsWith: literal(`${kind}:`) } }] };
}

function whereOf({ actor, action, targetKind, project, from, to }: AuditFilter, range: AuditRange) {
  const { after, before, upTo } = range;
  const conditions: Prisma.AuditEventWhereInput[] = [
    ...(actor === undefined ? [] : [{ actor: { contains: literal(actor), mode: 'insensitive' as const } }]),
    ...(action === undefined ? [] : [{ OR: [{ action }, { action: { startsWith: literal(`${action}.`) } }] }]),
    ...(targetKind === undefined ? [] : [targetsOf(targetKind)]),
    ...(project === undefined ? [] : [{ projectId: project === 'none' ? null : project }]),
    ...(from === undefined ? [] : [{ at: { gte: new Date(from) } }]),
    ...(to === undefined ? [] : [{ at: { lt: new Date(to) } }]),
    ...(after === undefined ? [] : [{ sequence: { gt: BigInt(after) } }]),
    ...(before === undefined ? [] : [{ sequence: { lt: BigInt(before) } }]),
    ...(upTo === undefined ? [] : [{ sequence: { lte: BigInt(upTo) } }]),
  ];
  return { AND: conditions };
}

type Row = Awaited<ReturnType<Database['auditEvent']['findUniqueOrThrow']>>;

/** A number of an entry; one that nobody counts up to was written behind the log's back, and stands last. */
function sequenceOf(stored: bigint): number {
  return Math.max(-Number.MAX_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, Number(stored)));
}

function entryOf(row: Row): ChainedAuditEntry {
  return { ...row, sequence: sequenceOf(row.sequence), details: row.details as Record<string, unknown> };
}

/** The audit log in the database. */
export function createAuditStore(database: Database): AuditStore {
  let lastAppended = 0;

  async function append(transaction: Transaction, entry: AuditEntry): Promise<ChainedAuditEntry> {
    // The head's row is the lock that puts appends one after another; a trigger moves it on.
    const [head] = await transaction.$queryRaw<{ sequence: bigint; hash: string }[]>`
      SELECT "sequence", "hash" FROM "audit_head" FOR UPDATE`;
    if (head === undefined) throw new Error('the head of the audit log is missing');
    // What is hashed must be what comes back from the column, so the details pass through JSON first.
    const details = JSON.parse(JSON.stringify(entry.details)) as Record<string, never>;
    const content = {
      ...entry,
      details,
      sequence: Number(head.sequence) + 1,
      at: new Date(),
      previousHash: head.hash,
    };
    const hash = hashOfEntry(content);
    const row = await transaction.auditEvent.create({ data: { ...content, sequence: BigInt(content.sequence), hash } });
    const stored = entryOf(row);
    // A column that writes something otherwise than it was given would break the chain for good: rather the act fails.
    if (hashOfEntry(stored) !== hash) throw new Error('an audit event reads otherwise than it was written');
    lastAppended = Math.max(lastAppended, stored.sequence);
    return stored;
  }

  return {
    append,
    lastAppended: () => lastAppended,
    appendAlone: (entry) => database.$transaction((transaction) => append(transaction, entry)),
    async read(filter, range, order, limit) {
      const rows = await database.auditEvent.findMany({
        where: whereOf(filter, range),
        orderBy: { sequence: order === 'oldest-first' ? 'asc' : 'desc' },
        take: limit,
      });
      return rows.map(entryOf);
    },
    async hashesAt(sequences) {
      const rows = await database.auditEvent.findMany({
        where: { sequence: { in: sequences.map(BigInt) } },
        select: { sequence: true, hash: true },
      });
      return new Map(rows.map(({ sequence, hash }) => [sequenceOf(sequence), hash]));
    },
    async end() {
      // One statement, so that head and log are seen at the same moment.
      const [end] = await database.$queryRaw<
        { headSequence: bigint; headHash: string; hashAtHead: string | null; lastSequence: bigint }[]
      >`
        SELECT COALESCE(MAX("head"."sequence"), 0) AS "headSequence", COALESCE(MAX("head"."hash"), '') AS "headHash",
          (SELECT "hash" FROM "audit_events" WHERE "sequence" = MAX("head"."sequence")) AS "hashAtHead",
          COALESCE((SELECT MAX("sequence") FROM "audit_events"), 0) AS "lastSequence"
        FROM "audit_head" AS "head"`;
      if (end === undefined) throw new Error('an aggregate answers one row');
      return { ...end, headSequence: sequenceOf(end.headSequence), lastSequence: sequenceOf(end.lastSequence) };
    },
    async actions() {
      // Jumps from one action to the next along the index instead of reading the whole log.
      const rows = await database.$queryRaw<{ action: string }[]>`
        WITH RECURSIVE "known" AS (
          (SELECT "action" FROM "audit_events" ORDER BY "action" LIMIT 1)
          UNION ALL
          SELECT (SELECT "next"."action" FROM "audit_events" AS "next" WHERE "next"."action" > "known"."action"
            ORDER BY "next"."action" LIMIT 1)
          FROM "known" WHERE "known"."action" IS NOT NULL
        ) SELECT "action" FROM "known" WHERE "action" IS NOT NULL LIMIT 500`;
      return rows.map(({ action }) => action);
    },
    async firstOf(action, targets) {
      const rows = await database.auditEvent.findMany({
        where: { action, target: { in: [...targets] } },
        orderBy: { sequence: 'asc' },
        distinct: ['target'],
        select: { target: true, details: true },
      });
      return rows.map(({ target, details }) => ({ target, details: details as Record<string, unknown> }));
    },
  };
}
