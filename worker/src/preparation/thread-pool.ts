import type { Worker } from 'node:worker_threads';
import { startThread } from '../runtime/start-thread.ts';
import type { NumberedTask, ThreadReply, ThreadResults, ThreadTask } from './thread-protocol.ts';

/** While one chunk is written and the disk confirms it, the thread works on the next one. */
const CHUNKS_A_THREAD = 2;

/** Memory in which what an item needs for a moment is gone before it is collected. */
const YOUNG_GENERATION_MEGABYTES = 96;

interface Waiting {
  readonly task: ThreadTask;
  readonly resolve: (result: ThreadResults[keyof ThreadResults]) => void;
  readonly reject: (error: unknown) => void;
}

/** A thread with what it works on, by the task's number. */
interface Thread {
  readonly worker: Worker;
  readonly working: Map<number, Waiting>;
}

function mostAtOnce({ type }: ThreadTask): number {
  return type === 'read' || type === 'clean' ? CHUNKS_A_THREAD : 1;
}

/** An error of a thread with the code of the system, such as that of a full disk. */
function withCode({ error, code }: { readonly error: unknown; readonly code: string | undefined }): unknown {
  return error instanceof Error && code !== undefined ? Object.assign(error, { code }) : error;
}

/** Threads that work on tasks as they get free. */
export class ThreadPool {
  readonly #threads: readonly Thread[];
  readonly #queue: Waiting[] = [];
  #tasks = 0;
  #broken: unknown = null;

  constructor(threads: number) {
    this.#threads = Array.from({ length: threads }, () => this.#start());
  }

  get size(): number {
    return this.#threads.length;
  }

  /** How many chunks are worked on at the same time. */
  get chunksAtOnce(): number {
    return this.#threads.length * CHUNKS_A_THREAD;
  }

  /** Has a free thread perform a task; rejects where it fails or the pool is closed. */
  run<Type extends keyof ThreadResults>(task: ThreadTask & { readonly type: Type }): Promise<ThreadResults[Type]> {
    return new Promise<ThreadResults[keyof ThreadResults]>((resolve, reject) => {
      if (this.#broken !== null) {
        reject(this.#broken);
        return;
      }
      this.#queue.push({ task, resolve, reject });
      this.#next();
    }) as Promise<ThreadResults[Type]>;
  }

  /** Ends all threads at once; a chunk under way is lost, the ones before are on disk. */
  async close(reason: unknown = new Error('The preparation has ended.')): Promise<void> {
    this.#break(reason);
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()));
  }

  #start(): Thread {
    const worker = startThread(new URL('./thread.ts', import.meta.url), {
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MEGABYTES },
    });
    const working = new Map<number, Waiting>();
    worker.on('message', (reply: ThreadReply) => {
      const waiting = working.get(reply.number);
      working.delete(reply.number);
      if ('error' in reply) waiting?.reject(withCode(reply));
      else waiting?.resolve(reply.result);
      this.#next();
    });
    worker.on('error', (error) => this.#break(error));
    worker.on('exit', (code) => this.#break(new Error(`A thread of the preparation ended with exit code ${code}.`)));
    return { worker, working };
  }

  #next(): void {
    while (this.#queue.length > 0) {
      const { worker, working } = this.#threads.reduce((least, thread) =>
        thread.working.size < least.working.size ? thread : least,
      );
      if (working.size >= mostAtOnce(this.#queue[0]!.task)) return;
      const waiting = this.#queue.shift()!;
      const number = this.#tasks++;
      working.set(number, waiting);
      worker.postMessage({ number, task: waiting.task } satisfies NumberedTask);
    }
  }

  #break(reason: unknown): void {
    this.#broken ??= reason;
    const waiting = this.#threads.flatMap(({ working }) => [...working.values()]);
    for (const { reject } of [...waiting, ...this.#queue.splice(0)]) reject(reason);
    for (const { working } of this.#threads) working.clear();
  }
}
