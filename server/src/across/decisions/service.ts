import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  decision,
  decisionSummary,
  type Decision,
  type DecisionIntegrity,
  type DecisionKind,
  type DecisionSummary,
  type EvidenceItem,
  type EvidenceNow,
  type EvidenceSourceType,
} from '@greenlight/shared/across/decisions/contract.ts';
import { decisionAsMarkdown } from '@greenlight/shared/across/decisions/decision-export.ts';
import type { Language } from '@greenlight/shared/api/localized-text.ts';
import { AppError } from '../../plugins/app-error.ts';
import { decodeTimeCursor, timePage } from '../../plugins/cursor.ts';
import type { Download } from '../../plugins/download.ts';
import type { AuditService } from '../governance/audit-service.ts';
import { canonicalJson } from '../../plugins/canonical-json.ts';
import { DECISION_RECORDED, hashOfDecision } from './recorder.ts';
import type { DecisionRow, DecisionStore } from './store.ts';

/** What a source of evidence says today, in the form in which it was frozen; undefined where it is gone. */
export type LivingSource = (id: string) => Promise<unknown>;

/** The door to decisions that were taken. */
export interface DecisionService {
  list(
    projectId: string,
    filter: { kind?: DecisionKind | undefined; person?: string | undefined },
    cursor: string | undefined,
    limit: number,
  ): Promise<{ items: DecisionSummary[]; nextCursor: string | null; people: { id: string; name: string }[] }>;
  /** Throws `not-found`. */
  get(id: string): Promise<Decision>;
  file(id: string, format: 'markdown' | 'json', language: Language): Promise<Download>;
  projectOf(id: string): Promise<string | undefined>;
}

/** More people than these no filter lists. */
const MOST_PEOPLE = 200;

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** What stands now, without what was not counted yet when it was frozen: a count that changes no verdict is no change. */
function asFrozen(now: EvidenceNow['content'], frozen: EvidenceItem['content']): unknown {
  if (!isRecord(now) || !isRecord(frozen) || 'seenInTraining' in frozen) return now;
  const { seenInTraining: _, ...rest } = now;
  return rest;
}

/** Builds the reading side of decisions; `sources` tell what evidence of each type says today, where it can change. */
export function createDecisionService(
  store: DecisionStore,
  audit: AuditService,
  sources: Partial<Record<EvidenceSourceType, LivingSource>>,
): DecisionService {
  /** Compares rows with their own hashes and with those that the audit log keeps. */
  async function integrityOf(rows: readonly DecisionRow[]): Promise<(row: DecisionRow) => DecisionIntegrity> {
    const logged = await audit.detailsOf(
      DECISION_RECORDED,
      rows.map(({ id }) => `decision:${id}`),
    );
    return (row) => {
      const details = logged.get(`decision:${row.id}`);
      if (details === undefined) return 'not-in-audit-log';
      const hash = hashOfDecision(row);
      return hash === row.sha256 && hash === details.sha256 ? 'intact' : 'altered';
    };
  }

  /** Reads what evidence comes from as it is now, each once however many items rest on it. */
  function livingSources(): (source: NonNullable<EvidenceItem['source']>) => Promise<unknown> | undefined {
    const known = new Map<string, Promise<unknown>>();
    return ({ type, id }) => {
      const read = sources[type];
      if (read === undefined) return undefined;
      const key = `${type} ${id}`;
      const living = known.get(key) ?? read(id);
      known.set(key, living);
      return living;
    };
  }

  async function nowOf(
    { source, content }: EvidenceItem,
    livingOf: ReturnType<typeof livingSources>,
  ): Promise<EvidenceNow | null> {
    const reading = source === null ? undefined : livingOf(source);
    if (reading === undefined) return null;
    const living = await reading;
    if (living === undefined) return { state: 'gone', content: null };
    if (content === null) return null;
    const now = JSON.parse(JSON.stringify(living)) as EvidenceNow['content'];
    return canonicalJson(asFrozen(now, content)) === canonicalJson(content)
      ? { state: 'same', content: null }
      : { state: 'changed', content: now };
  }

  async function get(id: string): Promise<Decision> {
    const row = await store.find(id);
    if (row === null) throw new AppError('not-found');
    const integrity = (await integrityOf([row]))(row);
    const frozen = row.evidence as unknown as EvidenceItem[];
    const livingOf = livingSources();
    const evidence = await Promise.all(frozen.map(async (item) => ({ ...item, now: await nowOf(item, livingOf) })));
    return decision.parse({ ...row, evidence, integrity, createdAt: row.createdAt.toISOString() });
  }

  return {
    get,
    projectOf: store.projectOf,
    async list(projectId, { kind, person }, cursor, limit) {
      const [rows, people] = await Promise.all([
        store.page(projectId, { kind, actorId: person }, decodeTimeCursor(cursor), limit + 1),
        store.people(projectId, MOST_PEOPLE),
      ]);
      const page = timePage(rows, limit, (row) => ({ at: row.createdAt, id: row.id }));
      const integrity = await integrityOf(page.rows);
      const items = page.rows.map((row) =>
        decisionSummary.parse({ ...row, integrity: integrity(row), createdAt: row.createdAt.toISOString() }),
      );
      return { items, nextCursor: page.nextCursor, people };
    },
    async file(id, format, language) {
      const found = await get(id);
      const text = format === 'json' ? `${JSON.stringify(found, null, 2)}\n` : decisionAsMarkdown(found, language);
      const content = Buffer.from(text);
      return {
        stream: Readable.from([content]),
        sizeBytes: content.length,
        name: `decision-${found.createdAt.slice(0, 10)}-${found.kind}.${format === 'json' ? 'json' : 'md'}`,
        contentType: format === 'json' ? 'application/json; charset=utf-8' : 'text/markdown; charset=utf-8',
        sha256: createHash('sha256').update(content).digest('hex'),
      };
    },
  };
}
