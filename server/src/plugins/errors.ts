import type { ErrorEntry } from '@greenlight/shared/api/data-errors.ts';
import { ERRORS, messageOf, type ErrorBody, type ErrorCode } from '@greenlight/shared/api/error-codes.ts';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors, isResponseSerializationError } from 'fastify-type-provider-zod';
import { AppError } from './app-error.ts';
import { isDeadlock, isUnreachableDatabase, isUnstorableValue } from './database-errors.ts';
import { fieldMessage, type FieldIssue } from './field-issues.ts';
import { preferredLanguage } from './language.ts';

interface Refusal {
  readonly code: ErrorCode;
  readonly details?: unknown;
}

/** A wrong list can be wrong in every member; nobody reads more than this. */
const MAX_FIELDS = 20;

const CODE_OF_FRAMEWORK_STATUS: Readonly<Record<number, ErrorCode>> = {
  404: 'route-not-found',
  405: 'method-not-allowed',
  413: 'payload-too-large',
  415: 'unsupported-media-type',
  429: 'too-many-requests',
};

function refusalOfValidation(error: FastifyError, request: FastifyRequest): Refusal | undefined {
  if (!hasZodFastifySchemaValidationErrors(error)) return undefined;
  const language = preferredLanguage(request.headers['accept-language']);
  const fields = error.validation
    .slice(0, MAX_FIELDS)
    .map((entry) => fieldMessage(entry as unknown as FieldIssue, language));
  const canBeConfiguration = request.routeOptions.config.route?.errors?.includes('invalid-configuration') === true;
  const isConfiguration = canBeConfiguration && fields.every(({ field }) => field.startsWith('configuration'));
  return { code: isConfiguration ? 'invalid-configuration' : 'bad-request', details: { fields } };
}

function refusalOf(error: FastifyError | AppError, request: FastifyRequest): Refusal {
  if (error instanceof AppError) return { code: error.code, details: error.details };
  const invalid = refusalOfValidation(error, request);
  if (invalid) return invalid;
  if (isResponseSerializationError(error)) return { code: 'internal' };
  if (isUnstorableValue(error)) return { code: 'bad-request' };
  if (isUnreachableDatabase(error)) return { code: 'not-ready' };
  if (isDeadlock(error)) return { code: 'in-each-others-way' };
  const status = error.statusCode ?? 500;
  if (status < 400 || status >= 500) return { code: 'internal' };
  return { code: CODE_OF_FRAMEWORK_STATUS[status] ?? 'bad-request' };
}

/** An error body in the caller's language; the only place that makes one. */
export function errorBodyFor(request: FastifyRequest, code: ErrorCode, details?: unknown): ErrorBody {
  const language = preferredLanguage(request.headers['accept-language']);
  return {
    error: {
      code,
      message: messageOf(code, language),
      ...(details === undefined ? {} : { details }),
      requestId: request.id,
    },
  };
}

/** Answers with an error. */
export function sendError(
  request: FastifyRequest,
  reply: FastifyReply,
  code: ErrorCode,
  details?: unknown,
): FastifyReply {
  const entry: ErrorEntry = ERRORS[code];
  if (entry.retryAfterSeconds !== undefined) reply.header('retry-after', entry.retryAfterSeconds);
  return reply
    .code(entry.status)
    .type('application/json; charset=utf-8')
    .serializer((body: unknown) => JSON.stringify(body))
    .send(errorBodyFor(request, code, details));
}

/** Turns whatever a handler, the framework or the database throws into a coded reply; server faults go to the log alone. */
export function handleError(error: FastifyError | AppError, request: FastifyRequest, reply: FastifyReply): void {
  const { code, details } = refusalOf(error, request);
  if (ERRORS[code].status >= 500) request.log.error({ err: error }, 'request failed');
  if (reply.sent || reply.raw.headersSent) {
    reply.raw.destroy();
    return;
  }
  sendError(request, reply, code, details);
}

/** Installs the error handler for every route of the app. */
export function registerErrors(app: FastifyInstance): void {
  app.setErrorHandler(handleError);
}
