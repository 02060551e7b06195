import { Readable } from 'node:stream';
import type { Job, JobFile } from '@greenlight/shared/jobs/contract.ts';
import { maskedWhole } from '@greenlight/shared/stages/data/masked-text.ts';
import {
  evaluateOnnxJob,
  inspectOnnxJob,
  type ModelFile,
  type ModelFileEvaluation,
  type ModelMapping,
  type PredictionInput,
  type predictWithModelFile,
} from '@greenlight/shared/stages/training/imported-models.ts';
import { rowProblems } from '@greenlight/shared/stages/training/imported-model-rows.ts';
import { mappingProblems, outputWidth } from '@greenlight/shared/stages/training/imported-model-rules.ts';
import { predictionReply, type PredictionRequest } from '@greenlight/shared/worker-protocol/inference.ts';
import type { z } from 'zod';
import type { AuditService } from '../../across/governance/audit-service.ts';
import type { Database } from '../../database/client.ts';
import type { JobService } from '../../jobs/job-service.ts';
import { AppError } from '../../plugins/app-error.ts';
import { decodeTimeCursor, timePage } from '../../plugins/cursor.ts';
import type { Download } from '../../plugins/download.ts';
import { actorOf, type UserPrincipal } from '../../plugins/principal.ts';
import type { Storage } from '../../storage/storage.ts';
import type { LabelMasks } from '../data/label-masks-service.ts';
import type { DataService } from '../data/service.ts';
import { receiveTokenizerFile } from '../data/tokenizer-file-service.ts';
import type { InferenceClient } from './inference-client.ts';
import type { KeptModelFile, ModelFileStore, StoredPart } from './model-file-store.ts';

type Prediction = z.output<NonNullable<typeof predictWithModelFile.reply>>;

/** The door to models that came from elsewhere; the server keeps them, only workers open them. */
export interface ModelFileService {
  /** Stores a file whole or not at all and queues its inspection; the same content again answers with the file that exists. */
  receive(
    person: UserPrincipal,
    projectId: string,
    file: StoredPart & { readonly name: string },
    content: Readable,
  ): Promise<ModelFile>;
  receiveTokenizer(person: UserPrincipal, modelFileId: string, file: StoredPart, content: Readable): Promise<ModelFile>;
  list(
    projectId: string,
    cursor: string | undefined,
    limit: number,
  ): Promise<{ items: ModelFile[]; nextCursor: string | null }>;
  get(modelFileId: string): Promise<ModelFile>;
  projectOf(modelFileId: string): Promise<string | undefined>;
  /** Throws `model-not-ready`, or `bad-request` with the parts that do not fit the model. */
  map(person: UserPrincipal, modelFileId: string, mapping: ModelMapping): Promise<ModelFile>;
  /** Throws `model-not-ready`, `bad-request` with the fields of rows that do not fit, `model-file-failed`, `inference-unavailable`. */
  predict(modelFileId: string, input: PredictionInput): Promise<Prediction>;
  evaluate(person: UserPrincipal, modelFileId: string, datasetVersionId: string): Promise<Job>;
  evaluations(modelFileId: string): Promise<{ items: ModelFileEvaluation[] }>;
  open(modelFileId: string, part: 'model' | 'tokenizer'): Promise<Download>;
}

/** What the service stands on. */
export interface ModelFileParts {
  readonly database: Database;
  readonly store: ModelFileStore;
  readonly storage: Storage;
  readonly jobs: JobService;
  readonly data: DataService;
  readonly audit: AuditService;
  readonly inference: InferenceClient;
  readonly labelMasks: LabelMasks;
}

/** Builds the service of imported models. */
export function createModelFileService(parts: ModelFileParts): ModelFileService {
  const { database, store, storage, jobs, data, audit, inference, labelMasks } = parts;

  async function require(modelFileId: string): Promise<KeptModelFile> {
    const found = await store.find(modelFileId);
    if (found === undefined) throw new AppError('not-found');
    return found;
  }

  async function requireMapped(modelFileId: string) {
    const { shown, tokenizer } = await require(modelFileId);
    const { state, mapping } = shown;
    const lacksTokenizer = mapping?.input === 'text' && tokenizer === null;
    if (state !== 'ready' || mapping === null || lacksTokenizer) throw new AppError('model-not-ready');
    return { shown, tokenizer, mapping };
  }

  return {
    async receive(person, projectId, { name, sha256, sizeBytes }, content) {
      await storage.put(content, { sha256, sizeBytes });
      const id = await database.$transaction(async (transaction) => {
        const inspectionId = await jobs.enqueue(transaction, inspectOnnxJob, {
          projectId,
          key: `inspect-onnx ${sha256}`,
          payload: {},
          inputs: [{ name: 'model.onnx', sha256, sizeBytes }],
          createdById: person.userId,
        });
        // After queueing, which lets the same file in one at a time.
        const known = await store.findByContent(transaction, projectId, sha256);
        if (known !== undefined) return known;
        const file = { projectId, name, sha256, sizeBytes, inspectionId, createdById: person.userId };
        const created = await store.keep(transaction, file);
        const details = { name, sha256 };
        const target = `model-file:${created}`;
        await audit.record(transaction, {
          actor: actorOf(person),
          action: 'model-file.added',
          target,
          projectId,
          details,
        });
        return created;
      });
      jobs.announceQueued();
      return (await require(id)).shown;
    },
    async receiveTokenizer(person, modelFileId, file, content) {
      const { shown } = await require(modelFileId);
      const { bytes } = await receiveTokenizerFile(content, file);
      await storage.put(Readable.from([bytes]), file);
      await database.$transaction(async (transaction) => {
        await store.setTokenizer(transaction, modelFileId, file);
        await audit.record(transaction, {
          actor: actorOf(person),
          action: 'model-file.tokenizer-set',
          target: `model-file:${modelFileId}`,
          projectId: shown.projectId,
          details: { sha256: file.sha256 },
        });
      });
      return (await require(modelFileId)).shown;
    },
    async list(projectId, cursor, limit) {
      const rows = await store.page(projectId, decodeTimeCursor(cursor), limit + 1);
      const page = timePage(rows, limit, (row) => ({ at: new Date(row.createdAt), id: row.id }));
      return { items: page.rows, nextCursor: page.nextCursor };
    },
    get: async (modelFileId) => (await require(modelFileId)).shown,
    projectOf: store.projectOf,
    async map(person, modelFileId, given) {
      const { shown } = await require(modelFileId);
      // What was shown masked comes back masked.
      const said = shown.description?.outputs.flatMap(({ columns = [] }) => columns) ?? [];
      const labels = given.labels.map((label) => labelMasks.meant(label, [...(shown.mapping?.labels ?? []), ...said]));
      const mapping = { ...given, labels };
      if (shown.description === null || shown.state !== 'ready') throw new AppError('model-not-ready');
      const fields = mappingProblems(shown.description, mapping);
      if (fields.length > 0) throw new AppError('bad-request', { fields });
      await database.$transaction(async (transaction) => {
        await store.setMapping(transaction, modelFileId, mapping);
        await audit.record(transaction, {
          actor: actorOf(person),
          action: 'model-file.mapped',
          target: `model-file:${modelFileId}`,
          projectId: shown.projectId,
          // The log is never erased from.
          details: { task: mapping.task, labels: mapping.labels.map(maskedWhole) },
        });
      });
      return (await require(modelFileId)).shown;
    },
    async predict(modelFileId, input) {
      const { shown, tokenizer, mapping } = await requireMapped(modelFileId);
      if ('rows' in input && mapping.input === 'columns') {
        const fields = rowProblems(shown.description?.inputs ?? [], input.rows);
        if (fields.length > 0) throw new AppError('bad-request', { fields });
      }
      const request: PredictionRequest = {
        modelFileId,
        sha256: shown.sha256,
        tokenizerSha256: tokenizer?.sha256 ?? null,
        mapping,
        input,
      };
      const { outputs, elapsedMs } = await inference.ask('predict', request, predictionReply);
      const { labels, task } = mapping;
      if (task === 'regression') return { labels, probabilities: [], values: outputs, elapsedMs };
      const width = outputWidth(mapping);
      const rows = Array.from({ length: outputs.length / width }, (_, row) =>
        outputs.slice(row * width, (row + 1) * width),
      );
      return { labels, probabilities: rows, values: null, elapsedMs };
    },
    async evaluate(person, modelFileId, datasetVersionId) {
      const { shown, tokenizer, mapping } = await requireMapped(modelFileId);
      const { projectId, sha256, sizeBytes } = shown;
      if ((await data.projectOf(datasetVersionId)) !== projectId) throw new AppError('not-found');
      const version = await data.get(datasetVersionId);
      if (version.images !== null) throw new AppError('holds-images');
      const files: (JobFile | null)[] = [
        { name: 'model.onnx', sha256, sizeBytes },
        tokenizer === null ? null : { name: 'tokenizer.json', ...tokenizer },
        { name: 'dataset.jsonl', sha256: version.contentSha256, sizeBytes: version.sizeBytes },
      ];
      const jobId = await database.$transaction(async (transaction) => {
        await data.holdContent(transaction, datasetVersionId);
        const id = await jobs.enqueue(transaction, evaluateOnnxJob, {
          projectId,
          key: `evaluate-onnx 2 ${modelFileId} ${tokenizer?.sha256 ?? ''} ${datasetVersionId} ${JSON.stringify(mapping)}`,
          payload: { modelFileId, datasetVersionId, sameAsTraining: version.splits.sameAsTraining, mapping },
          inputs: files.filter((file) => file !== null),
          createdById: person.userId,
        });
        await audit.record(transaction, {
          actor: actorOf(person),
          action: 'model-file.evaluation-requested',
          target: `model-file:${modelFileId}`,
          projectId,
          details: { datasetVersionId },
        });
        return id;
      });
      jobs.announceQueued();
      return jobs.get(jobId);
    },
    async evaluations(modelFileId) {
      const found = await jobs.listByPayload(evaluateOnnxJob.kind, 'modelFileId', modelFileId);
      const evaluationOf = await store.evaluationsOf(found.map(({ id }) => id));
      return { items: found.map((job) => ({ ...job, evaluationId: evaluationOf.get(job.id) ?? null })) };
    },
    async open(modelFileId, part) {
      const { shown, tokenizer } = await require(modelFileId);
      const sha256 = part === 'model' ? shown.sha256 : tokenizer?.sha256;
      if (sha256 === undefined) throw new AppError('not-found');
      const { stream, sizeBytes } = await storage.open(sha256);
      const name = part === 'model' ? 'model.onnx' : 'tokenizer.json';
      return { stream, sizeBytes, name, sha256, contentType: 'application/octet-stream' };
    },
  };
}
