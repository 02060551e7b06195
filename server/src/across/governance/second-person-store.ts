import type { ProjectRole } from '@greenlight/shared/across/governance/rights.ts';
import type { Database } from '../../database/client.ts';

/** Who carries a right besides somebody: by a role in the project, or as an admin where admins have it. */
export interface Carriers {
  readonly projectId: string;
  readonly userId: string;
  readonly roles: readonly ProjectRole[];
  readonly admins: boolean;
}

/** Looks for other people who carry a right. */
export interface SecondPersonStore {
  existsNow(carriers: Carriers): Promise<boolean>;
  /** Those who carry it now, by address. */
  carriersNow(carriers: Carriers, limit: number): Promise<{ id: string; email: string }[]>;
  /** Whether somebody lost it after a moment: taken out, given other roles, deactivated, or no longer an admin. */
  existedAfter(carriers: Carriers, moment: Date): Promise<boolean>;
  /** Who made the invitation by which a person's account was made; null where it was made otherwise. */
  inviterOf(userId: string): Promise<Inviter | null>;
}

/** Somebody who made an invitation, and what they were called then. */
export interface Inviter {
  readonly userId: string;
  readonly name: string;
}

/** Other people who carry a right, in the database; who lost it stands in the audit log, which nobody shortens. */
export function createSecondPersonStore(database: Database): SecondPersonStore {
  const carrying = ({ projectId, roles, admins }: Carriers) => ({
    OR: [{ memberships: { some: { projectId, role: { in: [...roles] } } } }, ...(admins ? [{ isAdmin: true }] : [])],
  });
  const othersNow = (carriers: Carriers) => ({
    ...{ id: { not: carriers.userId }, deactivatedAt: null },
    ...carrying(carriers),
  });
  return {
    existsNow: async (carriers) => (await database.user.count({ where: othersNow(carriers) })) > 0,
    carriersNow: (carriers, take) =>
      database.user.findMany({
        where: othersNow(carriers),
        orderBy: { email: 'asc' },
        select: { id: true, email: true },
        take,
      }),
    async existedAfter(carriers, moment) {
      const { projectId, userId, roles, admins } = carriers;
      const deactivated = await database.user.count({
        where: { id: { not: userId }, deactivatedAt: { gte: moment }, ...carrying(carriers) },
      });
      if (deactivated > 0) return true;
      const held = (member: string) => roles.map((role) => ({ details: { path: [member], array_contains: [role] } }));
      const lost = await database.auditEvent.findFirst({
        where: {
          at: { gte: moment },
          target: { not: `user:${userId}`, startsWith: 'user:' },
          OR: [
            { projectId, action: 'member.removed', OR: held('roles') },
            { projectId, action: 'member.roles-changed', OR: held('before') },
            ...(admins ? [{ action: 'person.admin-withdrawn' }] : []),
          ],
        },
        select: { sequence: true },
      });
      return lost !== null;
    },
    async inviterOf(userId) {
      // Signing up by a link makes the account and joins at once, so that the first use is the one.
      const made = await database.auditEvent.findFirst({
        where: { action: 'account.created', target: `user:${userId}` },
        select: { sequence: true },
      });
      if (made === null) return null;
      const use = await database.invitationUse.findFirst({
        where: { userId },
        orderBy: { usedAt: 'asc' },
        select: { invitation: { select: { createdBy: true, createdById: true } } },
      });
      return use === null ? null : { userId: use.invitation.createdById, name: use.invitation.createdBy };
    },
  };
}
