import type { Account } from '@greenlight/shared/across/governance/contract.ts';
import type { ProjectRole } from '@greenlight/shared/across/governance/rights.ts';
import { LANGUAGES, type Language } from '@greenlight/shared/api/localized-text.ts';
import type { Database, Transaction } from '../../database/client.ts';
import { AppError } from '../../plugins/app-error.ts';
import { isUniqueViolation } from '../../plugins/database-errors.ts';
import { actorOf, type UserPrincipal } from '../../plugins/principal.ts';
import type { AuditService } from './audit-service.ts';
import type { PeopleStore, PersonRow } from './people-store.ts';
import type { FoundSession, SessionLibrary } from './session-library.ts';
import { secretHash } from './token-secret.ts';
import type { TokenService } from './token-service.ts';

/** A person who just signed in, with the cookies to set. */
export interface SignedIn {
  readonly account: Account;
  readonly setCookie: readonly string[];
}

/** A change of password; `revokeTokens` ends the person's tokens as well, unless it is their first password. */
interface SetPassword {
  readonly email?: string | undefined;
  readonly currentPassword?: string | undefined;
  readonly newPassword: string;
  readonly revokeTokens: boolean;
}

/** The door to people and their sessions. */
export interface PeopleService {
  signIn(email: string, password: string, headers: Headers): Promise<SignedIn>;
  signInWithLink(token: string, headers: Headers): Promise<SignedIn>;
  /**
   * Creates an account in the transaction of what it is for, and signs the person in; a unique index refuses an e-mail that
   * is taken.
   */
  signUp(
    entry: { name: string; email: string; password: string },
    headers: Headers,
    act: (transaction: Transaction, userId: string) => Promise<void>,
  ): Promise<SignedIn>;
  signOut(person: UserPrincipal, headers: Headers): Promise<readonly string[]>;
  /** The session that a request's cookie proves, if any; `refresh` may move its end and then sets cookies. */
  findSession(headers: Headers, refresh?: boolean): Promise<FoundSession | undefined>;
  account(userId: string): Promise<Account>;
  setPassword(person: UserPrincipal, change: SetPassword): Promise<Account>;
  rolesIn(projectId: string, userId: string): Promise<readonly ProjectRole[]>;
}

function accountOf(person: PersonRow): Account {
  const { id, email, name, isAdmin, passwordHash } = person;
  const language = LANGUAGES.find((known: Language) => known === person.language) ?? null;
  return { id, email, name, isAdmin, language, hasPassword: passwordHash !== null };
}

/** What a browser sends back of the cookies that were to be set. */
function cookiesOf(setCookie: readonly string[]): Headers {
  return new Headers({ cookie: setCookie.map((cookie) => cookie.split(';', 1)[0]).join('; ') });
}

/** Builds the service for people. */
export function createPeopleService(
  database: Database,
  store: PeopleStore,
  sessions: SessionLibrary,
  audit: AuditService,
  tokens: Pick<TokenService, 'revokeAll'>,
): PeopleService {
  const record = (actor: string, action: string, target: string) =>
    audit.recordAlone({ actor, action, target, projectId: null, details: {} });

  async function requirePerson(userId: string): Promise<PersonRow> {
    const person = await store.find(userId);
    if (person === undefined) throw new AppError('not-signed-in');
    return person;
  }

  /** Who just proved themselves; a deactivated account gets no session. Throws `account-deactivated`. */
  async function requireActive(userId: string): Promise<PersonRow> {
    const person = await requirePerson(userId);
    if (person.isActive) return person;
    await store.endSessions(userId);
    await record(person.email, 'sign-in.refused', 'session');
    throw new AppError('account-deactivated');
  }

  return {
    async signIn(email, password, headers) {
      const address = email.toLowerCase();
      const passwordBefore = (await store.findByEmail(address))?.passwordHash;
      const started = await sessions.signIn(address, password, headers);
      // A password that was changed while it was checked has ended all other sessions by then: it opens no new one.
      const isStill = started !== undefined && (await store.settledPassword(started.userId)) === passwordBefore;
      if (started !== undefined && !isStill) await sessions.signOut(cookiesOf(started.setCookie));
      if (started === undefined || !isStill) {
        await record(address, 'sign-in.refused', 'session');
        throw new AppError('wrong-credentials');
      }
      const person = await requireActive(started.userId);
      await store.keepSignIn(person.id, new Date());
      await record(person.email, 'sign-in', 'session');
      return { account: accountOf(person), setCookie: started.setCookie };
    },
    async signInWithLink(token, headers) {
      const userId = await database.$transaction((transaction) =>
        store.useLink(transaction, secretHash(token), new Date()),
      );
      if (userId === undefined) throw new AppError('sign-in-link-used');
      const { setCookie } = await sessions.startSession(userId, headers);
      const person = await requireActive(userId);
      await store.keepSignIn(userId, new Date());
      await record(person.email, 'sign-in.link', 'session');
      return { account: accountOf(person), setCookie };
    },
    async signUp({ name, email, password }, headers, act) {
      const passwordHash = await sessions.hashPassword(password);
      const userId = await database.$transaction(async (transaction) => {
        const created = await store.create(transaction, { name, email, isAdmin: false });
        await store.setPassword(transaction, created, passwordHash);
        // Before the audit log, whose head everybody waits for: whoever holds what the act needs may be waiting for it.
        await act(transaction, created);
        const target = `user:${created}`;
        await audit.record(transaction, {
          actor: email,
          action: 'account.created',
          target,
          projectId: null,
          details: {},
        });
        return created;
      });
      const { setCookie } = await sessions.startSession(userId, headers);
      await store.keepSignIn(userId, new Date());
      return { account: accountOf(await requirePerson(userId)), setCookie };
    },
    async signOut(person, headers) {
      const isEnded = person.kind === 'person' && (await store.endSession(person.sessionId));
      if (isEnded) await record(person.email, 'sign-out', 'session');
      return sessions.signOut(headers);
    },
    findSession: (headers, refresh = false) => sessions.find(headers, refresh),
    account: async (userId) => accountOf(await requirePerson(userId)),
    async setPassword(principal, { email, currentPassword, newPassword, revokeTokens }) {
      if (principal.kind !== 'person') throw new AppError('token-not-allowed');
      const person = await requirePerson(principal.userId);
      if (person.passwordHash !== null) {
        const isRight = await sessions.verifyPassword(person.passwordHash, currentPassword ?? '');
        if (!isRight) {
          await record(actorOf(principal), 'password.refused', `user:${person.id}`);
          throw new AppError('wrong-credentials');
        }
      }
      const passwordHash = await sessions.hashPassword(newPassword);
      try {
        await database.$transaction(async (transaction) => {
          await store.setPassword(transaction, person.id, passwordHash);
          await store.endOtherSessions(transaction, person.id, principal.sessionId);
          const entry = { actor: actorOf(principal), target: `user:${person.id}`, projectId: null };
          const after = email?.toLowerCase() ?? person.email;
          // All rows before the audit log, whose head everybody waits for: whoever holds one may be waiting for it.
          if (after !== person.email) await store.setEmail(transaction, person.id, after);
          if (revokeTokens && person.passwordHash !== null) {
            const { actor } = entry;
            await tokens.revokeAll(transaction, { actor, userId: person.id, because: 'password-changed' });
          }
          await audit.record(transaction, { ...entry, action: 'password.set', details: {} });
          if (after === person.email) return;
          // Acts are recorded under an address: only this line says whose acts stand under the one before.
          const details = { before: person.email, after };
          await audit.record(transaction, { ...entry, action: 'account.email-changed', details });
        });
      } catch (error) {
        if (!isUniqueViolation(error)) throw error;
        const message = { en: 'Another account has this address.', zh: '已有其他账户使用该邮箱。' };
        throw new AppError('conflict', { fields: [{ field: 'email', message }] });
      }
      return accountOf(await requirePerson(person.id));
    },
    rolesIn: store.rolesIn,
  };
}
