import type { Route } from '@greenlight/shared/api/define-route.ts';
import { errorBody, statusOf, type ErrorCode } from '@greenlight/shared/api/error-codes.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import type { z } from 'zod';
import { AppError } from './app-error.ts';
import type { Authorisation } from './authorisation.ts';
import { isMachine, type Person, type Principal, type UserPrincipal } from './principal.ts';
import type { RequestsUnderWay } from './requests-under-way.ts';
import { ASK_AGAIN_MS, EndingAllowed } from './right-after-body.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The contract that a route was registered from. */
    route?: Route;
  }
}

/** What a handler gets: checked input, and who asks. */
export interface Call<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly principal: Principal | null;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

type Handler<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType> = (
  call: Call<z.output<P>, z.output<Q>, z.output<B>>,
) => Promise<z.output<R> | FastifyReply>;

/** Registers contract routes on the app, each with its permission. */
export type RegisterRoute = <P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType>(
  route: Route<P, Q, B, R>,
  handler: Handler<P, Q, B, R>,
) => void;

const COMMON_ERRORS: readonly ErrorCode[] = ['bad-request', 'internal'];

function errorCodesOf(route: Route): ErrorCode[] {
  const codes = new Set<ErrorCode>([...COMMON_ERRORS, ...(route.errors ?? [])]);
  if (route.permission !== 'public') {
    codes.add('not-signed-in').add('not-allowed').add('token-not-allowed').add('too-many-at-once');
  }
  if (route.params !== undefined) codes.add('not-found');
  if (route.body !== undefined) codes.add('payload-too-large').add('unsupported-media-type').add('body-too-slow');
  return [...codes];
}

function responsesOf(route: Route): Record<string, z.ZodType> {
  const responses: Record<string, z.ZodType> = {};
  for (const code of errorCodesOf(route)) responses[statusOf(code)] = errorBody;
  if (route.reply !== undefined) responses[route.status ?? 200] = route.reply;
  return responses;
}

/** The tag under which the document lists a route. */
function tagOf(path: string): string {
  const [, , first = '', , third] = path.split('/');
  return first === 'projects' && third !== undefined ? third : first;
}

/** Security of a route in the OpenAPI document. */
function securityOf(route: Route): Record<string, string[]>[] {
  if (route.permission === 'public') return [];
  if (route.permission === 'worker') return [{ workerToken: [] }];
  if (route.permission === 'inference') return [{ inferenceToken: [] }];
  return route.permission === 'person' ? [{ session: [] }] : [{ session: [] }, { token: [] }];
}

/** Whether a caller's right is asked for again once the body is here: a body may take an hour, and rights and tokens end meanwhile. */
function isAskedAgain({ method, permission }: Route): boolean {
  return method !== 'GET' && permission !== 'public';
}

async function askAgain(authorisation: Authorisation, request: FastifyRequest, route: Route): Promise<void> {
  const authorise = () => authorisation.authorise(request, route);
  if (request.body instanceof Readable) request.body = new EndingAllowed(request.body, authorise);
  else await authorise();
}

/** Cuts a file off that is still on its way when the right to it ends; a fault of asking is not the end of a right. */
function cutWhereRightEnds(
  authorisation: Authorisation,
  call: { request: FastifyRequest; reply: FastifyReply; route: Route },
) {
  const { request, reply, route } = call;
  const ask = async (): Promise<void> => {
    const isAllowed = await authorisation.isStillAllowed(request, route).catch((error: unknown) => {
      request.log.warn({ err: error }, 'right to a file on its way');
      return true;
    });
    if (!isAllowed) reply.raw.destroy();
  };
  const timer = setInterval(() => void ask(), ASK_AGAIN_MS);
  reply.raw.once('close', () => clearInterval(timer));
}

/** Workers get what they work on, and whoever checks the audit log its very lines. */
function isMasked(route: Route): route is Route & { reply: z.ZodType } {
  const { permission, reply, sendsRawLabels } = route;
  return reply !== undefined && permission !== 'worker' && permission !== 'audit:read' && sendsRawLabels !== true;
}

/** What every route asks. */
export interface RouteParts {
  readonly authorisation: Authorisation;
  readonly underWay: RequestsUnderWay;
  /** Hides personal data in the labels of a contract's replies; null where they have none. */
  readonly maskedIn: (contract: z.ZodType) => ((reply: unknown) => unknown) | null;
}

/**
 * Makes the function that registers contract routes: permission is checked before the body is read and again once it is here, input and reply
 * are checked against the contract, how many requests of one caller are under way is limited, and the OpenAPI document comes from the same schemas.
 */
export function routeRegistrar(app: FastifyInstance, { authorisation, underWay, maskedIn }: RouteParts): RegisterRoute {
  return (route, handler) => {
    const masked = isMasked(route) ? maskedIn(route.reply) : null;
    app.route({
      method: route.method,
      url: route.path.replace(/\{(\w+)\}/g, ':$1'),
      exposeHeadRoute: false,
      ...(route.bodyLimitBytes === undefined ? {} : { bodyLimit: route.bodyLimitBytes }),
      config: { route },
      schema: {
        operationId: route.id,
        summary: route.summary,
        tags: [tagOf(route.path)],
        security: securityOf(route),
        ...(route.params === undefined ? {} : { params: route.params }),
        ...(route.query === undefined ? {} : { querystring: route.query }),
        ...(route.body === undefined ? {} : { body: route.body }),
        response: responsesOf(route),
      },
      onRequest: (request, reply) =>
        authorisation.authorise(request, route, (principal) => underWay.enter(principal, request, reply)),
      ...(isAskedAgain(route) ? { preHandler: (request) => askAgain(authorisation, request, route) } : {}),
      handler: async (request, reply) => {
        const input = request as unknown as { params: never; query: never; body: never };
        const { params, query, body } = input;
        reply.code(route.status ?? 200);
        if (route.stream === 'download') cutWhereRightEnds(authorisation, { request, reply, route });
        // What a refusal leaves unread is thrown away: it would stand before the next request on the connection.
        if (request.body instanceof Readable) reply.raw.once('finish', () => request.raw.unpipe().resume());
        const principal = authorisation.principalOf(request);
        const handle = () => handler({ params, query, body, request, reply, principal });
        if (route.stream === 'events') underWay.leave(request);
        const answer = route.stream === 'events' ? await handle() : await underWay.during(request, handle);
        return answer === reply || masked === null ? answer : masked(answer);
      },
    });
  };
}

/** The person behind a call; routes with a permission for people always have one. */
export function userOf(call: { readonly principal: Principal | null }): UserPrincipal & Person {
  const { principal } = call;
  if (principal === null || isMachine(principal)) throw new AppError('not-signed-in');
  return principal;
}
