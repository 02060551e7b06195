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
  /** Whether somebody lost it after a moment: taken out, given other roles, deactivated, or no longer an admin. */
  existedAfter(carriers: Carriers, moment: Date): Promise<boolean>;
}

/** Other people who carry a right, in the database; who lost it stands in the audit log, which nobody shortens. */
export function createSecondPersonStore(database: Database): SecondPersonStore {
  const carrying = ({ projectId, roles, admins }: Carriers) => ({
    OR: [{ memberships: { some: { projectId, role: { in: [...roles] } } } }, ...(admins ? [{ isAdmin: true }] : [])],
  });
  return {
    async existsNow(carriers) {
      const where = { id: { not: carriers.userId }, deactivatedAt: null, ...carrying(carriers) };
      return (await database.user.count({ where })) > 0;
    },
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
  };
}
