import type {
  EvaluationComparison,
  listChangedItems,
  listMovedTexts,
} from '@greenlight/shared/stages/evaluation/comparison-contract.ts';
import type { z } from 'zod';
import { AppError } from '../../plugins/app-error.ts';
import { changedItems, comparedNumbers, movedTexts, type Compared } from './comparison.ts';
import { measuredOf } from './measured-of.ts';
import type { ResamplingPart, ResamplingStore } from './resampling-store.ts';
import { summaryOf } from './summary-of.ts';
import type { EvaluationStore, EvaluationWithOrigin } from './store.ts';

type ChangedItemsQuery = z.output<NonNullable<typeof listChangedItems.query>>;
type MovedTextsQuery = z.output<NonNullable<typeof listMovedTexts.query>>;
type MovedTexts = z.input<NonNullable<typeof listMovedTexts.reply>>;
type ChangedItems = z.input<NonNullable<typeof listChangedItems.reply>>;

/** The door to comparisons of evaluations. */
export interface ComparisonService {
  /** Against the first of the ids. Throws `not-found` where the project has not all of them, `bad-request` where one is named twice. */
  compare(projectId: string, ids: readonly string[]): Promise<EvaluationComparison>;
  /** Throws as `compare` does. */
  changedItems(projectId: string, query: ChangedItemsQuery): Promise<ChangedItems>;
  /** Throws as `compare` does. */
  movedTexts(projectId: string, query: MovedTextsQuery): Promise<MovedTexts>;
}

/** Builds the comparison service. */
export function createComparisonService(
  evaluations: Pick<EvaluationStore, 'named'>,
  resamplings: ResamplingStore,
): ComparisonService {
  /** The evaluations in the order of their ids, with what they are compared by. */
  async function namedOnes(projectId: string, ids: readonly string[], part: ResamplingPart) {
    const named = await evaluations.named(projectId, ids);
    const rows = ids.map((id) => named.find((row) => row.id === id || row.jobId === id));
    const found = rows.filter((row): row is EvaluationWithOrigin => row !== undefined);
    if (found.length < ids.length) throw new AppError('not-found');
    if (new Set(found.map((row) => row.id)).size < ids.length) {
      const field = part === 'numbers' ? 'ids' : 'evaluation';
      throw new AppError('bad-request', { fields: [{ field, message: 'an evaluation is named twice' }] });
    }
    const kept = await resamplings.of(
      found.map((row) => row.id),
      part,
    );
    return found.map((row): { row: EvaluationWithOrigin; compared: Compared } => ({
      row,
      compared: {
        contentSha256: row.datasetVersion.contentSha256,
        split: row.split,
        units: row.sentences,
        metrics: measuredOf(row),
        resamplings: kept.get(row.id) ?? [],
      },
    }));
  }

  /** Two evaluations of a project. */
  async function bothOf(
    projectId: string,
    part: ResamplingPart,
    { baseline, evaluation }: { baseline: string; evaluation: string },
  ) {
    const [before, now] = await namedOnes(projectId, [baseline, evaluation], part);
    if (before === undefined || now === undefined) throw new AppError('not-found');
    return [before.compared, now.compared] as const;
  }

  return {
    async compare(projectId, ids) {
      const all = await namedOnes(projectId, ids, 'numbers');
      const [baseline, ...others] = all.map(({ compared }) => compared);
      if (baseline === undefined) throw new AppError('not-found');
      return {
        evaluations: all.map(({ row }) => ({ ...summaryOf(row), datasetVersion: row.datasetVersion.version })),
        ...comparedNumbers(baseline, others),
      };
    },
    async movedTexts(projectId, { direction, skip, limit, ...both }) {
      const moved = movedTexts(...(await bothOf(projectId, 'texts', both)));
      if (moved === null) return { texts: null, total: 0 };
      return { texts: moved[direction].slice(skip, skip + limit), total: moved[direction].length };
    },
    async changedItems(projectId, { task, direction, after, limit, ...both }) {
      const changed = changedItems(...(await bothOf(projectId, 'answers', both)), task ?? null);
      if (changed === null) return { numbers: null, total: 0, nextAfter: null };
      const all = changed[direction];
      const following = all.filter((number) => number > after);
      const numbers = [...following.subarray(0, limit)];
      return {
        ...{ numbers, total: all.length },
        nextAfter: following.length > limit ? (numbers.at(-1) ?? null) : null,
      };
    },
  };
}
