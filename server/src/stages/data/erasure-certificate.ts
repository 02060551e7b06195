import type { CopiesOnWorker } from '@greenlight/shared/stages/data/retention-contract.ts';
import { DAYS_OF_COPIES_ON_WORKERS } from '@greenlight/shared/worker-protocol/jobs.ts';
import type { ErasedDescription } from './descriptions-store.ts';
import type { KeptRecords } from './frozen-records-store.ts';
import type { ModelFileTrace } from './model-file-traces.ts';
import type { ErasureRow, ErasureStore } from './erasure-store.ts';

/** What a certificate of erasure is written from. */
export interface ErasureFacts {
  readonly row: ErasureRow;
  readonly searched: Awaited<ReturnType<ErasureStore['searched']>>;
  readonly texts: object;
  readonly runs: readonly { id: string; number: number }[];
  /** Learned from the erased versions and gone with them, or brought along with a token that named the person. */
  readonly tokenizers: readonly { id: string; sha256: string }[];
  /** What workers had confirmed by then; the page of the certificate says what they confirm later. */
  readonly copies: readonly CopiesOnWorker[];
  readonly descriptions: readonly ErasedDescription[];
  /** Frozen records that name the person. */
  readonly kept: KeptRecords;
  /** Imported models whose files name the person. */
  readonly models: readonly ModelFileTrace[];
  readonly finishedAt: Date;
}

/** Records that nobody may change: what they repeat of a person stays. */
const FROZEN = ['decisions', 'requirements', 'certificates', 'audit-log'];

/** What an erasure cannot look into, in every project. */
const OUT_OF_REACH = ['trained-weights', 'open-pages', 'downloads', 'backups'];

/** What a certificate of erasure says: who, when, what was searched and removed, and what is left to decide. It never names the person. */
export function certificateContent({
  row,
  searched,
  texts,
  runs,
  tokenizers,
  copies,
  descriptions,
  kept,
  models,
  finishedAt,
}: ErasureFacts): object {
  const versionOf = ({
    datasetVersion: { id, version, dataset, contentSha256, items },
  }: (typeof searched)[number]) => ({
    dataset: dataset.name,
    id,
    number: version,
    contentSha256,
    items,
  });
  const erased = searched.filter(({ erasedAt }) => erasedAt !== null);
  const held = searched.filter(({ found, renamed, erasedAt, datasetVersion }) => {
    return found + renamed > 0 && erasedAt === null && datasetVersion.deletedAt === null;
  });
  return {
    kind: 'erasure',
    erasureId: row.id,
    reason: row.reason,
    /** Salted with a secret of the installation, so that nobody finds out by trying who it was. */
    identifiers: row.identifiers,
    requestedBy: row.requestedBy,
    requestedAt: row.createdAt.toISOString(),
    confirmedBy: row.confirmedBy,
    confirmedAt: row.confirmedAt?.toISOString() ?? null,
    finishedAt: finishedAt.toISOString(),
    searched: searched.map(versionOf),
    erased: erased.map((one) => ({
      ...versionOf(one),
      removedItems: one.found,
      renamedColumnsInItems: one.renamed,
      destroyedAt: one.erasedAt!.toISOString(),
      successor:
        one.successor === null
          ? null
          : {
              id: one.successor.id,
              number: one.successor.version,
              contentSha256: one.successor.contentSha256,
              items: one.successor.items,
            },
    })),
    otherTexts: texts,
    tokenizersDeleted: tokenizers,
    changedDescriptions: descriptions.map(({ target, field }) => {
      const [of, id] = target.split(':');
      return { of, id, field };
    }),
    openPoints: {
      frozenByDesign: FROZEN,
      namesThePersonAndIsKept: kept.records,
      moreThatNameThePerson: kept.more,
      auditEventsThatNameThePerson: kept.auditEvents,
      auditLinesThatNameThePerson: kept.auditLines,
      modelFilesThatNameThePerson: models,
      runsTrainedOnErasedItems: runs,
      versionsUnderLegalHold: held.map(versionOf),
      outOfReach: OUT_OF_REACH,
      copiesOnWorkers: copies.map(({ worker, state, at }) => ({ worker, removedAt: state === 'removed' ? at : null })),
      /** A worker that never reaches the server again. */
      daysOfCopiesOnWorkers: DAYS_OF_COPIES_ON_WORKERS,
    },
  };
}
