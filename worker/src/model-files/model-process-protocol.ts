import type { InBothLanguages } from '@greenlight/shared/api/localized-text.ts';
import type { ModelMapping, PredictionInput } from '@greenlight/shared/stages/training/imported-models.ts';

/** What the process of an imported model is started with, as its first message. */
export interface ModelTask {
  readonly modelPath: string;
  readonly tokenizerPath: string | null;
  readonly mapping: ModelMapping;
}

/** A question to the process. */
export interface ModelQuestion {
  readonly number: number;
  readonly input: PredictionInput;
}

/** What the process says: once that it is ready or why not, then one answer for each question. */
export type ModelAnswer =
  | { readonly type: 'ready' }
  | { readonly type: 'refused'; readonly reason: InBothLanguages }
  | { readonly type: 'answer'; readonly number: number; readonly outputs: readonly number[] }
  | { readonly type: 'failed'; readonly number: number; readonly reason: InBothLanguages };
