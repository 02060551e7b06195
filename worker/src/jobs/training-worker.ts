import type { Worker } from 'node:worker_threads';
import { startThread } from '../runtime/start-thread.ts';
import { heapTrimmer } from '../runtime/trim-heap.ts';
import { STOP, type SyncedMessage, type ThreadMessage, type ThreadTask } from './thread-protocol.ts';

/**
 * Young objects of a thread live in a space that grows to 64 MB while training leaves little garbage, and what of it is older waits as long: with
 * less room steps take as long (measured in alternation), and long runs of small models 120 MB less.
 */
const RESOURCE_LIMITS = { maxYoungGenerationSizeMb: 24 } as const;

/** How a training thread ended; `gone` when it was told to leave. */
export type ThreadEnd = Extract<ThreadMessage, { type: 'ended' | 'failed' }> | { type: 'gone' };

/** The thread that trains one run, seen from the main thread. */
export class TrainingWorker {
  readonly #stopFlag = new Int32Array(new SharedArrayBuffer(4));
  readonly #worker: Worker;
  #isTrained = false;
  /** Resolves once when the work has ended, before the thread has cleared up; rejects when it broke without a word. */
  readonly ended: Promise<ThreadEnd>;
  readonly #left: Promise<void>;

  constructor(task: Omit<ThreadTask, 'stopFlag'>, onMessage: (message: ThreadMessage) => void) {
    const workerData: ThreadTask = { ...task, stopFlag: this.#stopFlag.buffer };
    const file = new URL('./training-thread.ts', import.meta.url);
    this.#worker = startThread(file, { workerData, resourceLimits: RESOURCE_LIMITS });
    this.ended = new Promise((resolve, reject) => {
      this.#worker.on('message', (message: ThreadMessage) => {
        if (message.type === 'trained') this.#isTrained = true;
        onMessage(message);
        if (message.type === 'ended' || message.type === 'failed') resolve(message);
      });
      this.#worker.on('error', reject);
      this.#worker.on('exit', () => resolve({ type: 'gone' }));
    });
    // Whoever started the thread may be busy elsewhere when it breaks, and asks for the end later.
    this.ended.catch(() => undefined);
    const exited = new Promise((resolve) => this.#worker.once('exit', resolve));
    this.#left = exited.then(heapTrimmer).then((trim) => trim());
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
    await this.#left;
  }
}
