import {
  createToken,
  getSession,
  listTokens,
  revokeToken,
  setPassword,
  signIn,
  signInWithLink,
  signOut,
} from '@greenlight/shared/across/governance/contract.ts';
import type { FastifyInstance } from 'fastify';
import { userOf, type RegisterRoute } from '../../plugins/route.ts';
import { attemptLimiter } from './attempt-limiter.ts';
import { secretHash } from './token-secret.ts';
import { sessionHeaders, withCookies } from './session-headers.ts';
import type { PeopleService } from './people-service.ts';
import type { TokenService } from './token-service.ts';

/** The services behind the routes of governance. */
export interface GovernanceServices {
  readonly people: PeopleService;
  readonly tokens: TokenService;
}

/** Registers sign-in and tokens. */
export function registerGovernance(app: FastifyInstance, register: RegisterRoute, services: GovernanceServices): void {
  const { people, tokens } = services;
  const limitAttempts = attemptLimiter(app);

  register(signIn, async ({ body, request, reply }) => {
    await limitAttempts(request, body.email.toLowerCase());
    const { account, setCookie } = await people.signIn(body.email, body.password, sessionHeaders(request));
    withCookies(reply, setCookie);
    return { account };
  });
  register(signInWithLink, async ({ body, request, reply }) => {
    await limitAttempts(request, `link ${secretHash(body.token)}`);
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
  register(setPassword, async (call) => {
    // Whoever found an open session must not find out the password by it.
    await limitAttempts(call.request, `password ${userOf(call).userId}`);
    return { account: await people.setPassword(userOf(call), call.body) };
  });

  register(createToken, (call) => tokens.create(userOf(call), call.body));
  register(listTokens, (call) => tokens.list(userOf(call), call.query.cursor, call.query.limit));
  register(revokeToken, async (call) => {
    await tokens.revoke(userOf(call), call.params.tokenId);
    return { ok: true as const };
  });
}
