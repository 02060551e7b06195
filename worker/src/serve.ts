import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { EnvironmentError, readInferenceEnvironment } from './env.ts';
import { FileCache } from './inference/file-cache.ts';
import { ForeignModels } from './inference/foreign-models.ts';
import { createInferenceServer } from './inference/http-server.ts';
import { ModelCache } from './inference/model-cache.ts';
import { TextClassifier } from './inference/text-classifier.ts';
import { TextScheduler } from './inference/text-scheduler.ts';
import { ServerClient } from './report/client.ts';

const DISK_CACHE_BYTES = 4 * 1024 ** 3;
const MODELS_IN_MEMORY = 3;
/** Share of the memory that models of a kind may take: those that write, and those that classify. */
const MEMORY_SHARE = 1 / 4;
/** Beyond 16 texts a step takes longer in proportion on most processors. */
const LIMITS = { waiting: 64, texts: 16, cacheBytes: 512 * 1024 ** 2, models: MODELS_IN_MEMORY };

/** Ends the process with one sentence. */
function exitWith(sentence: string): never {
  console.error(sentence);
  process.exit(1);
}

/** Bytes of memory that this process may use: the machine's, or what its container is limited to. */
function usableMemory(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

async function main(): Promise<void> {
  const environment = readInferenceEnvironment(process.env);
  const client = new ServerClient({
    serverUrl: environment.GREENLIGHT_SERVER_URL,
    token: environment.GREENLIGHT_INFERENCE_TOKEN,
  });
  const files = new FileCache(client, join(environment.GREENLIGHT_WORKER_DIR, 'inference'), DISK_CACHE_BYTES);
  const limits = { models: MODELS_IN_MEMORY, bytes: MEMORY_SHARE * usableMemory() };
  const models = new ModelCache(files, limits);
  const foreignModels = new ForeignModels(files, MODELS_IN_MEMORY);
  const server = createInferenceServer({
    token: environment.GREENLIGHT_INFERENCE_TOKEN,
    texts: new TextScheduler(models, LIMITS),
    classifier: new TextClassifier(new ModelCache(files, limits), LIMITS.waiting),
    foreignModels,
    log: console.error,
  });
  const { GREENLIGHT_INFERENCE_HOST: host, GREENLIGHT_INFERENCE_PORT: port } = environment;
  server.listen(port, host);
  await once(server, 'listening').catch((error: NodeJS.ErrnoException) => {
    exitWith(`The inference service cannot listen on ${host}:${port} (${error.code ?? error.message}).`);
  });
  console.log(`Inference service is ready on ${host}:${(server.address() as AddressInfo).port}.`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      server.closeAllConnections();
      server.close(() => process.exit(0));
    });
  }
}

try {
  await main();
} catch (error) {
  if (error instanceof EnvironmentError) exitWith(error.message);
  throw error;
}
