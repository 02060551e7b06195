import '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../../plugins/app-error.ts';

const ATTEMPTS_PER_ACCOUNT = 20;
const ATTEMPTS_PER_ADDRESS = 100;

/** A check that counts attempts to sign in and throws `too-many-requests`; for one e-mail and for one address. */
export function attemptLimiter(app: FastifyInstance): (request: FastifyRequest, account: string) => Promise<void> {
  const accounts = new WeakMap<FastifyRequest, string>();
  const byAccount = app.createRateLimit({
    max: ATTEMPTS_PER_ACCOUNT,
    timeWindow: '1 minute',
    keyGenerator: (request) => `account ${request.ip} ${accounts.get(request) ?? ''}`,
  });
  const byAddress = app.createRateLimit({
    max: ATTEMPTS_PER_ADDRESS,
    timeWindow: '1 minute',
    keyGenerator: (request) => `address ${request.ip}`,
  });
  return async (request, account) => {
    accounts.set(request, account);
    for (const check of [byAccount, byAddress]) {
      const limit = await check(request);
      if (!limit.isAllowed && limit.isExceeded) throw new AppError('too-many-requests');
    }
  };
}
