import type { Database, Transaction } from '../../database/client.ts';
import { literalInPattern } from '../../plugins/like-pattern.ts';
import { olderThan, type TimePlace } from '../../plugins/cursor.ts';

/** A person of the installation, and in how many projects they are. */
export interface InstallationPersonRow {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly isAdmin: boolean;
  readonly deactivatedAt: Date | null;
  readonly createdAt: Date;
  readonly lastSignInAt: Date | null;
  readonly memberships: readonly { readonly projectId: string }[];
}

/** Everybody with an account. */
export interface InstallationPeopleStore {
  page(search: string, after: TimePlace | undefined, limit: number): Promise<InstallationPersonRow[]>;
  find(transaction: Transaction, userId: string): Promise<InstallationPersonRow | undefined>;
  hasOtherAdmin(transaction: Transaction, userId: string): Promise<boolean>;
  change(
    transaction: Transaction,
    userId: string,
    change: { isAdmin: boolean; deactivatedAt: Date | null },
  ): Promise<void>;
  endSessions(transaction: Transaction, userId: string): Promise<void>;
  /** Locks the projects that a person is a product manager of and answers those where nobody else who can sign in is one. */
  projectsWithoutOtherManager(transaction: Transaction, userId: string): Promise<{ id: string; name: string }[]>;
}

const parts = {
  id: true,
  name: true,
  email: true,
  isAdmin: true,
  deactivatedAt: true,
  createdAt: true,
  lastSignInAt: true,
  memberships: { distinct: 'projectId', select: { projectId: true } },
} as const;

function holding(search: string) {
  const contains = { contains: literalInPattern(search), mode: 'insensitive' } as const;
  return [{ name: contains }, { email: contains }];
}

/** Everybody with an account, in the database. */
export function createInstallationPeopleStore(database: Database): InstallationPeopleStore {
  return {
    page: (search, after, limit) =>
      database.user.findMany({
        where: { AND: [olderThan(after), search === '' ? {} : { OR: holding(search) }] },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: limit,
        select: parts,
      }),
    async find(transaction, id) {
      return (await transaction.user.findUnique({ where: { id }, select: parts })) ?? undefined;
    },
    async hasOtherAdmin(transaction, userId) {
      const where = { isAdmin: true, deactivatedAt: null, id: { not: userId } };
      return (await transaction.user.count({ where })) > 0;
    },
    async change(transaction, id, data) {
      await transaction.user.update({ where: { id }, data });
    },
    async endSessions(transaction, userId) {
      await transaction.session.deleteMany({ where: { userId } });
    },
    async projectsWithoutOtherManager(transaction, userId) {
      const managed = { role: 'product-manager', userId };
      const rows = await transaction.projectMember.findMany({ where: managed, select: { projectId: true } });
      const ids = rows.map(({ projectId }) => projectId);
      // Always in the same order, so that two such changes wait for one another instead of failing.
      await transaction.$queryRaw`SELECT id FROM projects WHERE id = ANY(${ids}::uuid[]) ORDER BY id FOR UPDATE`;
      const other = { role: 'product-manager', userId: { not: userId }, user: { deactivatedAt: null } };
      return transaction.project.findMany({
        where: { id: { in: ids }, members: { some: managed, none: other } },
        select: { id: true, name: true },
        orderBy: { id: 'asc' },
      });
    },
  };
}
