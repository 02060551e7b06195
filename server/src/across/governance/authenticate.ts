import type { FastifyRequest } from 'fastify';
import type { Principal } from '../../plugins/principal.ts';
import type { PeopleService } from './people-service.ts';
import { sessionHeaders } from './session-headers.ts';
import type { TokenService } from './token-service.ts';

/** Finds who a request comes from: a bearer token counts alone, else the session cookie. */
export function createAuthenticate(
  people: PeopleService,
  tokens: TokenService,
): (request: FastifyRequest) => Promise<Principal | null> {
  return async (request) => {
    const { authorization, cookie } = request.headers;
    if (authorization !== undefined) {
      const secret = /^Bearer +(\S{1,500})$/i.exec(authorization)?.[1];
      return secret === undefined ? null : tokens.principalOf(secret);
    }
    if (cookie === undefined) return null;
    const session = await people.findSession(sessionHeaders(request));
    if (session === undefined) return null;
    const { userId, sessionId, email, isAdmin } = session;
    return { kind: 'person', userId, sessionId, email, isAdmin };
  };
}
