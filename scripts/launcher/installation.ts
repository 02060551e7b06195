import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { freePort } from '../../server/src/database/free-port.ts';
import type { LauncherEnvironment } from '../../server/src/env.ts';
import { openDataDirectory, readOrCreateSecret } from './data-directory.ts';
import { openDatabase } from './database.ts';
import { assertCanListen, localUrl } from './listening.ts';
import { startServer, type ServerReady } from './server-process.ts';
import { supervise, type ProcessPlan } from './supervised-process.ts';
import { WORKER_MEMORY } from './worker-memory.ts';

const root = join(import.meta.dirname, '..', '..');
const newToken = (): string => randomBytes(32).toString('base64url');

const SERVER_SECRETS = [
  'DATABASE_URL',
  'GREENLIGHT_ADMIN_PASSWORD',
  'GREENLIGHT_MASTER_KEY',
  'GREENLIGHT_PREVIOUS_MASTER_KEY',
];

// Together below the ten seconds that a service manager grants.
const stopLimitsMs = { worker: 3_000, inference: 1_000, server: 3_500, database: 2_000 };

/** A running Greenlight: database, server, inference service and one worker. */
export interface Installation {
  readonly ready: ServerReady;
  /** Ends worker, inference service, server and database, in this order. */
  stop(): Promise<void>;
}

/** How `startInstallation` talks to its caller and what it prepares. */
export interface InstallationOptions {
  readonly environment: LauncherEnvironment;
  /** Called between migration and the server's start, for what the pages need. */
  readonly prepareWeb: () => void;
  /** Options of Node for the server, such as `--watch`. */
  readonly serverOptions?: readonly string[];
  /** Receives one sentence for each thing that goes wrong later and is repaired. */
  readonly report: (sentence: string) => void;
}

/** Starts everything in order; when a step fails, what was started is ended and one sentence is thrown. */
export async function startInstallation(options: InstallationOptions): Promise<Installation> {
  const { environment, report } = options;
  const ends: (() => Promise<void> | void)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of ends.splice(0).toReversed()) await end();
  };
  try {
    await assertCanListen(environment.HOST, environment.PORT);
    const directory = openDataDirectory(environment.GREENLIGHT_DATA_DIR);
    ends.push(() => directory.release());
    const database = await openDatabase(environment.DATABASE_URL, directory, report);
    ends.push(() => database.stop(stopLimitsMs.database));
    options.prepareWeb();

    const inferencePort = await freePort();
    const tokens = { GREENLIGHT_WORKER_TOKEN: newToken(), GREENLIGHT_INFERENCE_TOKEN: newToken() };
    // What the worker runs is none of the database's business: it never sees the address, nor what opens the stored files.
    const inherited = { ...process.env };
    for (const secret of SERVER_SECRETS) delete inherited[secret];
    const plan = (name: string, file: string, own: NodeJS.ProcessEnv): ProcessPlan => ({
      name,
      command: [join(root, file)],
      environment: { ...inherited, ...own },
      logFile: join(directory.logs, `${name}.log`),
    });

    const serverPlan = plan('server', 'server/src/main.ts', {
      ...process.env,
      ...tokens,
      HOST: environment.HOST,
      PORT: String(environment.PORT),
      DATABASE_URL: database.url,
      GREENLIGHT_DATA_DIR: directory.path,
      GREENLIGHT_AUTH_SECRET: readOrCreateSecret(directory, 'auth-secret'),
      GREENLIGHT_LOCAL_TOKEN: readOrCreateSecret(directory, 'local-token'),
      GREENLIGHT_INFERENCE_URL: localUrl('127.0.0.1', inferencePort),
    });
    const server = await startServer(
      { ...serverPlan, command: [...(options.serverOptions ?? []), ...serverPlan.command] },
      report,
    );
    ends.push(() => server.process.stop(stopLimitsMs.server));

    const machine = {
      ...WORKER_MEMORY,
      GREENLIGHT_SERVER_URL: localUrl(environment.HOST, environment.PORT),
      GREENLIGHT_WORKER_DIR: directory.worker,
    };
    const inferencePlan = plan('inference', 'worker/src/serve.ts', {
      ...machine,
      GREENLIGHT_INFERENCE_TOKEN: tokens.GREENLIGHT_INFERENCE_TOKEN,
      GREENLIGHT_INFERENCE_HOST: '127.0.0.1',
      GREENLIGHT_INFERENCE_PORT: String(inferencePort),
    });
    const inference = supervise(inferencePlan, report);
    ends.push(() => inference.stop(stopLimitsMs.inference));
    const workerPlan = plan('worker', 'worker/src/main.ts', {
      ...machine,
      GREENLIGHT_WORKER_TOKEN: tokens.GREENLIGHT_WORKER_TOKEN,
    });
    const worker = supervise({ ...workerPlan, ownsTerminal: true }, report);
    ends.push(() => worker.stop(stopLimitsMs.worker));
    return { ready: server.ready, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
