import { join } from 'node:path';
import type { FastifyInstance, FastifyServerOptions } from 'fastify';
import { buildApp } from './app.ts';
import { aloneUnder } from './database/alone.ts';
import { openDatabase, type Database } from './database/client.ts';
import { openNotifications } from './database/notifications.ts';
import { publicUrl, type ServerEnvironment } from './env.ts';
import { openJobQueue } from './plugins/job-queue.ts';
import { openLive } from './plugins/live.ts';
import { createServices, type Services } from './services.ts';
import { holdsEncryptedFiles, openFolderStorage, requireKeysOf } from './storage/folder-storage.ts';
import { openMasterKeys } from './storage/master-keys.ts';
import type { Storage } from './storage/storage.ts';
import { startSweeper, type Sweeper } from './sweeper.ts';

/** Any fixed number: it names the lock that puts changes of the slots of stored files one after another. */
const SLOTS_LOCK = 7_301_003;

/** A server that listens. */
export interface RunningServer {
  readonly app: FastifyInstance;
  readonly services: Services;
  readonly database: Database;
  /** Address under which people reach it. */
  readonly url: string;
  /** One-time link for the first admin, where no admin has a password yet. */
  readonly signInUrl: string | undefined;
  /** Ends streams, requests, jobs and connections, in this order. */
  close(): Promise<void>;
}

const WEB_ROOT = join(import.meta.dirname, '..', '..', 'web', 'dist');

async function prepareFirstAdmin(services: Services, environment: ServerEnvironment): Promise<string | undefined> {
  const { GREENLIGHT_ADMIN_EMAIL: email, GREENLIGHT_ADMIN_PASSWORD: password } = environment;
  if (email !== undefined && password !== undefined) {
    await services.firstAdmin.ensure(email, password);
    return undefined;
  }
  const token = await services.firstAdmin.createLinkToken();
  return token === undefined ? undefined : `${publicUrl(environment)}/sign-in?link=${token}`;
}

function sweep(services: Services, storage: Storage, onError: (error: unknown) => void): Sweeper {
  return startSweeper(
    [
      services.auditAnchor.keep,
      ({ now, isUncertain }) => services.leases.releaseExpired(now, isUncertain),
      ({ now, isUncertain }) => services.jobLeases.releaseExpired(now, isUncertain),
      async ({ now, mayRemove }) => mayRemove && services.retention.deleteExpired(now),
      ({ now }) => services.erasureWork.resume(now),
      async ({ now, mayRemove }) => mayRemove && services.sources.removeExpired(now),
      () => services.artifacts.removeBestOfEnded(),
      async ({ now, mayRemove }) => mayRemove && storage.removeLeftOvers(now),
      async ({ now, mayRemove }) => mayRemove && services.unnamedFiles.removeSome(now),
    ],
    onError,
  );
}

/**
 * Opens everything that a server stands on, fills a new installation and starts to listen; the schema must be migrated. Without
 * `sweeper` its regular upkeep is left to whoever calls.
 */
export async function startServer(
  environment: ServerEnvironment,
  logger: FastifyServerOptions['logger'],
  sweeper = true,
): Promise<RunningServer> {
  const closing: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const end of closing.splice(0).toReversed()) await end();
  };
  try {
    const connection = environment.DATABASE_URL;
    const url = publicUrl(environment);
    // The log belongs to the app, which comes into being later than what reports to it.
    const log: { error: (details: object, message: string) => void } = { error: () => undefined };
    const files = join(environment.GREENLIGHT_DATA_DIR, 'files');
    const keys = await openMasterKeys(
      join(environment.GREENLIGHT_DATA_DIR, 'master-keys.json'),
      { active: environment.GREENLIGHT_MASTER_KEY, previous: environment.GREENLIGHT_PREVIOUS_MASTER_KEY },
      () => holdsEncryptedFiles(files),
    );
    await requireKeysOf(files, keys);
    const database = openDatabase(connection);
    closing.push(() => database.$disconnect());
    const alone = aloneUnder(database, SLOTS_LOCK);
    const storage = await openFolderStorage(files, keys, alone, (error) => log.error({ err: error }, 'stored file'));
    const live = await openLive(openNotifications(connection));
    closing.push(live.close);
    const jobs = await openJobQueue(connection, (error) => log.error({ err: error }, 'job queue'));
    closing.push(jobs.close);
    const services = createServices({
      database,
      jobs,
      live,
      storage,
      keys,
      inference: { url: environment.GREENLIGHT_INFERENCE_URL, token: environment.GREENLIGHT_INFERENCE_TOKEN },
      onError: (error) => log.error({ err: error }, 'work beside requests'),
      auditAnchorFile: join(environment.GREENLIGHT_DATA_DIR, 'audit-anchor.json'),
      authSecret: environment.GREENLIGHT_AUTH_SECRET,
      isSecure: url.startsWith('https:'),
      allowsPrivateEndpoints: environment.GREENLIGHT_ALLOW_PRIVATE_ENDPOINTS === 'yes',
    });
    // Closed after the app: it may be reading a whole version.
    closing.push(services.uncounted.close);
    const state = { isSeeded: false };
    const isReady = async (): Promise<boolean> => {
      await database.$queryRaw`SELECT 1`;
      return state.isSeeded;
    };
    const app = await buildApp({ database, services, publicUrl: url, webRoot: WEB_ROOT, isReady, logger });
    closing.push(() => app.close());
    log.error = (details, message) => app.log.error(details, message);

    await app.listen({ host: environment.HOST, port: environment.PORT });
    await services.tokens.acceptMachineToken('worker', environment.GREENLIGHT_WORKER_TOKEN);
    await services.tokens.acceptMachineToken('inference', environment.GREENLIGHT_INFERENCE_TOKEN);
    const signInUrl = await prepareFirstAdmin(services, environment);
    const { GREENLIGHT_LOCAL_TOKEN: localToken } = environment;
    if (localToken !== undefined) await services.tokens.acceptLocalToken(localToken);
    await services.seed.seedArticle();
    await services.leases.repairQueue();
    state.isSeeded = true;
    closing.push(services.erasureWork.close);
    if (sweeper) closing.push(sweep(services, storage, (error) => app.log.error({ err: error }, 'sweep')).close);
    services.encryption.start((error) => app.log.error({ err: error }, 'encryption of stored files'));
    closing.push(services.encryption.close);
    services.uncounted.start((error) => app.log.error({ err: error }, 'texts that were also trained on'));
    return { app, services, database, url, signInUrl, close };
  } catch (error) {
    await close();
    throw error;
  }
}
