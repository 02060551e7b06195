/** Roles that a person holds in a project; one person may hold several. */
export const PROJECT_ROLES = ['product-manager', 'data-scientist', 'engineer', 'approver', 'viewer'] as const;

/** A role in a project. */
export type ProjectRole = (typeof PROJECT_ROLES)[number];

interface RightEntry {
  /** The roles that carry the right, each alone. */
  readonly roles: readonly ProjectRole[];
  /** Whether an admin of the installation has it in every project without a role there. */
  readonly admin: boolean;
  /** The scope that a token needs to use it in its maker's name; null where the person must act in person. */
  readonly tokenScope: 'read' | 'write' | null;
}

/** Every right inside a project and who carries it: the one table that the server, the pages and the tests read. */
export const RIGHTS = {
  'project:read': { roles: PROJECT_ROLES, admin: true, tokenScope: 'read' },
  'project:write': { roles: ['product-manager', 'data-scientist', 'engineer'], admin: true, tokenScope: 'write' },
  'project:operate': { roles: ['product-manager', 'data-scientist', 'engineer'], admin: true, tokenScope: 'write' },
  'requirements:edit': { roles: ['product-manager'], admin: true, tokenScope: 'write' },
  'requirements:approve': { roles: ['approver'], admin: true, tokenScope: null },
  'selection:edit': { roles: ['product-manager', 'data-scientist'], admin: true, tokenScope: 'write' },
  'selection:decide': { roles: ['product-manager'], admin: true, tokenScope: null },
  'data:write': { roles: ['data-scientist'], admin: true, tokenScope: 'write' },
  // An admin who must see personal data takes the role of a data scientist first, and that stands in the audit log.
  'data:read-personal': { roles: ['data-scientist'], admin: false, tokenScope: null },
  'data:hold': { roles: ['product-manager'], admin: true, tokenScope: null },
  'data:erase': { roles: ['product-manager', 'data-scientist'], admin: true, tokenScope: null },
  'training:run': { roles: ['data-scientist'], admin: true, tokenScope: 'write' },
  'training:operate': { roles: ['data-scientist', 'engineer'], admin: true, tokenScope: 'write' },
  'evaluation:run': { roles: ['data-scientist'], admin: true, tokenScope: 'write' },
  'model:export': { roles: ['data-scientist', 'engineer'], admin: true, tokenScope: 'read' },
  'decisions:read': { roles: PROJECT_ROLES, admin: true, tokenScope: 'read' },
  'members:read': { roles: PROJECT_ROLES, admin: true, tokenScope: 'read' },
  'members:manage': { roles: ['product-manager'], admin: true, tokenScope: null },
  'audit:read': { roles: ['product-manager', 'approver'], admin: true, tokenScope: 'read' },
} as const satisfies Record<string, RightEntry>;

/** A right inside a project. */
export type ProjectRight = keyof typeof RIGHTS;

/** Roles of whoever starts a project: they do all the work themselves until they share it, but approve none of it. */
export const FOUNDER_ROLES = ['product-manager', 'data-scientist', 'engineer'] as const satisfies ProjectRole[];

/** Whether a permission that a route names is a right inside a project. */
export function isProjectRight(permission: string): permission is ProjectRight {
  return Object.hasOwn(RIGHTS, permission);
}

/** Whether somebody with these roles in a project, or as an admin of the installation, carries a right there. */
export function carriesRight(
  holder: { readonly roles: readonly ProjectRole[]; readonly isAdmin: boolean },
  right: ProjectRight,
): boolean {
  const { roles, admin }: RightEntry = RIGHTS[right];
  return (holder.isAdmin && admin) || holder.roles.some((role) => roles.includes(role));
}
