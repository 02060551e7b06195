import { measuredSource, type MeasuredSource } from '@greenlight/shared/stages/selection/contract.ts';
import { decodeTimeCursor, timePage } from '../../plugins/cursor.ts';
import { measuredOf } from './measured-of.ts';
import type { EvaluationStore, EvaluationWithOrigin } from './store.ts';

/** Builds the reading of everything that was measured in a project, of its own runs and of imported models. */
export function createMeasuredSources(store: Pick<EvaluationStore, 'pageOf' | 'named'>) {
  return {
    async page(projectId: string, cursor: string | undefined, limit: number) {
      const rows = await store.pageOf(projectId, decodeTimeCursor(cursor), limit + 1);
      const page = timePage(rows, limit, (row) => ({ at: row.createdAt, id: row.id }));
      return { items: page.rows.map(sourceOf), nextCursor: page.nextCursor };
    },
    named: async (projectId: string, ids: readonly string[]) => (await store.named(projectId, ids)).map(sourceOf),
  };
}

/** A run's evaluation goes by its own id, that of an imported model by the job that measured it. */
function sourceOf(row: EvaluationWithOrigin): MeasuredSource {
  const { id, jobId, modelFileId, run, modelFile, createdAt, sameAsTraining } = row;
  const imported = { kind: 'model-file-evaluation', id: jobId, name: { en: modelFile?.name, zh: modelFile?.name } };
  const names = Object.entries(run?.name ?? {}).map(([language, name]) => [language, `#${run?.number} ${name}`]);
  const values = measuredOf(row).filter(({ value }) => value !== null);
  return measuredSource.parse({
    ...(run === null ? imported : { kind: 'evaluation', id, name: Object.fromEntries(names) }),
    ...{ modelFileId, at: createdAt.toISOString(), sameAsTraining, values },
  });
}
