import type { z } from 'zod';
import type { auditEvent } from '@greenlight/shared/across/governance/contract.ts';
import { decodeNumberCursor, encodeCursor } from '../../plugins/cursor.ts';
import { CHAIN_START, isChainIntact, type AuditEntry } from './audit-chain.ts';
import type { AuditStore } from './audit-store.ts';
import type { Transaction } from '../../database/client.ts';

/** The door to the audit log. */
export interface AuditService {
  /** Appends inside the transaction of the act itself: neither exists without the other. */
  record(transaction: Transaction, entry: AuditEntry): Promise<void>;
  /** Appends an act that changes nothing else, such as a refusal. */
  recordAlone(entry: AuditEntry): Promise<void>;
  list(
    cursor: string | undefined,
    limit: number,
  ): Promise<{ items: z.infer<typeof auditEvent>[]; nextCursor: string | null; chainIntact: boolean }>;
  /** What the log says about targets under an action: the details of the first entry about each. */
  detailsOf(action: string, targets: readonly string[]): Promise<ReadonlyMap<string, Record<string, unknown>>>;
}

/** Builds the audit service on its store. */
export function createAuditService(store: AuditStore): AuditService {
  return {
    record: store.append,
    recordAlone: store.appendAlone,
    detailsOf: async (action, targets) =>
      new Map((await store.firstOf(action, targets)).map(({ target, details }) => [target, details])),
    async list(cursor, limit) {
      const before = decodeNumberCursor(cursor, 'sequence');
      const found = await store.page(before, limit + 1);
      const items = found.slice(0, limit);
      const oldest = items.at(-1);
      const hashBefore =
        oldest === undefined || oldest.sequence === 1 ? CHAIN_START : await store.hashAt(oldest.sequence - 1);
      // A missing predecessor is a gap in the log: no hash equals it.
      const chainIntact = isChainIntact(items.toReversed(), hashBefore ?? 'missing');
      return {
        items: items.map(({ sequence, at, actor, action, target, details, hash }) => ({
          sequence,
          at: at.toISOString(),
          actor,
          action,
          target,
          details: { ...details },
          hash,
        })),
        nextCursor:
          found.length > limit && oldest !== undefined ? encodeCursor({ sequence: String(oldest.sequence) }) : null,
        chainIntact,
      };
    },
  };
}
