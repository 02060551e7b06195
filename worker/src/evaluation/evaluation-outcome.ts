import type { EvaluationResult } from '@greenlight/shared/stages/evaluation/contract.ts';

/** What an evaluation measured, and the file with the predictions that every number was computed from. */
export interface EvaluationOutcome {
  result: EvaluationResult;
  predictions: { path: string; sha256: string; sizeBytes: number };
}
