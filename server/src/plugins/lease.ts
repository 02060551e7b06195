import { createHash, randomBytes } from 'node:crypto';
import { LEASE_SECONDS } from '@greenlight/shared/worker-protocol/contract.ts';

/** A new lease secret, known to the server only until the worker has it. */
export function newLease(): string {
  return randomBytes(32).toString('base64url');
}

/** Hash of a lease secret, all that the database keeps of it. */
export function leaseHash(lease: string): string {
  return createHash('sha256').update(lease).digest('hex');
}

/** No lease that any server gave by now ends later, where their clocks differ by less than a lease. */
export function latestEnd(now: Date): Date {
  return leaseEnd(leaseEnd(now));
}

/** The moment at which a lease given now ends. */
export function leaseEnd(now: Date): Date {
  return new Date(now.getTime() + LEASE_SECONDS * 1000);
}
