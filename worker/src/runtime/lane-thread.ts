import type { Worker } from 'node:worker_threads';
import { startThread } from './start-thread.ts';
import type { Lane, LaneGraph } from './cpu-lane.ts';
import type { Feeds } from './device.ts';
import { NumberedCalls } from './numbered-calls.ts';

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

/**
 * A thread that computes a part of each batch beside the calling one, started when it is first needed. What it is sent to read and write lies in shared memory; small arrays are
 * copied with the message.
 */
export class LaneThread {
  #thread: Worker | null = null;
  readonly #calls = new NumberedCalls<void>();
  #lanes = 0;

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
    const thread = startThread(new URL('./lane-thread-entry.ts', import.meta.url));
    thread.on('message', ({ call, error }: LaneReply) => {
      if (error === null) this.#calls.answer(call);
      else this.#calls.refuse(call, new Error(error));
      if (this.#calls.isIdle) thread.unref();
    });
    thread.on('error', (error) => this.#calls.endWith(error instanceof Error ? error : new Error(String(error))));
    thread.on('exit', () => this.#calls.endWith(new Error('The thread that computes a part of each batch has ended')));
    return thread;
  }

  #ask(lane: number, request: Request): Promise<void> {
    return this.#calls.ask((call) => {
      const thread = (this.#thread ??= this.#start());
      // While it works, the thread keeps the process alive; while it waits, it must not.
      thread.ref();
      thread.postMessage({ call, lane, ...request });
    });
  }
}
