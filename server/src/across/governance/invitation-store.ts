import type { Database, Transaction } from '../../database/client.ts';
import { olderThan, type TimePlace } from '../../plugins/cursor.ts';
import { newId } from '../../plugins/new-id.ts';

type Row = Awaited<ReturnType<Database['invitation']['findUniqueOrThrow']>>;

/** An invitation with who joined by it. */
export type InvitationRow = Row & {
  readonly joined: readonly { readonly usedAt: Date; readonly user: { email: string } }[];
};

/** An invitation as whoever opens it sees it. */
export type OpenedInvitation = Row & { readonly project: { name: string; localizedName: unknown } };

/** Invitations by hash. */
export interface InvitationStore {
  create(transaction: Transaction, row: Omit<Row, 'id' | 'uses' | 'createdAt' | 'revokedAt'>): Promise<InvitationRow>;
  findBySecretHash(sha256: string): Promise<OpenedInvitation | null>;
  findByCreationKey(transaction: Transaction, creationKey: string): Promise<InvitationRow | null>;
  /** Gives an open invitation by which nobody has joined another secret; false where it is none of these any more. */
  replaceSecret(transaction: Transaction, id: string, sha256: string, now: Date): Promise<boolean>;
  /** The name of an account; empty where it has none, or is gone. */
  nameOf(userId: string): Promise<string>;
  projectOf(id: string): Promise<string | undefined>;
  page(projectId: string, after: TimePlace | undefined, limit: number): Promise<InvitationRow[]>;
  /** Ends an invitation; false where there is none, or it was ended before. */
  revoke(transaction: Transaction, id: string, now: Date): Promise<boolean>;
  findWithJoined(transaction: Transaction, id: string): Promise<InvitationRow | undefined>;
  wasUsedBy(transaction: Transaction, id: string, userId: string): Promise<boolean>;
  /** Takes one place for a person in one statement; false where none is left or the invitation has ended. */
  use(transaction: Transaction, id: string, userId: string, now: Date): Promise<boolean>;
}

/** More people than these no list shows of one invitation. */
const SHOWN_JOINED = 100;
const withJoined = {
  joined: {
    orderBy: { usedAt: 'asc' },
    take: SHOWN_JOINED,
    select: { usedAt: true, user: { select: { email: true } } },
  },
} as const;

/** Invitations in the database. */
export function createInvitationStore(database: Database): InvitationStore {
  return {
    create: (transaction, row) => transaction.invitation.create({ data: { id: newId(), ...row }, include: withJoined }),
    findBySecretHash: (sha256) =>
      database.invitation.findUnique({
        where: { sha256 },
        include: { project: { select: { name: true, localizedName: true } } },
      }),
    findByCreationKey: (transaction, creationKey) =>
      transaction.invitation.findUnique({ where: { creationKey }, include: withJoined }),
    async replaceSecret(transaction, id, sha256, now) {
      const where = { id, uses: 0, revokedAt: null, expiresAt: { gt: now } };
      return (await transaction.invitation.updateMany({ where, data: { sha256 } })).count === 1;
    },
    async nameOf(id) {
      return (await database.user.findUnique({ where: { id }, select: { name: true } }))?.name ?? '';
    },
    async projectOf(id) {
      const row = await database.invitation.findUnique({ where: { id }, select: { projectId: true } });
      return row?.projectId;
    },
    page: (projectId, after, limit) =>
      database.invitation.findMany({
        where: { projectId, ...olderThan(after) },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: limit,
        include: withJoined,
      }),
    async revoke(transaction, id, now) {
      const ended = { where: { id, revokedAt: null }, data: { revokedAt: now } };
      return (await transaction.invitation.updateMany(ended)).count === 1;
    },
    async findWithJoined(transaction, id) {
      return (await transaction.invitation.findUnique({ where: { id }, include: withJoined })) ?? undefined;
    },
    async wasUsedBy(transaction, invitationId, userId) {
      const where = { invitationId_userId: { invitationId, userId } };
      return (await transaction.invitationUse.findUnique({ where })) !== null;
    },
    async use(transaction, invitationId, userId, now) {
      const { count } = await transaction.invitation.updateMany({
        where: {
          id: invitationId,
          revokedAt: null,
          expiresAt: { gt: now },
          uses: { lt: transaction.invitation.fields.maximumUses },
        },
        data: { uses: { increment: 1 } },
      });
      if (count === 0) return false;
      await transaction.invitationUse.create({ data: { invitationId, userId, usedAt: now } });
      return true;
    },
  };
}
