import { ERRORS, messageOf, type ErrorCode } from '@greenlight/shared/api/error-codes.ts';
import type { Language } from '@greenlight/shared/api/localized-text.ts';

/** What a page knows when the server cannot be reached at all; no reply carries this code. */
export const OFFLINE_CODE = 'offline';

/** A reply that was not a success, or no reply at all (`code` is `offline`, `status` 0). */
export class ApiError extends Error {
  readonly code: string;
  readonly status: number;
  readonly details: unknown;
  readonly requestId: string | undefined;

  constructor(failure: { code: string; status: number; message: string; details?: unknown; requestId?: string }) {
    super(failure.message);
    this.name = 'ApiError';
    this.code = failure.code;
    this.status = failure.status;
    this.details = failure.details;
    this.requestId = failure.requestId;
  }
}

function isErrorCode(code: string): code is ErrorCode {
  return code in ERRORS;
}

/** The sentence of an error in the language of the screen; undefined where the code is not one of the product's. */
export function sentenceOf(error: unknown, language: Language): string | undefined {
  if (!(error instanceof ApiError)) return undefined;
  return isErrorCode(error.code) ? messageOf(error.code, language) : undefined;
}
