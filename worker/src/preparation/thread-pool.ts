import { Worker } from 'node:worker_threads';
import type { ThreadReply, ThreadResults, ThreadTask } from './thread-protocol.ts';

interface Waiting {
  readonly task: ThreadTask;
  readonly resolve: (result: ThreadResults[keyof ThreadResults]) => void;
  readonly reject: (error: unknown) => void;
}

/** Threads that work on tasks as they get free. */
export class ThreadPool {
  readonly #threads: Worker[];
  readonly #idle: Worker[];
  readonly #queue: Waiting[] = [];
  readonly #working = new Map<Worker, Waiting>();
  #broken: unknown = null;

  constructor(threads: number) {
    this.#threads = Array.from({ length: threads }, () => this.#start());
    this.#idle = [...this.#threads];
  }

  get size(): number {
    return this.#threads.length;
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
    await Promise.all(this.#threads.map((thread) => thread.terminate()));
  }

  #start(): Worker {
    const thread = new Worker(new URL('./thread.ts', import.meta.url));
    thread.on('message', (reply: ThreadReply) => {
      const waiting = this.#working.get(thread);
      this.#working.delete(thread);
      this.#idle.push(thread);
      if ('error' in reply) waiting?.reject(reply.error);
      else waiting?.resolve(reply.result);
      this.#next();
    });
    thread.on('error', (error) => this.#break(error));
    thread.on('exit', (code) => this.#break(new Error(`A thread of the preparation ended with exit code ${code}.`)));
    return thread;
  }

  #next(): void {
    while (this.#idle.length > 0 && this.#queue.length > 0) {
      const thread = this.#idle.pop()!;
      const waiting = this.#queue.shift()!;
      this.#working.set(thread, waiting);
      thread.postMessage(waiting.task);
    }
  }

  #break(reason: unknown): void {
    this.#broken ??= reason;
    for (const { reject } of [...this.#working.values(), ...this.#queue.splice(0)]) reject(reason);
    this.#working.clear();
  }
}
