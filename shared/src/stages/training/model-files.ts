import { z } from 'zod';
import { defineRoute } from '../../api/define-route.ts';
import { id, sha256 } from '../../api/identifiers.ts';
import { defineJob, job } from '../../jobs/contract.ts';

/** A file of an exported model, as the worker that wrote it describes it. */
export const exportedFile = z.object({ name: z.string().max(100), sha256, sizeBytes: z.number().int().min(0) });

/** What an exported model is: versions of ONNX that a reader must know, and its files. */
export const exportedModel = z.object({
  checkpointStep: z.number().int(),
  checkpointSha256: sha256,
  /** Version of ONNX's own operators; no others occur. */
  opset: z.number().int(),
  irVersion: z.number().int(),
  files: z.array(exportedFile).min(1).max(20),
});

/** What an exported model is. */
export type ExportedModel = z.infer<typeof exportedModel>;

/** Writes a checkpoint of a run as ONNX files, which become artifacts of the run. Inputs: checkpoint.safetensors, tokenizer.json. */
export const exportOnnxJob = defineJob({
  kind: 'export-onnx',
  payload: z.object({
    runId: id,
    checkpointStep: z.number().int(),
    checkpointSha256: sha256,
    /** Where the model comes from, by name; goes into the metadata of every file. */
    lineage: z.record(z.string(), z.string()),
  }),
  result: exportedModel,
});

export const exportRun = defineRoute({
  id: 'exportRun',
  method: 'POST',
  path: '/api/runs/{runId}/exports',
  summary:
    'Export a checkpoint as ONNX: the one that the newest evaluation measured, unless another is named. The same checkpoint again answers with the same job.',
  permission: 'training:operate',
  params: z.object({ runId: id }),
  body: z.object({ artifactId: id.optional() }),
  reply: job,
  status: 201,
  errors: ['no-checkpoint'],
});

export const listRunExports = defineRoute({
  id: 'listRunExports',
  method: 'GET',
  path: '/api/runs/{runId}/exports',
  summary: 'The exports of a run, newest first; a finished one says its versions and files in `result`.',
  permission: 'project:read',
  params: z.object({ runId: id }),
  reply: z.object({ items: z.array(job) }),
});
