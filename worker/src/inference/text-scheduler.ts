import { setImmediate as turn } from 'node:timers/promises';
import type { FinishReason, TextPiece } from '@greenlight/shared/stages/training/generation.ts';
import type { InferenceReply, InferenceRequest } from '@greenlight/shared/worker-protocol/inference.ts';
import { encodeText } from '../data/encode-text.ts';
import { fitPrompt } from '../data/fit-prompt.ts';
import type { TextGroup, WrittenText } from '../serving/text-group.ts';
import { TextOutput } from '../serving/text-output.ts';
import { modelKey, type LoadedModel, type ModelCache } from './model-cache.ts';

/** More requests wait than the service will ever answer in time. */
export class QueueFullError extends Error {
  override readonly name = 'QueueFullError';
}

/** How much is written at once, and how much may wait. */
export interface SchedulerLimits {
  /** Requests that have not begun. */
  waiting: number;
  /** Texts of one model that are written at once. */
  texts: number;
  /** Memory of one model's keys and values; one text is always written. */
  cacheBytes: number;
  /** Models that write at once; the cache of models must hold as many. */
  models: number;
}

/** A request, from its arrival until its promise is settled. */
interface Task {
  readonly key: string;
  readonly request: InferenceRequest;
  readonly signal: AbortSignal;
  onPiece(piece: TextPiece): void;
  resolve(reply: InferenceReply): void;
  reject(reason: unknown): void;
}

/** A task whose text is being written. */
interface Writing {
  readonly task: Task;
  readonly startMs: number;
  readonly output: TextOutput;
  /** Tokens that the output has taken. */
  taken: number;
  /** The prompt with what of the continuation was shown. */
  text: string;
}

/** A model at work: without texts while it is loaded. */
interface Writer {
  loaded: { model: LoadedModel; group: TextGroup } | null;
  readonly writing: Map<WrittenText, Writing>;
}

/**
 * Continuous batching: texts of one model are written together, a token of each at a time, and a request that arrives joins at the next
 * token instead of waiting for those before it. Models take turns token by token. Within a model, requests begin in the order of their
 * arrival; one that needs memory for another model holds back all behind it, so that none waits forever.
 */
export class TextScheduler {
  readonly #models: ModelCache;
  readonly #limits: SchedulerLimits;
  readonly #waiting: Task[] = [];
  readonly #writers = new Map<string, Writer>();
  #loading: Promise<unknown> = Promise.resolve();
  #isRunning = false;
  #wake: () => void = () => undefined;
  #decodeSteps = 0;

  constructor(models: ModelCache, limits: SchedulerLimits) {
    this.#models = models;
    this.#limits = limits;
  }

  /** Steps so far that wrote one more token of every text of a model. */
  get decodeSteps(): number {
    return this.#decodeSteps;
  }

  /**
   * Continues a prompt and tells each piece of text as it becomes certain; together they are the text of the reply. Throws `QueueFullError` at once when
   * too many wait, and the signal's reason soon after it ended; where it ended for want of time (`TimeoutError`), what was written by then is the answer.
   */
  write(
    request: InferenceRequest,
    signal: AbortSignal,
    onPiece: (piece: TextPiece) => void = () => undefined,
  ): Promise<InferenceReply> {
    if (this.#waiting.length >= this.#limits.waiting) {
      return Promise.reject(new QueueFullError(`${this.#waiting.length} requests are waiting.`));
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ key: modelKey(request), request, signal, onPiece, resolve, reject });
      signal.addEventListener('abort', () => this.#wake(), { once: true });
      this.#wake();
      if (!this.#isRunning) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#waiting.length > 0 || this.#writers.size > 0) {
      const woken = new Promise<void>((resolve) => (this.#wake = resolve));
      this.#dropEnded();
      await this.#admit();
      let hasWritten = false;
      for (const [key, writer] of this.#writers) hasWritten = (await this.#advance(key, writer)) || hasWritten;
      // A token blocks the thread: between two of them, new requests and closed connections are noticed.
      await (hasWritten ? turn() : woken);
    }
    this.#isRunning = false;
  }

  /** Takes tasks out whose signal has ended, whether they wait or are being written. */
  #dropEnded(): void {
    for (const task of this.#waiting.filter(({ signal }) => signal.aborted)) {
      this.#waiting.splice(this.#waiting.indexOf(task), 1);
      task.reject(task.signal.reason);
    }
    for (const { loaded, writing } of this.#writers.values()) {
      for (const [text, written] of writing) {
        const { task } = written;
        if (!task.signal.aborted) continue;
        loaded?.group.leave(text);
        writing.delete(text);
        if (isOutOfTime(task.signal)) finish(written, 'time');
        else task.reject(task.signal.reason);
      }
    }
  }

  /** Lets waiting tasks begin where there is room. */
  async #admit(): Promise<void> {
    const joining = new Map<string, Task[]>();
    const held = new Set<string>();
    for (const task of this.#waiting) {
      const { key } = task;
      if (held.has(key)) continue;
      const writer = this.#writers.get(key);
      if (writer === undefined && this.#writers.size >= this.#limits.models) break;
      if (writer === undefined) this.#open(task);
      const tasks = joining.get(key) ?? [];
      if (writer?.loaded && this.#hasRoom(writer.loaded.model, writer.writing.size + tasks.length)) {
        joining.set(key, [...tasks, task]);
      } else held.add(key);
    }
    for (const [key, tasks] of joining) {
      for (const task of tasks) this.#waiting.splice(this.#waiting.indexOf(task), 1);
      const writer = this.#writers.get(key);
      if (writer?.loaded) await this.#join(writer.loaded, writer.writing, tasks);
    }
  }

  #hasRoom({ cacheBytesPerText }: LoadedModel, texts: number): boolean {
    const { texts: most, cacheBytes } = this.#limits;
    return texts === 0 || (texts < most && (texts + 1) * cacheBytesPerText <= cacheBytes);
  }

  /** Makes a model one of those that write, and loads it, one model after the other, while the others go on. */
  #open(task: Task): void {
    const writer: Writer = { loaded: null, writing: new Map() };
    this.#writers.set(task.key, writer);
    const load = async (): Promise<void> => {
      try {
        const inUse = new Set([...this.#writers.values()].flatMap(({ loaded }) => (loaded ? [loaded.model] : [])));
        const model = await this.#models.get(task.request, task.signal, inUse);
        writer.loaded = { model, group: model.engine.openTextGroup() };
      } catch (error) {
        this.#writers.delete(task.key);
        // Where only this client is gone, the next task of the model tries again.
        const failed = task.signal.aborted ? [task] : this.#waiting.filter(({ key }) => key === task.key);
        for (const each of failed) {
          const place = this.#waiting.indexOf(each);
          if (place >= 0) this.#waiting.splice(place, 1);
          each.reject(error);
        }
      }
      this.#wake();
    };
    this.#loading = this.#loading.then(load);
  }

  async #join(
    { model, group }: { model: LoadedModel; group: TextGroup },
    writing: Map<WrittenText, Writing>,
    tasks: readonly Task[],
  ): Promise<void> {
    try {
      const startMs = performance.now();
      const requests = tasks.map(({ request: { prompt, configuration, ...request } }) => ({
        ...request,
        prompt: fitPrompt(encodeText(model.tokenizer, prompt), configuration.maxTokens, request.maxTokens),
      }));
      const texts = await group.join(requests);
      texts.forEach((text, index) => {
        const task = tasks[index];
        if (task === undefined) return;
        const { prompt, stop } = task.request;
        const output = new TextOutput(model.tokenizer, prompt, stop);
        writing.set(text, { task, startMs, output, taken: 0, text: prompt });
      });
    } catch (error) {
      for (const task of tasks) task.reject(error);
    }
  }

  /** Writes one more token of a model's texts and answers for those that have ended; false when the model has none. */
  async #advance(key: string, writer: Writer): Promise<boolean> {
    const { loaded, writing } = writer;
    if (loaded === null) return false;
    // Those that have just joined have their first token.
    for (const [text, written] of writing) this.#show(loaded.group, writing, text, written);
    try {
      if (loaded.group.size > 0) {
        await loaded.group.advance();
        this.#decodeSteps++;
      }
    } catch (error) {
      for (const { task } of writing.values()) task.reject(error);
      writing.clear();
    }
    for (const [text, written] of writing) this.#show(loaded.group, writing, text, written);
    if (writing.size === 0) this.#writers.delete(key);
    return true;
  }

  /** Shows what was written since the last time, and answers where the text has ended. */
  #show(group: TextGroup, writing: Map<WrittenText, Writing>, text: WrittenText, written: Writing): void {
    const { output } = written;
    let piece = '';
    while (written.taken < text.ids.length && output.stopSequence === null) {
      piece += output.push(text.ids[written.taken++] ?? 0);
    }
    const finishReason = output.stopSequence === null ? text.finishReason : 'stop';
    tell(written, piece);
    if (finishReason === null && output.stopSequence === null) return;
    writing.delete(text);
    group.leave(text);
    finish(written, finishReason ?? 'stop');
  }
}

const isOutOfTime = ({ reason }: AbortSignal): boolean =>
  reason instanceof DOMException && reason.name === 'TimeoutError';

function tell(written: Writing, piece: string): void {
  written.text += piece;
  if (piece !== '') written.task.onPiece({ text: piece, tokens: written.taken });
}

/** Answers with what was written, and tells what was kept back of it. */
function finish(written: Writing, finishReason: FinishReason): void {
  const { task, output, startMs } = written;
  if (output.stopSequence === null) tell(written, output.end(finishReason !== 'stop'));
  // What was kept back may hold a stop sequence.
  const { stopSequence } = output;
  task.resolve({
    text: written.text,
    tokens: written.taken,
    finishReason: stopSequence === null ? finishReason : 'stop',
    stopSequence,
    elapsedMs: performance.now() - startMs,
  });
}
