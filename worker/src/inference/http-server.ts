import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { ERRORS, type ErrorCode } from '@greenlight/shared/api/error-codes.ts';
import {
  classificationRequest,
  inferenceRequest,
  predictionRequest,
} from '@greenlight/shared/worker-protocol/inference.ts';
import type { z } from 'zod';
import { ModelFileError } from '../model-files/inspect-file.ts';
import { RefusedError } from '../report/client.ts';
import { isDiskFull } from '../report/full-disk.ts';
import type { ForeignModels } from './foreign-models.ts';
import type { TextClassifier } from './text-classifier.ts';
import { QueueFullError, type TextScheduler } from './text-scheduler.ts';

/** Bytes of a request's body by its path: enough for the most and longest texts that it takes. */
const BODY_LIMITS: Readonly<Record<string, number>> = {
  '/generate': 256 * 1024,
  '/generate/stream': 256 * 1024,
  '/classify': 16 * 1024 * 1024,
  '/predict': 32 * 1024 * 1024,
};
const DEFAULT_TIMEOUT_MS = 60_000;

/** What the service is made of. */
export interface InferenceServerOptions {
  /** Bearer token that every request for text must carry. */
  token: string;
  /** Writes texts with trained models. */
  texts: TextScheduler;
  /** Answers with trained classifiers. */
  classifier: TextClassifier;
  /** Models that came from elsewhere. */
  foreignModels: ForeignModels;
  /** Longest time from a request's arrival to its answer. */
  timeoutMs?: number;
  /** Where failures that a client must not see in detail are written. */
  log(line: string): void;
}

/** A refusal with its place in the table of errors. */
class HttpError extends Error {
  readonly code: ErrorCode;
  readonly details: unknown;

  constructor(code: ErrorCode, details?: unknown) {
    super(code);
    this.code = code;
    this.details = details;
  }
}

/**
 * The service that continues prompts with trained models, `POST /generate` and, as server-sent events, `POST /generate/stream`, answers with trained classifiers, `POST /classify`, and with imported models,
 * `POST /predict`, all with a bearer token; `GET /healthz`.
 */
export function createInferenceServer(options: InferenceServerOptions): Server {
  const server = createServer((request, response) => {
    answer(request, response, options).catch((error: unknown) => {
      const { code, details } = httpErrorOf(error, options);
      const body = { error: { code, message: ERRORS[code].en, details } };
      if (response.headersSent) response.end(eventFrame('error', body));
      else send(response, ERRORS[code].status, body);
    });
  });
  server.requestTimeout = 30_000;
  server.headersTimeout = 10_000;
  return server;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { token, texts, classifier, foreignModels, timeoutMs = DEFAULT_TIMEOUT_MS }: InferenceServerOptions,
): Promise<void> {
  const path = (request.url ?? '/').split('?')[0];
  if (path === '/healthz') {
    requireMethod(request, 'GET');
    send(response, 200, { ok: true });
    return;
  }
  const limitBytes = BODY_LIMITS[path ?? ''];
  if (limitBytes === undefined) throw new HttpError('route-not-found');
  if (!isAuthorised(request.headers.authorization, token)) throw new HttpError('not-signed-in');
  requireMethod(request, 'POST');
  const json = await readJson(request, limitBytes);
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const signal = AbortSignal.any([gone.signal, AbortSignal.timeout(timeoutMs)]);
  if (path === '/predict') {
    send(response, 200, await foreignModels.predict(parsed(predictionRequest, json), signal));
    return;
  }
  if (path === '/classify') {
    send(response, 200, await classifier.classify(parsed(classificationRequest, json), signal));
    return;
  }
  const question = parsed(inferenceRequest, json);
  if (path === '/generate') {
    send(response, 200, await texts.write(question, signal));
    return;
  }
  // Whatever is refused before the first piece is so with its status.
  const begin = (): void => {
    if (response.headersSent) return;
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' });
  };
  const reply = await texts.write(question, signal, (piece) => {
    begin();
    response.write(eventFrame('piece', piece));
  });
  begin();
  response.end(eventFrame('end', reply));
}

function eventFrame(event: string, data: unknown): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

function parsed<Schema extends z.ZodType>(schema: Schema, json: unknown): z.output<Schema> {
  const body = schema.safeParse(json);
  if (body.success) return body.data;
  const fields = body.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }));
  throw new HttpError('bad-request', fields);
}

function requireMethod(request: IncomingMessage, method: string): void {
  if (request.method !== method) throw new HttpError('method-not-allowed');
}

function isAuthorised(header: string | undefined, token: string): boolean {
  const given = createHash('sha256')
    .update(header ?? '')
    .digest();
  return timingSafeEqual(given, createHash('sha256').update(`Bearer ${token}`).digest());
}

async function readJson(request: IncomingMessage, limitBytes: number): Promise<unknown> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > limitBytes) throw new HttpError('payload-too-large');
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    throw new HttpError('bad-request');
  }
}

function httpErrorOf(error: unknown, { log }: InferenceServerOptions): HttpError {
  if (error instanceof HttpError) return error;
  if (error instanceof ModelFileError) {
    return new HttpError('model-file-failed', { fields: [{ field: 'model', message: error.said }] });
  }
  if (error instanceof QueueFullError) return new HttpError('inference-busy');
  // The model does not fit on this machine's disk beside what is there.
  if (isDiskFull(error)) return new HttpError('storage-full');
  if (error instanceof RefusedError && error.status === 404) return new HttpError('not-found');
  if (!(error instanceof DOMException)) log(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return new HttpError('inference-unavailable');
}

function send(response: ServerResponse, status: number, value: unknown): void {
  if (response.headersSent || response.destroyed) return;
  // What is left of a refused body must not be read as the next request.
  const connection = status === 413 ? { connection: 'close' } : {};
  response.writeHead(status, { 'content-type': 'application/json', ...connection }).end(JSON.stringify(value));
}
