import type { ProjectRole } from '@greenlight/shared/across/governance/rights.ts';
import type { Database, Transaction } from '../../database/client.ts';
import { newId } from '../../plugins/new-id.ts';

/** A person as the governance services need them. */
export interface PersonRow {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly isAdmin: boolean;
  readonly language: string | null;
  /** Hash of the password; null where none was set. */
  readonly passwordHash: string | null;
  readonly isActive: boolean;
}

/** People, their passwords' hashes, one-time links and memberships. */
export interface PeopleStore {
  find(userId: string): Promise<PersonRow | undefined>;
  findByEmail(email: string): Promise<PersonRow | undefined>;
  /** Puts the decisions about the first admin one after another, across servers. */
  lockFirstAdmin(transaction: Transaction): Promise<void>;
  adminWithPasswordExists(transaction: Transaction): Promise<boolean>;
  /** The admin who exists without a password, to whom a sign-in link may be given. */
  adminWithoutPassword(transaction: Transaction): Promise<string | undefined>;
  create(transaction: Transaction, person: { email: string; name: string; isAdmin: boolean }): Promise<string>;
  makeAdmin(transaction: Transaction, userId: string): Promise<void>;
  setPassword(transaction: Transaction, userId: string, passwordHash: string): Promise<void>;
  /** The hash of a person's password once whoever changes it at the moment has done so; null where there is none. */
  settledPassword(userId: string): Promise<string | null>;
  setEmail(transaction: Transaction, userId: string, email: string): Promise<void>;
  endOtherSessions(transaction: Transaction, userId: string, keptSessionId: string): Promise<void>;
  endSessions(userId: string): Promise<void>;
  /** Ends one session; false where it has ended. */
  endSession(sessionId: string): Promise<boolean>;
  keepSignIn(userId: string, at: Date): Promise<void>;
  /** Ends every unused link and keeps one new. */
  replaceLink(transaction: Transaction, userId: string, sha256: string, expiresAt: Date): Promise<void>;
  /** Uses a link up in one statement; the person it was for, or undefined where it was used, is old or unknown. */
  useLink(transaction: Transaction, sha256: string, now: Date): Promise<string | undefined>;
  rolesIn(projectId: string, userId: string): Promise<ProjectRole[]>;
}

/** Any fixed number: it names the lock around the first admin. */
const FIRST_ADMIN_LOCK = 7_301_002;
const PASSWORD_PROVIDER = 'credential';
const withPassword = { accounts: { some: { providerId: PASSWORD_PROVIDER, password: { not: null } } } };

/** People in the database. */
export function createPeopleStore(database: Database): PeopleStore {
  async function findWhere(where: { id: string } | { email: string }): Promise<PersonRow | undefined> {
    const include = { accounts: { where: { providerId: PASSWORD_PROVIDER } } };
    const user = await database.user.findUnique({ where, include });
    if (user === null) return undefined;
    const { id, email, name, isAdmin, language, deactivatedAt } = user;
    const passwordHash = user.accounts[0]?.password ?? null;
    return { id, email, name, isAdmin, language, passwordHash, isActive: deactivatedAt === null };
  }

  return {
    find: (userId) => findWhere({ id: userId }),
    findByEmail: (email) => findWhere({ email }),
    async lockFirstAdmin(transaction) {
      await transaction.$executeRaw`SELECT pg_advisory_xact_lock(${FIRST_ADMIN_LOCK})`;
    },
    async adminWithPasswordExists(transaction) {
      return (await transaction.user.count({ where: { isAdmin: true, deactivatedAt: null, ...withPassword } })) > 0;
    },
    async adminWithoutPassword(transaction) {
      const found = await transaction.user.findFirst({
        where: { isAdmin: true, deactivatedAt: null, NOT: withPassword },
      });
      return found?.id;
    },
    async create(transaction, person) {
      const { id } = await transaction.user.create({ data: { id: newId(), ...person } });
      return id;
    },
    async makeAdmin(transaction, userId) {
      await transaction.user.update({ where: { id: userId }, data: { isAdmin: true } });
    },
    async setPassword(transaction, userId, passwordHash) {
      const own = { userId, providerId: PASSWORD_PROVIDER };
      const { count } = await transaction.account.updateMany({ where: own, data: { password: passwordHash } });
      if (count > 0) return;
      await transaction.account.create({ data: { id: newId(), accountId: userId, password: passwordHash, ...own } });
    },
    async settledPassword(userId) {
      const [row] = await database.$queryRaw<{ password: string | null }[]>`
        SELECT password FROM accounts
        WHERE "userId" = ${userId}::uuid AND "providerId" = ${PASSWORD_PROVIDER} FOR SHARE`;
      return row?.password ?? null;
    },
    async setEmail(transaction, userId, email) {
      await transaction.user.update({ where: { id: userId }, data: { email } });
    },
    async endOtherSessions(transaction, userId, keptSessionId) {
      await transaction.session.deleteMany({ where: { userId, id: { not: keptSessionId } } });
    },
    async keepSignIn(id, lastSignInAt) {
      await database.user.update({ where: { id }, data: { lastSignInAt } });
    },
    async endSessions(userId) {
      await database.session.deleteMany({ where: { userId } });
    },
    async endSession(id) {
      return (await database.session.deleteMany({ where: { id } })).count === 1;
    },
    async replaceLink(transaction, userId, sha256, expiresAt) {
      await transaction.signInLink.deleteMany({ where: { usedAt: null } });
      await transaction.signInLink.create({ data: { sha256, userId, expiresAt } });
    },
    async useLink(transaction, sha256, now) {
      const { count } = await transaction.signInLink.updateMany({
        where: { sha256, usedAt: null, expiresAt: { gt: now } },
        data: { usedAt: now },
      });
      if (count === 0) return undefined;
      return (await transaction.signInLink.findUnique({ where: { sha256 } }))?.userId;
    },
    async rolesIn(projectId, userId) {
      const rows = await database.projectMember.findMany({ where: { projectId, userId } });
      return rows.map(({ role }) => role as ProjectRole);
    },
  };
}
