import { createHash } from 'node:crypto';
import type { AuditBreak } from '@greenlight/shared/across/governance/audit-contract.ts';
import { canonicalJson } from '../../plugins/canonical-json.ts';

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

/** The end of the log, and the head that is kept beside it. */
export interface AuditEnd {
  readonly headSequence: number;
  readonly headHash: string;
  /** The hash of the entry in the head's place; null where there is none. */
  readonly hashAtHead: string | null;
  /** 0 where nothing is recorded. */
  readonly lastSequence: number;
}

/** The hash before the first entry. */
export const CHAIN_START = '0'.repeat(64);

/** A line's moment as it is hashed and shown; a column that somebody set to no moment at all is shown as that. */
export function momentOf({ at }: Pick<ChainedAuditEntry, 'at'>): string {
  return Number.isNaN(at.getTime()) ? 'no moment' : at.toISOString();
}

/** SHA-256 over the previous hash and everything that an entry says. */
export function hashOfEntry(entry: Omit<ChainedAuditEntry, 'hash'>): string {
  const { sequence, actor, action, target, projectId, details, previousHash } = entry;
  const content = { sequence, at: momentOf(entry), actor, action, target, projectId, details };
  return createHash('sha256').update(previousHash).update('\n').update(canonicalJson(content)).digest('hex');
}

/**
 * The first of some entries that is not what was recorded. Each is checked by itself, so that they need not follow one another:
 * `hashes` holds the hash of the entry before each, by its sequence.
 */
export function firstBreak(
  entries: readonly ChainedAuditEntry[],
  hashes: ReadonlyMap<number, string>,
): AuditBreak | null {
  for (const entry of entries.toSorted((first, second) => first.sequence - second.sequence)) {
    const { sequence } = entry;
    if (hashOfEntry(entry) !== entry.hash) return { sequence, what: 'content' };
    const before = sequence === 1 ? CHAIN_START : hashes.get(sequence - 1);
    if (before === undefined) return { sequence, what: 'gap' };
    if (before !== entry.previousHash) return { sequence, what: 'link' };
  }
  return null;
}

/** What does not fit at the end of the log: entries were cut off, added or exchanged behind the log's back. */
export function breakAtEnd({ headSequence, headHash, hashAtHead, lastSequence }: AuditEnd): AuditBreak | null {
  if (lastSequence < headSequence) return { sequence: lastSequence + 1, what: 'truncated' };
  if (lastSequence > headSequence) return { sequence: headSequence + 1, what: 'link' };
  return headSequence === 0 || hashAtHead === headHash ? null : { sequence: headSequence, what: 'link' };
}
