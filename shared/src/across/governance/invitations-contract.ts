import { z } from 'zod';
import { defineRoute } from '../../api/define-route.ts';
import { id, moment } from '../../api/identifiers.ts';
import { localizedText } from '../../api/localized-text.ts';
import { pageOf, pageQuery } from '../../api/paging.ts';
import { shownName } from '../../api/shown-name.ts';
import { account } from './contract.ts';
import { chosenRoles } from './members-contract.ts';
import { PROJECT_ROLES } from './rights.ts';

/** An invitation is open until one of the others happens. */
export const INVITATION_STATES = ['open', 'expired', 'used-up', 'revoked'] as const;

/** An invitation as it is listed: its secret is shown only once, when it is made. */
export const invitation = z
  .object({
    id,
    roles: z.array(z.enum(PROJECT_ROLES)),
    state: z.enum(INVITATION_STATES),
    maximumUses: z.number().int(),
    uses: z.number().int(),
    createdBy: z.string(),
    createdAt: moment,
    expiresAt: moment,
    /** Who joined by it, in order; the first hundred. */
    joined: z.array(z.object({ email: z.string(), at: moment })),
  })
  .meta({ id: 'Invitation' });

/** An invitation as it is listed. */
export type Invitation = z.infer<typeof invitation>;

/** The longest that an invitation stays open, in days. */
export const MOST_INVITATION_DAYS = 90;

const ofProject = z.object({ projectId: id });
/** A link that was cut off on its way is one that nobody knows. */
const secret = z.object({ token: z.string().max(200) });
const REFUSALS = [
  'invitation-unknown',
  'invitation-expired',
  'invitation-used-up',
  'invitation-revoked',
  'too-many-requests',
] as const;

export const createInvitation = defineRoute({
  id: 'createInvitation',
  method: 'POST',
  path: '/api/projects/{projectId}/invitations',
  summary:
    'Make a link by which people join a project with given roles; the secret is in this reply and nowhere else. With the same idempotency key, a link that nobody has used yet gets another secret and loses the first: what to do when a reply was lost.',
  permission: 'members:manage',
  params: ofProject,
  body: z.object({
    roles: chosenRoles,
    days: z.number().int().min(1).max(MOST_INVITATION_DAYS).default(7),
    maximumUses: z.number().int().min(1).max(100).default(1),
    idempotencyKey: z.string().min(8).max(100).optional(),
  }),
  reply: z.object({ token: z.string(), invitation }),
  status: 201,
});

export const listInvitations = defineRoute({
  id: 'listInvitations',
  method: 'GET',
  path: '/api/projects/{projectId}/invitations',
  summary: 'The invitations to a project, newest first, with who joined by each.',
  permission: 'members:manage',
  params: ofProject,
  query: pageQuery,
  reply: pageOf(invitation),
});

export const revokeInvitation = defineRoute({
  id: 'revokeInvitation',
  method: 'DELETE',
  path: '/api/invitations/{invitationId}',
  summary: 'Withdraw an invitation at once; who has joined by it stays.',
  permission: 'members:manage',
  params: z.object({ invitationId: id }),
  reply: invitation,
});

export const openInvitation = defineRoute({
  id: 'openInvitation',
  method: 'POST',
  path: '/api/invitations/open',
  summary: 'What an invitation is to, for whoever holds its link.',
  permission: 'public',
  body: secret,
  reply: z.object({
    project: z.object({ name: z.string(), localizedName: localizedText.nullable() }),
    roles: z.array(z.enum(PROJECT_ROLES)),
    invitedBy: z.string(),
    /** Empty where the account has no name. */
    inviterName: z.string(),
    expiresAt: moment,
  }),
  errors: [...REFUSALS],
});

export const joinByInvitation = defineRoute({
  id: 'joinByInvitation',
  method: 'POST',
  path: '/api/invitations/join',
  summary: 'Join the project of an invitation with its roles, as the person who is signed in.',
  permission: 'person',
  body: secret,
  reply: z.object({ projectId: id }),
  errors: [...REFUSALS, 'own-invitation', 'invitation-outdated'],
});

export const signUpByInvitation = defineRoute({
  id: 'signUpByInvitation',
  method: 'POST',
  path: '/api/invitations/sign-up',
  summary: 'Create an account and join the project of an invitation; sets the session cookie.',
  permission: 'public',
  body: secret.extend({
    /** A name and no address: pages show names, and one that is another account's address would stand for that. */
    name: shownName(100).regex(/^[^@＠﹫]+$/),
    email: z.email().max(320),
    password: z.string().min(10).max(200),
  }),
  reply: z.object({ account, projectId: id }),
  status: 201,
  errors: [...REFUSALS, 'account-exists'],
});
