import type { GeneratedText } from '@greenlight/shared/metrics/text-report.ts';
import type { Sample } from '@greenlight/shared/stages/training/contract.ts';
import type { Tokenizer } from '@greenlight/shared/tokenizers/tokenizer.ts';
import { shuffledIndices, STREAMS } from '../data/shuffle.ts';
import type { Engine } from '../training/engine.ts';
import { continueText } from './generate-samples.ts';
import { storableText } from '../report/storable-text.ts';

/** Texts that an evaluation lets the model write: enough for intervals, a few seconds of work. */
const MAX_TEXTS = 64;

/** A held-out text as the model continued it from its first half, and as it really goes on. */
export interface Continuation {
  sample: Sample;
  /** What the model added, against the second half of the text. */
  generated: GeneratedText;
}

/** Continues the first half of held-out items (of at least two tokens; the seed chooses which) by greedy decoding. */
export async function continueHeldOut(
  engine: Engine,
  tokenizer: Tokenizer,
  items: readonly Int32Array[],
  maxTokens: number,
  seed: number,
  step: number,
): Promise<Continuation[]> {
  const longEnough = items.filter((item) => item.length > 1);
  const order = shuffledIndices(longEnough.length, seed, STREAMS.samplePrompts).subarray(0, MAX_TEXTS);
  const continuations: Continuation[] = [];
  for (const index of order) {
    const item = longEnough[index] ?? new Int32Array(0);
    const [prompt, reference] = halves(tokenizer, item);
    const text = await continueText(engine, tokenizer, prompt, maxTokens);
    continuations.push({
      sample: { step, prompt, text, at: new Date().toISOString() },
      generated: { text: text.slice(prompt.length), reference },
    });
  }
  return continuations;
}

/** The two halves of an item as text; a character whose bytes are several tokens is not torn apart. */
function halves(tokenizer: Tokenizer, item: Int32Array): [first: string, second: string] {
  const decode = (ids: Int32Array, before?: string): string => storableText(tokenizer.decode(ids, before));
  const whole = decode(item);
  for (let half = Math.ceil(item.length / 2); ; half--) {
    const first = decode(item.subarray(0, half));
    const second = decode(item.subarray(half), first);
    if (half <= 1 || first + second === whole) return [first, second];
  }
}
