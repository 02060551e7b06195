import type { z } from 'zod';
import { maskedContinuation } from '@greenlight/shared/stages/data/masked-text.ts';
import type { generateText } from '@greenlight/shared/stages/training/contract.ts';
import { inferenceReply, type InferenceRequest } from '@greenlight/shared/worker-protocol/inference.ts';
import { AppError } from '../../plugins/app-error.ts';
import type { ArtifactService } from './artifact-service.ts';
import type { InferenceClient } from './inference-client.ts';
import type { RunService } from './run-service.ts';

type Prompt = z.output<NonNullable<typeof generateText.body>>;
type Generated = z.output<NonNullable<typeof generateText.reply>>;

/** The door to text generation. */
export interface InferenceService {
  /** Continues a prompt with the checkpoint that the run evaluated, or its newest. Throws `no-checkpoint`, `writes-no-text`, `inference-unavailable`. */
  generate(runId: string, prompt: Prompt): Promise<Generated>;
}

/** Builds the inference service. */
export function createInferenceService(
  runs: RunService,
  artifacts: ArtifactService,
  ask: InferenceClient,
): InferenceService {
  return {
    async generate(runId, prompt) {
      const [run, checkpoint, tokenizer] = await Promise.all([
        runs.get(runId),
        artifacts.measured(runId),
        artifacts.newest(runId, 'tokenizer'),
      ]);
      if (run.configuration.architecture === 'encoder-classifier') throw new AppError('writes-no-text');
      if (checkpoint === undefined || tokenizer === undefined) throw new AppError('no-checkpoint');
      const { artifactId, sha256 } = tokenizer;
      const request: InferenceRequest = {
        runId,
        configuration: run.configuration,
        checkpoint,
        tokenizer: { artifactId, sha256 },
        ...prompt,
      };
      const reply = await ask('generate', request, inferenceReply);
      return { ...reply, text: maskedContinuation(prompt.prompt, reply.text), checkpointStep: checkpoint.step };
    },
  };
}
