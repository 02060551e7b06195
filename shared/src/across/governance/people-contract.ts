import { z } from 'zod';
import { saying } from '../../api/localized-text.ts';
import { defineRoute } from '../../api/define-route.ts';
import { id, moment } from '../../api/identifiers.ts';
import { pageOf, pageQuery } from '../../api/paging.ts';

/** A person of the installation as admins see them. */
export const installationPerson = z
  .object({
    id,
    name: z.string(),
    email: z.string(),
    isAdmin: z.boolean(),
    isActive: z.boolean(),
    projects: z.number().int(),
    createdAt: moment,
    /** Null where they have not signed in since this is kept. */
    lastSignInAt: moment.nullable(),
  })
  .meta({ id: 'Person' });

/** A person of the installation. */
export type InstallationPerson = z.infer<typeof installationPerson>;

export const listPeople = defineRoute({
  id: 'listPeople',
  method: 'GET',
  path: '/api/people',
  summary: 'Everybody with an account, newest first; those whose name or e-mail address holds a text where asked.',
  permission: 'admin',
  query: pageQuery.extend({ search: z.string().trim().max(200).optional() }),
  reply: pageOf(installationPerson),
});

export const changePerson = defineRoute({
  id: 'changePerson',
  method: 'PATCH',
  path: '/api/people/{userId}',
  summary:
    'Make somebody an admin or take that back, deactivate an account, which ends its sessions, or open it again; an admin in person only. Details of `last-product-manager` name the projects that would lose their only one.',
  permission: 'admin',
  params: z.object({ userId: id }),
  body: z
    .object({ isAdmin: z.boolean().optional(), isActive: z.boolean().optional() })
    .refine(
      (change) => change.isAdmin !== undefined || change.isActive !== undefined,
      saying({ en: 'nothing to change', zh: '没有要更改的内容' }),
    ),
  reply: installationPerson,
  errors: ['last-admin', 'last-product-manager'],
});
