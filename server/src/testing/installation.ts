import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from '../database/client.ts';
import { freePort } from '../database/free-port.ts';
import { createTestDatabase } from '../database/test-database.ts';
import type { ServerEnvironment } from '../env.ts';
import type { Services } from '../services.ts';
import { startServer, type RunningServer } from '../start-server.ts';

/** The admin of every test installation. */
export const ADMIN = { email: 'admin@example.com', password: 'correct-horse-battery' } as const;

/** The machine token of every test installation. */
export const WORKER_TOKEN = 'worker-token-for-tests-0123456789';

/** What opens the doors of the inference service, and its own. */
export const INFERENCE_TOKEN = 'inference-token-for-tests';

/** A real server on a database and a folder of its own. */
export interface TestInstallation {
  readonly url: string;
  readonly environment: ServerEnvironment;
  /** The server that runs now; another one after `restart`. */
  readonly services: Services;
  readonly database: Database;
  readonly dataFolder: string;
  /** Ends the server and starts it again on the same port, database and folder. */
  restart(): Promise<void>;
  /** Starts a second server on the same database and folder. */
  startSecond(): Promise<RunningServer>;
  close(): Promise<void>;
}

/** Starts an installation; `settings` overrides its environment. Tests that end leases at moments of their own do without the `sweeper`. */
export async function startInstallation(
  settings: Partial<ServerEnvironment> = {},
  { sweeper = true } = {},
): Promise<TestInstallation> {
  const testDatabase = await createTestDatabase();
  const dataFolder = await mkdtemp(join(tmpdir(), 'greenlight-server-'));
  const environment: ServerEnvironment = {
    HOST: '127.0.0.1',
    PORT: await freePort(),
    GREENLIGHT_DATA_DIR: dataFolder,
    GREENLIGHT_ADMIN_EMAIL: ADMIN.email,
    GREENLIGHT_ADMIN_PASSWORD: ADMIN.password,
    DATABASE_URL: testDatabase.url,
    GREENLIGHT_AUTH_SECRET: 'a-secret-that-signs-cookies-in-tests',
    GREENLIGHT_WORKER_TOKEN: WORKER_TOKEN,
    GREENLIGHT_INFERENCE_TOKEN: INFERENCE_TOKEN,
    GREENLIGHT_INFERENCE_URL: 'http://127.0.0.1:9',
    GREENLIGHT_ALLOW_PRIVATE_ENDPOINTS: 'no',
    ...settings,
  };
  let server = await startServer(environment, false, sweeper);
  return {
    url: `http://127.0.0.1:${environment.PORT}`,
    environment,
    get services() {
      return server.services;
    },
    get database() {
      return server.database;
    },
    dataFolder,
    async restart() {
      await server.close();
      server = await startServer(environment, false, sweeper);
    },
    startSecond: async () => startServer({ ...environment, PORT: await freePort() }, false, sweeper),
    async close() {
      await server.close();
      await testDatabase.drop();
      await rm(dataFolder, { recursive: true, force: true });
    },
  };
}
