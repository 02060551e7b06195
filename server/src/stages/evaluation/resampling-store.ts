import type { Resampling } from '@greenlight/shared/stages/evaluation/resampling.ts';
import type { Database, Transaction } from '../../database/client.ts';

/** How the numbers of an evaluation vary over the resamples of its items. */
export interface StoredResampling extends Pick<Resampling, 'of' | 'task' | 'groups' | 'itemsSha256' | 'metrics'> {
  /** [metrics × resamples], row-major; NaN where undefined. */
  readonly values: Float32Array;
  /** Places in the version of the items that were answered wrong, ascending; null where that was not said. */
  readonly wrong: Int32Array | null;
  /** Places in the version of the texts whose tokens were measured, and the mean loss of each; null where that was not said. */
  readonly texts: { readonly places: Int32Array; readonly losses: Float32Array } | null;
}

/** What is read of them: numbers and wrong answers of all heads, the wrong answers alone, or the single texts alone. */
export type ResamplingPart = 'numbers' | 'answers' | 'texts';

/** What comparisons read. */
export interface ResamplingStore {
  /** Of each evaluation that has some, the first head's before those of further tasks; `values` are empty, `wrong` and `texts` null where they were not asked for. */
  of(evaluationIds: readonly string[], part: ResamplingPart): Promise<Map<string, StoredResampling[]>>;
}

/** Stores how the numbers of an evaluation vary; repeating it changes nothing. */
export async function addResamplings(
  transaction: Transaction,
  evaluationId: string,
  resamplings: readonly Resampling[],
): Promise<void> {
  const rows = resamplings.map(({ task, values, wrong, texts, ...one }) => ({
    ...{ ...one, evaluationId, task: task ?? '' },
    values: Buffer.from(values, 'base64'),
    wrong: wrong === null ? null : Buffer.from(wrong, 'base64'),
    places: texts === null ? null : Buffer.from(texts.places, 'base64'),
    losses: texts === null ? null : Buffer.from(texts.losses, 'base64'),
  }));
  await transaction.evaluationResampling.createMany({ data: rows, skipDuplicates: true });
}

/** A copy, since what the database gave need not begin where numbers may. */
const aligned = (bytes: Uint8Array | undefined): ArrayBuffer => Uint8Array.from(bytes ?? []).buffer;

/** Resamples in the database. */
export function createResamplingStore(database: Database): ResamplingStore {
  return {
    async of(evaluationIds, part) {
      const [isNumbers, isTexts] = [part === 'numbers', part === 'texts'];
      const rows = await database.evaluationResampling.findMany({
        where: { evaluationId: { in: [...evaluationIds] } },
        omit: { values: !isNumbers, wrong: isTexts, places: !isTexts, losses: !isTexts },
        orderBy: [{ task: 'asc' }, { of: 'asc' }],
      });
      const stored = rows.map(({ evaluationId, of, task, values, wrong, places, losses, ...row }) => ({
        evaluationId,
        resampling: {
          ...row,
          of: of as Resampling['of'],
          task: task === '' ? null : task,
          values: new Float32Array(aligned(values)),
          wrong: wrong ? new Int32Array(aligned(wrong)) : null,
          texts:
            places && losses
              ? { places: new Int32Array(aligned(places)), losses: new Float32Array(aligned(losses)) }
              : null,
        },
      }));
      const byEvaluation = Map.groupBy(stored, ({ evaluationId }) => evaluationId);
      return new Map([...byEvaluation].map(([id, all]) => [id, all.map(({ resampling }) => resampling)]));
    },
  };
}
