import { setImmediate as turn } from 'node:timers/promises';
import type { z } from 'zod';
import type { inferenceReply, InferenceRequest } from '@greenlight/shared/worker-protocol/inference.ts';
import { encodeText } from '../data/encode-text.ts';
import { fitPrompt } from '../data/fit-prompt.ts';
import type { LoadedModel } from './model-cache.ts';

/** Continues a prompt; an ended signal stops it after the token under way, with the signal's reason. */
export async function generate(
  { engine, tokenizer }: LoadedModel,
  { configuration, prompt, maxTokens, temperature, seed }: InferenceRequest,
  signal: AbortSignal,
): Promise<z.infer<typeof inferenceReply>> {
  const startMs = performance.now();
  const ids: number[] = [];
  const encoded = fitPrompt(encodeText(tokenizer, prompt), configuration.maxTokens, maxTokens);
  for await (const id of engine.generate({ prompt: encoded, maxTokens, temperature, seed, signal })) {
    ids.push(id);
    // A token blocks the thread: between two of them, closed connections and other requests are noticed.
    await turn();
    signal.throwIfAborted();
  }
  return { text: prompt + tokenizer.decode(ids, prompt), tokens: ids.length, elapsedMs: performance.now() - startMs };
}
