import { MOST_NAMES } from '@greenlight/shared/across/governance/members-contract.ts';
import type { ProjectRole } from '@greenlight/shared/across/governance/rights.ts';
import type { Database, Transaction } from '../../database/client.ts';

/** A person of a project with one row for each role. */
export interface MemberRow {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly deactivatedAt: Date | null;
  readonly memberships: readonly { readonly role: string; readonly createdAt: Date }[];
}

/** Who belongs to which project, and as what. */
export interface MemberStore {
  /** In the order in which people got their accounts. */
  page(projectId: string, afterUserId: string | undefined, limit: number): Promise<MemberRow[]>;
  /** Whoever is or was in a project, and the admins, those with a name only. */
  names(projectId: string): Promise<{ email: string; name: string }[]>;
  /** Puts changes to the members of a project one after another, across servers. */
  lock(transaction: Transaction, projectId: string): Promise<void>;
  find(transaction: Transaction, projectId: string, userId: string): Promise<MemberRow | undefined>;
  /** Whether somebody else who can sign in is a product manager of the project. */
  hasOtherProductManager(transaction: Transaction, projectId: string, userId: string): Promise<boolean>;
  addRoles(transaction: Transaction, projectId: string, userId: string, roles: readonly ProjectRole[]): Promise<void>;
  removeRoles(transaction: Transaction, projectId: string, userId: string, roles: readonly string[]): Promise<void>;
}

/** Members in the database. */
export function createMemberStore(database: Database): MemberStore {
  const parts = (projectId: string) => ({
    id: true,
    name: true,
    email: true,
    deactivatedAt: true,
    memberships: { where: { projectId }, select: { role: true, createdAt: true } },
  });
  return {
    page: (projectId, afterUserId, limit) =>
      database.user.findMany({
        where: {
          memberships: { some: { projectId } },
          ...(afterUserId === undefined ? {} : { id: { gt: afterUserId } }),
        },
        orderBy: { id: 'asc' },
        take: limit,
        select: parts(projectId),
      }),
    async names(projectId) {
      const left = await database.auditEvent.findMany({
        where: { projectId, action: 'member.removed' },
        orderBy: { sequence: 'desc' },
        take: MOST_NAMES,
        select: { target: true },
      });
      const removedIds = left.map(({ target }) => target.replace(/^user:/, ''));
      return database.user.findMany({
        where: {
          name: { not: '' },
          OR: [{ memberships: { some: { projectId } } }, { isAdmin: true }, { id: { in: removedIds } }],
        },
        orderBy: { id: 'asc' },
        take: MOST_NAMES,
        select: { email: true, name: true },
      });
    },
    async lock(transaction, projectId) {
      await transaction.$queryRaw`SELECT id FROM projects WHERE id = ${projectId}::uuid FOR UPDATE`;
    },
    async find(transaction, projectId, userId) {
      const found = await transaction.user.findFirst({
        where: { id: userId, memberships: { some: { projectId } } },
        select: parts(projectId),
      });
      return found ?? undefined;
    },
    async hasOtherProductManager(transaction, projectId, userId) {
      const others = await transaction.projectMember.count({
        where: { projectId, role: 'product-manager', userId: { not: userId }, user: { deactivatedAt: null } },
      });
      return others > 0;
    },
    async addRoles(transaction, projectId, userId, roles) {
      const rows = roles.map((role) => ({ projectId, userId, role }));
      await transaction.projectMember.createMany({ data: rows, skipDuplicates: true });
    },
    async removeRoles(transaction, projectId, userId, roles) {
      await transaction.projectMember.deleteMany({ where: { projectId, userId, role: { in: [...roles] } } });
    },
  };
}
