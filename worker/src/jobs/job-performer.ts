import type { JobKind } from '@greenlight/shared/jobs/contract.ts';
import type { LocalizedText } from '@greenlight/shared/api/localized-text.ts';
import type { z } from 'zod';

/** What a job is given while it is performed. */
export interface JobContext {
  /** An empty folder of its own, deleted afterwards. */
  readonly folder: string;
  /** A folder, made when it is needed, that outlasts a cancelled or interrupted attempt, for the next one to go on from. */
  readonly keptFolder: string;
  /** Fetches an input by its name, verified by its checksum, and returns its path. */
  input(name: string): Promise<string>;
  /** Sends a file that the job made; it belongs to the job once the job has finished. */
  upload(name: string, path: string): Promise<void>;
  /**
   * Does what may never end or fill all memory, such as opening a file from elsewhere, and may hold up everything else in the process meanwhile: where it takes
   * more, the process is ended and the job fails with the limit's error.
   */
  within<Result>(limits: PartLimits, work: () => Promise<Result>): Promise<Result>;
  /** Says how far the job is, 0 to 1. */
  progress(share: number, message?: LocalizedText): void;
}

/** What a part of a job may take. */
export interface PartLimits {
  readonly limitMs: number;
  readonly late: JobError;
  /** Memory that the process may come to, all that it has counted. */
  readonly memory?: { readonly bytes: number; readonly large: JobError };
}

/** How this worker performs one kind of job. */
export interface JobPerformer {
  readonly kind: string;
  perform(payload: unknown, context: JobContext): Promise<unknown>;
}

/** Ties a kind of job to the work; the payload is checked before and the result after it. */
export function performer<Payload extends z.ZodType, Result extends z.ZodType>(
  { kind, payload, result }: JobKind<Payload, Result>,
  work: (payload: z.output<Payload>, context: JobContext) => Promise<z.input<Result>>,
): JobPerformer {
  return {
    kind,
    perform: async (given, context) => result.parse(await work(payload.parse(given), context)),
  };
}

/** A job cannot be done, for a reason that its owner can understand and act on. */
export class JobError extends Error {
  override readonly name = 'JobError';
  readonly code: string;
  readonly said: LocalizedText;
  readonly advice: LocalizedText;

  constructor(code: string, said: LocalizedText, advice: LocalizedText) {
    super(said.en ?? code);
    this.code = code;
    this.said = said;
    this.advice = advice;
  }
}
