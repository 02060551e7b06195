import {
  createInvitation,
  joinByInvitation,
  listInvitations,
  openInvitation,
  revokeInvitation,
  signUpByInvitation,
} from '@greenlight/shared/across/governance/invitations-contract.ts';
import type { FastifyInstance } from 'fastify';
import { userOf, type RegisterRoute } from '../../plugins/route.ts';
import { attemptLimiter } from './attempt-limiter.ts';
import type { InvitationService } from './invitation-service.ts';
import { sessionHeaders, withCookies } from './session-headers.ts';
import { secretHash } from './token-secret.ts';

/** Registers invitations by link; whoever tries links is slowed down like whoever tries passwords. */
export function registerInvitations(
  app: FastifyInstance,
  register: RegisterRoute,
  invitations: InvitationService,
): void {
  const limitAttempts = attemptLimiter(app);

  register(createInvitation, async (call) => {
    call.reply.header('cache-control', 'no-store');
    return invitations.create(userOf(call), call.params.projectId, call.body);
  });
  register(listInvitations, ({ params, query }) => invitations.list(params.projectId, query.cursor, query.limit));
  register(revokeInvitation, (call) => invitations.revoke(userOf(call), call.params.invitationId));
  register(openInvitation, async ({ body, request, reply }) => {
    await limitAttempts(request, secretHash(body.token));
    reply.header('cache-control', 'no-store');
    return invitations.open(body.token);
  });
  register(joinByInvitation, async (call) => {
    await limitAttempts(call.request, secretHash(call.body.token));
    return invitations.join(userOf(call), call.body.token);
  });
  register(signUpByInvitation, async ({ body, request, reply }) => {
    const { token, ...entry } = body;
    await limitAttempts(request, `sign-up ${entry.email.toLowerCase()}`);
    const { setCookie, ...joined } = await invitations.signUp(token, entry, sessionHeaders(request));
    withCookies(reply, setCookie);
    return joined;
  });
}
