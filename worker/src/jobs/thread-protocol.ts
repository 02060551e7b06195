import type { EvaluationResult } from '@greenlight/shared/stages/evaluation/contract.ts';
import type { RunConfiguration } from '@greenlight/shared/stages/training/configuration.ts';
import type { TaskHead } from '@greenlight/shared/stages/training/heads.ts';
import type { runError } from '@greenlight/shared/stages/training/contract.ts';
import type { RunEventPayload } from '@greenlight/shared/worker-protocol/events.ts';
import type { z } from 'zod';
import type { RunTiming } from './run-meter.ts';

/** Why a run failed, in the contract's words: code, what happened and was kept, what to try. */
export type RunFailure = z.infer<typeof runError>;

/** What the main thread may ask of the training thread at any moment, through one shared integer; `abandon` leaves without a checkpoint. */
export const STOP = { none: 0, cancel: 1, shutdown: 2, abandon: 3 } as const;

/** A checkpoint that a run would have gone on from, and why it cannot. */
export interface PassedOver {
  step: number;
  /** Part of a sentence. */
  reason: { zh: string; en: string };
}

/** What a training thread is started with. */
export interface ThreadTask {
  configuration: RunConfiguration;
  datasetPath: string;
  /** Names of a classifier's classes, in the order of their numbers. */
  labels: readonly string[];
  /** The further heads of a classifier. */
  heads: readonly TaskHead[];
  /** Files of the checkpoint whose parameters the run begins with and of its tokenizer, and the heads that it does not have; null for random parameters. */
  startFrom: { checkpoint: string; tokenizer: string; newHeads: readonly (string | null)[] } | null;
  /** The file of the tokenizer that was chosen; null where the run learns its own or takes over a checkpoint's. */
  tokenizerPath: string | null;
  /** Held-out items were also trained on. */
  sameAsTraining: boolean;
  /** Folder for checkpoints, tokenizer and predictions. */
  runFolder: string;
  /** Checkpoints to go on from, the best choice first; one that cannot be read is passed over. */
  checkpoints: readonly string[];
  /** Those that are damaged, to be told of. */
  passedOver: readonly PassedOver[];
  /** One 32-bit integer: a value of `STOP`. */
  stopFlag: SharedArrayBuffer;
}

/** A file that the training thread wrote. */
export interface WrittenFile {
  path: string;
  sha256: string;
  sizeBytes: number;
}

/** A checkpoint that is kept beside a newer one. */
export interface KeptCheckpoint {
  step: number;
  file: WrittenFile;
}

/** What the training thread tells; `synced` is the only message in the other direction. */
export type ThreadMessage =
  | { type: 'event'; payload: RunEventPayload; at: string }
  /** Every event before this must be on disk: the answer is the same token. */
  | { type: 'sync'; token: number }
  | { type: 'timing'; timing: RunTiming }
  | { type: 'tokenizer'; file: WrittenFile }
  | { type: 'checkpoint'; file: WrittenFile; step: number; isLast: boolean; best: KeptCheckpoint | null }
  /** The checkpoint of the last step is written: from here on nothing is lost when the thread leaves. */
  | { type: 'trained' }
  | { type: 'evaluation'; result: EvaluationResult; predictions: WrittenFile }
  | { type: 'ended'; reason: 'completed' | 'early-stopping' | 'cancelled' | 'shutdown' }
  | { type: 'failed'; failure: RunFailure; report: string };

/** The answer to a `sync` message. */
export interface SyncedMessage {
  token: number;
}
