import { createHash, randomBytes } from 'node:crypto';
import type { z } from 'zod';
import { erasure, type Erasure, type startErasure } from '@greenlight/shared/stages/data/erasure/erasure-contract.ts';
import { canonicalIdentifier, type Identifier } from '@greenlight/shared/stages/data/erasure/identifiers.ts';
import { maskedWhole } from '@greenlight/shared/stages/data/masked-text.ts';
import type { AuditService } from '../../across/governance/audit-service.ts';
import type { Database } from '../../database/client.ts';
import { AppError } from '../../plugins/app-error.ts';
import { decodeTimeCursor, timePage } from '../../plugins/cursor.ts';
import { isUniqueViolation } from '../../plugins/database-errors.ts';
import { newId } from '../../plugins/new-id.ts';
import { actorOf, type UserPrincipal } from '../../plugins/principal.ts';
import { requestFingerprint, requireSameRequest } from '../../plugins/request-fingerprint.ts';
import type { ErasureRow, ErasureStore } from './erasure-store.ts';
import type { ErasureWork } from './erasure-work.ts';
import type { Sealer } from './sealed-text.ts';

type NewErasure = z.output<NonNullable<typeof startErasure.body>>;

/** The door to the erasure of people. */
export interface ErasureService {
  /** Begins to look; the same idempotency key answers with the erasure that exists. Throws `invalid-identifier`, `idempotency-key-reused`. */
  start(person: UserPrincipal, projectId: string, body: NewErasure): Promise<Erasure>;
  list(
    projectId: string,
    cursor: string | undefined,
    limit: number,
  ): Promise<{ items: Omit<Erasure, 'versions'>[]; nextCursor: string | null }>;
  /** Throws `not-found`. */
  get(id: string): Promise<Erasure>;
  /** Throws `erasure-state`, and `conflict` where the preview holds another number of items than the caller saw. Who has confirmed it may ask again. */
  confirm(person: UserPrincipal, id: string, found: number): Promise<Erasure>;
  /** Throws `erasure-state`. */
  cancel(person: UserPrincipal, id: string): Promise<Erasure>;
  /** Throws `erasure-state`. */
  retry(person: UserPrincipal, id: string): Promise<Erasure>;
  projectOf(id: string): Promise<string | undefined>;
}

/** What the erasure service stands on. */
export interface ErasureParts {
  readonly database: Database;
  readonly store: ErasureStore;
  readonly audit: AuditService;
  readonly sealer: Sealer;
  readonly work: ErasureWork;
}

function present(row: ErasureRow): Erasure {
  return erasure.parse({
    ...row,
    createdAt: row.createdAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
    versionsSearched: row._count.versions,
    versions: row.versions.map(({ datasetVersion, erasedAt, ...found }) => ({
      ...found,
      datasetName: datasetVersion.dataset.name,
      version: datasetVersion.version,
      items: datasetVersion.items,
      isHeld: datasetVersion.holdAt !== null,
      isErased: erasedAt !== null,
    })),
  });
}

function hashOf(salt: string, { kind, value }: Identifier): string {
  return createHash('sha256').update(`${salt}\n${kind}\n${value}`).digest('hex');
}

/** The identifiers in their one form, each once; throws `invalid-identifier` with those that have none. */
function canonical(identifiers: readonly Identifier[]): Identifier[] {
  const forms = identifiers.map((one) => ({ kind: one.kind, value: canonicalIdentifier(one) }));
  const fields = forms.flatMap(({ kind, value }, index) =>
    value === null ? [{ field: `identifiers.${index}.value`, message: kind }] : [],
  );
  if (fields.length > 0) throw new AppError('invalid-identifier', { fields });
  const unique = new Map(forms.map(({ kind, value }) => [`${kind} ${value}`, { kind, value: value ?? '' }]));
  return [...unique.values()];
}

/** Builds the erasure service. */
export function createErasureService({ database, store, audit, sealer, work }: ErasureParts): ErasureService {
  async function find(id: string): Promise<ErasureRow> {
    const row = await store.find(id);
    if (row === null) throw new AppError('not-found');
    return row;
  }

  const service: ErasureService = {
    async start(person, projectId, { reason, identifiers, idempotencyKey }) {
      const asked = { reason, identifiers };
      const known = async (): Promise<Erasure | null> => {
        const row = idempotencyKey === undefined ? null : await store.findByKey(projectId, idempotencyKey);
        if (row === null) return null;
        requireSameRequest(row.requestSha256, requestFingerprint(person.userId, asked, row.salt));
        return present(row);
      };
      const before = await known();
      if (before !== null) return before;
      const meant = canonical(identifiers);
      const salt = randomBytes(32).toString('hex');
      const hashes = meant.map((one) => ({ kind: one.kind, sha256: hashOf(salt, one) }));
      const id = newId();
      try {
        await database.$transaction(async (transaction) => {
          await store.create(transaction, {
            ...{ id, projectId, state: 'scanning', salt, sealed: sealer.seal(JSON.stringify(meant)) },
            // Reason and log outlive the erasure, so neither may name the person.
            ...{ reason: maskedWhole(reason), identifiers: hashes, idempotencyKey: idempotencyKey ?? null },
            requestSha256: requestFingerprint(person.userId, asked, salt),
            requestedBy: actorOf(person),
          });
          await audit.record(transaction, {
            actor: actorOf(person),
            action: 'erasure.requested',
            target: `erasure:${id}`,
            projectId,
            details: { reason: maskedWhole(reason), identifiers: hashes },
          });
        });
      } catch (error) {
        // Two wishes with one key at the same moment: the other one was first.
        const first = isUniqueViolation(error) ? await known() : null;
        if (first === null) throw error;
        return first;
      }
      work.begin(id);
      return service.get(id);
    },
    async list(projectId, cursor, limit) {
      const rows = await store.pageOf(projectId, decodeTimeCursor(cursor), limit + 1);
      const page = timePage(rows, limit, (row) => ({ at: row.createdAt, id: row.id }));
      return { items: page.rows.map(present), nextCursor: page.nextCursor };
    },
    get: async (id) => present(await find(id)),
    async confirm(person, id, found) {
      const row = await find(id);
      const seen = row.versions.reduce((sum, version) => sum + version.found, 0);
      // The answer to the same wish may have been lost on its way.
      if (row.confirmedBy === actorOf(person) && seen === found) return service.get(id);
      if (row.state === 'ready' && seen !== found) throw new AppError('conflict');
      await database.$transaction(async (transaction) => {
        const confirmed = { confirmedBy: actorOf(person), confirmedAt: new Date(), leaseExpiresAt: null };
        const change = { state: 'erasing', progress: { share: 0, remainingMs: null }, ...confirmed };
        if (!(await store.move(transaction, id, ['ready'], change))) throw new AppError('erasure-state');
        await audit.record(transaction, {
          actor: actorOf(person),
          action: 'erasure.confirmed',
          target: `erasure:${id}`,
          projectId: row.projectId,
          details: { items: found, versions: row.versions.length },
        });
      });
      work.begin(id);
      return service.get(id);
    },
    async cancel(person, id) {
      const { projectId, confirmedAt, state } = await find(id);
      if (state === 'cancelled') return service.get(id);
      // What is confirmed may be half done.
      const from = confirmedAt === null ? (['scanning', 'ready', 'failed'] as const) : [];
      await database.$transaction(async (transaction) => {
        const change = { state: 'cancelled', sealed: null, leaseExpiresAt: null, finishedAt: new Date() };
        if (!(await store.move(transaction, id, from, change))) throw new AppError('erasure-state');
        await store.forgetSamples(transaction, id);
        await audit.record(transaction, {
          actor: actorOf(person),
          action: 'erasure.cancelled',
          target: `erasure:${id}`,
          projectId,
          details: {},
        });
      });
      return service.get(id);
    },
    async retry(person, id) {
      const { projectId, confirmedAt } = await find(id);
      await database.$transaction(async (transaction) => {
        const state = confirmedAt === null ? 'scanning' : 'erasing';
        if (!(await store.takeUp(transaction, id, state))) throw new AppError('erasure-state');
        await audit.record(transaction, {
          ...{ actor: actorOf(person), action: 'erasure.retried', target: `erasure:${id}`, projectId },
          details: { state },
        });
      });
      work.begin(id);
      return service.get(id);
    },
    projectOf: store.projectOf,
  };
  return service;
}
