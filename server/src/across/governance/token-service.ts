import type { z } from 'zod';
import type { tokenSummary } from '@greenlight/shared/across/governance/contract.ts';
import type { Machine, TokenScope } from '@greenlight/shared/api/define-route.ts';
import type { Database, Transaction } from '../../database/client.ts';
import { AppError } from '../../plugins/app-error.ts';
import { decodeTimeCursor, timePage } from '../../plugins/cursor.ts';
import { isUniqueViolation } from '../../plugins/database-errors.ts';
import { actorOf, type Principal, type UserPrincipal } from '../../plugins/principal.ts';
import { creationKeyOf, requestFingerprint, requireSameRequest } from '../../plugins/request-fingerprint.ts';
import type { AuditService } from './audit-service.ts';
import { newTokenSecret, secretHash, shownPrefix } from './token-secret.ts';
import type { TokenStore } from './token-store.ts';

type TokenSummary = z.infer<typeof tokenSummary>;

/** The door to machine tokens. */
export interface TokenService {
  /**
   * Throws `not-allowed`. The same idempotency key gives the token that it made another secret; throws `idempotency-key-reused`, and
   * `secret-in-use` once it was used or has ended.
   */
  create(
    person: UserPrincipal,
    token: {
      name: string;
      scopes: readonly TokenScope[];
      expiresAt: string | null;
      idempotencyKey?: string | undefined;
    },
  ): Promise<{ token: string; summary: TokenSummary }>;
  list(
    person: UserPrincipal,
    cursor: string | undefined,
    limit: number,
  ): Promise<{ items: TokenSummary[]; nextCursor: string | null }>;
  revoke(person: UserPrincipal, tokenId: string): Promise<void>;
  /** Ends all of somebody's tokens in the transaction of what ends them, and records why. */
  revokeAll(
    transaction: Transaction,
    of: { actor: string; userId: string; because: 'password-changed' | 'account-deactivated' },
  ): Promise<void>;
  /** Who a bearer secret stands for; null when it is unknown, revoked or past its time. */
  principalOf(secret: string): Promise<Principal | null>;
  /** Makes a token from the environment the one that opens the routes of a kind of machine; a token revoked before stays so. */
  acceptMachineToken(kind: Machine, secret: string): Promise<void>;
  /** Lets the commands of this machine read and write in the first admin's name; once revoked it stays revoked. */
  acceptLocalToken(secret: string): Promise<void>;
}

/** How often the time of last use is written, in milliseconds: a busy worker must not rewrite its row at each request. */
const TOUCH_INTERVAL_MS = 60_000;

type TokenRow = Awaited<ReturnType<TokenStore['create']>>;

function summaryOf(row: TokenRow): TokenSummary {
  return {
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    scopes: row.scopes as TokenScope[],
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt?.toISOString() ?? null,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
  };
}

/** Builds the token service. */
export function createTokenService(database: Database, store: TokenStore, audit: AuditService): TokenService {
  /** Gives the token that a key made another secret: whoever asks again never saw the first. */
  async function replaceSecret(
    person: UserPrincipal,
    creationKey: string,
    requestSha256: string,
    secret: { readonly sha256: string; readonly prefix: string },
  ): Promise<TokenRow> {
    return database.$transaction(async (transaction) => {
      const made = await store.findByCreationKey(transaction, creationKey);
      if (made === null) throw new AppError('conflict');
      requireSameRequest(made.requestSha256, requestSha256);
      if (!(await store.replaceSecret(transaction, made.id, secret, new Date()))) throw new AppError('secret-in-use');
      await audit.record(transaction, {
        actor: actorOf(person),
        action: 'token.secret-replaced',
        target: `token:${made.id}`,
        projectId: null,
        details: { name: made.name },
      });
      return { ...made, ...secret };
    });
  }

  return {
    async create(person, { idempotencyKey, ...wish }) {
      const { name, scopes, expiresAt } = wish;
      if (scopes.includes('admin') && !person.isAdmin) throw new AppError('not-allowed');
      const { secret, prefix } = newTokenSecret();
      const uniqueScopes = [...new Set(scopes)];
      const creationKey = creationKeyOf(person, idempotencyKey);
      const requestSha256 = requestFingerprint(person.userId, wish);
      const making = database.$transaction(async (transaction) => {
        const created = await store.create(transaction, {
          userId: person.userId,
          name,
          prefix,
          sha256: secretHash(secret),
          scopes: uniqueScopes,
          expiresAt: expiresAt === null ? null : new Date(expiresAt),
          creationKey,
          requestSha256,
        });
        await audit.record(transaction, {
          actor: actorOf(person),
          action: 'token.created',
          target: `token:${created.id}`,
          projectId: null,
          details: { name, scopes: uniqueScopes, expiresAt },
        });
        return created;
      });
      const row = await making.catch((error: unknown) => {
        if (creationKey === null || !isUniqueViolation(error)) throw error;
        return replaceSecret(person, creationKey, requestSha256, { sha256: secretHash(secret), prefix });
      });
      return { token: secret, summary: summaryOf(row) };
    },
    async list(person, cursor, limit) {
      const rows = await store.pageOf(person.userId, decodeTimeCursor(cursor), limit + 1);
      const page = timePage(rows, limit, (row) => ({ at: row.createdAt, id: row.id }));
      return { items: page.rows.map(summaryOf), nextCursor: page.nextCursor };
    },
    async revoke(person, tokenId) {
      await database.$transaction(async (transaction) => {
        const isEnded = await store.revoke(transaction, person.userId, tokenId, new Date());
        const row = await store.findOf(transaction, person.userId, tokenId);
        if (row === null) throw new AppError('not-found');
        if (isEnded)
          await audit.record(transaction, {
            actor: actorOf(person),
            action: 'token.revoked',
            target: `token:${tokenId}`,
            projectId: null,
            details: { name: row.name },
          });
      });
    },
    async revokeAll(transaction, { actor, userId, because }) {
      const names = await store.revokeAll(transaction, userId, new Date());
      if (names.length === 0) return;
      await audit.record(transaction, {
        actor,
        action: 'token.all-revoked',
        target: `user:${userId}`,
        projectId: null,
        details: { because, tokens: names },
      });
    },
    async principalOf(secret) {
      const token = await store.findBySecretHash(secretHash(secret));
      const now = new Date();
      if (token === null || token.revokedAt !== null) return null;
      if (token.expiresAt !== null && token.expiresAt <= now) return null;
      const lastUsed = token.lastUsedAt?.getTime() ?? 0;
      if (now.getTime() - lastUsed > TOUCH_INTERVAL_MS) await store.touch(token.id, now);
      if (token.kind === 'worker' || token.kind === 'inference')
        return { kind: token.kind, tokenId: token.id, name: token.name };
      if (token.user === null || token.user.deactivatedAt !== null) return null;
      const { id, email, isAdmin } = token.user;
      return { kind: 'token', tokenId: token.id, scopes: token.scopes as TokenScope[], userId: id, email, isAdmin };
    },
    acceptLocalToken: (secret) => store.addLocalToken(secretHash(secret), shownPrefix(secret)),
    acceptMachineToken: (kind, secret) =>
      store.replaceMachineToken(kind, 'environment', secretHash(secret), `${secret.slice(0, 4)}…`, new Date()),
  };
}
