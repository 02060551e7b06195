import {
  createToken,
  getSession,
  listAuditEvents,
  listTokens,
  revokeToken,
  setPassword,
  signIn,
  signInWithLink,
  signOut,
} from '@greenlight/shared/across/governance/contract.ts';
import '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../plugins/app-error.ts';
import { userOf, type RegisterRoute } from '../../plugins/route.ts';
import type { AuditService } from './audit-service.ts';
import { sessionHeaders } from './session-headers.ts';
import type { PeopleService } from './people-service.ts';
import type { TokenService } from './token-service.ts';

const ATTEMPTS_PER_ACCOUNT = 20;
const ATTEMPTS_PER_ADDRESS = 100;

/** The services behind the routes of governance. */
export interface GovernanceServices {
  readonly people: PeopleService;
  readonly tokens: TokenService;
  readonly audit: AuditService;
}

/** A check that counts attempts to sign in and throws `too-many-requests`; for one e-mail and for one address. */
function attemptLimiter(app: FastifyInstance): (request: FastifyRequest, account: string) => Promise<void> {
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

function withCookies(reply: FastifyReply, setCookie: readonly string[]): void {
  if (setCookie.length > 0) reply.header('set-cookie', [...setCookie]);
  reply.header('cache-control', 'no-store');
}

/** Registers sign-in, tokens and the audit log. */
export function registerGovernance(app: FastifyInstance, register: RegisterRoute, services: GovernanceServices): void {
  const { people, tokens, audit } = services;
  const limitAttempts = attemptLimiter(app);

  register(signIn, async ({ body, request, reply }) => {
    await limitAttempts(request, body.email.toLowerCase());
    const { account, setCookie } = await people.signIn(body.email, body.password, sessionHeaders(request));
    withCookies(reply, setCookie);
    return { account };
  });
  register(signInWithLink, async ({ body, request, reply }) => {
    await limitAttempts(request, 'link');
    const { account, setCookie } = await people.signInWithLink(body.token, sessionHeaders(request));
    withCookies(reply, setCookie);
    return { account };
  });
  register(signOut, async (call) => {
    withCookies(call.reply, await people.signOut(userOf(call), sessionHeaders(call.request)));
    return { ok: true as const };
  });
  register(getSession, async (call) => {
    const found = await people.findSession(sessionHeaders(call.request), true);
    withCookies(call.reply, found?.setCookie ?? []);
    return { account: await people.account(userOf(call).userId) };
  });
  register(setPassword, async (call) => ({ account: await people.setPassword(userOf(call), call.body) }));

  register(createToken, (call) => tokens.create(userOf(call), call.body));
  register(listTokens, (call) => tokens.list(userOf(call), call.query.cursor, call.query.limit));
  register(revokeToken, async (call) => {
    await tokens.revoke(userOf(call), call.params.tokenId);
    return { ok: true as const };
  });

  register(listAuditEvents, ({ query }) => audit.list(query.cursor, query.limit));
}
