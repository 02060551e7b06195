import { RIGHTS, type ProjectRight } from '@greenlight/shared/across/governance/rights.ts';
import type { SecondPersonStore } from './second-person-store.ts';

/** The door to the rule that nobody decides about their own work while somebody else could. */
export interface SecondPersonService {
  /**
   * Whether anybody but a person carries a right in a project, or carried it since a moment or within the last 30 days: so
   * taking the others out first, or beginning anew after it, opens no way round them.
   */
  exists(of: { projectId: string; userId: string; right: ProjectRight; since: Date }): Promise<boolean>;
  /**
   * The author to whose invitation a person's account goes back, over accounts that were invited in between; null where it goes
   * back to none.
   */
  invitedBy(userId: string, authorIds: readonly string[]): Promise<string | null>;
}

/** A longer line of invitations nobody follows. */
const MOST_INVITERS = 50;
const LOOK_BACK_MS = 30 * 24 * 60 * 60 * 1000;

/** Builds the rule of the second person on its store. */
export function createSecondPersonService(store: SecondPersonStore): SecondPersonService {
  return {
    async exists({ projectId, userId, right, since }) {
      const { roles, admin } = RIGHTS[right];
      const carriers = { projectId, userId, roles, admins: admin };
      const moment = new Date(Math.min(since.getTime(), Date.now() - LOOK_BACK_MS));
      return (await store.existsNow(carriers)) || store.existedAfter(carriers, moment);
    },
    async invitedBy(userId, authorIds) {
      // Accounts are invited by older ones, so that this ends; the bound is for rows that somebody wrote by hand.
      let inviter = await store.inviterOf(userId);
      for (let step = 0; inviter !== null && step < MOST_INVITERS; step += 1) {
        if (authorIds.includes(inviter.userId)) return inviter.name;
        inviter = await store.inviterOf(inviter.userId);
      }
      return null;
    },
  };
}
