import '@fastify/rate-limit';
import { isIPv6 } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../../plugins/app-error.ts';

const ATTEMPTS_FROM_ONE_ADDRESS_ON_ACCOUNT = 20;
const ATTEMPTS_PER_ADDRESS = 100;
/** From all addresses together: whoever has many of them gets no further on one account than this. */
const ATTEMPTS_PER_ACCOUNT = 100;
/** Counts beyond these are forgotten, the oldest first. */
const MOST_COUNTED = 50_000;

/** The eight groups of an IPv6 address, as the URL parser writes it. */
function groupsOf(address: string): string[] {
  const [head = '', tail] = new URL(`http://[${address.split('%', 1)[0]}]`).hostname.slice(1, -1).split('::');
  const first = head === '' ? [] : head.split(':');
  if (tail === undefined) return first;
  const last = tail === '' ? [] : tail.split(':');
  return [...first, ...Array<string>(8 - first.length - last.length).fill('0'), ...last];
}

/** Whom an address counts as: an IPv6 network of 64 bits belongs to one subscriber, and an IPv4 address may be written as IPv6. */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const groups = groupsOf(address);
  if (groups.slice(0, 5).every((group) => group === '0') && groups[5] === 'ffff') {
    const numbers = groups.slice(6).map((group) => Number.parseInt(group, 16));
    return numbers.flatMap((number) => [number >> 8, number & 255]).join('.');
  }
  return `${groups.slice(0, 4).join(':')}::/64`;
}

/** A check that counts attempts to sign in and throws `too-many-requests`; for one e-mail and for one address. */
export function attemptLimiter(app: FastifyInstance): (request: FastifyRequest, account: string) => Promise<void> {
  const accounts = new WeakMap<FastifyRequest, string>();
  const accountOf = (request: FastifyRequest): string => accounts.get(request) ?? '';
  const limits = [
    // First, so that whoever is stopped here makes no more counts below, which could push others out.
    app.createRateLimit({
      max: ATTEMPTS_PER_ADDRESS,
      timeWindow: '1 minute',
      cache: MOST_COUNTED,
      keyGenerator: (request) => networkOf(request.ip),
    }),
    app.createRateLimit({
      max: ATTEMPTS_FROM_ONE_ADDRESS_ON_ACCOUNT,
      timeWindow: '1 minute',
      cache: MOST_COUNTED,
      keyGenerator: (request) => `${networkOf(request.ip)} ${accountOf(request)}`,
    }),
    app.createRateLimit({
      max: ATTEMPTS_PER_ACCOUNT,
      timeWindow: '15 minutes',
      cache: MOST_COUNTED,
      keyGenerator: accountOf,
    }),
  ];
  return async (request, account) => {
    accounts.set(request, account);
    for (const check of limits) {
      const limit = await check(request);
      if (!limit.isAllowed && limit.isExceeded) throw new AppError('too-many-requests');
    }
  };
}
