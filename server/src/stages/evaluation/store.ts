import { isNoEvidence, type SeenInTraining } from '@greenlight/shared/stages/evaluation/seen-in-training.ts';
import type { EvaluationResult } from '@greenlight/shared/stages/evaluation/contract.ts';
import type { Database, Transaction } from '../../database/client.ts';
import { olderThan, type TimePlace } from '../../plugins/cursor.ts';
import { newId } from '../../plugins/new-id.ts';
import { addResamplings } from './resampling-store.ts';

const withOrigin = {
  run: { select: { number: true, name: true } },
  modelFile: { select: { name: true } },
  datasetVersion: { select: { version: true, contentSha256: true } },
} as const;

export type EvaluationRow = Awaited<ReturnType<Database['evaluation']['findUniqueOrThrow']>>;
type RunRow = Awaited<ReturnType<Database['run']['findUniqueOrThrow']>>;

/** An evaluation with what names its run or its imported model. */
export type EvaluationWithOrigin = EvaluationRow & {
  run: Pick<RunRow, 'number' | 'name'> | null;
  modelFile: { name: string } | null;
  datasetVersion: { version: number; contentSha256: string };
};

/** What an imported model's evaluation belongs to. */
export interface ImportedOrigin {
  readonly projectId: string;
  readonly modelFileId: string;
  readonly datasetVersionId: string;
  readonly jobId: string;
  readonly predictionsSha256: string;
  readonly seenInTraining: SeenInTraining;
}

/** What a run's evaluation belongs to. */
export interface RunOrigin {
  readonly projectId: string;
  readonly runId: string;
  readonly datasetVersionId: string;
  readonly predictionsArtifactId: string;
  readonly seenInTraining: SeenInTraining;
}

/** Evaluations of checkpoints and of imported models. */
export interface EvaluationStore {
  /** By its own id, or by that of the job that measured an imported model. */
  find(id: string): Promise<EvaluationWithOrigin | null>;
  projectOf(id: string): Promise<string | undefined>;
  pageOf(projectId: string, after: TimePlace | undefined, limit: number): Promise<EvaluationWithOrigin[]>;
  /** Those of a project by their own ids, or by those of the jobs that measured imported models. */
  named(projectId: string, ids: readonly string[]): Promise<EvaluationWithOrigin[]>;
  /** Of one run, or of all runs of a project that belong to no sweep and of imported models. */
  newest(of: { readonly runId: string } | { readonly projectId: string }): Promise<EvaluationRow | null>;
  /** Sweeps of which a run was measured after a moment, or at all, with when the last one was; the newest first, 50 at most. */
  sweepsMeasuredAfter(projectId: string, moment: Date | undefined): Promise<{ sweepId: string; lastAt: Date }[]>;
  /** When the first evaluation of a project was made, or null before it. */
  firstAt(projectId: string): Promise<Date | null>;
  /** Stores a result, or finds the one of the same run, step and split. */
  add(transaction: Transaction, of: RunOrigin, result: EvaluationResult): Promise<string>;
  /** Stores what a job measured of an imported model; repeating it changes nothing. */
  addImported(
    transaction: Transaction,
    of: ImportedOrigin,
    result: Omit<EvaluationResult, 'checkpointStep'>,
  ): Promise<void>;
}

/** One text that was learned from is enough for an evaluation to be no evidence. */
function measuredOn<Result extends { readonly sameAsTraining: boolean }>(
  { seenInTraining }: { readonly seenInTraining: SeenInTraining },
  result: Result,
): Result {
  return { ...result, sameAsTraining: result.sameAsTraining || isNoEvidence(seenInTraining) };
}

const byEitherId = (id: string) => ({ OR: [{ id }, { jobId: id }] });

/** Evaluations in the database. */
export function createEvaluationStore(database: Database): EvaluationStore {
  return {
    find: (id) => database.evaluation.findFirst({ where: byEitherId(id), include: withOrigin }),
    async projectOf(id) {
      const row = await database.evaluation.findFirst({ where: byEitherId(id), select: { projectId: true } });
      return row?.projectId;
    },
    pageOf: (projectId, after, limit) =>
      database.evaluation.findMany({
        where: {
          projectId,
          ...olderThan(after),
        },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: limit,
        include: withOrigin,
      }),
    named: (projectId, named) => {
      const ids = { in: [...named] };
      return database.evaluation.findMany({
        where: { projectId, OR: [{ id: ids }, { jobId: ids }] },
        include: withOrigin,
      });
    },
    newest: (of) =>
      database.evaluation.findFirst({
        where: 'runId' in of ? of : { ...of, OR: [{ runId: null }, { run: { sweepId: null } }] },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      }),
    sweepsMeasuredAfter: (projectId, moment) =>
      database.$queryRaw<{ sweepId: string; lastAt: Date }[]>`
        SELECT runs."sweepId", max(evaluations."createdAt") AS "lastAt"
        FROM evaluations JOIN runs ON runs.id = evaluations."runId"
        WHERE evaluations."projectId" = ${projectId}::uuid AND runs."sweepId" IS NOT NULL
          AND evaluations."createdAt" > ${moment ?? new Date(0)}
        GROUP BY runs."sweepId" ORDER BY "lastAt" DESC, runs."sweepId" DESC LIMIT 50`,
    async firstAt(projectId) {
      const { _min } = await database.evaluation.aggregate({ where: { projectId }, _min: { createdAt: true } });
      return _min.createdAt;
    },
    async add(transaction, of, { resamplings, ...result }) {
      const { checkpointStep, split } = result;
      const row = { id: newId(), ...of, ...measuredOn(of, result) };
      const made = await transaction.evaluation.createMany({ data: [row], skipDuplicates: true });
      const stored = await transaction.evaluation.findUniqueOrThrow({
        where: { runId_checkpointStep_split: { runId: of.runId, checkpointStep, split } },
        select: { id: true },
      });
      // Of a measurement that was there before, its own stay.
      if (made.count > 0) await addResamplings(transaction, stored.id, resamplings);
      return stored.id;
    },
    async addImported(transaction, of, { resamplings, ...result }) {
      const row = { id: newId(), ...of, ...measuredOn(of, result) };
      await transaction.evaluation.createMany({ data: [row], skipDuplicates: true });
      const { id } = await transaction.evaluation.findUniqueOrThrow({
        where: { jobId: of.jobId },
        select: { id: true },
      });
      await addResamplings(transaction, id, resamplings);
    },
  };
}
