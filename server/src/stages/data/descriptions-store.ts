import { createHash } from 'node:crypto';
import { Prisma } from '@greenlight/prisma/client';
import type { AuditService } from '../../across/governance/audit-service.ts';
import type { Database, Transaction } from '../../database/client.ts';
import { newId } from '../../plugins/new-id.ts';
import { describedWithoutPerson } from './erased-texts.ts';

const ROWS_A_ROUND = 200;

/** What a row says in words that people wrote, by field. */
type Said = Readonly<Record<string, unknown>>;

/** A row with words that people wrote, such as the name and the notes of a run. */
interface Described {
  readonly id: string;
  readonly said: Said;
}

/** One kind of rows with such words: read page by page, written one by one. */
interface Place {
  readonly kind: 'dataset' | 'dataset-version' | 'run' | 'model-file' | 'job';
  read(projectId: string, after: string | undefined): Promise<Described[]>;
  /** Writes the fields that are new. */
  write(transaction: Transaction, id: string, next: Said): Promise<unknown>;
}

/** A text that was changed: whose, and which. */
export interface ErasedDescription {
  readonly target: string;
  readonly field: string;
}

/** Names, notes and descriptions of data, runs and models of a project, in which somebody may be named. */
export interface DescriptionsStore {
  /** How many texts name somebody. */
  count(projectId: string, isMeant: (text: string) => boolean): Promise<number>;
  /** Replaces them, with a line in the audit log each; can be repeated. */
  erase(
    projectId: string,
    isMeant: (text: string) => boolean,
    erasure: { readonly id: string; readonly actor: string },
  ): Promise<void>;
  /** What an erasure has replaced so far. */
  erasedBy(projectId: string, erasureId: string): Promise<ErasedDescription[]>;
}

const ACTION = 'description.erased';

/** The rows after the one with this id, in the order of ids. */
const pageAfter = (after: string | undefined) => ({
  orderBy: { id: 'asc' } as const,
  take: ROWS_A_ROUND,
  ...(after === undefined ? {} : { skip: 1, cursor: { id: after } }),
});

function placesIn(database: Database): readonly Place[] {
  return [
    {
      kind: 'dataset',
      async read(projectId, after) {
        const select = { id: true, name: true } as const;
        const rows = await database.dataset.findMany({ where: { projectId }, select, ...pageAfter(after) });
        return rows.map(({ id, name }) => ({ id, said: { name } }));
      },
      async write(transaction, id, { name }) {
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
        const select = { id: true, source: true, licence: true, notes: true } as const;
        const rows = await database.datasetVersion.findMany({ where: { projectId }, select, ...pageAfter(after) });
        return rows.map(({ id, ...said }) => ({ id, said }));
      },
      write: (transaction, id, next) => transaction.datasetVersion.update({ where: { id }, data: next }),
    },
    {
      kind: 'run',
      async read(projectId, after) {
        const select = { id: true, name: true, notes: true, configuration: true } as const;
        const rows = await database.run.findMany({ where: { projectId }, select, ...pageAfter(after) });
        return rows.map(({ id, name, notes, configuration }) => {
          const { samplePrompts } = configuration as { samplePrompts?: unknown };
          return { id, said: { name, notes, ...(samplePrompts === undefined ? {} : { samplePrompts }) } };
        });
      },
      async write(transaction, id, { samplePrompts, ...next }) {
        await transaction.run.update({ where: { id }, data: next });
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
      write: (transaction, id, next) => transaction.modelFile.update({ where: { id }, data: next }),
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
      async write(transaction, id, { fileName, ...next }) {
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

/** These texts in the database. */
export function createDescriptionsStore(database: Database, audit: AuditService): DescriptionsStore {
  const places = placesIn(database);

  /** Every row of the project that names somebody, with the fields that are new. */
  async function* found(projectId: string, isMeant: (text: string) => boolean) {
    for (const place of places) {
      let after: string | undefined;
      for (;;) {
        const rows = await place.read(projectId, after);
        for (const { id, said } of rows) {
          const fields = Object.entries(said).flatMap(([field, value]) => {
            const next = describedWithoutPerson(value, isMeant);
            return next === value ? [] : [[field, next] as const];
          });
          if (fields.length > 0) yield { place, id, next: Object.fromEntries(fields) };
        }
        after = rows.at(-1)?.id;
        if (rows.length < ROWS_A_ROUND) break;
      }
    }
  }

  return {
    async count(projectId, isMeant) {
      let texts = 0;
      for await (const { next } of found(projectId, isMeant)) texts += Object.keys(next).length;
      return texts;
    },
    async erase(projectId, isMeant, { id: erasureId, actor }) {
      for await (const { place, id, next } of found(projectId, isMeant)) {
        await database.$transaction(async (transaction) => {
          await place.write(transaction, id, next);
          for (const field of Object.keys(next)) {
            await audit.record(transaction, {
              ...{ actor, action: ACTION, target: `${place.kind}:${id}`, projectId },
              details: { erasureId, field },
            });
          }
        });
      }
    },
    async erasedBy(projectId, erasureId) {
      const rows = await database.auditEvent.findMany({
        where: { projectId, action: ACTION, details: { path: ['erasureId'], equals: erasureId } },
        orderBy: { sequence: 'asc' },
        select: { target: true, details: true },
      });
      return rows.map(({ target, details }) => ({ target, field: (details as { field: string }).field }));
    },
  };
}
