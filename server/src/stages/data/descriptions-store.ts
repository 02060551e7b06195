import type { AuditService } from '../../across/governance/audit-service.ts';
import type { Database } from '../../database/client.ts';
import { placesOfDocuments } from './described-documents-store.ts';
import { placesOfWork } from './described-work-store.ts';
import { describedWithoutPerson } from './erased-texts.ts';
import { ROWS_A_ROUND } from './pages.ts';

/** A text that was changed: whose, and which. */
export interface ErasedDescription {
  readonly target: string;
  readonly field: string;
}

/** Names, notes and descriptions of a project, its drafts, candidates, data, runs and models, in which somebody may be named. */
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

const MOST_ROUNDS = 100;
const ACTION = 'description.erased';

/** These texts in the database. */
export function createDescriptionsStore(database: Database, audit: AuditService): DescriptionsStore {
  const places = [...placesOfWork(database), ...placesOfDocuments(database)];

  /** Every row of the project that names somebody, with the fields that are new. */
  async function* found(projectId: string, isMeant: (text: string) => boolean) {
    for (const place of places) {
      let after: string | undefined;
      for (;;) {
        const rows = await place.read(projectId, after);
        for (const { id, revision, said } of rows) {
          const fields = Object.entries(said).flatMap(([field, value]) => {
            const next = describedWithoutPerson(value, isMeant);
            return next === value ? [] : [[field, next] as const];
          });
          if (fields.length > 0)
            yield {
              place,
              row: { id, ...(revision === undefined ? {} : { revision }) },
              next: Object.fromEntries(fields),
            };
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
      // Somebody may save a draft between two looks; what they saved is looked at again.
      for (let round = 0, hasMovedOn = true; hasMovedOn; round++) {
        if (round >= MOST_ROUNDS) throw new Error(`drafts change again and again while erasure ${erasureId} goes on`);
        hasMovedOn = false;
        for await (const { place, row, next } of found(projectId, isMeant)) {
          await database.$transaction(async (transaction) => {
            if ((await place.write(transaction, row, next)) === false) {
              hasMovedOn = true;
              return;
            }
            for (const field of Object.keys(next)) {
              await audit.record(transaction, {
                ...{ actor, action: ACTION, target: `${place.kind}:${row.id}`, projectId },
                details: { erasureId, field },
              });
            }
          });
        }
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
