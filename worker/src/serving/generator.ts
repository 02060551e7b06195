import type { ModelSettings } from '../model/settings.ts';
import type { Device, Feeds, InferenceProgram } from '../runtime/device.ts';
import { cacheName, newRowName, recordDecodeStep, recordPrefill } from './graphs.ts';
import { chooseToken } from './sampling.ts';

/** What to generate: see `GenerateRequest` in training/engine.ts. */
interface Request {
  prompt: Int32Array;
  maxTokens: number;
  temperature: number;
  seed: number;
  signal?: AbortSignal;
}

/** Writes text with the device's current parameters. */
export interface Generator {
  generate(request: Request): AsyncGenerator<number>;
  dispose(): Promise<void>;
}

const [PADDING, BEGIN, END, UNKNOWN] = [0, 1, 2, 3];

/** Prompts are padded to a multiple of this many tokens, so that few graphs serve all. */
const PROMPT_BUCKET = 16;

const ROLES = ['keys', 'values'] as const;

function bucket(length: number, longest: number): number {
  return Math.min(longest, Math.ceil(length / PROMPT_BUCKET) * PROMPT_BUCKET);
}

/** The keys and values of one text being written, with room for the model's longest. */
interface Caches {
  /** One array for each layer and role, rows of dModel values, in the order of the tokens. */
  self: Map<string, Float32Array>;
  cross: Feeds;
}

/**
 * Generation with a cache: one pass over the prompt, which is both the encoder's source and the beginning of the target, then one step
 * a token. Caches grow in place: the past is a view of the rows written so far, and a step writes its own row behind them.
 */
export function createGenerator(model: ModelSettings, device: Device): Generator {
  const programs = new Map<string, Promise<InferenceProgram>>();
  const program = (key: string, make: () => Promise<InferenceProgram>): Promise<InferenceProgram> => {
    const loaded = programs.get(key) ?? make();
    programs.set(key, loaded);
    // A program that failed to load is tried again at the next request.
    loaded.catch(() => programs.delete(key));
    return loaded;
  };
  const hasSource = model.architecture === 'encoder-decoder';

  async function* generate(request: Request): AsyncGenerator<number> {
    const { prompt, maxTokens, temperature, seed, signal } = request;
    checkPrompt(model, prompt);
    const sourceLength = hasSource ? bucket(Math.max(1, prompt.length), model.maxSourceTokens) : 0;
    const prefixLength = bucket(prompt.length + 1, model.maxTargetTokens);
    const prefill = await program(`prefill ${sourceLength} ${prefixLength}`, () =>
      device.loadInference(recordPrefill(model, sourceLength, prefixLength, device.dialect)),
    );
    const step = await program(`step ${sourceLength}`, () =>
      device.loadInference(recordDecodeStep(model, sourceLength, device.dialect)),
    );
    const sourceIds = new Int32Array(sourceLength);
    if (hasSource) sourceIds.set(prompt.length > 0 ? prompt : [BEGIN]);
    const source: Feeds = hasSource ? { source: { data: sourceIds, shape: [1, sourceLength] } } : {};
    const prefix = new Int32Array(prefixLength);
    prefix.set([BEGIN, ...prompt]);
    const first = await prefill.run({
      ...source,
      prefix: { data: prefix, shape: [1, prefixLength] },
      last: { data: Int32Array.of(prompt.length), shape: [1] },
    });
    const caches = collectCaches(model, first, prompt.length + 1, sourceLength);
    let logits = first['logits'] as Float32Array;
    let position = prompt.length + 1;
    for (let count = 0; count < maxTokens; count++) {
      if (signal?.aborted === true) return;
      logits[PADDING] = -Infinity;
      logits[BEGIN] = -Infinity;
      // The stand-in for what the tokenizer does not know is nothing that anybody can read.
      logits[UNKNOWN] = -Infinity;
      const token = chooseToken(logits, temperature, seed, count);
      if (token === END) return;
      yield token;
      if (count + 1 === maxTokens || position >= model.maxTargetTokens) return;
      logits = await decodeToken(model, step, token, position, source, caches);
      position++;
    }
  }

  return {
    generate,
    dispose: async () => {
      for (const loaded of programs.values()) await (await loaded).dispose();
      programs.clear();
    },
  };
}

function checkPrompt(model: ModelSettings, prompt: Int32Array): void {
  const longest = Math.min(
    model.maxTargetTokens - 1,
    model.architecture === 'encoder-decoder' ? model.maxSourceTokens : Infinity,
  );
  if (prompt.length > longest)
    throw new RangeError(`The prompt has ${prompt.length} tokens; the model takes ${longest}`);
  const wrong = prompt.find((id) => id < 0 || id >= model.vocabularySize);
  if (wrong !== undefined) throw new RangeError(`The prompt holds the id ${wrong}, which the vocabulary has not`);
}

function eachCache(model: ModelSettings, visit: (layer: number, role: (typeof ROLES)[number]) => void): void {
  for (let layer = 0; layer < model.decoderLayers; layer++) for (const role of ROLES) visit(layer, role);
}

/** Takes the caches over from the first pass; padding behind the prompt is left out, later tokens are written there. */
function collectCaches(
  model: ModelSettings,
  prefilled: Record<string, Float32Array | Int32Array>,
  tokens: number,
  sourceLength: number,
): Caches {
  const { dModel, heads } = model;
  const caches: Caches = { self: new Map(), cross: {} };
  eachCache(model, (layer, role) => {
    const rows = new Float32Array(model.maxTargetTokens * dModel);
    const name = cacheName('self', layer, role);
    rows.set((prefilled[name] as Float32Array).subarray(0, tokens * dModel));
    caches.self.set(name, rows);
    if (sourceLength === 0) return;
    const crossName = cacheName('cross', layer, role);
    const shape = [1, sourceLength, heads, dModel / heads];
    caches.cross[crossName] = { data: prefilled[crossName] as Float32Array, shape };
  });
  return caches;
}

async function decodeToken(
  model: ModelSettings,
  step: InferenceProgram,
  token: number,
  position: number,
  source: Feeds,
  caches: Caches,
): Promise<Float32Array> {
  const { dModel, heads } = model;
  const past: Feeds = {};
  const newRows: Feeds = {};
  eachCache(model, (layer, role) => {
    const name = cacheName('self', layer, role);
    const rows = caches.self.get(name);
    if (rows === undefined) throw new Error(`The cache '${name}' is missing`);
    past[name] = { data: rows.subarray(0, position * dModel), shape: [1, position, heads, dModel / heads] };
    const row = rows.subarray(position * dModel, (position + 1) * dModel);
    newRows[newRowName(layer, role)] = { data: row, shape: [1, 1, heads, dModel / heads] };
  });
  const feeds: Feeds = {
    ...source,
    ...caches.cross,
    ...past,
    token: { data: Int32Array.of(token), shape: [1, 1] },
    position: { data: Int32Array.of(position), shape: [1] },
  };
  return (await step.run(feeds, newRows))['logits'] as Float32Array;
}
