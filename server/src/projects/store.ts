import type { ProjectRole } from '@greenlight/shared/across/governance/rights.ts';
import type { Database, Transaction } from '../database/client.ts';
import type { TimePlace } from '../plugins/cursor.ts';
import { newId } from '../plugins/new-id.ts';

type ProjectRow = Awaited<ReturnType<Database['project']['findUniqueOrThrow']>>;

/** A project with the roles that one person holds in it. */
export type ProjectWithRoles = ProjectRow & { members: { role: string }[] };

/** What a new project is made of. */
export interface NewProject {
  readonly name: string;
  readonly localizedName: object | null;
  readonly goal: object;
  readonly problemType: string;
  readonly seedKey: string | null;
  readonly creationKey: string | null;
  readonly requestSha256: string | null;
}

/** Projects and who belongs to them. */
export interface ProjectStore {
  find(id: string, userId: string): Promise<ProjectWithRoles | null>;
  exists(id: string): Promise<boolean>;
  findByCreationKey(creationKey: string): Promise<{ id: string; requestSha256: string | null } | null>;
  intentOf(id: string): Promise<Pick<ProjectRow, 'goal' | 'problemType'> | null>;
  rolesIn(projectId: string, userId: string): Promise<ProjectRole[]>;
  /** The projects that a person may read, last changed first; an admin reads all. */
  pageFor(
    person: { userId: string; isAdmin: boolean },
    after: TimePlace | undefined,
    limit: number,
  ): Promise<ProjectWithRoles[]>;
  create(
    transaction: Transaction,
    project: NewProject,
    owner: { userId: string; roles: readonly ProjectRole[] } | null,
  ): Promise<string>;
  touch(transaction: Transaction, projectId: string): Promise<void>;
}

/** Projects in the database. */
export function createProjectStore(database: Database): ProjectStore {
  return {
    find: (id, userId) =>
      database.project.findUnique({
        where: { id },
        include: { members: { where: { userId }, select: { role: true } } },
      }),
    async exists(id) {
      return (await database.project.findUnique({ where: { id }, select: { id: true } })) !== null;
    },
    findByCreationKey: (creationKey) =>
      database.project.findUnique({ where: { creationKey }, select: { id: true, requestSha256: true } }),
    intentOf: (id) => database.project.findUnique({ where: { id }, select: { goal: true, problemType: true } }),
    async rolesIn(projectId, userId) {
      const rows = await database.projectMember.findMany({ where: { projectId, userId }, select: { role: true } });
      return rows.map(({ role }) => role as ProjectRole);
    },
    pageFor: ({ userId, isAdmin }, after, limit) =>
      database.project.findMany({
        where: {
          ...(isAdmin ? {} : { members: { some: { userId } } }),
          ...(after === undefined
            ? {}
            : { OR: [{ changedAt: { lt: after.at } }, { changedAt: after.at, id: { lt: after.id } }] }),
        },
        orderBy: [{ changedAt: 'desc' }, { id: 'desc' }],
        take: limit,
        include: { members: { where: { userId }, select: { role: true } } },
      }),
    async create(transaction, { localizedName, ...project }, owner) {
      const id = newId();
      await transaction.project.create({
        data: { id, ...project, ...(localizedName === null ? {} : { localizedName }) },
      });
      const { userId = '', roles = [] } = owner ?? {};
      await transaction.projectMember.createMany({ data: roles.map((role) => ({ projectId: id, userId, role })) });
      return id;
    },
    async touch(transaction, projectId) {
      await transaction.project.update({ where: { id: projectId }, data: { changedAt: new Date() } });
    },
  };
}
