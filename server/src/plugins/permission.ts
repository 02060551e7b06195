import type { ProjectRole } from '@greenlight/shared/across/governance/contract.ts';
import type { Permission, TokenScope } from '@greenlight/shared/api/define-route.ts';
import type { ErrorCode } from '@greenlight/shared/api/error-codes.ts';
import type { Principal } from './principal.ts';

/** A right inside a project. */
export type ProjectRight = 'read' | 'write' | 'operate';

const WORKING_ROLES: readonly ProjectRole[] = ['product-manager', 'data-scientist', 'engineer'];

/** The right that a permission asks of a member, or undefined where it is not about a project. */
export function projectRightOf(permission: Permission): ProjectRight | undefined {
  if (permission === 'project:read') return 'read';
  if (permission === 'project:write') return 'write';
  return permission === 'project:operate' ? 'operate' : undefined;
}

/** Whether any of a member's roles carries a right: everybody reads, the working roles change and operate. */
export function rolesAllow(roles: readonly ProjectRole[], right: ProjectRight): boolean {
  return right === 'read' ? roles.length > 0 : roles.some((role) => WORKING_ROLES.includes(role));
}

/** The scope that a token needs for a permission and a method. */
function scopeFor(permission: Permission, method: string): TokenScope {
  if (permission === 'admin') return 'admin';
  if (permission === 'project:read') return 'read';
  return method === 'GET' && permission === 'signed-in' ? 'read' : 'write';
}

/**
 * Decides from the caller alone whether a route may go on; membership of a project is asked afterwards. Undefined means
 * yes. A worker's token opens worker routes only, and nothing else opens those.
 */
export function refusalByCaller(
  permission: Permission,
  method: string,
  principal: Principal | null,
): ErrorCode | undefined {
  if (permission === 'public') return undefined;
  if (principal === null) return 'not-signed-in';
  if (permission === 'worker') return principal.kind === 'worker' ? undefined : 'not-allowed';
  if (principal.kind === 'worker') return 'not-allowed';
  if (permission === 'person' && principal.kind !== 'person') return 'not-allowed';
  if (permission === 'admin' && !principal.isAdmin) return 'not-allowed';
  if (principal.kind === 'token' && !principal.scopes.includes(scopeFor(permission, method))) return 'not-allowed';
  return undefined;
}
