import type { FinishReason } from '@greenlight/shared/stages/training/generation.ts';
import type { ModelSettings } from '../model/settings.ts';
import { causalMask, HIDDEN_SCORE } from '../model/transformer.ts';
import type { LargestOf } from '../products/largest.ts';
import type { Feeds, InferenceProgram } from '../runtime/device.ts';
import { Arrangement } from './arrangement.ts';
import { cacheName, ROLES } from './graphs.ts';
import { chooseToken, type Sampling } from './sampling.ts';
import type { Strips } from './text-cache.ts';

/** What to write: see `GenerateRequest` in training/engine.ts. */
export interface TextRequest extends Sampling {
  prompt: Int32Array;
  maxTokens: number;
}

/** A text being written. */
export interface WrittenText {
  /** What follows the prompt so far. */
  readonly ids: readonly number[];
  /** Why no token will follow: the model ended the text, or it is as long as was asked for or as the model can make it; null while it goes on. */
  readonly finishReason: FinishReason | null;
}

/** The two graphs of generation, loaded when they are first needed. */
export interface GenerationPrograms {
  prefill(): Promise<InferenceProgram>;
  decodeStep(): Promise<InferenceProgram>;
  /** How the largest logit is found. */
  largest(): Promise<LargestOf>;
  /** The first pass takes several prompts at once. */
  readonly prefillsTogether: boolean;
}

/** Most memory that the keys and values of one text take. */
export function cacheBytesPerText({ architecture, dModel, decoderLayers, ...model }: ModelSettings): number {
  const tokens = model.maxTargetTokens + (architecture === 'encoder-decoder' ? model.maxSourceTokens : 0);
  return tokens * dModel * decoderLayers * ROLES.length * Float32Array.BYTES_PER_ELEMENT;
}

const [PADDING, BEGIN, END, UNKNOWN] = [0, 1, 2, 3];

/** A text with its place in the caches. */
class Text implements WrittenText {
  readonly request: TextRequest;
  readonly ids: number[] = [];
  finishReason: FinishReason | null = null;
  /** Tokens in the cache, BOS and the prompt included; the next token's position. */
  length: number;
  self: Strips;
  cross: Strips;

  constructor(request: TextRequest, self: Strips, cross: Strips) {
    this.request = request;
    this.length = request.prompt.length + 1;
    this.self = self;
    this.cross = cross;
  }

  /** Tokens that may still have to be decoded. */
  remaining(model: ModelSettings): number {
    return Math.min(this.request.maxTokens - this.ids.length, model.maxTargetTokens - this.length);
  }

  /** Chooses the next token by its logits, which are changed. */
  choose(logits: Float32Array, model: ModelSettings, largestOf: LargestOf): void {
    logits[PADDING] = -Infinity;
    logits[BEGIN] = -Infinity;
    // The stand-in for what the tokenizer does not know is nothing that anybody can read.
    logits[UNKNOWN] = -Infinity;
    const token =
      this.ids.length < this.request.maxTokens ? chooseToken(logits, this.request, this.ids.length, largestOf) : null;
    if (token === END) {
      this.finishReason = 'stop';
      return;
    }
    if (token !== null) this.ids.push(token);
    if (this.remaining(model) <= 0) this.finishReason = 'length';
  }
}

/**
 * Texts of one model that are written together, a token each at a time: a decoding step reads every weight once, whatever the number of
 * texts. Texts join and leave between any two tokens; each is what it would be alone. Calls must not overlap.
 *
 * Texts of different lengths stand side by side so that they end in the same slot of the cache; what lies before a shorter one's first token
 * is hidden by a mask. The caches are laid out anew when a text has joined or left, and only then.
 */
export class TextGroup {
  readonly #model: ModelSettings;
  readonly #programs: GenerationPrograms;
  #texts: Text[] = [];
  #arrangement: Arrangement<Text> | null = null;

  constructor(model: ModelSettings, programs: GenerationPrograms) {
    this.#model = model;
    this.#programs = programs;
  }

  /** Texts that have not ended. */
  get size(): number {
    return this.#texts.length;
  }

  /** Reads the prompts and chooses the first token of each; throws a RangeError for a prompt that does not fit, and then takes none. */
  async join(requests: readonly TextRequest[]): Promise<WrittenText[]> {
    for (const { prompt } of requests) checkPrompt(this.#model, prompt);
    const prefill = await this.#programs.prefill();
    const groups = this.#programs.prefillsTogether ? [requests] : requests.map((request) => [request]);
    const joined: Text[] = [];
    for (const group of groups) if (group.length > 0) joined.push(...(await this.#prefill(prefill, group)));
    this.#texts.push(...joined.filter((text) => text.finishReason === null));
    return joined;
  }

  /** Writes one more token of every text. */
  async advance(): Promise<void> {
    if (this.#texts.length === 0) return;
    const step = await this.#programs.decodeStep();
    const arrangement = this.#arrange();
    arrangement.prepare(BEGIN);
    const largestOf = await this.#programs.largest();
    await step.run(arrangement.feeds, arrangement.into);
    arrangement.self.grow();
    const { texts } = arrangement;
    texts.forEach((text, row) => {
      text.length++;
      text.choose(arrangement.logitsOf(row), this.#model, largestOf);
    });
    this.#texts = texts.filter((text) => text.finishReason === null);
  }

  /** Takes a text out before its end. */
  leave(text: WrittenText): void {
    this.#texts = this.#texts.filter((other) => other !== text);
  }

  /** One pass over prompts of any lengths, padded at their ends. */
  async #prefill(program: InferenceProgram, requests: readonly TextRequest[]): Promise<Text[]> {
    const { dModel, decoderLayers, vocabularySize, architecture } = this.#model;
    const hasSource = architecture === 'encoder-decoder';
    const prefixes = requests.map(({ prompt }) => [BEGIN, ...prompt]);
    // An empty source would leave the attention nothing to look at.
    const sources = hasSource ? requests.map(({ prompt }) => (prompt.length > 0 ? [...prompt] : [BEGIN])) : [];
    const [prefixLength, sourceLength] = [longest(prefixes), longest(sources)];
    const rows = requests.length;
    const lastMask = hiddenPadding(prefixes, prefixLength);
    const feeds: Feeds = {
      ...(hasSource ? sourceFeeds(sources, sourceLength) : {}),
      prefix: { data: padded(prefixes, prefixLength), shape: [rows, prefixLength] },
      positions: { data: upTo(prefixLength), shape: [prefixLength] },
      prefixMask: { data: causalMask(prefixLength), shape: [prefixLength, prefixLength] },
      last: { data: Int32Array.from(prefixes, (ids, row) => row * prefixLength + ids.length - 1), shape: [rows] },
      lastMask: { data: lastMask, shape: [rows, 1, 1, prefixLength] },
    };
    const logits = new Float32Array(rows * vocabularySize);
    const into: Feeds = { logits: { data: logits, shape: [rows, vocabularySize] } };
    const lengths = { self: prefixLength, cross: sourceLength };
    const kinds = hasSource ? (['self', 'cross'] as const) : (['self'] as const);
    for (const kind of kinds) {
      for (let layer = 0; layer < decoderLayers; layer++) {
        for (const role of ROLES) {
          const shape = [rows * lengths[kind], dModel];
          into[cacheName(kind, layer, role)] = { data: new Float32Array(rows * lengths[kind] * dModel), shape };
        }
      }
    }
    const largestOf = await this.#programs.largest();
    await program.run(feeds, into);
    const strips = (kind: 'self' | 'cross', row: number, length: number): Strips =>
      Object.fromEntries(
        Object.entries(into)
          .filter(([name]) => name.startsWith(`${kind}.`))
          .map(([name, { data }]) => {
            const offset = row * lengths[kind] * dModel;
            return [name, { data: data as Float32Array, offset, stride: dModel, length }];
          }),
      );
    return requests.map((request, row) => {
      const self = strips('self', row, prefixes[row]?.length ?? 0);
      const text = new Text(request, self, strips('cross', row, sources[row]?.length ?? 0));
      text.choose(logits.subarray(row * vocabularySize, (row + 1) * vocabularySize), this.#model, largestOf);
      return text;
    });
  }

  /** The texts side by side: as they were in the last step, or laid out anew when some have joined or left. */
  #arrange(): Arrangement<Text> {
    const texts = this.#texts;
    const previous = this.#arrangement;
    if (previous?.holds(texts) === true) return previous;
    previous?.texts.forEach((text, row) => {
      text.self = previous.self.strips(row);
      text.cross = previous.cross.strips(row);
    });
    const spare = Math.max(...texts.map((text) => text.remaining(this.#model)));
    this.#arrangement = new Arrangement(this.#model, texts, spare);
    return this.#arrangement;
  }
}

function checkPrompt(model: ModelSettings, prompt: Int32Array): void {
  const most = Math.min(
    model.maxTargetTokens - 1,
    model.architecture === 'encoder-decoder' ? model.maxSourceTokens : Infinity,
  );
  if (prompt.length > most) throw new RangeError(`The prompt has ${prompt.length} tokens; the model takes ${most}`);
  const wrong = prompt.find((id) => id < 0 || id >= model.vocabularySize);
  if (wrong !== undefined) throw new RangeError(`The prompt holds the id ${wrong}, which the vocabulary has not`);
}

function sourceFeeds(sources: readonly number[][], length: number): Feeds {
  const mask = hiddenPadding(sources, length);
  return {
    source: { data: padded(sources, length), shape: [sources.length, length] },
    sourcePositions: { data: upTo(length), shape: [length] },
    sourceMask: { data: mask, shape: [sources.length, 1, 1, length] },
  };
}

/** Hides what follows each row's ids: [rows, length]. */
function hiddenPadding(rows: readonly number[][], length: number): Float32Array {
  const mask = new Float32Array(rows.length * length);
  rows.forEach((ids, row) => mask.fill(HIDDEN_SCORE, row * length + ids.length, (row + 1) * length));
  return mask;
}

function longest(rows: readonly number[][]): number {
  return Math.max(0, ...rows.map((row) => row.length));
}

function padded(rows: readonly number[][], length: number): Int32Array {
  const ids = new Int32Array(rows.length * length).fill(PADDING);
  rows.forEach((row, index) => ids.set(row, index * length));
  return ids;
}

function upTo(length: number): Int32Array {
  return Int32Array.from({ length }, (_, index) => index);
}
