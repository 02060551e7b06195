import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { PredictionInput } from '@greenlight/shared/stages/training/imported-models.ts';
import { NumberedCalls } from '../runtime/numbered-calls.ts';
import { residentBytes, watchMemory } from '../runtime/resident-memory.ts';
import { ModelFileError } from './inspect-file.ts';
import { boundOfAsking, boundOfOpening, type MemoryBound } from './memory-bound.ts';
import type { ModelAnswer, ModelQuestion, ModelTask } from './model-process-protocol.ts';

const ENTRY = fileURLToPath(new URL('./model-process.ts', import.meta.url));

/** An imported model in a process of its own: one that breaks or never answers takes nothing else with it. */
export class IsolatedModel {
  readonly #child: ChildProcess;
  readonly #calls = new NumberedCalls<readonly number[]>();
  readonly #mostBytes: number;
  /** Why the process is ended from here, where it is. */
  #tooLarge: ModelFileError | null = null;

  private constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
    // No settings of this process go over: the tokens among them are nothing that a foreign model should be near.
    const env = { PATH: process.env['PATH'] };
    this.#child = fork(ENTRY, { env, execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  }

  /** Whether the process still answers. */
  get isAlive(): boolean {
    return this.#calls.end === null;
  }

  /**
   * Starts the process and opens the model in it; throws a `ModelFileError`, or the signal's reason when it ends first. The process gets no more memory than the
   * machine can give, and than `mostBytes`.
   */
  static async open(
    task: ModelTask,
    signal: AbortSignal,
    mostBytes = Number.POSITIVE_INFINITY,
  ): Promise<IsolatedModel> {
    const bound = await boundOfOpening(task.modelPath, 0);
    signal.throwIfAborted();
    const model = new IsolatedModel(mostBytes);
    try {
      await model.#bounded(bound, () => model.#start(task, signal));
      return model;
    } catch (error) {
      model.close();
      throw error;
    }
  }

  /** Probabilities [items × labels], or the numbers of a regression [items]; an ended signal ends the process, which may be busy for ever. */
  async predict(input: PredictionInput, signal: AbortSignal): Promise<readonly number[]> {
    if (this.#calls.end !== null) throw this.#calls.end;
    signal.throwIfAborted();
    const stop = (): void => this.close();
    signal.addEventListener('abort', stop, { once: true });
    try {
      return await this.#bounded(boundOfAsking(this.#residentBytes()), () =>
        this.#calls.ask((number) => {
          const question: ModelQuestion = { number, input };
          this.#child.send(question, () => undefined);
        }),
      );
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  /** Ends the process at once. */
  close(): void {
    this.#child.kill('SIGKILL');
  }

  #residentBytes(): number {
    return this.#child.pid === undefined ? 0 : (residentBytes(this.#child.pid) ?? 0);
  }

  /** Does what may fill memory, and ends the process where it takes more than it is given. */
  async #bounded<Result>({ bytes, said, advice }: MemoryBound, work: () => Promise<Result>): Promise<Result> {
    const stopWatching = watchMemory(this.#child.pid, Math.min(bytes, this.#mostBytes), () => {
      this.#tooLarge = new ModelFileError({ zh: `${said.zh}${advice.zh}`, en: `${said.en} ${advice.en}` });
      this.close();
    });
    try {
      return await work();
    } finally {
      stopWatching();
    }
  }

  async #start(task: ModelTask, signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const stop = (): void => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    this.#child.on('message', (answer: ModelAnswer) => {
      if (answer.type === 'ready') resolve();
      else if (answer.type === 'refused') reject(new ModelFileError(answer.reason));
      else if (answer.type === 'answer') this.#calls.answer(answer.number, answer.outputs);
      else this.#calls.refuse(answer.number, new ModelFileError(answer.reason));
    });
    const end = (how: string): void => {
      const unexpected = {
        zh: `模型的进程意外退出（${how}）。`,
        en: `The process of the model ended unexpectedly (${how}).`,
      };
      const error = this.#tooLarge ?? new ModelFileError(unexpected);
      reject(error);
      this.#calls.endWith(error);
    };
    this.#child.once('error', (error) => end(error.message));
    this.#child.once('exit', (code, name) => end(name ?? `exit code ${code}`));
    this.#child.send(task, () => undefined);
    try {
      await promise;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }
}
