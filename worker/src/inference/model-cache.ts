import { readFile } from 'node:fs/promises';
import type { ClassificationRequest, InferenceRequest } from '@greenlight/shared/worker-protocol/inference.ts';
import { readTokenizerJson } from '@greenlight/shared/tokenizers/read-tokenizer-json.ts';
import type { Tokenizer } from '@greenlight/shared/tokenizers/tokenizer.ts';
import { modelSettingsOf, optimiserSettingsOf } from '../jobs/engine-options.ts';
import { cacheBytesPerText } from '../serving/text-group.ts';
import { createEngine } from '../training/create-engine.ts';
import type { Engine } from '../training/engine.ts';
import type { ModelSettings } from '../model/settings.ts';
import { CheckpointError } from '../training/errors.ts';
import type { FileCache } from './file-cache.ts';

/** A trained model ready to write. */
export interface LoadedModel {
  engine: Engine;
  tokenizer: Tokenizer;
  model: ModelSettings;
  /** Most memory that the keys and values of one text take. */
  cacheBytesPerText: number;
}

/** What identifies a model among requests. */
type ModelRequest = Pick<InferenceRequest, 'configuration' | 'checkpoint' | 'tokenizer'> &
  Partial<Pick<ClassificationRequest, 'labels' | 'heads'>>;

/** A name for the model of a request; the same for all requests that it can answer. */
export function modelKey({ checkpoint, tokenizer }: ModelRequest): string {
  return `${checkpoint.sha256} ${tokenizer.sha256}`;
}

/** Models in memory, the most recently used few; calls must not overlap. */
export class ModelCache {
  readonly #files: FileCache;
  readonly #size: number;
  /** In the order of last use. */
  readonly #models = new Map<string, LoadedModel>();

  constructor(files: FileCache, size: number) {
    this.#files = files;
    this.#size = size;
  }

  /** The model of a checkpoint, loaded when it is not in memory; models in use stay there. */
  async get(
    request: ModelRequest,
    signal: AbortSignal,
    inUse: ReadonlySet<LoadedModel> = new Set(),
  ): Promise<LoadedModel> {
    const key = modelKey(request);
    const model = this.#models.get(key) ?? (await this.#load(request, signal));
    this.#models.delete(key);
    this.#models.set(key, model);
    for (const [oldest, unused] of this.#models) {
      if (this.#models.size <= this.#size) break;
      if (unused === model || inUse.has(unused)) continue;
      this.#models.delete(oldest);
      await unused.engine.dispose();
    }
    return model;
  }

  /** Frees every model. */
  async dispose(): Promise<void> {
    for (const { engine } of this.#models.values()) await engine.dispose();
    this.#models.clear();
  }

  async #load(
    { configuration, checkpoint, tokenizer, labels = [], heads = [] }: ModelRequest,
    signal: AbortSignal,
  ): Promise<LoadedModel> {
    const [tokenizerPath, checkpointPath] = await Promise.all([
      this.#files.get(tokenizer, signal),
      this.#files.get(checkpoint, signal),
    ]);
    const read = readTokenizerJson(await readFile(tokenizerPath, 'utf8'));
    const model = modelSettingsOf(configuration, read.size, labels, heads);
    try {
      const engine = await createEngine({
        model,
        optimiser: optimiserSettingsOf(configuration, 1),
        seed: configuration.seed,
        device: configuration.device,
        checkpoint: checkpointPath,
        inferenceOnly: true,
      });
      return { engine, tokenizer: read, model, cacheBytesPerText: cacheBytesPerText(model) };
    } catch (error) {
      if (error instanceof CheckpointError) await this.#files.drop(checkpoint);
      throw error;
    }
  }
}
