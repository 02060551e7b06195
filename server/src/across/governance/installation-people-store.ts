import type { Database, Transaction } from '../../database/client.ts';
import { olderThan, type TimePlace } from '../../plugins/cursor.ts';

/** A person of the installation, and in how many projects they are. */
export interface InstallationPersonRow {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly isAdmin: boolean;
  readonly deactivatedAt: Date | null;
  readonly createdAt: Date;
  readonly memberships: readonly { readonly projectId: string }[];
}

/** Everybody with an account. */
export interface InstallationPeopleStore {
  page(after: TimePlace | undefined, limit: number): Promise<InstallationPersonRow[]>;
  find(transaction: Transaction, userId: string): Promise<InstallationPersonRow | undefined>;
  hasOtherAdmin(transaction: Transaction, userId: string): Promise<boolean>;
  change(
    transaction: Transaction,
    userId: string,
    change: { isAdmin: boolean; deactivatedAt: Date | null },
  ): Promise<void>;
  endSessions(transaction: Transaction, userId: string): Promise<void>;
}

const parts = {
  id: true,
  name: true,
  email: true,
  isAdmin: true,
  deactivatedAt: true,
  createdAt: true,
  memberships: { distinct: 'projectId', select: { projectId: true } },
} as const;

/** Everybody with an account, in the database. */
export function createInstallationPeopleStore(database: Database): InstallationPeopleStore {
  return {
    page: (after, limit) =>
      database.user.findMany({
        where: olderThan(after),
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
  };
}
