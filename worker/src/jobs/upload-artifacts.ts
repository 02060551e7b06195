import { BEST_CHECKPOINT, putArtifact } from '@greenlight/shared/worker-protocol/contract.ts';
import type { Patience, ServerClient } from '../report/client.ts';
import type { EventSender } from '../report/event-sender.ts';
import type { KeptCheckpoint, WrittenFile } from './thread-protocol.ts';

/** After an upload, so many times its duration passes before the next one, unless it is the last: 2 % of the time. */
const PAUSE_FACTOR = 49;

/** Proof that this worker holds a run, for everything it sends. */
export interface HeldRun {
  runId: string;
  lease: string;
}

/** How long to go on with what is sent for a run. */
export type UploadPatience = Patience & { signal: AbortSignal };

/** What a file of a run is called and what it is. */
export interface ArtifactDescription {
  name: string;
  kind: 'checkpoint' | typeof BEST_CHECKPOINT | 'tokenizer' | 'predictions';
  step?: number;
}

/** Uploads a file of a run and returns its artifact id; the same file again gives the same id. */
export async function uploadArtifact(
  client: ServerClient,
  { runId, lease }: HeldRun,
  { name, kind, step }: ArtifactDescription,
  { path, sha256, sizeBytes }: WrittenFile,
  patience: Patience,
): Promise<string> {
  const request = { params: { runId, name }, query: { lease, kind, sha256, sizeBytes, step } };
  const { artifactId } = await client.upload(putArtifact, request, path, patience);
  return artifactId;
}

/** A name that no other content of the run has, so that a resumed attempt never collides with what the one before sent. */
export function contentName(stem: string, sha256: string, extension: string): string {
  return `${stem}-${sha256.slice(0, 8)}.${extension}`;
}

/** A checkpoint to bring to the server, and the best one of its run so far, where that is another. */
interface Offered extends KeptCheckpoint {
  best: KeptCheckpoint | null;
}

/** The best checkpoint has one name: the next best takes its place. */
const BEST_NAME = `${BEST_CHECKPOINT}.safetensors`;

/** Whether a file was deleted before it could be sent. */
const isGone = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

/**
 * Brings a run's checkpoints to the server beside the training: the newest first, at a pace that does not slow it, the last one always. A
 * checkpoint is there only after the best one that it names, so that another machine can go on from it as if nothing had happened.
 */
export class CheckpointUploader {
  readonly #client: ServerClient;
  readonly #run: HeldRun;
  readonly #sender: EventSender;
  readonly #patience: UploadPatience;
  #newest: Offered | null = null;
  /** Content of the best checkpoint that the server has. */
  #sentBest: string | null;
  #uploading: Promise<void> | null = null;
  #earliestMs = -Infinity;
  #timer: NodeJS.Timeout | null = null;
  #error: unknown = null;
  /** No training is slowed any more. */
  #hasTrained = false;

  constructor(
    client: ServerClient,
    { best, ...run }: HeldRun & { best: { sha256: string } | null },
    sender: EventSender,
    patience: UploadPatience,
  ) {
    this.#sentBest = best?.sha256 ?? null;
    this.#client = client;
    this.#run = run;
    this.#sender = sender;
    this.#patience = patience;
    patience.signal.addEventListener('abort', () => clearTimeout(this.#timer ?? undefined), { once: true });
  }

  /** Takes a checkpoint; it is uploaded now, later, or never when a newer one comes first. The last one goes at once, beside the evaluation. */
  offer(checkpoint: Offered, isLast = false): void {
    this.#newest = checkpoint;
    if (isLast) {
      this.#hasTrained = true;
      clearTimeout(this.#timer ?? undefined);
      this.#timer = null;
    }
    this.#schedule();
  }

  /** Uploads the newest checkpoint if the server does not have it, and waits for it; throws what an upload ended with. */
  async finish(): Promise<void> {
    clearTimeout(this.#timer ?? undefined);
    await this.#uploading;
    if (this.#newest) await this.#upload();
    if (this.#error !== null) throw this.#error;
  }

  #schedule(): void {
    if (this.#uploading || this.#timer || this.#patience.signal.aborted) return;
    const waitMs = this.#hasTrained ? 0 : Math.max(0, this.#earliestMs - performance.now());
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#uploading = this.#upload().finally(() => {
        this.#uploading = null;
        if (this.#newest) this.#schedule();
      });
    }, waitMs);
  }

  async #upload(): Promise<void> {
    const checkpoint = this.#newest;
    if (checkpoint === null) return;
    this.#newest = null;
    const { step, file, best } = checkpoint;
    try {
      // Another machine may go on from this checkpoint: the points before it must be at the server first.
      await this.#sender.drain();
      const startMs = performance.now();
      if (best !== null && !(await this.#sendBest(best))) return;
      const name = contentName(`checkpoint-${step}`, file.sha256, 'safetensors');
      const artifactId = await uploadArtifact(
        this.#client,
        this.#run,
        { name, kind: 'checkpoint', step },
        file,
        this.#patience,
      );
      this.#earliestMs = performance.now() + PAUSE_FACTOR * (performance.now() - startMs);
      this.#sender.report({ type: 'checkpoint', step, artifactId });
    } catch (error) {
      // The training thread deletes old files; a newer checkpoint then takes this one's place.
      const isReplaced = isGone(error) && this.#newest !== null;
      if (!isReplaced) this.#error = error;
    }
  }

  /** Sends the best checkpoint unless the server has it; false where a better one has taken its place, and has come with a newer one. */
  async #sendBest({ step, file }: KeptCheckpoint): Promise<boolean> {
    if (file.sha256 === this.#sentBest) return true;
    const description = { name: BEST_NAME, kind: BEST_CHECKPOINT, step } as const;
    try {
      await uploadArtifact(this.#client, this.#run, description, file, this.#patience);
    } catch (error) {
      if (!isGone(error)) throw error;
      return this.#newest === null;
    }
    this.#sentBest = file.sha256;
    return true;
  }
}
