import { resolve } from 'node:path';
import { z } from 'zod';

const secret = z.string().min(16, 'must have at least 16 characters');
const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an http or https address' });
const postgresUrl = z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgresql:// address' });
const masterKey = z.string().regex(/^[0-9a-fA-F]{64}$/, 'must be 64 hexadecimal digits (openssl rand -hex 32)');
const port = z.coerce
  .number('must be a number from 1 to 65535')
  .int('must be a whole number from 1 to 65535')
  .min(1, 'must be from 1 to 65535')
  .max(65_535, 'must be from 1 to 65535');

/** What a person may set, for the launcher and for the server alike. */
const personal = {
  HOST: z
    .string()
    .regex(/^[A-Za-z0-9.:_-]+$/, 'must be a host name or an IP address')
    .default('127.0.0.1'),
  PORT: port.default(4600),
  GREENLIGHT_DATA_DIR: z
    .string()
    .default('.data')
    .transform((path) => resolve(path)),
  GREENLIGHT_PUBLIC_URL: httpUrl.optional(),
  /** Whether endpoints that people add may lie inside the network: whoever says so trusts everybody who may add one. */
  GREENLIGHT_ALLOW_PRIVATE_ENDPOINTS: z.enum(['yes', 'no'], 'must be yes or no').default('no'),
  GREENLIGHT_ADMIN_EMAIL: z.email('must be an e-mail address').optional(),
  GREENLIGHT_ADMIN_PASSWORD: z.string().min(10, 'must have at least 10 characters').optional(),
};

const launcherEnvironment = z.object({ ...personal, DATABASE_URL: postgresUrl.optional() });

const serverEnvironment = z.object({
  ...personal,
  DATABASE_URL: postgresUrl,
  GREENLIGHT_AUTH_SECRET: secret,
  GREENLIGHT_WORKER_TOKEN: secret,
  GREENLIGHT_INFERENCE_TOKEN: secret,
  /** Encrypts the stored files; without it a key is made and kept in the data directory. */
  GREENLIGHT_MASTER_KEY: masterKey.optional(),
  /** The key before, until no file needs it any more. */
  GREENLIGHT_PREVIOUS_MASTER_KEY: masterKey.optional(),
  /** What the commands of this machine sign in with, where the launcher made one. */
  GREENLIGHT_LOCAL_TOKEN: secret.optional(),
  GREENLIGHT_INFERENCE_URL: httpUrl,
});

/** What `npm start` reads from its environment. */
export type LauncherEnvironment = z.infer<typeof launcherEnvironment>;

/** What the server process reads from its environment; PORT on HOST is where it listens. */
export type ServerEnvironment = z.infer<typeof serverEnvironment>;

/** Settings are missing or wrong; the message is one sentence that lists every one of them. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

function parse<Schema extends z.ZodType>(schema: Schema, variables: NodeJS.ProcessEnv): z.output<Schema> {
  // An empty variable is one that a shell or a compose file left unset.
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  const result = schema.safeParse(given);
  const problems = (result.error?.issues ?? []).map((issue) => {
    const name = issue.path.join('.');
    return given[name] === undefined ? `${name} is missing` : `${name} ${issue.message}`;
  });
  const [email, password] = [given['GREENLIGHT_ADMIN_EMAIL'], given['GREENLIGHT_ADMIN_PASSWORD']];
  if ((email === undefined) !== (password === undefined)) {
    problems.push('GREENLIGHT_ADMIN_EMAIL and GREENLIGHT_ADMIN_PASSWORD must be set together');
  }
  const { GREENLIGHT_WORKER_TOKEN: workerToken, GREENLIGHT_INFERENCE_TOKEN: inferenceToken } = given;
  if (workerToken !== undefined && workerToken === inferenceToken) {
    problems.push('GREENLIGHT_WORKER_TOKEN and GREENLIGHT_INFERENCE_TOKEN must differ: each opens other doors');
  }
  if (!result.success || problems.length > 0) throw new SettingsError(`Wrong settings: ${problems.join('; ')}.`);
  return result.data;
}

/** Parses the launcher's environment; throws a SettingsError that lists every wrong setting. */
export function readLauncherEnvironment(variables: NodeJS.ProcessEnv): LauncherEnvironment {
  return parse(launcherEnvironment, variables);
}

/** Parses the server's environment; throws a SettingsError that lists every wrong setting. */
export function readServerEnvironment(variables: NodeJS.ProcessEnv): ServerEnvironment {
  return parse(serverEnvironment, variables);
}

/** The address under which people reach a server: the public one when it is set, else the one it listens on. */
export function publicUrl(environment: LauncherEnvironment | ServerEnvironment): string {
  if (environment.GREENLIGHT_PUBLIC_URL) return environment.GREENLIGHT_PUBLIC_URL.replace(/\/+$/, '');
  const everywhere = environment.HOST === '0.0.0.0' || environment.HOST === '::';
  const host = everywhere ? 'localhost' : environment.HOST;
  return `http://${host.includes(':') ? `[${host}]` : host}:${environment.PORT}`;
}
