import type { Permission, TokenScope } from '@greenlight/shared/api/define-route.ts';
import type { ErrorCode } from '@greenlight/shared/api/error-codes.ts';
import { isProjectRight, RIGHTS } from '@greenlight/shared/across/governance/rights.ts';
import { isMachine, type Principal } from './principal.ts';

/** The scope that a token needs for a permission and a method; null where no token can stand in for its maker. */
function scopeFor(permission: Permission, method: string): TokenScope | null {
  if (permission === 'admin') return 'admin';
  if (isProjectRight(permission)) return RIGHTS[permission].tokenScope;
  return method === 'GET' && permission === 'signed-in' ? 'read' : 'write';
}

/** Whether a token's scopes reach as far as a permission. */
function scopesReach(scopes: readonly TokenScope[], permission: Permission, method: string): boolean {
  const scope = scopeFor(permission, method);
  return scope !== null && scopes.includes(scope);
}

/**
 * Decides from the caller alone whether a route may go on; membership of a project is asked afterwards. Undefined means
 * yes. A machine's token opens the routes of its kind only, and nothing else opens those.
 */
export function refusalByCaller(
  permission: Permission,
  method: string,
  principal: Principal | null,
): ErrorCode | undefined {
  if (permission === 'public') return undefined;
  if (principal === null) return 'not-signed-in';
  if (permission === 'worker' || permission === 'inference') {
    if (principal.kind === permission) return undefined;
    return principal.kind === 'person' ? 'not-allowed' : 'token-not-allowed';
  }
  if (isMachine(principal)) return 'token-not-allowed';
  if (permission === 'person' && principal.kind !== 'person') return 'token-not-allowed';
  if (permission === 'admin' && !principal.isAdmin) return 'not-allowed';
  if (principal.kind === 'token' && !scopesReach(principal.scopes, permission, method)) return 'token-not-allowed';
  return undefined;
}
