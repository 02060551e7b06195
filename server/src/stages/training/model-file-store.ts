import { jobError, type Job } from '@greenlight/shared/jobs/contract.ts';
import { maskedError, maskedWhole } from '@greenlight/shared/stages/data/masked-text.ts';
import {
  modelDescription,
  modelFile,
  modelMapping,
  type ModelFile,
  type ModelMapping,
} from '@greenlight/shared/stages/training/imported-models.ts';
import type { Database, Transaction } from '../../database/client.ts';
import { olderThan, type TimePlace } from '../../plugins/cursor.ts';
import { newId } from '../../plugins/new-id.ts';

/** A model file that is new. */
export interface NewModelFile {
  readonly projectId: string;
  readonly name: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly inspectionId: string;
  readonly createdById: string;
}

/** Content in storage that belongs to a model file. */
export interface StoredPart {
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** A model file with what workers need of it. */
export interface KeptModelFile {
  readonly shown: ModelFile;
  readonly tokenizer: StoredPart | null;
}

/** Models that came from elsewhere, in the database. */
export interface ModelFileStore {
  find(id: string): Promise<KeptModelFile | undefined>;
  projectOf(id: string): Promise<string | undefined>;
  page(projectId: string, after: TimePlace | undefined, limit: number): Promise<ModelFile[]>;
  /** Keeps a file, or finds the one of the same content, and returns its id. */
  keep(transaction: Transaction, file: NewModelFile): Promise<string>;
  /** The evaluations that came out of jobs, by job. */
  evaluationsOf(jobIds: readonly string[]): Promise<Map<string, string>>;
  findByContent(transaction: Transaction, projectId: string, sha256: string): Promise<string | undefined>;
  setTokenizer(id: string, tokenizer: StoredPart): Promise<void>;
  setMapping(transaction: Transaction, id: string, mapping: ModelMapping): Promise<void>;
}

const withInspection = { inspection: { select: { state: true, result: true, error: true } } } as const;

type Row = Awaited<ReturnType<Database['modelFile']['findUniqueOrThrow']>> & {
  inspection: { state: string; result: unknown; error: unknown };
};

const STATES: Record<Job['state'], ModelFile['state']> = {
  queued: 'inspecting',
  running: 'inspecting',
  finished: 'ready',
  failed: 'refused',
  cancelled: 'refused',
};

/** What a file says of itself may be anything, also who made it; its tensors are asked by their names. */
function describedMasked(description: ModelFile['description']): ModelFile['description'] {
  if (description === null) return null;
  const masked = Object.entries(description.metadata).map(([name, text]) => [maskedWhole(name), maskedWhole(text)]);
  return { ...description, producer: maskedWhole(description.producer), metadata: Object.fromEntries(masked) };
}

function toModelFile({ inspection, ...row }: Row): ModelFile {
  return modelFile.parse({
    ...row,
    sizeBytes: Number(row.sizeBytes),
    state: STATES[inspection.state as Job['state']],
    description: describedMasked(modelDescription.nullable().parse(inspection.result ?? null)),
    mapping: modelMapping.nullable().parse(row.mapping),
    error: maskedError(jobError.nullable().parse(inspection.error ?? null)),
    createdAt: row.createdAt.toISOString(),
  });
}

/** Builds the store of model files. */
export function createModelFileStore(database: Database): ModelFileStore {
  return {
    async find(id) {
      const row = await database.modelFile.findUnique({ where: { id }, include: withInspection });
      if (row === null) return undefined;
      const { tokenizerSha256: sha256, tokenizerSizeBytes } = row;
      const tokenizer = sha256 === null ? null : { sha256, sizeBytes: Number(tokenizerSizeBytes ?? 0) };
      return { shown: toModelFile(row), tokenizer };
    },
    async projectOf(id) {
      return (await database.modelFile.findUnique({ where: { id }, select: { projectId: true } }))?.projectId;
    },
    async page(projectId, after, limit) {
      const rows = await database.modelFile.findMany({
        where: { projectId, ...olderThan(after) },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: limit,
        include: withInspection,
      });
      return rows.map(toModelFile);
    },
    async keep(transaction, { sizeBytes, ...file }) {
      const { id } = await transaction.modelFile.upsert({
        where: { projectId_sha256: { projectId: file.projectId, sha256: file.sha256 } },
        create: { id: newId(), ...file, sizeBytes: BigInt(sizeBytes) },
        update: {},
        select: { id: true },
      });
      return id;
    },
    async evaluationsOf(jobIds) {
      const where = { jobId: { in: [...jobIds] } };
      const rows = await database.evaluation.findMany({ where, select: { id: true, jobId: true } });
      return new Map(rows.flatMap(({ id, jobId }) => (jobId === null ? [] : [[jobId, id] as const])));
    },
    async findByContent(transaction, projectId, sha256) {
      const where = { projectId_sha256: { projectId, sha256 } };
      return (await transaction.modelFile.findUnique({ where, select: { id: true } }))?.id;
    },
    async setTokenizer(id, { sha256, sizeBytes }) {
      const data = { tokenizerSha256: sha256, tokenizerSizeBytes: BigInt(sizeBytes) };
      await database.modelFile.update({ where: { id }, data });
    },
    async setMapping(transaction, id, mapping) {
      await transaction.modelFile.update({ where: { id }, data: { mapping } });
    },
  };
}
