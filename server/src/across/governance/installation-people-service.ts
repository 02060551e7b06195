import type { InstallationPerson } from '@greenlight/shared/across/governance/people-contract.ts';
import type { Database, Transaction } from '../../database/client.ts';
import { AppError } from '../../plugins/app-error.ts';
import { decodeTimeCursor, timePage } from '../../plugins/cursor.ts';
import { actorOf, type UserPrincipal } from '../../plugins/principal.ts';
import type { AuditService } from './audit-service.ts';
import type { InstallationPeopleStore, InstallationPersonRow } from './installation-people-store.ts';
import type { PeopleStore } from './people-store.ts';
import type { TokenService } from './token-service.ts';

/** The door to everybody with an account, for admins. */
export interface InstallationPeopleService {
  list(
    search: string,
    cursor: string | undefined,
    limit: number,
  ): Promise<{ items: InstallationPerson[]; nextCursor: string | null }>;
  /** Throws `not-allowed` for a token, `not-found`, `last-admin` or `last-product-manager` with the projects. */
  change(
    person: UserPrincipal,
    userId: string,
    change: { isAdmin?: boolean | undefined; isActive?: boolean | undefined },
  ): Promise<InstallationPerson>;
}

function present(row: InstallationPersonRow): InstallationPerson {
  const { id, name, email, isAdmin, deactivatedAt, memberships } = row;
  const isActive = deactivatedAt === null;
  const lastSignInAt = row.lastSignInAt?.toISOString() ?? null;
  const projects = memberships.length;
  return { id, name, email, isAdmin, isActive, projects, createdAt: row.createdAt.toISOString(), lastSignInAt };
}

/** Builds the service for everybody with an account. */
export function createInstallationPeopleService(
  database: Database,
  store: InstallationPeopleStore,
  people: PeopleStore,
  audit: AuditService,
  tokens: Pick<TokenService, 'revokeAll'>,
): InstallationPeopleService {
  async function require(transaction: Transaction, userId: string): Promise<InstallationPersonRow> {
    const row = await store.find(transaction, userId);
    if (row === undefined) throw new AppError('not-found');
    return row;
  }

  return {
    async list(search, cursor, limit) {
      const rows = await store.page(search, decodeTimeCursor(cursor), limit + 1);
      const page = timePage(rows, limit, (row) => ({ at: row.createdAt, id: row.id }));
      return { items: page.rows.map(present), nextCursor: page.nextCursor };
    },
    async change(person, userId, change) {
      if (person.kind !== 'person') throw new AppError('token-not-allowed');
      return database.$transaction(async (transaction) => {
        await people.lockFirstAdmin(transaction);
        const before = await require(transaction, userId);
        const wasActive = before.deactivatedAt === null;
        const { isAdmin = before.isAdmin, isActive = wasActive } = change;
        const losesAdmin = before.isAdmin && wasActive && !(isAdmin && isActive);
        if (losesAdmin && !(await store.hasOtherAdmin(transaction, userId))) throw new AppError('last-admin');
        if (wasActive && !isActive) {
          const projects = await store.projectsWithoutOtherManager(transaction, userId);
          if (projects.length > 0) throw new AppError('last-product-manager', { projects });
        }
        const deactivatedAt = isActive ? null : (before.deactivatedAt ?? new Date());
        await store.change(transaction, userId, { isAdmin, deactivatedAt });
        if (!isActive) await store.endSessions(transaction, userId);
        const actor = actorOf(person);
        const acts = [
          ...(isAdmin === before.isAdmin ? [] : [isAdmin ? 'person.admin-granted' : 'person.admin-withdrawn']),
          ...(isActive === wasActive ? [] : [isActive ? 'person.reactivated' : 'person.deactivated']),
        ];
        // Before the audit log, whose head everybody waits for: whoever holds a token may be waiting for it.
        if (!isActive) await tokens.revokeAll(transaction, { actor, userId, because: 'account-deactivated' });
        for (const action of acts) {
          await audit.record(transaction, {
            actor,
            action,
            target: `user:${userId}`,
            projectId: null,
            details: { person: before.email },
          });
        }
        return present(await require(transaction, userId));
      });
    },
  };
}
