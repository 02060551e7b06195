import { z } from 'zod';
import { defineRoute } from '../api/define-route.ts';
import { id, sha256 } from '../api/identifiers.ts';
import { runConfiguration } from '../stages/training/configuration.ts';
import { generatedText, generationSettings } from '../stages/training/generation.ts';
import { taskHead } from '../stages/training/heads.ts';
import { modelMapping, predictionInput } from '../stages/training/imported-models.ts';

/** What the server asks of the inference service: `POST /generate`, or `POST /generate/stream` for events, with its bearer token. */
export const inferenceRequest = z.object({
  runId: id,
  configuration: runConfiguration,
  checkpoint: z.object({ artifactId: id, sha256, step: z.number().int() }),
  tokenizer: z.object({ artifactId: id, sha256 }),
  ...generationSettings.shape,
});

/** What the server asks of the inference service. */
export type InferenceRequest = z.infer<typeof inferenceRequest>;

/** What the inference service answers; `text` is the prompt with its continuation. */
export const inferenceReply = generatedText.omit({ checkpointStep: true });

/** What the inference service answers; `text` is the prompt with its continuation. */
export type InferenceReply = z.infer<typeof inferenceReply>;

/** What the server asks of the inference service for a classifier: `POST /classify` with its bearer token. */
export const classificationRequest = inferenceRequest
  .pick({ runId: true, configuration: true, checkpoint: true, tokenizer: true })
  .extend({
    /** Names of the classes by number, as the run learned them; empty for a regression. */
    labels: z.array(z.string()),
    /** The further heads, as the run learned them. */
    heads: z.array(taskHead).default([]),
    texts: z.array(z.string().min(1)).min(1),
  });

/** What the server asks of the inference service for a classifier. */
export type ClassificationRequest = z.infer<typeof classificationRequest>;

/** One row for each text: probabilities of the labels, or the one number of a regression. */
export const classificationReply = z.object({
  answers: z.array(
    z.object({
      outputs: z.array(z.number()),
      /** The outputs of each further head. */
      furtherOutputs: z.array(z.array(z.number())).default([]),
      tokens: z.number().int(),
      isCut: z.boolean(),
    }),
  ),
  elapsedMs: z.number(),
});

/** What the server asks of the inference service for an imported model: `POST /predict` with its bearer token. */
export const predictionRequest = z.object({
  modelFileId: id,
  sha256,
  tokenizerSha256: sha256.nullable(),
  mapping: modelMapping,
  input: predictionInput,
});

/** What the server asks of the inference service for an imported model. */
export type PredictionRequest = z.infer<typeof predictionRequest>;

/** Probabilities [items × labels], row-major, or the one number of each item. */
export const predictionReply = z.object({ outputs: z.array(z.number()), elapsedMs: z.number() });

export const getServedArtifact = defineRoute({
  id: 'getServedArtifact',
  method: 'GET',
  path: '/api/inference/artifacts/{artifactId}/content',
  summary: 'A checkpoint of a run or its tokenizer, for the inference service.',
  permission: 'inference',
  params: z.object({ artifactId: id }),
  stream: 'download',
});

export const getServedModelFile = defineRoute({
  id: 'getServedModelFile',
  method: 'GET',
  path: '/api/inference/model-files/{modelFileId}/{part}',
  summary: 'An imported model or its tokenizer, for the inference service.',
  permission: 'inference',
  params: z.object({ modelFileId: id, part: z.enum(['model', 'tokenizer']) }),
  stream: 'download',
});
