import { ERRORS, type ErrorCode } from '@greenlight/shared/api/error-codes.ts';

/** A refusal with a code that every client knows; services throw it, the error plugin turns it into a reply. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly details: unknown;

  constructor(code: ErrorCode, details?: unknown) {
    super(ERRORS[code].en);
    this.name = 'AppError';
    this.code = code;
    this.details = details;
  }
}
