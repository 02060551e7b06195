import { z } from 'zod';
import { id, sha256 } from '../api/identifiers.ts';
import { runConfiguration } from '../stages/training/configuration.ts';

/** What the server asks of the inference service: `POST /generate` with its bearer token. */
export const inferenceRequest = z.object({
  runId: id,
  configuration: runConfiguration,
  checkpoint: z.object({ artifactId: id, sha256, step: z.number().int() }),
  tokenizer: z.object({ artifactId: id, sha256 }),
  prompt: z.string().min(1).max(2000),
  maxTokens: z.number().int().min(1).max(512),
  temperature: z.number().min(0).max(2),
  seed: z.number().int(),
});

/** What the server asks of the inference service. */
export type InferenceRequest = z.infer<typeof inferenceRequest>;

/** What the inference service answers; `text` is the prompt with its continuation. */
export const inferenceReply = z.object({ text: z.string(), tokens: z.number().int(), elapsedMs: z.number() });
