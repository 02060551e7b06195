import { Worker } from 'node:worker_threads';
import type { Lane, LaneGraph } from './cpu-lane.ts';
import type { Feeds } from './device.ts';

/** What is asked of the thread; every call is answered by its number. */
export type LaneCall = { call: number; lane: number } & (
  | { kind: 'open'; graph: LaneGraph }
  | { kind: 'run'; feeds: Feeds; target: number }
  | { kind: 'dispose' }
);

/** What the thread answers: that a call was done, or why not. */
export interface LaneReply {
  call: number;
  error: string | null;
}

type Request = LaneCall extends infer Call ? (Call extends LaneCall ? Omit<Call, 'call' | 'lane'> : never) : never;

interface Waiting {
  resolve(): void;
  reject(error: Error): void;
}

/**
 * A thread that computes a part of each batch beside the calling one, started when it is first needed. What it is sent to read and write lies in shared memory; small arrays are
 * copied with the message.
 */
export class LaneThread {
  #thread: Worker | null = null;
  readonly #waiting = new Map<number, Waiting>();
  #calls = 0;
  #lanes = 0;
  #ended: Error | null = null;

  /** Opens a lane in the thread. */
  async open(graph: LaneGraph): Promise<Lane> {
    const lane = this.#lanes++;
    await this.#ask(lane, { kind: 'open', graph });
    return {
      run: (feeds, target) => this.#ask(lane, { kind: 'run', feeds, target }),
      dispose: () => this.#ask(lane, { kind: 'dispose' }),
    };
  }

  /** Ends the thread; its lanes have to be disposed of before. */
  async dispose(): Promise<void> {
    await this.#thread?.terminate();
  }

  #start(): Worker {
    const thread = new Worker(new URL('./lane-thread-entry.ts', import.meta.url));
    thread.on('message', ({ call, error }: LaneReply) => {
      const waiting = this.#waiting.get(call);
      this.#forget(call);
      if (error === null) waiting?.resolve();
      else waiting?.reject(new Error(error));
    });
    thread.on('error', (error) => this.#end(error instanceof Error ? error : new Error(String(error))));
    thread.on('exit', () => this.#end(new Error('The thread that computes a part of each batch has ended')));
    return thread;
  }

  #ask(lane: number, request: Request): Promise<void> {
    if (this.#ended !== null) return Promise.reject(this.#ended);
    const call = this.#calls++;
    const thread = (this.#thread ??= this.#start());
    // While it works, the thread keeps the process alive; while it waits, it must not.
    thread.ref();
    return new Promise((resolve, reject) => {
      this.#waiting.set(call, { resolve, reject });
      thread.postMessage({ call, lane, ...request });
    });
  }

  #forget(call: number): void {
    this.#waiting.delete(call);
    if (this.#waiting.size === 0) this.#thread?.unref();
  }

  #end(error: Error): void {
    this.#ended ??= error;
    for (const [call, { reject }] of this.#waiting) {
      this.#forget(call);
      reject(this.#ended);
    }
  }
}
