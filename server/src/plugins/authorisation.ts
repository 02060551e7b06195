import {
  carriesRight,
  isProjectRight,
  type ProjectRight,
  type ProjectRole,
} from '@greenlight/shared/across/governance/rights.ts';
import type { Route } from '@greenlight/shared/api/define-route.ts';
import type { FastifyRequest } from 'fastify';
import { AppError } from './app-error.ts';
import { fieldMessages } from './field-issues.ts';
import { preferredLanguage } from './language.ts';
import { isForeign } from './origin.ts';
import { refusalByCaller } from './permission.ts';
import { isMachine, type Principal, type UserPrincipal } from './principal.ts';
import { unstorableText, unstorableTextPath } from './unsafe-text.ts';

/** Finds the project that a resource belongs to, or undefined where there is no such resource. */
export type ProjectFinder = (resourceId: string) => Promise<string | undefined>;

/** What authorisation has to ask of others. */
export interface AuthorisationSources {
  /** Who a request comes from; null when nobody, or when the credential has ended. */
  readonly authenticate: (request: FastifyRequest) => Promise<Principal | null>;
  readonly rolesIn: (projectId: string, userId: string) => Promise<readonly ProjectRole[]>;
  /** By the name of the path parameter that carries the resource's id. */
  readonly projectFinders: Readonly<Record<string, ProjectFinder>>;
  /** Called where a person or token reached for a project that is not theirs. */
  readonly reportRefusal: (principal: UserPrincipal, projectId: string, request: FastifyRequest) => Promise<void>;
  readonly ownHosts: ReadonlySet<string>;
}

/** Decides about every request before its body is read. */
export interface Authorisation {
  /** Throws the fitting refusal, or remembers who asks. `known` is told who it is before anything else is looked up for them, and may refuse as well. */
  authorise(request: FastifyRequest, route: Route, known?: (principal: Principal) => void): Promise<void>;
  principalOf(request: FastifyRequest): Principal | null;
  /** Whether a request that was let in would be let in again now; long-lived replies ask from time to time. */
  isStillAllowed(request: FastifyRequest, route: Route): Promise<boolean>;
}

/** Builds the one place where callers, origins and project memberships are checked. */
export function createAuthorisation(sources: AuthorisationSources): Authorisation {
  const principals = new WeakMap<FastifyRequest, Principal>();

  async function checkProject(request: FastifyRequest, route: Route, right: ProjectRight, user: UserPrincipal) {
    const parameters = request.params as Record<string, string>;
    const [name, find] = Object.entries(sources.projectFinders).find(([key]) => key in parameters) ?? [];
    if (name === undefined || find === undefined) throw new Error(`${route.id} has no resource that names its project`);
    const projectId = await find(parameters[name] ?? '');
    if (projectId === undefined) throw new AppError('not-found');
    const roles = await sources.rolesIn(projectId, user.userId);
    if (carriesRight({ roles, isAdmin: user.isAdmin }, right)) return;
    await sources.reportRefusal(user, projectId, request);
    const seesProject = carriesRight({ roles, isAdmin: user.isAdmin }, 'project:read');
    throw new AppError(seesProject ? 'not-allowed' : 'not-found');
  }

  async function check(
    request: FastifyRequest,
    route: Route,
    known?: (principal: Principal) => void,
  ): Promise<Principal | null> {
    const { host, origin, authorization } = request.headers;
    const secFetchSite = request.headers['sec-fetch-site'];
    const cameFrom = {
      method: request.method,
      host,
      origin,
      secFetchSite: typeof secFetchSite === 'string' ? secFetchSite : undefined,
      hasBearer: authorization !== undefined,
    };
    if (isForeign(cameFrom, sources.ownHosts)) throw new AppError('wrong-origin');
    const principal = route.permission === 'public' ? null : await sources.authenticate(request);
    if (principal !== null) known?.(principal);
    const refusal = refusalByCaller(route.permission, request.method, principal);
    if (refusal !== undefined) throw new AppError(refusal);
    checkParameters(request, route);
    if (isProjectRight(route.permission) && principal !== null && !isMachine(principal)) {
      await checkProject(request, route, route.permission, principal);
    }
    return principal;
  }

  return {
    async authorise(request, route, known) {
      const principal = await check(request, route, known);
      if (principal !== null) principals.set(request, principal);
    },
    principalOf: (request) => principals.get(request) ?? null,
    async isStillAllowed(request, route) {
      try {
        await check(request, route);
        return true;
      } catch (error) {
        if (error instanceof AppError) return false;
        throw error;
      }
    },
  };
}

/**
 * Refuses path parameters that cannot name anything, and text anywhere in the address that cannot be stored. What is asked
 * and recorded from here on is the parameters as the contract reads them.
 */
function checkParameters(request: FastifyRequest, route: Route): void {
  const unstorable = unstorableTextPath({ params: request.params, query: request.query });
  if (unstorable !== undefined) throw unstorableText(unstorable);
  const parsed = route.params?.safeParse(request.params);
  if (parsed?.success === false) {
    const language = preferredLanguage(request.headers['accept-language']);
    throw new AppError('bad-request', { fields: fieldMessages(parsed.error, language) });
  }
  if (parsed !== undefined) request.params = parsed.data;
}
