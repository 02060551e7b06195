import type { Token } from '@greenlight/shared/across/governance/contract.ts';

/** Whether a token acts, was ended, or is past its time at a moment in milliseconds since 1970. */
export function stateOfToken(
  { revokedAt, expiresAt }: Pick<Token, 'revokedAt' | 'expiresAt'>,
  now: number,
): 'active' | 'revoked' | 'expired' {
  if (revokedAt !== null) return 'revoked';
  return expiresAt !== null && Date.parse(expiresAt) <= now ? 'expired' : 'active';
}
