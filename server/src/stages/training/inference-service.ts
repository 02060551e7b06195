import type { z } from 'zod';
import type { generateText } from '@greenlight/shared/stages/training/contract.ts';
import { inferenceReply, type InferenceRequest } from '@greenlight/shared/worker-protocol/inference.ts';
import { AppError } from '../../plugins/app-error.ts';
import type { ArtifactService } from './artifact-service.ts';
import type { RunService } from './run-service.ts';

/** Where the inference service listens, and the token that opens it. */
export interface InferenceAddress {
  readonly url: string;
  readonly token: string;
}

type Prompt = z.output<NonNullable<typeof generateText.body>>;
type Generated = z.output<NonNullable<typeof generateText.reply>>;

/** The door to text generation. */
export interface InferenceService {
  /** Continues a prompt with the run's newest checkpoint. Throws `no-checkpoint`, `inference-unavailable`. */
  generate(runId: string, prompt: Prompt): Promise<Generated>;
}

/** Longest wait for a generated text, in milliseconds: the largest model on a slow machine, 512 tokens. */
const GENERATE_LIMIT_MS = 120_000;

/** Builds the inference service's client. */
export function createInferenceService(
  runs: RunService,
  artifacts: ArtifactService,
  { url, token }: InferenceAddress,
): InferenceService {
  const endpoint = new URL('generate', url.endsWith('/') ? url : `${url}/`);

  async function ask(request: InferenceRequest): Promise<z.output<typeof inferenceReply>> {
    try {
      const response = await fetch(endpoint, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify(request),
        signal: AbortSignal.timeout(GENERATE_LIMIT_MS),
        redirect: 'error',
      });
      if (!response.ok) throw new Error(`the inference service answered ${response.status}`);
      return inferenceReply.parse(await response.json());
    } catch (error) {
      const refusal = new AppError('inference-unavailable');
      refusal.cause = error;
      throw refusal;
    }
  }

  return {
    async generate(runId, prompt) {
      const [run, checkpoint, tokenizer] = await Promise.all([
        runs.get(runId),
        artifacts.newest(runId, 'checkpoint'),
        artifacts.newest(runId, 'tokenizer'),
      ]);
      if (checkpoint === undefined || tokenizer === undefined) throw new AppError('no-checkpoint');
      const { artifactId, sha256 } = tokenizer;
      const reply = await ask({
        runId,
        configuration: run.configuration,
        checkpoint,
        tokenizer: { artifactId, sha256 },
        ...prompt,
      });
      return { ...reply, checkpointStep: checkpoint.step };
    },
  };
}
