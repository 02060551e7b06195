import { RIGHTS, type ProjectRight } from '@greenlight/shared/across/governance/rights.ts';
import type { Inviter, SecondPersonStore } from './second-person-store.ts';

/** A right in a project that anybody but a person is looked for with, and since when. */
export interface SecondPersonQuery {
  readonly projectId: string;
  readonly userId: string;
  readonly right: ProjectRight;
  readonly since: Date;
}

/** The door to the rule that nobody decides about their own work while somebody else could. */
export interface SecondPersonService {
  /**
   * Whether anybody but a person carries a right in a project, or carried it since a moment or within the last 30 days: so
   * taking the others out first, or beginning anew after it, opens no way round them.
   */
  exists(of: SecondPersonQuery): Promise<boolean>;
  /** Those who carry it now, by address and at most `limit`, and whether anybody did before as {@link exists} counts it. */
  others(
    of: SecondPersonQuery,
    limit: number,
  ): Promise<{ now: { id: string; email: string }[]; wasThereLately: boolean }>;
  /** What ties a person's account to one of the authors' by invitations, over accounts that were invited in between; null where nothing does. */
  tieTo(userId: string, authorIds: readonly string[]): Promise<AccountTie | null>;
}

/** How two accounts go back to one another: they may be one person's. */
export interface AccountTie {
  /** The person was invited by an author, invited an author, or both were invited by the same third. */
  readonly kind: 'by-author' | 'of-author' | 'same-inviter';
  /** Whoever made the invitation. */
  readonly inviter: string;
}

/** A longer line of invitations nobody follows. */
const MOST_INVITERS = 50;
const LOOK_BACK_MS = 30 * 24 * 60 * 60 * 1000;

/** Builds the rule of the second person on its store. */
export function createSecondPersonService(store: SecondPersonStore): SecondPersonService {
  /** Who invited somebody, who invited those, and so on. */
  async function invitersOf(userId: string): Promise<Inviter[]> {
    const inviters: Inviter[] = [];
    // Accounts are invited by older ones, so that this ends; the bound is for rows that somebody wrote by hand.
    for (let next = await store.inviterOf(userId); next !== null && inviters.length < MOST_INVITERS;) {
      inviters.push(next);
      next = await store.inviterOf(next.userId);
    }
    return inviters;
  }

  function lookedFor({ projectId, userId, right, since }: SecondPersonQuery) {
    const { roles, admin } = RIGHTS[right];
    const moment = new Date(Math.min(since.getTime(), Date.now() - LOOK_BACK_MS));
    return { carriers: { projectId, userId, roles, admins: admin }, moment };
  }

  return {
    async exists(of) {
      const { carriers, moment } = lookedFor(of);
      return (await store.existsNow(carriers)) || store.existedAfter(carriers, moment);
    },
    async others(of, limit) {
      const { carriers, moment } = lookedFor(of);
      const [now, wasThereLately] = await Promise.all([
        store.carriersNow(carriers, limit),
        store.existedAfter(carriers, moment),
      ]);
      return { now, wasThereLately };
    },
    async tieTo(userId, authorIds) {
      const own = await invitersOf(userId);
      const author = own.find((inviter) => authorIds.includes(inviter.userId));
      if (author !== undefined) return { kind: 'by-author', inviter: author.name };
      let shared: Inviter | undefined;
      for (const id of authorIds.filter((one) => one !== userId)) {
        const theirs = await invitersOf(id);
        const self = theirs.find((inviter) => inviter.userId === userId);
        if (self !== undefined) return { kind: 'of-author', inviter: self.name };
        shared ??= theirs.find((inviter) => own.some((one) => one.userId === inviter.userId));
      }
      return shared === undefined ? null : { kind: 'same-inviter', inviter: shared.name };
    },
  };
}
