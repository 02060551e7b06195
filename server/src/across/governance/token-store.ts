import type { Machine } from '@greenlight/shared/api/define-route.ts';
import type { Database, Transaction } from '../../database/client.ts';
import { newId } from '../../plugins/new-id.ts';
import { olderThan, type TimePlace } from '../../plugins/cursor.ts';

/** What a new token of a person is made of. */
export interface NewToken {
  readonly userId: string;
  readonly name: string;
  readonly prefix: string;
  readonly sha256: string;
  readonly scopes: readonly string[];
  readonly expiresAt: Date | null;
  readonly creationKey: string | null;
  readonly requestSha256: string;
}

type TokenRow = Awaited<ReturnType<Database['token']['findUniqueOrThrow']>>;

/** Tokens of scripts and workers, by hash. */
export interface TokenStore {
  create(transaction: Transaction, token: NewToken): Promise<TokenRow>;
  /** A token with its owner, whatever its state. */
  findBySecretHash(
    sha256: string,
  ): Promise<
    (TokenRow & { user: { id: string; email: string; isAdmin: boolean; deactivatedAt: Date | null } | null }) | null
  >;
  findByCreationKey(transaction: Transaction, creationKey: string): Promise<TokenRow | null>;
  /** Gives a token that acts and was never used another secret; false where it is none of these any more. */
  replaceSecret(
    transaction: Transaction,
    id: string,
    secret: Pick<NewToken, 'sha256' | 'prefix'>,
    now: Date,
  ): Promise<boolean>;
  touch(id: string, now: Date): Promise<void>;
  pageOf(userId: string, after: TimePlace | undefined, limit: number): Promise<TokenRow[]>;
  /** Ends a person's own token; false where they have none with this id, or it was ended before. */
  revoke(transaction: Transaction, userId: string, id: string, now: Date): Promise<boolean>;
  /** Ends all of a person's tokens that still act; their names. */
  revokeAll(transaction: Transaction, userId: string, now: Date): Promise<string[]>;
  findOf(transaction: Transaction, userId: string, id: string): Promise<TokenRow | null>;
  /** Makes a machine's token known and ends those of its kind known under the same name before. */
  replaceMachineToken(kind: Machine, name: string, sha256: string, prefix: string, now: Date): Promise<void>;
  /** Makes this machine's own token known as the first admin's; one that exists stays as it is, revoked or not. */
  addLocalToken(sha256: string, prefix: string): Promise<void>;
}

/** Tokens in the database. */
export function createTokenStore(database: Database): TokenStore {
  return {
    create: (transaction, { scopes, ...token }) =>
      transaction.token.create({ data: { id: newId(), kind: 'person', scopes: [...scopes], ...token } }),
    findBySecretHash: (sha256) =>
      database.token.findUnique({
        where: { sha256 },
        include: { user: { select: { id: true, email: true, isAdmin: true, deactivatedAt: true } } },
      }),
    findByCreationKey: (transaction, creationKey) => transaction.token.findUnique({ where: { creationKey } }),
    async replaceSecret(transaction, id, secret, now) {
      const where = { id, lastUsedAt: null, revokedAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] };
      return (await transaction.token.updateMany({ where, data: secret })).count === 1;
    },
    async touch(id, now) {
      await database.token.updateMany({ where: { id }, data: { lastUsedAt: now } });
    },
    pageOf: (userId, after, limit) =>
      database.token.findMany({
        where: {
          userId,
          ...olderThan(after),
        },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: limit,
      }),
    async revoke(transaction, userId, id, now) {
      const ended = { where: { id, userId, revokedAt: null }, data: { revokedAt: now } };
      return (await transaction.token.updateMany(ended)).count === 1;
    },
    async revokeAll(transaction, userId, now) {
      const acting = { userId, revokedAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] };
      const ended = await transaction.token.updateManyAndReturn({
        where: acting,
        data: { revokedAt: now },
        select: { name: true },
      });
      return ended.map(({ name }) => name);
    },
    findOf: (transaction, userId, id) => transaction.token.findFirst({ where: { id, userId } }),
    async addLocalToken(sha256, prefix) {
      const admin = await database.user.findFirst({
        where: { isAdmin: true, deactivatedAt: null },
        orderBy: { createdAt: 'asc' },
      });
      if (admin === null) return;
      const scopes = ['read', 'write'];
      const created = { id: newId(), kind: 'person', name: 'npm run sample', prefix, sha256, scopes, userId: admin.id };
      await database.token.createMany({ data: [created], skipDuplicates: true });
    },
    async replaceMachineToken(kind, name, sha256, prefix, now) {
      const created = { id: newId(), kind, name, prefix, sha256, scopes: [] };
      await database.$transaction([
        database.token.updateMany({
          where: { kind, name, sha256: { not: sha256 }, revokedAt: null },
          data: { revokedAt: now },
        }),
        database.token.upsert({ where: { sha256 }, create: created, update: {} }),
      ]);
    },
  };
}
