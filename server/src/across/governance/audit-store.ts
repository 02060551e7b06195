import type { Database, Transaction } from '../../database/client.ts';
import { CHAIN_START, hashOfEntry, type AuditEntry, type ChainedAuditEntry } from './audit-chain.ts';

/** Any fixed number: it names the lock that puts appends to the audit log one after another. */
const AUDIT_LOCK = 7_301_001;

/** Reads and appends the audit log; nothing changes or removes a line. */
export interface AuditStore {
  append(transaction: Transaction, entry: AuditEntry): Promise<void>;
  appendAlone(entry: AuditEntry): Promise<void>;
  /** Newest first; one more than asked for tells whether there is a next page. */
  page(before: number | undefined, limit: number): Promise<ChainedAuditEntry[]>;
  hashAt(sequence: number): Promise<string | undefined>;
  /** The first entry about each of some targets with an action. */
  firstOf(action: string, targets: readonly string[]): Promise<{ target: string; details: Record<string, unknown> }[]>;
}

/** The audit log in the database. */
export function createAuditStore(database: Database): AuditStore {
  async function append(transaction: Transaction, entry: AuditEntry): Promise<void> {
    await transaction.$executeRaw`SELECT pg_advisory_xact_lock(${AUDIT_LOCK})`;
    const last = await transaction.auditEvent.findFirst({ orderBy: { sequence: 'desc' } });
    // What is hashed must be what comes back from the column, so the details pass through JSON first.
    const details = JSON.parse(JSON.stringify(entry.details)) as Record<string, never>;
    const content = {
      ...entry,
      details,
      sequence: Number(last?.sequence ?? 0n) + 1,
      at: new Date(),
      previousHash: last?.hash ?? CHAIN_START,
    };
    await transaction.auditEvent.create({
      data: { ...content, sequence: BigInt(content.sequence), hash: hashOfEntry(content) },
    });
  }

  return {
    append,
    appendAlone: (entry) => database.$transaction((transaction) => append(transaction, entry)),
    async page(before, limit) {
      const rows = await database.auditEvent.findMany({
        where: before === undefined ? {} : { sequence: { lt: BigInt(before) } },
        orderBy: { sequence: 'desc' },
        take: limit,
      });
      return rows.map((row) => ({
        ...row,
        sequence: Number(row.sequence),
        details: row.details as Record<string, unknown>,
      }));
    },
    async hashAt(sequence) {
      const row = await database.auditEvent.findUnique({ where: { sequence: BigInt(sequence) } });
      return row?.hash;
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
