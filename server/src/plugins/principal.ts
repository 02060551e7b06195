import type { Machine, TokenScope } from '@greenlight/shared/api/define-route.ts';

/** A person of the installation, as far as rights depend on them. */
export interface Person {
  readonly userId: string;
  readonly email: string;
  readonly isAdmin: boolean;
}

/** Whoever makes a request: a person with a session, a script with a person's token, or a machine with its own. */
export type Principal =
  | (Person & { readonly kind: 'person'; readonly sessionId: string })
  | (Person & { readonly kind: 'token'; readonly tokenId: string; readonly scopes: readonly TokenScope[] })
  | { readonly kind: Machine; readonly tokenId: string; readonly name: string };

/** A person behind a request, in person or by a token of theirs. */
export type UserPrincipal = Exclude<Principal, { kind: Machine }>;

/** Whether nobody is behind a request but a part of the product. */
export function isMachine(principal: Principal): principal is Extract<Principal, { kind: Machine }> {
  return principal.kind === 'worker' || principal.kind === 'inference';
}

/** How the audit log names a principal. */
export function actorOf(principal: Principal | null): string {
  if (principal === null) return 'anonymous';
  if (isMachine(principal)) return `${principal.kind}:${principal.name}`;
  return principal.kind === 'token' ? `${principal.email} (token ${principal.tokenId})` : principal.email;
}
