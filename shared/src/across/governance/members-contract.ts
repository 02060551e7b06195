import { z } from 'zod';
import { saying } from '../../api/localized-text.ts';
import { defineRoute } from '../../api/define-route.ts';
import { id, moment } from '../../api/identifiers.ts';
import { pageOf, pageQuery } from '../../api/paging.ts';
import { PROJECT_ROLES } from './rights.ts';

/** At least one role, each once. */
export const chosenRoles = z
  .array(z.enum(PROJECT_ROLES))
  .min(1)
  .max(PROJECT_ROLES.length)
  .refine(
    (roles) => new Set(roles).size === roles.length,
    saying({ en: 'each role once', zh: '每个角色只能出现一次' }),
  );

/** A person of a project with the roles that they hold there. */
export const member = z
  .object({
    userId: id,
    name: z.string(),
    email: z.string(),
    roles: z.array(z.enum(PROJECT_ROLES)),
    joinedAt: moment,
    isActive: z.boolean(),
  })
  .meta({ id: 'Member' });

/** A person of a project. */
export type Member = z.infer<typeof member>;

const ofMember = z.object({ projectId: id, userId: id });

export const listMembers = defineRoute({
  id: 'listMembers',
  method: 'GET',
  path: '/api/projects/{projectId}/members',
  summary: 'The people of a project with their roles.',
  permission: 'members:read',
  params: z.object({ projectId: id }),
  query: pageQuery,
  reply: pageOf(member),
});

/** Most people whose names are told at once; whoever lies beyond is shown by address. */
export const MOST_NAMES = 1_000;

export const getPeopleNames = defineRoute({
  id: 'getPeopleNames',
  method: 'GET',
  path: '/api/projects/{projectId}/people-names',
  summary: 'The names of those who are or were in a project and of the admins, to read in place of their addresses.',
  permission: 'members:read',
  params: z.object({ projectId: id }),
  reply: z.object({ people: z.array(z.object({ email: z.string(), name: z.string() })).max(MOST_NAMES) }),
});

export const setMemberRoles = defineRoute({
  id: 'setMemberRoles',
  method: 'PUT',
  path: '/api/projects/{projectId}/members/{userId}',
  summary: 'Change the roles of a member; a project keeps a product manager, and nobody makes themselves an approver.',
  permission: 'members:manage',
  params: ofMember,
  /** `before` are the roles that the caller saw: a change on top of somebody else’s is refused. */
  body: z.object({ before: z.array(z.enum(PROJECT_ROLES)).max(PROJECT_ROLES.length), roles: chosenRoles }),
  reply: member,
  errors: ['last-product-manager', 'own-approver', 'conflict'],
});

export const removeMember = defineRoute({
  id: 'removeMember',
  method: 'DELETE',
  path: '/api/projects/{projectId}/members/{userId}',
  summary: 'Take somebody out of a project; what they did there stays.',
  permission: 'members:manage',
  params: ofMember,
  reply: z.object({ removed: z.literal(true) }),
  errors: ['last-product-manager'],
});
