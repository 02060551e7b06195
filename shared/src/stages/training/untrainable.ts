import type { ErrorCode } from '../../api/error-codes.ts';

/** Why settings cannot be trained on a data version: for one run, its plan, or all runs of a sweep. */
export const UNTRAINABLE = [
  'invalid-configuration',
  'not-found',
  'content-deleted',
  'holds-images',
  'tokenizer-deleted',
  'other-tokenizer',
] as const satisfies readonly ErrorCode[];
