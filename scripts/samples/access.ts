import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createToken, signIn } from '@greenlight/shared/across/governance/contract.ts';
import { errorBody } from '@greenlight/shared/api/error-codes.ts';

const TOKEN_NAME = 'npm run sample';

/**
 * A token that may write on the server: GREENLIGHT_TOKEN, or the one that `npm start` keeps in the data folder, or a
 * new one made with the admin's e-mail and password from the environment and left there, readable by its owner alone.
 */
export async function accessToken(
  serverUrl: string,
  dataFolder: string,
  variables: NodeJS.ProcessEnv,
): Promise<string> {
  if (variables['GREENLIGHT_TOKEN']) return variables['GREENLIGHT_TOKEN'];
  const file = join(dataFolder, 'local-token');
  const kept = (await readFile(file, 'utf8').catch(() => '')).trim();
  if (kept !== '' && (await isAccepted(serverUrl, kept))) return kept;
  const { GREENLIGHT_ADMIN_EMAIL: email, GREENLIGHT_ADMIN_PASSWORD: password } = variables;
  if (!email || !password) {
    throw new Error(
      'No token was found: make one with the scope “write” on the page Tokens and set GREENLIGHT_TOKEN, or set GREENLIGHT_ADMIN_EMAIL and GREENLIGHT_ADMIN_PASSWORD as for npm start.',
    );
  }
  const cookie = await sessionCookie(serverUrl, email, password);
  const response = await post(serverUrl, createToken.path, { name: TOKEN_NAME, scopes: ['read', 'write'] }, { cookie });
  const { token } = createToken.reply?.parse(await response.json()) ?? { token: '' };
  await writeFile(file, `${token}\n`, { mode: 0o600 });
  await chmod(file, 0o600);
  return token;
}

/**
 * Sends something as the admin of the environment, signed in: what no token may do. False where the environment names none, or
 * it is refused, for example because somebody else must do it; then it says why.
 */
export async function postAsAdmin(
  serverUrl: string,
  path: string,
  body: unknown,
  variables: NodeJS.ProcessEnv,
): Promise<boolean> {
  const { GREENLIGHT_ADMIN_EMAIL: email, GREENLIGHT_ADMIN_PASSWORD: password } = variables;
  if (!email || !password) return false;
  const cookie = await sessionCookie(serverUrl, email, password);
  return post(serverUrl, path, body, { cookie }).then(
    () => true,
    (error: unknown) => {
      console.log(error instanceof Error ? error.message : String(error));
      return false;
    },
  );
}

async function isAccepted(serverUrl: string, token: string): Promise<boolean> {
  const response = await reach(new URL('/api/projects', serverUrl), { headers: { authorization: `Bearer ${token}` } });
  await response.body?.cancel();
  return response.ok;
}

async function sessionCookie(serverUrl: string, email: string, password: string): Promise<string> {
  const response = await post(serverUrl, signIn.path, { email, password }, {});
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';', 1)[0])
    .join('; ');
}

async function post(
  serverUrl: string,
  path: string,
  body: unknown,
  headers: Record<string, string>,
): Promise<Response> {
  const response = await reach(new URL(path, serverUrl), {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: new URL(serverUrl).origin, ...headers },
    body: JSON.stringify(body),
  });
  if (response.ok) return response;
  const refusal = errorBody.safeParse(await response.json().catch(() => null));
  throw new Error(refusal.data?.error.message ?? `The server refused with status ${response.status}.`);
}

async function reach(url: URL, init: RequestInit): Promise<Response> {
  return fetch(url, init).catch((error: unknown) => {
    throw new Error(`Greenlight does not answer at ${url.origin}: start it with npm start, or set GREENLIGHT_URL.`, {
      cause: error,
    });
  });
}
