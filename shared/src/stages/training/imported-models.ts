import { z } from 'zod';
import { queryInteger } from '../../api/query-integer.ts';
import { defineRoute } from '../../api/define-route.ts';
import { id, moment, sha256 } from '../../api/identifiers.ts';
import { pageOf, pageQuery } from '../../api/paging.ts';
import { shownName } from '../../api/shown-name.ts';
import { defineJob, job, jobError } from '../../jobs/contract.ts';
import { labelText } from '../data/label-text.ts';
import { evaluationResult } from '../evaluation/contract.ts';
import { MAX_TOKENIZER_FILE_BYTES } from '../data/tokenizer-contract.ts';
import { inputRow, MAX_ROW_INPUTS, tensorName } from './imported-model-rows.ts';

/** Largest ONNX file that is taken in. */
export const MAX_MODEL_FILE_BYTES = 1024 * 1024 * 1024;

/** Most items in one request for answers. */
export const MAX_PREDICTED_ITEMS = 64;

/** An input or output that a model file declares; a symbolic dimension is its name, an unnamed one an empty text. */
export const declaredTensor = z.object({
  name: z.string(),
  type: z.string(),
  shape: z.array(z.union([z.number().int(), z.string()])),
  /** Names of the columns, in their order, where the file says them. */
  columns: z.array(labelText).optional(),
});

/** An input or output that a model file declares. */
export type DeclaredTensor = z.infer<typeof declaredTensor>;

/** What a model file says of itself. */
export const modelDescription = z.object({
  inputs: z.array(declaredTensor),
  outputs: z.array(declaredTensor),
  opset: z.number().int(),
  irVersion: z.number().int(),
  producer: z.string(),
  metadata: z.record(z.string(), z.string()),
});

/** What a model file says of itself. */
export type ModelDescription = z.infer<typeof modelDescription>;

/** What an input of a model of texts may hold that says nothing of the text: BERT's token types are zeros, explicit positions 0, 1, 2 … */
export const INPUT_FILLS = ['zeros', 'ones', 'positions'] as const;

/** What an input that says nothing of the text holds. */
export type InputFill = (typeof INPUT_FILLS)[number];

/** What the numbers of an output mean: which they are, and what each column is called. */
const answers = {
  output: tensorName,
  /**
   * What the output holds: `values` for a regression, one of the others for classes. `classes` is the likeliest class alone, by its name or by its
   * place among the labels, which the model then counts as certain of.
   */
  outputKind: z.enum(['logits', 'probabilities', 'values', 'classes']),
  task: z.enum(['single-label', 'multi-label', 'regression']),
  /**
   * Names of the output's columns, in their order: at least two, or one where any number of labels is given; none for a regression, whose output is one
   * number an item. A single column for two classes speaks of the second.
   */
  labels: z.array(labelText.min(1).max(100)).max(1000),
};

/** How a model file is asked and what its answer means. */
export const modelMapping = z.discriminatedUnion('input', [
  z.object({
    input: z.literal('text'),
    ...answers,
    inputIds: tensorName,
    /** Input that is 1 for tokens and 0 for padding; null where the model has none. */
    attentionMask: tensorName.nullable(),
    /** Every further input, of the same shape as the token ids, and what it holds. */
    otherInputs: z
      .array(z.object({ name: tensorName, fill: z.enum(INPUT_FILLS) }))
      .max(8)
      .default([]),
    /** Ids put before and after the ids of a text, such as begin and end. */
    before: z.array(z.number().int().min(0)).max(8),
    after: z.array(z.number().int().min(0)).max(8),
    paddingId: z.number().int().min(0),
    /** Longest input in tokens, these ids included; longer texts are cut. */
    maxTokens: z.number().int().min(4).max(8192),
  }),
  z.object({ input: z.literal('features'), ...answers, features: tensorName }),
  /** Texts as they are, which the model cuts into tokens itself: `texts` is an input of type string. */
  z.object({ input: z.literal('raw-text'), ...answers, texts: tensorName }),
  /** Values by the names of the inputs, as models of tables take them. */
  z.object({
    input: z.literal('columns'),
    ...answers,
    /**
     * Every input, and which columns of a data version fill it: one for each of its values in their order, or one that lists them all.
     * `text` is an item's text where no column is called so.
     */
    columnInputs: z
      .array(
        z.object({
          name: tensorName,
          columns: z.array(z.string().min(1).max(100)).min(1).max(MAX_ROW_INPUTS),
        }),
      )
      .min(1)
      .max(MAX_ROW_INPUTS),
  }),
]);

/** How a model file is asked and what its answer means. */
export type ModelMapping = z.infer<typeof modelMapping>;

/** Items to be answered: texts, rows of numbers, or rows with a field for each input of the model. */
export const predictionInput = z.union([
  z.object({ texts: z.array(z.string().max(100_000)).min(1).max(MAX_PREDICTED_ITEMS) }),
  /** Each row may hold an image: its numbers one behind the other, as the model's input has them. */
  z.object({ features: z.array(z.array(z.number()).min(1).max(200_000)).min(1).max(MAX_PREDICTED_ITEMS) }),
  z.object({ rows: z.array(inputRow).min(1).max(MAX_PREDICTED_ITEMS) }),
]);

/** Items to be answered. */
export type PredictionInput = z.infer<typeof predictionInput>;

/** Life of an imported model file: opened by a worker, then usable or refused. */
export const MODEL_FILE_STATES = ['inspecting', 'ready', 'refused'] as const;

/** A model that came from elsewhere. */
export const modelFile = z
  .object({
    id,
    projectId: id,
    name: z.string(),
    sha256,
    sizeBytes: z.number().int(),
    state: z.enum(MODEL_FILE_STATES),
    description: modelDescription.nullable(),
    mapping: modelMapping.nullable(),
    tokenizerSha256: sha256.nullable(),
    /** Why it was refused. */
    error: jobError.nullable(),
    createdAt: moment,
  })
  .meta({ id: 'ModelFile' });

/** A model that came from elsewhere. */
export type ModelFile = z.infer<typeof modelFile>;

/** Opens a model file and reads what it declares. Input: model.onnx. */
export const inspectOnnxJob = defineJob({
  kind: 'inspect-onnx',
  payload: z.object({}),
  result: modelDescription,
});

/** Measures a mapped model file on the held-out items of a dataset version. Inputs: model.onnx, tokenizer.json, dataset.jsonl. */
export const evaluateOnnxJob = defineJob({
  kind: 'evaluate-onnx',
  payload: z.object({ modelFileId: id, datasetVersionId: id, sameAsTraining: z.boolean(), mapping: modelMapping }),
  /** The file predictions.npz holds what every number was computed from. */
  result: evaluationResult.omit({ checkpointStep: true }).extend({ predictionsSha256: sha256 }),
});

const modelFileParams = z.object({ modelFileId: id });

export const listModelFiles = defineRoute({
  id: 'listModelFiles',
  method: 'GET',
  path: '/api/projects/{projectId}/model-files',
  summary: 'Models that came from elsewhere, newest first.',
  permission: 'project:read',
  params: z.object({ projectId: id }),
  query: pageQuery,
  reply: pageOf(modelFile),
});

export const uploadModelFile = defineRoute({
  id: 'uploadModelFile',
  method: 'POST',
  path: '/api/projects/{projectId}/model-files',
  summary:
    'Bring an ONNX file as a stream; a worker opens it and reads its inputs and outputs. The same content again answers with the file that exists.',
  permission: 'training:run',
  params: z.object({ projectId: id }),
  query: z.object({
    name: shownName(120),
    sha256,
    sizeBytes: queryInteger(1, MAX_MODEL_FILE_BYTES),
  }),
  stream: 'upload',
  reply: modelFile,
  status: 201,
  errors: ['checksum-mismatch', 'payload-too-large'],
});

export const getModelFile = defineRoute({
  id: 'getModelFile',
  method: 'GET',
  path: '/api/model-files/{modelFileId}',
  summary: 'State, declared inputs and outputs, and mapping of an imported model.',
  permission: 'project:read',
  params: modelFileParams,
  reply: modelFile,
});

export const putModelTokenizer = defineRoute({
  id: 'putModelTokenizer',
  method: 'PUT',
  path: '/api/model-files/{modelFileId}/tokenizer',
  summary:
    "The tokenizer.json that belongs to an imported model of texts, as a stream: BPE of bytes, WordPiece with BERT's words, or a vocabulary of characters.",
  permission: 'training:run',
  params: modelFileParams,
  query: z.object({ sha256, sizeBytes: queryInteger(2, MAX_TOKENIZER_FILE_BYTES) }),
  stream: 'upload',
  reply: modelFile,
  errors: ['unsupported-tokenizer', 'checksum-mismatch', 'payload-too-large'],
});

export const mapModelFile = defineRoute({
  id: 'mapModelFile',
  method: 'PUT',
  path: '/api/model-files/{modelFileId}/mapping',
  summary: 'Say which declared input takes what, and what the output means.',
  permission: 'training:run',
  params: modelFileParams,
  body: modelMapping,
  reply: modelFile,
  errors: ['model-not-ready'],
});

export const predictWithModelFile = defineRoute({
  id: 'predictWithModelFile',
  method: 'POST',
  path: '/api/model-files/{modelFileId}/predict',
  summary:
    'Probabilities of the classes, or a predicted number, for texts, rows of features or rows with a field for each input, by an imported and mapped model.',
  permission: 'project:read',
  params: modelFileParams,
  bodyLimitBytes: 32 * 1024 * 1024,
  body: predictionInput,
  reply: z.object({
    labels: z.array(labelText),
    /** One row for each item, one column for each label; empty for a regression. */
    probabilities: z.array(z.array(z.number())),
    /** The number that a regression predicts for each item; null for classes. */
    values: z.array(z.number()).nullable(),
    elapsedMs: z.number(),
  }),
  errors: ['model-not-ready', 'model-file-failed', 'inference-unavailable'],
});

export const evaluateModelFile = defineRoute({
  id: 'evaluateModelFile',
  method: 'POST',
  path: '/api/model-files/{modelFileId}/evaluations',
  summary:
    'Measure an imported model on the held-out items of a dataset version, as a job that ends in an evaluation of the project.',
  permission: 'evaluation:run',
  params: modelFileParams,
  body: z.object({ datasetVersionId: id }),
  reply: job,
  status: 201,
  errors: ['model-not-ready', 'content-deleted', 'holds-images'],
});

/** A job that measures an imported model, with the evaluation that came out of it. */
export const modelFileEvaluation = job.extend({ evaluationId: id.nullable() }).meta({ id: 'ModelFileEvaluation' });

/** A job that measures an imported model, with the evaluation that came out of it. */
export type ModelFileEvaluation = z.infer<typeof modelFileEvaluation>;

export const listModelFileEvaluations = defineRoute({
  id: 'listModelFileEvaluations',
  method: 'GET',
  path: '/api/model-files/{modelFileId}/evaluations',
  summary: 'The evaluations of an imported model, newest first.',
  permission: 'project:read',
  params: modelFileParams,
  reply: z.object({ items: z.array(modelFileEvaluation) }),
});
