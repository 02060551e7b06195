import { createHash, randomBytes } from 'node:crypto';

/** How every token for scripts begins, so that scanners of leaked secrets can recognise one. */
export const TOKEN_PREFIX = 'glt_';

/** A new secret for a token, 256 random bits, with the beginning that lists may show. */
export function newTokenSecret(): { secret: string; prefix: string } {
  const secret = TOKEN_PREFIX + randomBytes(32).toString('base64url');
  return { secret, prefix: shownPrefix(secret) };
}

/** The beginning of a secret that lists may show. */
export function shownPrefix(secret: string): string {
  return secret.slice(0, TOKEN_PREFIX.length + 6);
}

/** Hexadecimal SHA-256 of a secret: all that is kept of it. Random secrets need no slow hash. */
export function secretHash(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
