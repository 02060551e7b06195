import type { Sample } from '@greenlight/shared/stages/training/contract.ts';
import type { Tokenizer } from '@greenlight/shared/tokenizers/tokenizer.ts';
import { encodeText } from '../data/encode-text.ts';
import { fitPrompt } from '../data/fit-prompt.ts';
import type { Engine } from '../training/engine.ts';
import { storableText } from '../report/storable-text.ts';

/** Continues a text by greedy decoding; the answer is the prompt as it was written with what the model adds. */
export async function continueText(
  engine: Engine,
  tokenizer: Tokenizer,
  prompt: string,
  maxTokens: number,
): Promise<string> {
  const ids: number[] = [];
  const request = {
    prompt: fitPrompt(encodeText(tokenizer, prompt), maxTokens, maxTokens),
    maxTokens,
    temperature: 0,
    seed: 0,
  };
  for await (const id of engine.generate(request)) ids.push(id);
  return prompt + storableText(tokenizer.decode(ids, prompt));
}

/** Continues each prompt by greedy decoding. */
export async function generateSamples(
  engine: Engine,
  tokenizer: Tokenizer,
  prompts: readonly string[],
  maxTokens: number,
  step: number,
): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (const prompt of prompts) {
    const text = await continueText(engine, tokenizer, prompt, maxTokens);
    samples.push({ step, prompt, text, at: new Date().toISOString() });
  }
  return samples;
}
