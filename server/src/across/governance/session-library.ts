import { betterAuth } from 'better-auth';
import { prismaAdapter } from 'better-auth/adapters/prisma';
import { APIError, createAuthEndpoint } from 'better-auth/api';
import { setSessionCookie } from 'better-auth/cookies';
import { z } from 'zod';
import type { Database } from '../../database/client.ts';
import { newId } from '../../plugins/new-id.ts';

/** A session that was just started or found, and the cookies to set for it. */
export interface StartedSession {
  readonly userId: string;
  readonly setCookie: readonly string[];
}

/** A session that a request's cookie proves. */
export interface FoundSession extends StartedSession {
  readonly sessionId: string;
  readonly email: string;
  readonly isAdmin: boolean;
}

/** Passwords and sessions, without any route of their own: ours call these. */
export interface SessionLibrary {
  /** Undefined where e-mail and password do not match; takes as long for an unknown e-mail. */
  signIn(email: string, password: string, headers: Headers): Promise<StartedSession | undefined>;
  startSession(userId: string, headers: Headers): Promise<StartedSession>;
  /** Undefined where the cookie proves nothing, or the account was deactivated since. */
  find(headers: Headers, refresh: boolean): Promise<FoundSession | undefined>;
  signOut(headers: Headers): Promise<readonly string[]>;
  hashPassword(password: string): Promise<string>;
  verifyPassword(hash: string, password: string): Promise<boolean>;
}

const THIRTY_DAYS_SECONDS = 30 * 24 * 60 * 60;

/** Starts a session for a person who proved themselves in another way than by a password; never reachable over HTTP. */
const sessionStarter = {
  id: 'session-starter',
  endpoints: {
    startSession: createAuthEndpoint(
      '/start-session',
      { method: 'POST', body: z.object({ userId: z.uuid() }) },
      async (context) => {
        const { internalAdapter } = context.context;
        const user = await internalAdapter.findUserById(context.body.userId);
        if (!user) throw new APIError('UNAUTHORIZED');
        const session = await internalAdapter.createSession(user.id);
        await setSessionCookie(context, { session, user });
        return context.json({ userId: user.id });
      },
    ),
  },
};

/** Sets up the sign-in library on our tables; `secret` signs the cookies and is not in the database. */
export function createSessionLibrary(database: Database, secret: string, isSecure: boolean): SessionLibrary {
  const auth = betterAuth({
    baseURL: 'http://localhost',
    secret,
    database: prismaAdapter(database, { provider: 'postgresql' }),
    emailAndPassword: { enabled: true, minPasswordLength: 10, maxPasswordLength: 200, disableSignUp: true },
    user: {
      additionalFields: {
        isAdmin: { type: 'boolean', required: false, defaultValue: false, input: false },
        language: { type: 'string', required: false, input: false },
        deactivatedAt: { type: 'date', required: false, input: false },
      },
    },
    session: { expiresIn: THIRTY_DAYS_SECONDS, updateAge: 24 * 60 * 60 },
    advanced: {
      cookiePrefix: 'greenlight',
      useSecureCookies: isSecure,
      defaultCookieAttributes: { httpOnly: true, sameSite: 'lax' },
      database: { generateId: () => newId() },
    },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { disabled: true },
    plugins: [sessionStarter],
  });

  return {
    async signIn(email, password, headers) {
      try {
        const result = await auth.api.signInEmail({ body: { email, password }, headers, returnHeaders: true });
        return { userId: result.response.user.id, setCookie: result.headers.getSetCookie() };
      } catch (error) {
        if (error instanceof APIError && error.statusCode < 500) return undefined;
        throw error;
      }
    },
    async startSession(userId, headers) {
      const result = await auth.api.startSession({ body: { userId }, headers, returnHeaders: true });
      return { userId, setCookie: result.headers.getSetCookie() };
    },
    async find(headers, refresh) {
      const query = { disableRefresh: !refresh };
      const look = () => auth.api.getSession({ headers, query, returnHeaders: true });
      const result = await look().catch(async () => {
        // The library hides the database's own error behind one of its own: the database gives it again, or has come back.
        await database.$queryRaw`SELECT 1`;
        return look();
      });
      if (result.response === null) return undefined;
      const { user, session } = result.response;
      if (user.deactivatedAt != null) return undefined;
      return {
        userId: user.id,
        sessionId: session.id,
        email: user.email,
        isAdmin: user.isAdmin === true,
        setCookie: result.headers.getSetCookie(),
      };
    },
    async signOut(headers) {
      const result = await auth.api.signOut({ headers, returnHeaders: true });
      return result.headers.getSetCookie();
    },
    hashPassword: async (password) => (await auth.$context).password.hash(password),
    verifyPassword: async (hash, password) => (await auth.$context).password.verify({ hash, password }),
  };
}
