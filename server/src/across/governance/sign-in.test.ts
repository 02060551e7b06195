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
import { listProjects } from '@greenlight/shared/projects/contract.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../../database/free-port.ts';
import { startServer } from '../../start-server.ts';
import { Caller, cookieOf } from '../../testing/caller.ts';
import { ADMIN, startInstallation, type TestInstallation } from '../../testing/installation.ts';
import { addPerson, signedIn, signedInAdmin, withNewToken } from '../../testing/people.ts';

const NEW_PASSWORD = 'a-new-long-password';

describe('with the admin in the settings', () => {
  let installation: TestInstallation;
  let nobody: Caller;

  beforeAll(async () => {
    installation = await startInstallation();
    nobody = new Caller(installation.url);
  });
  afterAll(() => installation.close());

  test('the right password sets a cookie that scripts of the page cannot read', async () => {
    const answer = await nobody.ask(signIn, { body: { email: ADMIN.email.toUpperCase(), password: ADMIN.password } });
    expect(answer.status).toBe(200);
    const [cookie] = answer.headers.getSetCookie();
    expect(cookie).toMatch(/HttpOnly/i);
    expect(cookie).toMatch(/SameSite=Lax/i);
    expect(cookie).not.toMatch(/Secure/i);
    const { account } = await new Caller(installation.url, { cookie: cookieOf(answer) }).call(getSession);
    expect(account).toMatchObject({ email: ADMIN.email, isAdmin: true, hasPassword: true });
  });

  test('a wrong password and an unknown e-mail get the same answer', async () => {
    const wrong = await nobody.ask(signIn, { body: { email: ADMIN.email, password: 'wrong' } });
    const unknown = await nobody.ask(signIn, { body: { email: 'who@example.com', password: 'wrong' } });
    for (const answer of [wrong, unknown]) {
      expect([answer.status, answer.body.error.code]).toEqual([401, 'wrong-credentials']);
      expect(answer.headers.getSetCookie()).toEqual([]);
    }
  });

  test('guessing is stopped', async () => {
    const codes: string[] = [];
    for (let attempt = 0; attempt < 25; attempt += 1) {
      const { body } = await nobody.ask(signIn, {
        body: { email: 'guessed@example.com', password: `guess-${attempt}` },
      });
      codes.push(body.error.code);
    }
    expect(codes[0]).toBe('wrong-credentials');
    expect(codes.at(-1)).toBe('too-many-requests');
  });

  test('signing out ends the session', async () => {
    const admin = await signedInAdmin(installation.url);
    await admin.call(signOut);
    expect((await admin.ask(getSession)).body.error.code).toBe('not-signed-in');
  });

  test('a changed cookie is no session', async () => {
    const { headers } = await signedInAdmin(installation.url);
    const forged = new Caller(installation.url, { cookie: `${headers['cookie']?.slice(0, -6)}AAAAAA` });
    expect((await forged.ask(getSession)).status).toBe(401);
  });

  test('a new password needs the old one, ends other sessions and keeps this one', async () => {
    const person = await addPerson(installation, 'changes@example.com');
    const elsewhere = await signedIn(installation.url, 'changes@example.com', 'another-long-password');
    const without = await person.ask(setPassword, { body: { newPassword: NEW_PASSWORD } });
    expect(without.body.error.code).toBe('wrong-credentials');
    const short = await person.ask(setPassword, {
      body: { currentPassword: 'another-long-password', newPassword: 'short' },
    });
    expect(short.body.error.code).toBe('bad-request');
    const body = { currentPassword: 'another-long-password', newPassword: NEW_PASSWORD };
    await person.call(setPassword, { body });
    expect((await person.ask(getSession)).status).toBe(200);
    expect((await elsewhere.ask(getSession)).status).toBe(401);
    await signedIn(installation.url, 'changes@example.com', NEW_PASSWORD);
  });

  test('a new password ends tokens unless they are to stay, and the audit log names them', async () => {
    const person = await addPerson(installation, 'scripts@example.com');
    const script = await withNewToken(person, ['read']);
    const change = { currentPassword: 'another-long-password', newPassword: NEW_PASSWORD };
    await person.call(setPassword, { body: { ...change, revokeTokens: false } });
    expect((await script.ask(listProjects)).status).toBe(200);
    await person.call(setPassword, { body: { currentPassword: NEW_PASSWORD, newPassword: 'yet-another-password' } });
    expect((await script.ask(listProjects)).status).toBe(401);
    const lines = { action: 'token.all-revoked', actor: 'scripts@example.com' };
    expect(await installation.database.auditEvent.findMany({ where: lines })).toMatchObject([
      { details: { because: 'password-changed', tokens: ['test'] } },
    ]);
  });

  test('the old password opens no session while it is being changed', async () => {
    await addPerson(installation, 'races@example.com');
    const { database, url } = installation;
    const { id: userId } = await database.user.findUniqueOrThrow({ where: { email: 'races@example.com' } });
    let signingIn: ReturnType<Caller['ask']> | undefined;
    await database.$transaction(async (transaction) => {
      await transaction.account.updateMany({ where: { userId }, data: { password: 'another hash' } });
      await transaction.session.deleteMany({ where: { userId } });
      const body = { email: 'races@example.com', password: 'another-long-password' };
      signingIn = new Caller(url).ask(signIn, { body });
      // It has the old hash, which still stands for everybody else, and has begun a second session with it.
      await expect.poll(() => database.session.count({ where: { userId } }), { timeout: 30_000 }).toBe(2);
    });
    expect((await signingIn)?.body.error.code).toBe('wrong-credentials');
    expect(await database.session.count({ where: { userId } })).toBe(0);
  });

  test('an open session does not give the password away by guessing, and each wrong guess is recorded', async () => {
    const person = await addPerson(installation, 'left-open@example.com');
    const codes: string[] = [];
    for (let attempt = 0; attempt < 25; attempt += 1) {
      const body = { currentPassword: `guess-number-${attempt}`, newPassword: NEW_PASSWORD };
      codes.push((await person.ask(setPassword, { body })).body.error.code);
    }
    expect(codes[0]).toBe('wrong-credentials');
    expect(codes.at(-1)).toBe('too-many-requests');
    const refused = { action: 'password.refused', actor: 'left-open@example.com' };
    expect(await installation.database.auditEvent.count({ where: refused })).toBe(
      codes.filter((code) => code === 'wrong-credentials').length,
    );
  });

  test('nobody takes the e-mail of another, in whatever case', async () => {
    const person = await addPerson(installation, 'taker@example.com');
    const body = {
      email: ADMIN.email.toUpperCase(),
      currentPassword: 'another-long-password',
      newPassword: NEW_PASSWORD,
    };
    const answer = await person.ask(setPassword, { body });
    expect([answer.status, answer.body.error.code]).toEqual([409, 'conflict']);
    await signedIn(installation.url, 'taker@example.com', 'another-long-password');
  });

  test('whoever changes their e-mail stays who they were in the audit log', async () => {
    const person = await addPerson(installation, 'before@example.com');
    const { account } = await person.call(getSession);
    const body = { email: 'After@Example.com', currentPassword: 'another-long-password', newPassword: NEW_PASSWORD };
    await person.call(setPassword, { body });
    await person.call(setPassword, { body: { ...body, currentPassword: NEW_PASSWORD } });
    const changes = await installation.database.auditEvent.findMany({ where: { action: 'account.email-changed' } });
    expect(changes).toMatchObject([
      {
        actor: 'before@example.com',
        target: `user:${account.id}`,
        details: { before: 'before@example.com', after: 'after@example.com' },
      },
    ]);
  });

  test('a token works until it is revoked, and only its hash is kept', async () => {
    const admin = await signedInAdmin(installation.url);
    const { token, summary } = await admin.call(createToken, { body: { name: 'ci', scopes: ['read'] } });
    expect(token).toMatch(/^glt_[\w-]{43}$/);
    expect(token.startsWith(summary.prefix)).toBe(true);
    const script = admin.withToken(token);
    expect((await script.call(listProjects)).items).toHaveLength(1);
    const { items } = await admin.call(listTokens);
    expect(items.find(({ id }) => id === summary.id)?.lastUsedAt).not.toBeNull();
    const stored = await installation.database.token.findMany();
    expect(JSON.stringify(stored)).not.toContain(token);
    await admin.call(revokeToken, { params: { tokenId: summary.id } });
    expect((await script.ask(listProjects)).status).toBe(401);
  });

  test("this machine's own token reads and writes, and stays revoked over restarts", async () => {
    const { tokens } = installation.services;
    const secret = `glt_${'local-token-of-a-test'.padEnd(43, '0')}`;
    await tokens.acceptLocalToken(secret);
    const admin = await signedInAdmin(installation.url);
    const script = admin.withToken(secret);
    expect((await script.call(listProjects)).items).toHaveLength(1);
    const { items } = await admin.call(listTokens);
    const listed = items.find(({ prefix }) => secret.startsWith(prefix));
    expect(listed?.scopes).toEqual(['read', 'write']);
    await admin.call(revokeToken, { params: { tokenId: listed!.id } });
    await tokens.acceptLocalToken(secret);
    expect((await script.ask(listProjects)).status).toBe(401);
  });

  test('a token reaches no further than its maker, and makes no other', async () => {
    const admin = await signedInAdmin(installation.url);
    const script = await withNewToken(admin, ['read', 'write', 'admin']);
    const answer = await script.ask(createToken, { body: { name: 'child' } });
    expect([answer.status, answer.body.error.code]).toEqual([403, 'token-not-allowed']);
    const stranger = await addPerson(installation, 'stranger@example.com');
    const { items } = await admin.call(listTokens);
    const foreign = await stranger.ask(revokeToken, { params: { tokenId: items[0]!.id } });
    expect(foreign.status).toBe(404);
  });

  test('starting again keeps the account and what the person changed', async () => {
    const admin = await signedInAdmin(installation.url);
    await admin.call(setPassword, { body: { currentPassword: ADMIN.password, newPassword: NEW_PASSWORD } });
    await installation.restart();
    expect(await installation.database.user.count({ where: { isAdmin: true } })).toBe(1);
    expect((await admin.ask(getSession)).status).toBe(200);
    await signedIn(installation.url, ADMIN.email, NEW_PASSWORD);
  });

  test('no password, session secret or token lies in the database or the audit log as text', async () => {
    const rows = await Promise.all([
      installation.database.account.findMany(),
      installation.database.auditEvent.findMany({ select: { details: true, actor: true, target: true } }),
    ]);
    const text = JSON.stringify(rows);
    for (const secret of [ADMIN.password, NEW_PASSWORD, 'another-long-password']) expect(text).not.toContain(secret);
  });
});

describe('with the one-time link', () => {
  const withoutAdmin = { GREENLIGHT_ADMIN_EMAIL: undefined, GREENLIGHT_ADMIN_PASSWORD: undefined };
  let installation: TestInstallation;

  beforeAll(async () => {
    installation = await startInstallation(withoutAdmin);
  });
  afterAll(() => installation.close());

  const use = (token: string) => new Caller(installation.url).ask(signInWithLink, { body: { token } });
  const newLink = () => installation.services.firstAdmin.createLinkToken();

  test('a server without an admin offers a link under its address', async () => {
    const { PORT: _, ...rest } = installation.environment;
    const server = await startServer({ ...rest, PORT: await freePort() }, false);
    await server.close();
    expect(server.signInUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/sign-in\?link=[\w-]{43}$/);
  });

  test('the newest link works once; older, used and invented ones do not', async () => {
    const [older, newest] = [await newLink(), await newLink()];
    expect((await use(older!)).body.error.code).toBe('sign-in-link-used');
    const [first, second] = await Promise.all([use(newest!), use(newest!)]);
    expect([first.status, second.status].sort((a, b) => a - b)).toEqual([200, 401]);
    for (const unknown of ['x'.repeat(43), newest!.slice(0, 12)])
      expect((await use(unknown)).body.error.code).toBe('sign-in-link-used');
    expect(await installation.database.user.count()).toBe(1);
  });

  test('a link that is too old does not work', async () => {
    const token = await newLink();
    await installation.database.signInLink.updateMany({ data: { expiresAt: new Date(0) } });
    expect((await use(token!)).body.error.code).toBe('sign-in-link-used');
  });

  test('once the admin has a password, no link is made any more', async () => {
    const answer = await use((await newLink())!);
    const admin = new Caller(installation.url, { cookie: cookieOf(answer) });
    expect((await admin.call(getSession)).account).toMatchObject({ isAdmin: true, hasPassword: false });
    const body = { email: 'Lead@Example.com', newPassword: NEW_PASSWORD };
    const { account } = await admin.call(setPassword, { body });
    expect(account).toMatchObject({ email: 'lead@example.com', hasPassword: true });
    expect(await newLink()).toBeUndefined();
    await signedIn(installation.url, 'LEAD@example.com', NEW_PASSWORD);
  });
});
