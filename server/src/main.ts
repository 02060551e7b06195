// The server process: reads its environment, serves until told to stop, and tells its launcher when it is ready.
import closeWithGrace from 'close-with-grace';
import { migrate } from './database/migrate.ts';
import { readServerEnvironment, SettingsError } from './env.ts';
import { loggedError } from './plugins/logged-error.ts';
import { startServer } from './start-server.ts';
import { MasterKeyMissingError } from './storage/master-keys.ts';

const CLOSE_WITHIN_MS = 7_500;

/** Logs carry neither credentials nor one-time links, nor the values of a query that failed. */
const logger = {
  level: 'info',
  redact: { paths: ['req.headers.authorization', 'req.headers.cookie', 'res.headers["set-cookie"]'], remove: true },
  serializers: {
    err: (error: unknown) => ({ ...loggedError(error) }),
    req: ({ method, url, ip, id }: { method: string; url: string; ip: string; id: string }) => ({
      method,
      url: url.split('?', 1)[0],
      ip,
      id,
    }),
  },
};

try {
  const environment = readServerEnvironment(process.env);
  await migrate(environment.DATABASE_URL);
  const server = await startServer(environment, logger);
  closeWithGrace({ delay: CLOSE_WITHIN_MS, logger: server.app.log }, async ({ err }) => {
    if (err !== undefined) server.app.log.error({ err }, 'closing after a fault');
    await server.close();
  });
  const { url, signInUrl } = server;
  process.send?.({ type: 'ready', url, signInUrl });
} catch (error) {
  const isKnown =
    error instanceof SettingsError ||
    error instanceof MasterKeyMissingError ||
    (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
  if (!isKnown) console.error(error);
  console.error((error as Error).message);
  process.exitCode = 1;
}
