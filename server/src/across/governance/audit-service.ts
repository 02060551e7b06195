import type {
  AuditBreak,
  AuditEvent,
  AuditFilter,
  AuditFormat,
} from '@greenlight/shared/across/governance/audit-contract.ts';
import { MOST_CHECKED_LINES } from '@greenlight/shared/across/governance/audit-contract.ts';
import { auditFileHead, auditFileLine } from '@greenlight/shared/across/governance/audit-export.ts';
import { maskedRecord } from '@greenlight/shared/stages/data/masked-text.ts';
import { decodeNumberCursor, encodeCursor } from '../../plugins/cursor.ts';
import type { StreamedDownload } from '../../plugins/download.ts';
import { actorOf, type UserPrincipal } from '../../plugins/principal.ts';
import { Readable } from 'node:stream';
import { breakAtEnd, firstBreak, momentOf, type AuditEntry, type ChainedAuditEntry } from './audit-chain.ts';
import type { AuditAnchor } from './audit-anchor.ts';
import type { AuditStore } from './audit-store.ts';
import type { Transaction } from '../../database/client.ts';

type PresentedEvent = AuditEvent & { details: Readonly<Record<string, unknown>> };

/** The door to the audit log. */
export interface AuditService {
  /** Appends inside the transaction of the act itself: neither exists without the other. Personal data in what people typed is masked. */
  record(transaction: Transaction, entry: AuditEntry): Promise<void>;
  /** Appends an act that changes nothing else, such as a refusal. */
  recordAlone(entry: AuditEntry): Promise<void>;
  /** Newest first; every line is checked against the line before it, and the end of the log against its head. */
  list(
    cursor: string | undefined,
    limit: number,
    filter?: AuditFilter,
  ): Promise<{ items: PresentedEvent[]; nextCursor: string | null; broken: AuditBreak | null; actions: string[] }>;
  /** Checks a stretch of the whole chain. */
  verify(from: number): Promise<{
    checked: number;
    broken: AuditBreak | null;
    next: number | null;
    last: { sequence: number; hash: string };
  }>;
  /** Records the export and streams what was recorded up to it, the export included where the filter holds it. */
  export(person: UserPrincipal, filter: AuditFilter, format: AuditFormat): Promise<StreamedDownload>;
  /** What the log says about targets under an action: the details of the first entry about each. */
  detailsOf(action: string, targets: readonly string[]): Promise<ReadonlyMap<string, Record<string, unknown>>>;
}

const EXPORTED_AT_ONCE = 1000;

/** Members of details that hold the address of an account, on which an audit rests. */
const ACCOUNTS: ReadonlySet<string> = new Set(['person', 'before', 'after', 'invitedBy', 'actor']);

/** What people typed, such as a name or a reason, may hold somebody's number or address: a line stays for ever, so it must not. */
function withMaskedDetails(entry: AuditEntry): AuditEntry {
  return { ...entry, details: maskedRecord(entry.details, ACCOUNTS) as AuditEntry['details'] };
}

function present(entry: ChainedAuditEntry): PresentedEvent {
  const { sequence, actor, action, target, projectId, details, previousHash, hash } = entry;
  return {
    sequence,
    at: momentOf(entry),
    actor,
    action,
    target,
    projectId,
    details,
    previousHash,
    hash,
  };
}

/** Builds the audit service on its store, and on what is kept of the log beside it. */
export function createAuditService(store: AuditStore, anchor: AuditAnchor): AuditService {
  async function breakIn(entries: readonly ChainedAuditEntry[]): Promise<AuditBreak | null> {
    return firstBreak(entries, await store.hashesAt(entries.map(({ sequence }) => sequence - 1)));
  }

  /** What does not fit about the end of the log, or with what was seen of it before. */
  async function breakBehind(): Promise<AuditBreak | null> {
    return breakAtEnd(await store.end()) ?? (await anchor.findBreak());
  }

  async function* linesOf(filter: AuditFilter, format: AuditFormat, upTo: number): AsyncGenerator<string> {
    yield auditFileHead(format);
    for (let after: number | undefined; ;) {
      const entries = await store.read(filter, { after, upTo }, 'oldest-first', EXPORTED_AT_ONCE);
      yield entries.map((entry) => auditFileLine(present(entry), format, upTo)).join('');
      const last = entries.at(-1);
      if (last === undefined || entries.length < EXPORTED_AT_ONCE) return;
      after = last.sequence;
    }
  }

  return {
    async record(transaction, entry) {
      await store.append(transaction, withMaskedDetails(entry));
    },
    async recordAlone(entry) {
      await store.appendAlone(withMaskedDetails(entry));
    },
    detailsOf: async (action, targets) =>
      new Map((await store.firstOf(action, targets)).map(({ target, details }) => [target, details])),
    async list(cursor, limit, filter = {}) {
      const before = decodeNumberCursor(cursor, 'sequence');
      const found = await store.read(filter, { before }, 'newest-first', limit + 1);
      const entries = found.slice(0, limit);
      const oldest = entries.at(-1);
      const [broken, ending, actions] = await Promise.all([breakIn(entries), breakBehind(), store.actions()]);
      return {
        items: entries.map(present),
        nextCursor:
          found.length > limit && oldest !== undefined ? encodeCursor({ sequence: String(oldest.sequence) }) : null,
        broken: broken ?? ending,
        actions,
      };
    },
    async verify(from) {
      // From the first line on means from whatever stands there: a line before it was added by somebody.
      const after = from === 1 ? undefined : from - 1;
      const found = await store.read({}, { after }, 'oldest-first', MOST_CHECKED_LINES + 1);
      const entries = found.slice(0, MOST_CHECKED_LINES);
      const [broken, end] = await Promise.all([breakIn(entries), store.end()]);
      const next = found.length > MOST_CHECKED_LINES ? (found.at(-1)?.sequence ?? null) : null;
      return {
        checked: entries.length,
        broken: broken ?? (next === null ? await breakBehind() : null),
        next,
        last: { sequence: end.headSequence, hash: end.headHash },
      };
    },
    async export(person, filter, format) {
      const { project, ...others } = filter;
      const { sequence } = await store.appendAlone({
        actor: actorOf(person),
        action: 'audit.exported',
        target: 'audit-log',
        projectId: project === undefined || project === 'none' ? null : project,
        details: { format, filter: { ...others, ...(project === undefined ? {} : { project }) } },
      });
      return {
        stream: Readable.from(linesOf(filter, format, sequence), { objectMode: false }),
        name: `audit-log-to-${sequence}.${format}`,
        contentType: format === 'csv' ? 'text/csv; charset=utf-8' : 'application/jsonl',
      };
    },
  };
}
