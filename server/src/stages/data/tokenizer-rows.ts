import {
  tokenizer,
  tokenizerTraining,
  type Tokenizer,
  type TokenizerTraining,
} from '@greenlight/shared/stages/data/tokenizer-contract.ts';
import { measureTokenizerJob, trainTokenizerJob } from '@greenlight/shared/stages/data/tokenizer-job.ts';
import { presentStatus } from '../../jobs/job-status.ts';
import type { TokenizerRow, TokenizerStore, TrainingRow } from './tokenizer-store.ts';

/** Jobs as people see them: trainings by what was asked for, measurings by the tokenizer that is measured. */
export async function presentTrainings(
  rows: readonly TrainingRow[],
  store: Pick<TokenizerStore, 'findAll'>,
): Promise<TokenizerTraining[]> {
  const measured = rows.flatMap(({ kind, payload }) =>
    kind === measureTokenizerJob.kind ? [measureTokenizerJob.payload.parse(payload).tokenizerId] : [],
  );
  const known = new Map((await store.findAll(measured)).map((row) => [row.id, row]));
  return rows.flatMap((row) => {
    const work =
      row.kind === trainTokenizerJob.kind
        ? { ...trainTokenizerJob.payload.parse(row.payload), measured: null }
        : measuringOf(row, known);
    if (work === null) return [];
    return tokenizerTraining.parse({
      ...presentStatus(row),
      ...work,
      tokenizerId: row.tokenizerTraining?.tokenizerId ?? null,
    });
  });
}

/** Null where the tokenizer was deleted. */
function measuringOf({ payload }: TrainingRow, known: ReadonlyMap<string, TokenizerRow>) {
  const { datasetVersionId, tokenizerId } = measureTokenizerJob.payload.parse(payload);
  const row = known.get(tokenizerId);
  if (row === undefined || row.deletedAt !== null) return null;
  return {
    datasetVersionId,
    settings: row.settings,
    measured: { tokenizerId, fileName: row.fileName ?? '', size: row.size },
  };
}

/** A tokenizer as people see it. */
export function presentTokenizer({ datasetVersion, fileName, runSha256, ...row }: TokenizerRow): Tokenizer {
  return tokenizer.parse({
    ...row,
    datasetName: datasetVersion?.dataset.name ?? null,
    version: datasetVersion?.version ?? null,
    upload:
      fileName === null || runSha256 === null ? null : { fileName, runSha256, hasMovedIds: runSha256 !== row.sha256 },
    sizeBytes: Number(row.sizeBytes),
    deletedAt: row.deletedAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  });
}
