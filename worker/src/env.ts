import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { z } from 'zod';
import { VECTOR_SETTINGS } from './products/vector-unit.ts';

const secret = z.string().min(16, 'must have at least 16 characters');

const folder = z
  .string()
  .min(1)
  .transform((path) => resolve(path));

const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an http or https address' });

const workerEnvironment = z.object({
  GREENLIGHT_SERVER_URL: httpUrl,
  GREENLIGHT_WORKER_TOKEN: secret,
  GREENLIGHT_WORKER_DIR: folder,
  GREENLIGHT_WORKER_NAME: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .default(() => hostname().slice(0, 100) || 'worker'),
  /** `off` leaves out the short measurement of the machine at the start; plans then have no time. */
  GREENLIGHT_WORKER_CALIBRATION: z.enum(['measure', 'off']).default('measure'),
  /** Read by each thread and process for itself (`products/vector-unit.ts`). */
  GREENLIGHT_VECTORS: z.enum(VECTOR_SETTINGS).default('512'),
});

/** What the training worker reads from its environment. */
export type WorkerEnvironment = z.infer<typeof workerEnvironment>;

const inferenceEnvironment = workerEnvironment
  .omit({ GREENLIGHT_WORKER_TOKEN: true, GREENLIGHT_WORKER_NAME: true, GREENLIGHT_WORKER_CALIBRATION: true })
  .extend({
    GREENLIGHT_INFERENCE_TOKEN: secret,
    GREENLIGHT_INFERENCE_HOST: z.string().min(1).default('127.0.0.1'),
    GREENLIGHT_INFERENCE_PORT: z.coerce.number().int().min(0).max(65_535),
  });

/** What the inference service reads from its environment. */
export type InferenceEnvironment = z.infer<typeof inferenceEnvironment>;

/** Settings of the process are missing or wrong; the message lists every one of them. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
}

function parse<Schema extends z.ZodType>(schema: Schema, variables: NodeJS.ProcessEnv): z.output<Schema> {
  // An empty variable is one that a shell or a compose file left unset.
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => {
    const name = issue.path.join('.');
    return given[name] === undefined ? `${name} is missing` : `${name}: ${issue.message}`;
  });
  throw new EnvironmentError(`Wrong settings: ${problems.join('; ')}.`);
}

/** Parses the training worker's environment; throws an `EnvironmentError` that names every wrong setting. */
export function readWorkerEnvironment(variables: NodeJS.ProcessEnv): WorkerEnvironment {
  return parse(workerEnvironment, variables);
}

/** Parses the inference service's environment; throws an `EnvironmentError` that names every wrong setting. */
export function readInferenceEnvironment(variables: NodeJS.ProcessEnv): InferenceEnvironment {
  return parse(inferenceEnvironment, variables);
}
