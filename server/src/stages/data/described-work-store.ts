import { createHash } from 'node:crypto';
import { Prisma } from '@greenlight/prisma/client';
import type { ModelDescription } from '@greenlight/shared/stages/training/imported-models.ts';
import type { Database, Transaction } from '../../database/client.ts';
import { newId } from '../../plugins/new-id.ts';
import { ROWS_A_ROUND } from './pages.ts';

/** What a row says in words that people wrote, by field. */
export type Said = Readonly<Record<string, unknown>>;

/** A row with words that people wrote, such as the name and the notes of a run. */
interface Described {
  readonly id: string;
  readonly said: Said;
  /** Of a draft that people save meanwhile. */
  readonly revision?: number;
}

/** One kind of rows with such words: read page by page, written one by one. */
export interface DescribedPlace {
  readonly kind:
    | 'project'
    | 'requirement'
    | 'candidate'
    | 'selection'
    | 'dataset'
    | 'dataset-version'
    | 'tokenizer'
    | 'run'
    | 'model-file'
    | 'job';
  read(projectId: string, after: string | undefined): Promise<Described[]>;
  /** Writes the fields that are new; false where the row has moved on since it was read. */
  write(
    transaction: Transaction,
    row: { readonly id: string; readonly revision?: number },
    next: Said,
  ): Promise<unknown>;
}

/** The rows after the one with this id, in the order of ids. */
export const pageAfter = (after: string | undefined) => ({
  orderBy: { id: 'asc' } as const,
  take: ROWS_A_ROUND,
  ...(after === undefined ? {} : { skip: 1, cursor: { id: after } }),
});

/** Names, notes and descriptions of data, runs and models. */
export function placesOfWork(database: Database): readonly DescribedPlace[] {
  return [
    {
      kind: 'dataset',
      async read(projectId, after) {
        const select = { id: true, name: true } as const;
        const rows = await database.dataset.findMany({ where: { projectId }, select, ...pageAfter(after) });
        return rows.map(({ id, name }) => ({ id, said: { name } }));
      },
      async write(transaction, { id }, { name }) {
        const { key, projectId } = await transaction.dataset.findUniqueOrThrow({ where: { id } });
        // The key is a hash of the name, which somebody could guess.
        const next = createHash('sha256').update(newId()).digest('hex').slice(0, 32);
        await transaction.dataset.update({ where: { id }, data: { name: name as object, key: next } });
        await transaction.$executeRaw`
          UPDATE jobs SET payload = jsonb_set(payload, '{dataset,key}', to_jsonb(${next}::text))
          WHERE "projectId" = ${projectId}::uuid AND payload #>> '{dataset,key}' = ${key}`;
      },
    },
    {
      kind: 'dataset-version',
      async read(projectId, after) {
        const select = { id: true, source: true, licence: true, notes: true, holdReason: true } as const;
        const rows = await database.datasetVersion.findMany({ where: { projectId }, select, ...pageAfter(after) });
        return rows.map(({ id, ...said }) => ({ id, said }));
      },
      write: (transaction, { id }, next) => transaction.datasetVersion.update({ where: { id }, data: next }),
    },
    {
      kind: 'run',
      async read(projectId, after) {
        const select = { id: true, name: true, notes: true, configuration: true, error: true } as const;
        const rows = await database.run.findMany({ where: { projectId }, select, ...pageAfter(after) });
        return rows.map(({ id, name, notes, configuration, error }) => {
          const { samplePrompts } = configuration as { samplePrompts?: unknown };
          return { id, said: { name, notes, error, ...(samplePrompts === undefined ? {} : { samplePrompts }) } };
        });
      },
      async write(transaction, { id }, { samplePrompts, ...next }) {
        // What was asked for is a hash of the texts, which somebody could guess.
        const { sweepId } = await transaction.run.update({ where: { id }, data: { ...next, requestSha256: null } });
        if (sweepId !== null) await transaction.sweep.update({ where: { id: sweepId }, data: { requestSha256: null } });
        if (samplePrompts === undefined) return;
        await transaction.$executeRaw`
          UPDATE runs SET configuration = jsonb_set(configuration, '{samplePrompts}', ${JSON.stringify(samplePrompts)}::jsonb)
          WHERE id = ${id}::uuid`;
      },
    },
    {
      kind: 'model-file',
      async read(projectId, after) {
        const select = { id: true, name: true } as const;
        const rows = await database.modelFile.findMany({ where: { projectId }, select, ...pageAfter(after) });
        return rows.map(({ id, name }) => ({ id, said: { name } }));
      },
      write: (transaction, { id }, next) => transaction.modelFile.update({ where: { id }, data: next }),
    },
    {
      // What the file of an imported model says of itself, as Greenlight repeats it; the file stays as it came.
      kind: 'model-file',
      async read(projectId, after) {
        const rows = await database.modelFile.findMany({
          ...{ where: { projectId }, select: { id: true, inspection: { select: { result: true } } } },
          ...pageAfter(after),
        });
        return rows.map(({ id, inspection }) => {
          const { metadata = {}, producer = '' } = (inspection.result ?? {}) as Partial<ModelDescription>;
          return { id, said: { metadata: Object.entries(metadata), producer } };
        });
      },
      async write(transaction, { id }, { metadata, producer }) {
        const next = {
          ...(metadata === undefined ? {} : { metadata: Object.fromEntries(metadata as [string, string][]) }),
          ...(producer === undefined ? {} : { producer }),
        };
        await transaction.$executeRaw`
          UPDATE jobs SET result = result || ${JSON.stringify(next)}::jsonb
          FROM model_files WHERE model_files."inspectionId" = jobs.id AND model_files.id = ${id}::uuid`;
      },
    },
    {
      kind: 'tokenizer',
      async read(projectId, after) {
        const where = { projectId, fileName: { not: null } };
        const rows = await database.tokenizer.findMany({
          ...{ where, select: { id: true, fileName: true } },
          ...pageAfter(after),
        });
        return rows.map(({ id, fileName }) => ({ id, said: { fileName } }));
      },
      write: (transaction, { id }, next) => transaction.tokenizer.update({ where: { id }, data: next }),
    },
    {
      kind: 'job',
      async read(projectId, after) {
        const where = { projectId, error: { not: Prisma.AnyNull } };
        const rows = await database.job.findMany({ where, select: { id: true, error: true }, ...pageAfter(after) });
        return rows.map(({ id, error }) => ({ id, said: { error } }));
      },
      write: (transaction, { id }, next) => transaction.job.update({ where: { id }, data: next }),
    },
    {
      // What a preparation was to call its version.
      kind: 'job',
      async read(projectId, after) {
        const where = { projectId, payload: { path: ['dataset', 'name'], not: Prisma.AnyNull } };
        const rows = await database.job.findMany({ where, select: { id: true, payload: true }, ...pageAfter(after) });
        return rows.map(({ id, payload }) => {
          const { dataset, origin } = payload as { dataset: Said; origin?: { fileName?: string } };
          const { name, source, licence, notes } = dataset;
          const fileName = origin?.fileName;
          return { id, said: { name, source, licence, notes, ...(fileName === undefined ? {} : { fileName }) } };
        });
      },
      async write(transaction, { id }, { fileName, ...next }) {
        await transaction.$executeRaw`
          UPDATE jobs SET payload = jsonb_set(payload, '{dataset}', (payload -> 'dataset') || ${JSON.stringify(next)}::jsonb)
          WHERE id = ${id}::uuid`;
        if (fileName === undefined) return;
        await transaction.$executeRaw`
          UPDATE jobs SET payload = jsonb_set(payload, '{origin,fileName}', ${JSON.stringify(fileName)}::jsonb)
          WHERE id = ${id}::uuid`;
      },
    },
  ];
}
