import { createToken, signIn } from '@greenlight/shared/across/governance/contract.ts';
import type { ProjectRole } from '@greenlight/shared/across/governance/rights.ts';
import type { TokenScope } from '@greenlight/shared/api/define-route.ts';
import { createPeopleStore } from '../across/governance/people-store.ts';
import { createSessionLibrary } from '../across/governance/session-library.ts';
import { Caller, cookieOf } from './caller.ts';
import { ADMIN, type TestInstallation } from './installation.ts';

/** Signs in and returns a caller with the session's cookie. */
export async function signedIn(url: string, email: string, password: string): Promise<Caller> {
  const answer = await new Caller(url).ask(signIn, { body: { email, password } });
  if (answer.status !== 200) throw new Error(`sign-in answered ${answer.status}`);
  return new Caller(url, { cookie: cookieOf(answer) });
}

/** The admin of an installation, signed in. */
export const signedInAdmin = (url: string): Promise<Caller> => signedIn(url, ADMIN.email, ADMIN.password);

/** A caller with a new token of a signed-in person. */
export async function withNewToken(
  person: Caller,
  scopes: TokenScope[],
  expiresAt: string | null = null,
): Promise<Caller> {
  const { token } = await person.call(createToken, { body: { name: 'test', scopes, expiresAt } });
  return person.withToken(token);
}

const PASSWORD = 'another-long-password';
/** Made once: hashing is slow on purpose, and the hash is no part of what tests of other things ask. */
let hash: Promise<string> | undefined;

/** Adds a person with a password and their roles in a project, and signs them in. */
export async function addPerson(
  installation: TestInstallation,
  email: string,
  membership?: { projectId: string; roles: readonly ProjectRole[] },
): Promise<Caller> {
  const { database, environment, url } = installation;
  const people = createPeopleStore(database);
  hash ??= createSessionLibrary(database, environment.GREENLIGHT_AUTH_SECRET, false).hashPassword(PASSWORD);
  const passwordHash = await hash;
  await database.$transaction(async (transaction) => {
    const userId = await people.create(transaction, { email, name: email, isAdmin: false });
    await people.setPassword(transaction, userId, passwordHash);
    const { projectId = '', roles = [] } = membership ?? {};
    await transaction.projectMember.createMany({ data: roles.map((role) => ({ userId, projectId, role })) });
  });
  return signedIn(url, email, PASSWORD);
}
