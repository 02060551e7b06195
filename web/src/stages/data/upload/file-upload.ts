import type { DataSource } from '@greenlight/shared/stages/data/source-contract.ts';
import { ApiError, OFFLINE_CODE } from '../../../api/api-error.ts';
import { FileChanged, type FileHasher } from './file-hasher.ts';
import { TransferRate } from './transfer-rate.ts';

/**
 * Where an upload stands: waiting for its turn, comparing the file with what the server has, sending, waiting for the connection,
 * being checked as a whole on the server, stopped by a person, here, or given up.
 */
export type UploadPhase =
  | 'queued'
  | 'comparing'
  | 'sending'
  | 'waiting'
  | 'checking'
  | 'paused'
  | 'complete'
  | 'failed';

/** Why an upload cannot go on, where no reply of the server says it: the file on this computer, or the one on the server. */
export type UploadProblem = 'file-changed' | 'other-file' | 'gone';

/** What a page shows of an upload. */
export interface UploadState {
  readonly phase: UploadPhase;
  readonly sizeBytes: number;
  /** Safe on the server. */
  readonly safeBytes: number;
  /** On its way or safe. */
  readonly sentBytes: number;
  /** While comparing: read so far. */
  readonly comparedBytes: number;
  readonly bytesPerSecond: number | null;
  readonly problem: UploadProblem | null;
  readonly error: unknown;
}

/** What an upload needs from its surroundings. */
export interface UploadPorts {
  readonly hasher: FileHasher;
  look(signal: AbortSignal): Promise<DataSource & { readonly parts: readonly string[] }>;
  /** Sends the bytes from `offset` to `end` and tells how many have left. */
  send(
    part: { readonly offset: number; readonly end: number; readonly sha256: string },
    onSent: (bytes: number) => void,
    signal: AbortSignal,
  ): Promise<DataSource>;
  complete(sha256: string, signal: AbortSignal): Promise<DataSource>;
  /** Whether the file can still be read as it was chosen. */
  isReadable(): Promise<boolean>;
  /** Waits before try `attempt`, from 1; ends early when the network comes back. */
  pause(attempt: number, signal: AbortSignal): Promise<void>;
  now(): number;
}

/** Failures after which the same request may well succeed. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof ApiError)) return false;
  const { code, status } = error;
  return code === OFFLINE_CODE || code === 'conflict' || code === 'wrong-offset' || status === 429 || status >= 500;
}

const ROOM_GONE = 507;

/** Brings one file to the server part by part, from where the server has it, and over lost connections. */
export class FileUpload {
  readonly #ports: UploadPorts;
  readonly #onChange: (state: UploadState) => void;
  readonly #rate = new TransferRate();
  #state: UploadState;
  #running: AbortController | null = null;

  constructor(source: DataSource, ports: UploadPorts, onChange: (state: UploadState) => void) {
    this.#ports = ports;
    this.#onChange = onChange;
    this.#state = {
      phase: 'queued',
      sizeBytes: source.sizeBytes,
      safeBytes: source.receivedBytes,
      sentBytes: source.receivedBytes,
      comparedBytes: 0,
      bytesPerSecond: null,
      problem: null,
      error: null,
    };
  }

  get state(): UploadState {
    return this.#state;
  }

  /** Stops sending; what the server has is kept. */
  stop(): void {
    this.#running?.abort();
    if (this.#state.phase !== 'complete') this.#change({ phase: 'paused', bytesPerSecond: null });
  }

  /** Stops for good and lets the thread that reads the file go. */
  close(): void {
    this.stop();
    this.#ports.hasher.close();
  }

  /** Waits for its turn again. */
  enqueue(): void {
    this.#change({ phase: 'queued', problem: null, error: null });
  }

  /** Sends until the file is here, it is stopped, or it cannot go on; the state says which. */
  async run(): Promise<void> {
    const running = new AbortController();
    this.#running = running;
    this.#change({ phase: 'comparing' });
    const { signal } = running;
    for (let attempt = 1; ; attempt++) {
      const safeBefore = this.#state.safeBytes;
      try {
        await this.#attempt(signal);
        return;
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof FileChanged) return this.#fail('file-changed');
        if (error instanceof ApiError && error.code === 'not-found') return this.#fail('gone');
        if (!isPassing(error) || (error as ApiError).status === ROOM_GONE) return this.#fail(null, error);
        if (!(await this.#ports.isReadable())) return this.#fail('file-changed');
        if (this.#state.safeBytes > safeBefore) attempt = 1;
        this.#change({ phase: 'waiting', sentBytes: this.#state.safeBytes, bytesPerSecond: null });
      }
      await this.#ports.pause(attempt, signal).catch(() => undefined);
      if (signal.aborted) return;
    }
  }

  async #attempt(signal: AbortSignal): Promise<void> {
    const { hasher } = this.#ports;
    const { parts, partBytes, sizeBytes, receivedBytes } = await this.#ports.look(signal);
    signal.throwIfAborted();
    this.#change({ phase: 'comparing', safeBytes: receivedBytes, sentBytes: receivedBytes });
    for (const [number, sha256] of parts.entries()) {
      const isSame = (await hasher.part(number)) === sha256;
      signal.throwIfAborted();
      if (!isSame) return this.#fail('other-file');
      this.#change({ comparedBytes: Math.min(sizeBytes, (number + 1) * partBytes) });
    }
    this.#rate.restart();
    const count = Math.ceil(sizeBytes / partBytes);
    for (let number = parts.length; number < count; number++) {
      const sha256 = await hasher.part(number);
      // The next part is hashed while this one is sent; what is wrong with it is said when it is asked for.
      if (number + 1 < count) hasher.part(number + 1).catch(() => undefined);
      signal.throwIfAborted();
      const offset = number * partBytes;
      this.#sent(offset);
      const part = { offset, end: Math.min(sizeBytes, offset + partBytes), sha256 };
      const source = await this.#ports.send(part, (bytes) => this.#sent(offset + bytes), signal);
      this.#change({ safeBytes: source.receivedBytes });
    }
    await hasher.part(count - 1);
    signal.throwIfAborted();
    this.#change({ phase: 'checking', bytesPerSecond: null });
    await this.#ports.complete(hasher.whole(), signal);
    this.#change({ phase: 'complete' });
    hasher.close();
  }

  #sent(bytes: number): void {
    const sentBytes = Math.min(bytes, this.#state.sizeBytes);
    this.#rate.mark(this.#ports.now(), sentBytes);
    this.#change({ phase: 'sending', sentBytes, bytesPerSecond: this.#rate.bytesPerSecond() });
  }

  #fail(problem: UploadProblem | null, error: unknown = null): void {
    this.#running?.abort();
    this.#change({ phase: 'failed', problem, error, bytesPerSecond: null });
  }

  #change(changes: Partial<UploadState>): void {
    this.#state = { ...this.#state, ...changes };
    this.#onChange(this.#state);
  }
}
