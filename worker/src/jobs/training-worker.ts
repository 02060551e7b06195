import type { Worker } from 'node:worker_threads';
import { startThread } from '../runtime/start-thread.ts';
import { STOP, type SyncedMessage, type ThreadMessage, type ThreadTask } from './thread-protocol.ts';

/** How a training thread ended; `gone` when it was told to leave. */
export type ThreadEnd = Extract<ThreadMessage, { type: 'ended' | 'failed' }> | { type: 'gone' };

/** The thread that trains one run, seen from the main thread. */
export class TrainingWorker {
  readonly #stopFlag = new Int32Array(new SharedArrayBuffer(4));
  readonly #worker: Worker;
  #isTrained = false;
  /** Resolves once when the thread has ended; rejects when it broke without a word. */
  readonly ended: Promise<ThreadEnd>;

  constructor(task: Omit<ThreadTask, 'stopFlag'>, onMessage: (message: ThreadMessage) => void) {
    const workerData: ThreadTask = { ...task, stopFlag: this.#stopFlag.buffer };
    this.#worker = startThread(new URL('./training-thread.ts', import.meta.url), { workerData });
    this.ended = new Promise((resolve, reject) => {
      let end: ThreadEnd = { type: 'gone' };
      this.#worker.on('message', (message: ThreadMessage) => {
        if (message.type === 'ended' || message.type === 'failed') end = message;
        else if (message.type === 'trained') this.#isTrained = true;
        onMessage(message);
      });
      this.#worker.on('error', reject);
      this.#worker.on('exit', () => resolve(end));
    });
    // Whoever started the thread may be busy elsewhere when it breaks, and asks for the end later.
    this.ended.catch(() => undefined);
  }

  /** Answers a `sync` message. */
  synced(token: number): void {
    this.#worker.postMessage({ token } satisfies SyncedMessage);
  }

  /** Asks the thread to stop after the step under way, with a checkpoint; an evaluation is given up at once. */
  requestStop(kind: 'cancel' | 'shutdown'): void {
    Atomics.store(this.#stopFlag, 0, this.#isTrained ? STOP.abandon : STOP[kind]);
  }

  /** Has the thread leave after the call of the engine under way, without a checkpoint, and waits until it has. */
  async abandon(): Promise<void> {
    Atomics.store(this.#stopFlag, 0, STOP.abandon);
    await this.ended.catch(() => undefined);
  }
}
