import { readFile } from 'node:fs/promises';
import type { ClassificationRequest, InferenceRequest } from '@greenlight/shared/worker-protocol/inference.ts';
import { readTokenizerJson } from '@greenlight/shared/tokenizers/read-tokenizer-json.ts';
import type { Tokenizer } from '@greenlight/shared/tokenizers/tokenizer.ts';
import { modelSettingsOf, optimiserSettingsOf } from '../jobs/engine-options.ts';
import { cacheBytesPerText } from '../serving/text-group.ts';
import { createEngine } from '../training/create-engine.ts';
import type { Engine } from '../training/engine.ts';
import { parameterSpecs, shapeSize } from '../model/parameters.ts';
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
  /** Memory that its weights take. */
  bytes: number;
}

/** How many models may be in memory, and how much of it they may take; one that is asked for is there in any case. */
export interface ModelLimits {
  models: number;
  bytes: number;
}

/** What identifies a model among requests. */
type ModelRequest = Pick<InferenceRequest, 'configuration' | 'checkpoint' | 'tokenizer'> &
  Partial<Pick<ClassificationRequest, 'labels' | 'heads'>>;

/** A name for the model of a request; the same for all requests that it can answer. */
export function modelKey({ checkpoint, tokenizer }: ModelRequest): string {
  return `${checkpoint.sha256} ${tokenizer.sha256}`;
}

/** Memory of a model's weights at most: as they were read, and once more as products read them. */
function servedBytes(model: ModelSettings): number {
  return (
    2 * parameterSpecs(model).reduce((sum, { shape }) => sum + shapeSize(shape) * Float32Array.BYTES_PER_ELEMENT, 0)
  );
}

/** Models in memory, the most recently used ones; calls must not overlap. */
export class ModelCache {
  readonly #files: FileCache;
  readonly #limits: ModelLimits;
  /** In the order of last use. */
  readonly #models = new Map<string, LoadedModel>();

  constructor(files: FileCache, limits: ModelLimits) {
    this.#files = files;
    this.#limits = limits;
  }

  /** The model of a checkpoint, loaded when it is not in memory; models in use stay there. */
  async get(
    request: ModelRequest,
    signal: AbortSignal,
    inUse: ReadonlySet<LoadedModel> = new Set(),
  ): Promise<LoadedModel> {
    const key = modelKey(request);
    const model = this.#models.get(key) ?? (await this.#load(request, signal, inUse));
    this.#models.delete(key);
    this.#models.set(key, model);
    return model;
  }

  /** Lets the models go that were not used for longest, until there is room for another of so many bytes. */
  async #makeRoom(bytes: number, inUse: ReadonlySet<LoadedModel>): Promise<void> {
    const taken = (): number => [...this.#models.values()].reduce((sum, model) => sum + model.bytes, 0);
    for (const [key, unused] of this.#models) {
      if (this.#models.size < this.#limits.models && taken() + bytes <= this.#limits.bytes) break;
      if (inUse.has(unused)) continue;
      this.#models.delete(key);
      await unused.engine.dispose();
    }
  }

  /** Frees every model. */
  async dispose(): Promise<void> {
    for (const { engine } of this.#models.values()) await engine.dispose();
    this.#models.clear();
  }

  async #load(
    { configuration, checkpoint, tokenizer, labels = [], heads = [] }: ModelRequest,
    signal: AbortSignal,
    inUse: ReadonlySet<LoadedModel>,
  ): Promise<LoadedModel> {
    const [tokenizerPath, checkpointPath] = await Promise.all([
      this.#files.get(tokenizer, signal),
      this.#files.get(checkpoint, signal),
    ]);
    const read = readTokenizerJson(await readFile(tokenizerPath, 'utf8'));
    const model = modelSettingsOf(configuration, read.size, labels, heads);
    const bytes = servedBytes(model);
    await this.#makeRoom(bytes, inUse);
    try {
      const engine = await createEngine({
        model,
        optimiser: optimiserSettingsOf(configuration, 1),
        seed: configuration.seed,
        device: configuration.device,
        checkpoint: checkpointPath,
        inferenceOnly: true,
      });
      return { engine, tokenizer: read, model, cacheBytesPerText: cacheBytesPerText(model), bytes };
    } catch (error) {
      if (error instanceof CheckpointError) await this.#files.drop(checkpoint);
      throw error;
    }
  }
}
