import type { z } from 'zod';
import type { predictionReply, PredictionRequest } from '@greenlight/shared/worker-protocol/inference.ts';
import { ModelFileError } from '../model-files/inspect-file.ts';
import { IsolatedModel } from '../model-files/isolated-model.ts';
import type { FileCache } from './file-cache.ts';

/** Longest time in which a model is fetched and opened, whoever waits for it, in milliseconds. */
const OPEN_LIMIT_MS = 60_000;

const LATE = {
  zh: '模型未能在限定时间内给出答案。',
  en: 'The model gave no answer within the time that it has.',
};

interface Entry {
  readonly opening: Promise<IsolatedModel>;
  model: IsolatedModel | null;
  /** Requests that wait for this model; only one without any makes room for others. */
  users: number;
}

/** Imported models, each in a process of its own, the most recently used few. */
export class ForeignModels {
  readonly #files: FileCache;
  readonly #size: number;
  /** In the order of last use. */
  readonly #models = new Map<string, Entry>();

  constructor(files: FileCache, size: number) {
    this.#files = files;
    this.#size = size;
  }

  /** Answers with a model, which is opened when it is not; throws a `ModelFileError`, also when the signal's time is over, or the reason for which it ends otherwise. */
  async predict(request: PredictionRequest, signal: AbortSignal): Promise<z.infer<typeof predictionReply>> {
    const startMs = performance.now();
    const entry = this.#use(request);
    try {
      const model = await entry.opening;
      const outputs = [...(await model.predict(request.input, signal))];
      return { outputs, elapsedMs: performance.now() - startMs };
    } catch (error) {
      // The service is well: it is this model that takes too long, or never ends.
      const isLate = error instanceof DOMException && error.name === 'TimeoutError';
      throw isLate ? new ModelFileError(LATE) : error;
    } finally {
      entry.users--;
      this.#makeRoom();
    }
  }

  /** Ends every process. */
  async dispose(): Promise<void> {
    const entries = [...this.#models.values()];
    this.#models.clear();
    for (const { opening } of entries) await opening.then((model) => model.close()).catch(() => undefined);
  }

  /** The request's model, counted as used before room is made, so that it never makes room for itself. */
  #use(request: PredictionRequest): Entry {
    const { sha256, tokenizerSha256, mapping } = request;
    const key = `${sha256} ${tokenizerSha256 ?? ''} ${JSON.stringify(mapping)}`;
    const known = this.#models.get(key);
    const entry = known === undefined || known.model?.isAlive === false ? this.#open(key, request) : known;
    this.#models.delete(key);
    this.#models.set(key, entry);
    entry.users++;
    this.#makeRoom();
    return entry;
  }

  #makeRoom(): void {
    for (const [oldest, { model, users }] of this.#models) {
      if (this.#models.size <= this.#size) break;
      if (model === null || users > 0) continue;
      this.#models.delete(oldest);
      model.close();
    }
  }

  #open(key: string, request: PredictionRequest): Entry {
    const entry: Entry = { opening: this.#openModel(request), model: null, users: 0 };
    entry.opening.then(
      (model) => (entry.model = model),
      // A model that did not open is tried again at the next request.
      () => this.#models.get(key) === entry && this.#models.delete(key),
    );
    return entry;
  }

  async #openModel({ modelFileId, sha256, tokenizerSha256, mapping }: PredictionRequest): Promise<IsolatedModel> {
    const signal = AbortSignal.timeout(OPEN_LIMIT_MS);
    const [modelPath, tokenizerPath] = await Promise.all([
      this.#files.get({ modelFileId, part: 'model', sha256 }, signal),
      tokenizerSha256 === null
        ? null
        : this.#files.get({ modelFileId, part: 'tokenizer', sha256: tokenizerSha256 }, signal),
    ]);
    return IsolatedModel.open({ modelPath, tokenizerPath, mapping }, signal);
  }
}
