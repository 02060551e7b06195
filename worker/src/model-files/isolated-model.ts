import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { PredictionInput } from '@greenlight/shared/stages/training/imported-models.ts';
import { NumberedCalls } from '../runtime/numbered-calls.ts';
import { ModelFileError } from './inspect-file.ts';
import type { ModelAnswer, ModelQuestion, ModelTask } from './model-process-protocol.ts';

const ENTRY = fileURLToPath(new URL('./model-process.ts', import.meta.url));

/** An imported model in a process of its own: one that breaks or never answers takes nothing else with it. */
export class IsolatedModel {
  readonly #child: ChildProcess;
  readonly #calls = new NumberedCalls<readonly number[]>();

  private constructor() {
    // No settings of this process go over: the tokens among them are nothing that a foreign model should be near.
    const env = { PATH: process.env['PATH'] };
    this.#child = fork(ENTRY, { env, execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  }

  /** Whether the process still answers. */
  get isAlive(): boolean {
    return this.#calls.end === null;
  }

  /** Starts the process and opens the model in it; throws a `ModelFileError`, or the signal's reason when it ends first. */
  static async open(task: ModelTask, signal: AbortSignal): Promise<IsolatedModel> {
    const model = new IsolatedModel();
    try {
      await model.#start(task, signal);
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
      return await this.#calls.ask((number) => {
        const question: ModelQuestion = { number, input };
        this.#child.send(question, () => undefined);
      });
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
      const error = new ModelFileError({
        zh: `模型的进程意外退出（${how}）。`,
        en: `The process of the model ended unexpectedly (${how}).`,
      });
      reject(error);
      this.#calls.endWith(error);
    };
    this.#child.once('error', (error) => end(error.message));
    this.#child.once('exit', (code, name) => end(name ?? `exit code ${code}`));
    this.#child.send(task, () => undefined);
    try {
      signal.throwIfAborted();
      await promise;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }
}
