import { createHash } from 'node:crypto';
import { AppError } from './app-error.ts';
import { canonicalJson } from './canonical-json.ts';
import type { UserPrincipal } from './principal.ts';

/** What a thing that somebody makes is found again by: an idempotency key is a person's own. Null without one. */
export function creationKeyOf({ userId }: UserPrincipal, idempotencyKey: string | undefined): string | null {
  return idempotencyKey === undefined ? null : `${userId} ${idempotencyKey}`;
}

/** SHA-256 of who asks for what, whatever the order of the fields: the same request gives the same 64 hexadecimal digits again. */
export function requestFingerprint(personId: string, request: object, salt = ''): string {
  return createHash('sha256')
    .update(`${salt}\n${personId}\n${canonicalJson(request)}`)
    .digest('hex');
}

/**
 * Throws `idempotency-key-reused` where a key that made something comes with another request. What was kept before requests were, or
 * whose texts were erased since, has no fingerprint (null) and is given to whoever has the key.
 */
export function requireSameRequest(kept: string | null, asked: string): void {
  if (kept !== null && kept !== asked) throw new AppError('idempotency-key-reused');
}
