import { RIGHTS } from '@greenlight/shared/across/governance/rights.ts';
import type { Database, Transaction } from '../../database/client.ts';

/** How those who make and follow invitations stand in a project now. */
export interface InvitationStandingStore {
  /** Who of some people may still invite to a project. */
  inviters(client: Database | Transaction, projectId: string, userIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** Whether a person was taken out of a project after a moment, or lost one of some roles there. */
  lostSince(
    transaction: Transaction,
    of: { projectId: string; userId: string; roles: readonly string[] },
    moment: Date,
  ): Promise<boolean>;
}

/** Reads memberships for who may invite, and the audit log, which nobody shortens, for who lost what. */
export function createInvitationStandingStore(): InvitationStandingStore {
  const { roles: invitingRoles, admin } = RIGHTS['members:manage'];
  return {
    async inviters(client, projectId, userIds) {
      const rows = await client.user.findMany({
        where: {
          id: { in: [...new Set(userIds)] },
          deactivatedAt: null,
          OR: [
            { memberships: { some: { projectId, role: { in: [...invitingRoles] } } } },
            ...(admin ? [{ isAdmin: true }] : []),
          ],
        },
        select: { id: true },
      });
      return new Set(rows.map(({ id }) => id));
    },
    async lostSince(transaction, { projectId, userId, roles }, moment) {
      const holds = (member: string, role: string) => ({ details: { path: [member], array_contains: [role] } });
      const lost = roles.map((role) => ({ AND: [holds('before', role), { NOT: holds('after', role) }] }));
      const found = await transaction.auditEvent.findFirst({
        where: {
          projectId,
          target: `user:${userId}`,
          at: { gte: moment },
          OR: [{ action: 'member.removed' }, { action: 'member.roles-changed', OR: lost }],
        },
        select: { sequence: true },
      });
      return found !== null;
    },
  };
}
