import { createHash } from 'node:crypto';
import { canonicalJson } from './canonical-json.ts';

/** What the audit log says about one act, before it is chained. */
export interface AuditEntry {
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  readonly projectId: string | null;
  readonly details: Readonly<Record<string, unknown>>;
}

/** An entry in its place in the chain. */
export interface ChainedAuditEntry extends AuditEntry {
  readonly sequence: number;
  readonly at: Date;
  readonly previousHash: string;
  readonly hash: string;
}

/** The hash before the first entry. */
export const CHAIN_START = '0'.repeat(64);

/** SHA-256 over the previous hash and everything that an entry says. */
export function hashOfEntry(entry: Omit<ChainedAuditEntry, 'hash'>): string {
  const { sequence, at, actor, action, target, projectId, details, previousHash } = entry;
  const content = { sequence, at: at.toISOString(), actor, action, target, projectId, details };
  return createHash('sha256').update(previousHash).update('\n').update(canonicalJson(content)).digest('hex');
}

/**
 * Whether entries, oldest first, follow one another without a gap and each still has its own hash; `before` is the hash
 * that the first one must follow.
 */
export function isChainIntact(entries: readonly ChainedAuditEntry[], before: string | undefined): boolean {
  let previousHash = before;
  let sequence: number | undefined;
  for (const entry of entries) {
    if (previousHash !== undefined && entry.previousHash !== previousHash) return false;
    if (sequence !== undefined && entry.sequence !== sequence + 1) return false;
    if (hashOfEntry(entry) !== entry.hash) return false;
    previousHash = entry.hash;
    sequence = entry.sequence;
  }
  return true;
}
