import { randomBytes } from 'node:crypto';
import type { Account } from '@greenlight/shared/across/governance/contract.ts';
import type { Invitation } from '@greenlight/shared/across/governance/invitations-contract.ts';
import type { ProjectRole } from '@greenlight/shared/across/governance/rights.ts';
import type { LocalizedText } from '@greenlight/shared/api/localized-text.ts';
import type { Database, Transaction } from '../../database/client.ts';
import { AppError } from '../../plugins/app-error.ts';
import { decodeTimeCursor, timePage } from '../../plugins/cursor.ts';
import { isUniqueViolation } from '../../plugins/database-errors.ts';
import { actorOf, type UserPrincipal } from '../../plugins/principal.ts';
import { creationKeyOf, requestFingerprint, requireSameRequest } from '../../plugins/request-fingerprint.ts';
import type { AuditService } from './audit-service.ts';
import type { InvitationStandingStore } from './invitation-standing-store.ts';
import type { InvitationRow, InvitationStore, OpenedInvitation } from './invitation-store.ts';
import type { MemberStore } from './member-store.ts';
import type { PeopleService, SignedIn } from './people-service.ts';
import { secretHash } from './token-secret.ts';

/** What an invitation is to, as its page shows it. */
export interface InvitationView {
  readonly project: { readonly name: string; readonly localizedName: LocalizedText | null };
  readonly roles: ProjectRole[];
  readonly invitedBy: string;
  readonly inviterName: string;
  readonly expiresAt: string;
}

/** The door to invitations by link. */
export interface InvitationService {
  /**
   * The same idempotency key gives the invitation that it made another secret; throws `idempotency-key-reused`, and `secret-in-use` once
   * somebody joined by it or it has ended.
   */
  create(
    person: UserPrincipal,
    projectId: string,
    wish: { roles: readonly ProjectRole[]; days: number; maximumUses: number; idempotencyKey?: string | undefined },
  ): Promise<{ token: string; invitation: Invitation }>;
  list(
    projectId: string,
    cursor: string | undefined,
    limit: number,
  ): Promise<{ items: Invitation[]; nextCursor: string | null }>;
  revoke(person: UserPrincipal, id: string): Promise<Invitation>;
  projectOf(id: string): Promise<string | undefined>;
  /** Throws the reason for which a link does not work, like the two below. */
  open(token: string): Promise<InvitationView>;
  /** Throws `own-invitation` or `invitation-outdated` as well; joining twice by one link is joining once. */
  join(person: UserPrincipal, token: string): Promise<{ projectId: string }>;
  /** Creates an account and joins, or neither. Throws `account-exists` as well. */
  signUp(
    token: string,
    entry: { name: string; email: string; password: string },
    headers: Headers,
  ): Promise<{ account: Account; setCookie: readonly string[]; projectId: string }>;
}

const DAY_MS = 24 * 60 * 60 * 1000;

type Dates = Pick<OpenedInvitation, 'revokedAt' | 'expiresAt' | 'uses' | 'maximumUses'>;

/** An invitation ends with the right of whoever made it: else they could come back by it, or let others in. */
function stateOf({ revokedAt, expiresAt, uses, maximumUses }: Dates, now: Date, mayInvite: boolean) {
  if (revokedAt !== null || !mayInvite) return 'revoked';
  if (uses >= maximumUses) return 'used-up';
  return expiresAt <= now ? 'expired' : 'open';
}

function present(row: InvitationRow, mayInvite: boolean): Invitation {
  return {
    id: row.id,
    roles: row.roles as ProjectRole[],
    state: stateOf(row, new Date(), mayInvite),
    maximumUses: row.maximumUses,
    uses: row.uses,
    createdBy: row.createdBy,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    joined: row.joined.map(({ user, usedAt }) => ({ email: user.email, at: usedAt.toISOString() })),
  };
}

/** What invitations are built on. */
interface Parts {
  readonly database: Database;
  readonly store: InvitationStore;
  readonly standing: InvitationStandingStore;
  readonly members: MemberStore;
  readonly people: PeopleService;
  readonly audit: AuditService;
}

/** Builds the service for invitations. */
export function createInvitationService(parts: Parts): InvitationService {
  const { database, store, standing, members, people, audit } = parts;

  async function find(token: string): Promise<OpenedInvitation> {
    const row = await store.findBySecretHash(secretHash(token));
    if (row === null) throw new AppError('invitation-unknown');
    return row;
  }

  async function refuseEnded(client: Database | Transaction, row: OpenedInvitation): Promise<void> {
    const inviters = await standing.inviters(client, row.projectId, [row.createdById]);
    const state = stateOf(row, new Date(), inviters.has(row.createdById));
    if (state !== 'open') throw new AppError(`invitation-${state}`);
  }

  /**
   * Adds the roles of an invitation to a person; one place of it is taken, or nothing happens. Whoever has joined by it is
   * answered the same again, even after it has ended.
   */
  async function addMember(
    transaction: Transaction,
    row: OpenedInvitation,
    person: { userId: string; name: string },
  ): Promise<void> {
    const { id, projectId } = row;
    const { userId } = person;
    const roles = row.roles as ProjectRole[];
    await members.lock(transaction, projectId);
    const isMember = (await members.find(transaction, projectId, userId)) !== undefined;
    const wasUsed = await store.wasUsedBy(transaction, id, userId);
    if (wasUsed && isMember) return;
    // Asked again under the lock: whoever made it may have left since the link was opened.
    if (!wasUsed) await refuseEnded(transaction, row);
    // No link from before brings back whoever was taken out of the project since, nor a role that was taken away.
    const hasLost = await standing.lostSince(transaction, { projectId, userId, roles }, row.createdAt);
    if (wasUsed || hasLost) throw new AppError('invitation-outdated');
    if (!(await store.use(transaction, id, userId, new Date()))) throw new AppError('invitation-used-up');
    await members.addRoles(transaction, projectId, userId, roles);
    await audit.record(transaction, {
      actor: person.name,
      action: 'member.joined',
      target: `user:${userId}`,
      projectId,
      details: { person: person.name, roles, invitation: id, invitedBy: row.createdBy },
    });
  }

  /** Gives the invitation that a key made another secret: whoever asks again never saw the first. */
  async function replaceSecret(
    person: UserPrincipal,
    { creationKey, requestSha256, sha256 }: { creationKey: string; requestSha256: string; sha256: string },
  ): Promise<InvitationRow> {
    return database.$transaction(async (transaction) => {
      const made = await store.findByCreationKey(transaction, creationKey);
      if (made === null) throw new AppError('conflict');
      requireSameRequest(made.requestSha256, requestSha256);
      if (!(await store.replaceSecret(transaction, made.id, sha256, new Date()))) throw new AppError('secret-in-use');
      await audit.record(transaction, {
        actor: actorOf(person),
        action: 'invitation.secret-replaced',
        target: `invitation:${made.id}`,
        projectId: made.projectId,
        details: { roles: made.roles },
      });
      return made;
    });
  }

  return {
    async create(person, projectId, { idempotencyKey, ...wish }) {
      const { roles, days, maximumUses } = wish;
      const token = randomBytes(32).toString('base64url');
      const expiresAt = new Date(Date.now() + days * DAY_MS);
      const sha256 = secretHash(token);
      const creationKey = creationKeyOf(person, idempotencyKey);
      const requestSha256 = requestFingerprint(person.userId, { projectId, ...wish });
      const making = database.$transaction(async (transaction) => {
        const created = await store.create(transaction, {
          projectId,
          ...{ sha256, creationKey, requestSha256 },
          roles: [...roles],
          maximumUses,
          createdBy: actorOf(person),
          createdById: person.userId,
          expiresAt,
        });
        await audit.record(transaction, {
          actor: actorOf(person),
          action: 'invitation.created',
          target: `invitation:${created.id}`,
          projectId,
          details: { roles, maximumUses, expiresAt: expiresAt.toISOString() },
        });
        return created;
      });
      const row = await making.catch((error: unknown) => {
        if (creationKey === null || !isUniqueViolation(error)) throw error;
        return replaceSecret(person, { creationKey, requestSha256, sha256 });
      });
      return { token, invitation: present(row, true) };
    },
    async list(projectId, cursor, limit) {
      const rows = await store.page(projectId, decodeTimeCursor(cursor), limit + 1);
      const page = timePage(rows, limit, (row) => ({ at: row.createdAt, id: row.id }));
      const creators = page.rows.map(({ createdById }) => createdById);
      const inviters = await standing.inviters(database, projectId, creators);
      const items = page.rows.map((row) => present(row, inviters.has(row.createdById)));
      return { items, nextCursor: page.nextCursor };
    },
    revoke: (person, id) =>
      database.$transaction(async (transaction) => {
        const isEnded = await store.revoke(transaction, id, new Date());
        const row = await store.findWithJoined(transaction, id);
        if (row === undefined) throw new AppError('not-found');
        if (isEnded)
          await audit.record(transaction, {
            actor: actorOf(person),
            action: 'invitation.revoked',
            target: `invitation:${id}`,
            projectId: row.projectId,
            details: { roles: row.roles, uses: row.uses },
          });
        return present(row, true);
      }),
    projectOf: store.projectOf,
    async open(token) {
      const row = await find(token);
      await refuseEnded(database, row);
      const { name, localizedName } = row.project;
      return {
        project: { name, localizedName: localizedName as LocalizedText | null },
        roles: row.roles as ProjectRole[],
        invitedBy: row.createdBy,
        inviterName: await store.nameOf(row.createdById),
        expiresAt: row.expiresAt.toISOString(),
      };
    },
    async join(person, token) {
      const row = await find(token);
      const { id, projectId, createdById } = row;
      const refusal = { actor: actorOf(person), target: `invitation:${id}`, projectId, details: { roles: row.roles } };
      if (createdById === person.userId && row.roles.includes('approver')) {
        await audit.recordAlone({ ...refusal, action: 'invitation.own-refused' });
        throw new AppError('own-invitation');
      }
      try {
        await database.$transaction(async (transaction) => {
          await addMember(transaction, row, { userId: person.userId, name: actorOf(person) });
        });
      } catch (error) {
        if (error instanceof AppError && error.code === 'invitation-outdated')
          await audit.recordAlone({ ...refusal, action: 'invitation.outdated-refused' });
        throw error;
      }
      return { projectId };
    },
    async signUp(token, { name, email, password }, headers) {
      const row = await find(token);
      await refuseEnded(database, row);
      const address = email.toLowerCase();
      let signedIn: SignedIn;
      try {
        signedIn = await people.signUp({ name, email: address, password }, headers, (transaction, userId) =>
          addMember(transaction, row, { userId, name: address }),
        );
      } catch (error) {
        if (isUniqueViolation(error)) throw new AppError('account-exists');
        throw error;
      }
      return { ...signedIn, projectId: row.projectId };
    },
  };
}
