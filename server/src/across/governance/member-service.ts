import type { Member } from '@greenlight/shared/across/governance/members-contract.ts';
import { PROJECT_ROLES, type ProjectRole } from '@greenlight/shared/across/governance/rights.ts';
import type { Database, Transaction } from '../../database/client.ts';
import { AppError } from '../../plugins/app-error.ts';
import { decodeCursor, encodeCursor } from '../../plugins/cursor.ts';
import { actorOf, type UserPrincipal } from '../../plugins/principal.ts';
import type { AuditService } from './audit-service.ts';
import type { MemberRow, MemberStore } from './member-store.ts';

/** The door to the people of a project. */
export interface MemberService {
  list(
    projectId: string,
    cursor: string | undefined,
    limit: number,
  ): Promise<{ items: Member[]; nextCursor: string | null }>;
  names(projectId: string): Promise<{ email: string; name: string }[]>;
  /** Throws `not-found`, `conflict`, `last-product-manager` or `own-approver`. */
  setRoles(
    person: UserPrincipal,
    of: { projectId: string; userId: string },
    change: { before: readonly ProjectRole[]; roles: readonly ProjectRole[] },
  ): Promise<Member>;
  /** Throws `not-found` or `last-product-manager`. */
  remove(person: UserPrincipal, of: { projectId: string; userId: string }): Promise<void>;
}

function rolesOf(row: MemberRow): ProjectRole[] {
  const held = new Set(row.memberships.map(({ role }) => role));
  return PROJECT_ROLES.filter((role) => held.has(role));
}

function present(row: MemberRow): Member {
  const joinedAt = Math.min(...row.memberships.map(({ createdAt }) => createdAt.getTime()));
  return {
    userId: row.id,
    name: row.name,
    email: row.email,
    roles: rolesOf(row),
    joinedAt: new Date(joinedAt).toISOString(),
    isActive: row.deactivatedAt === null,
  };
}

/** Builds the service for the people of a project. */
export function createMemberService(database: Database, store: MemberStore, audit: AuditService): MemberService {
  async function lockedMember(transaction: Transaction, projectId: string, userId: string): Promise<MemberRow> {
    await store.lock(transaction, projectId);
    const row = await store.find(transaction, projectId, userId);
    if (row === undefined) throw new AppError('not-found');
    return row;
  }

  async function keepProductManager(transaction: Transaction, projectId: string, row: MemberRow): Promise<void> {
    if (!rolesOf(row).includes('product-manager')) return;
    if (!(await store.hasOtherProductManager(transaction, projectId, row.id)))
      throw new AppError('last-product-manager');
  }

  return {
    async list(projectId, cursor, limit) {
      const after = cursor === undefined ? undefined : decodeCursor(cursor, ['id']).id;
      if (after !== undefined && after.length !== 36) throw new AppError('bad-request');
      const rows = await store.page(projectId, after, limit + 1);
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return {
        items: page.map(present),
        nextCursor: rows.length > limit && last !== undefined ? encodeCursor({ id: last.id }) : null,
      };
    },
    names: (projectId) => store.names(projectId),
    async setRoles(person, { projectId, userId }, { before, roles }) {
      const target = `user:${userId}`;
      const actor = actorOf(person);
      if (userId === person.userId && roles.includes('approver') && !before.includes('approver')) {
        const action = 'member.own-approver-refused';
        await audit.recordAlone({ actor, action, target, projectId, details: { roles } });
        throw new AppError('own-approver');
      }
      return database.$transaction(async (transaction) => {
        const row = await lockedMember(transaction, projectId, userId);
        const held = rolesOf(row);
        // What the caller saw must be what is there: else "approver" could be claimed as held, or a change be undone unseen.
        if (held.length !== before.length || held.some((role) => !before.includes(role)))
          throw new AppError('conflict', { roles: held });
        if (!roles.includes('product-manager')) await keepProductManager(transaction, projectId, row);
        const removed = held.filter((role) => !roles.includes(role));
        await store.addRoles(transaction, projectId, userId, roles);
        await store.removeRoles(transaction, projectId, userId, removed);
        const details = { person: row.email, before: held, after: roles };
        await audit.record(transaction, { actor, action: 'member.roles-changed', target, projectId, details });
        const changed = await store.find(transaction, projectId, userId);
        if (changed === undefined) throw new AppError('not-found');
        return present(changed);
      });
    },
    async remove(person, { projectId, userId }) {
      await database.$transaction(async (transaction) => {
        const row = await lockedMember(transaction, projectId, userId);
        await keepProductManager(transaction, projectId, row);
        await store.removeRoles(transaction, projectId, userId, rolesOf(row));
        await audit.record(transaction, {
          actor: actorOf(person),
          action: 'member.removed',
          target: `user:${userId}`,
          projectId,
          details: { person: row.email, roles: rolesOf(row) },
        });
      });
    },
  };
}
