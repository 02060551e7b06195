import {
  evaluation,
  evaluationSummary,
  type Evaluation,
  type EvaluationResult,
  type EvaluationSummary,
  type MetricValue,
} from '@greenlight/shared/stages/evaluation/contract.ts';
import { criterionVerdicts } from '@greenlight/shared/projects/rules.ts';
import { AppError } from '../../plugins/app-error.ts';
import { decodeTimeCursor, timePage } from '../../plugins/cursor.ts';
import type { Transaction } from '../../database/client.ts';
import type { RequirementService } from '../requirements/service.ts';
import type { EvaluationStore, EvaluationWithRun } from './store.ts';

/** The part of an evaluation that a project's verdict rests on. */
export interface LatestEvaluation {
  readonly id: string;
  readonly sameAsTraining: boolean;
  readonly metrics: MetricValue[];
  readonly createdAt: string;
}

/** The door to evaluations. */
export interface EvaluationService {
  list(
    projectId: string,
    cursor: string | undefined,
    limit: number,
  ): Promise<{ items: EvaluationSummary[]; nextCursor: string | null }>;
  /** With the verdict against each criterion of the project's current requirement. Throws `not-found`. */
  get(id: string): Promise<Evaluation>;
  projectOf(id: string): Promise<string | undefined>;
  newest(projectId: string): Promise<LatestEvaluation | null>;
  /** Stores what a worker measured; repeating it answers with the same id. */
  add(
    transaction: Transaction,
    of: { projectId: string; runId: string; datasetVersionId: string; predictionsArtifactId: string },
    result: EvaluationResult,
  ): Promise<string>;
}

function summaryOf(row: EvaluationWithRun): EvaluationSummary {
  const metrics = row.metrics as unknown as MetricValue[];
  const valueOf = (metric: string) => metrics.find((one) => one.metric === metric)?.value ?? null;
  return evaluationSummary.parse({
    ...row,
    runNumber: row.run.number,
    runName: row.run.name,
    headline: { loss: valueOf('loss'), f1Macro: valueOf('f1-macro'), aucMicro: valueOf('auc-micro') },
    createdAt: row.createdAt.toISOString(),
  });
}

/** Builds the evaluation service. */
export function createEvaluationService(
  store: EvaluationStore,
  requirements: Pick<RequirementService, 'current'>,
): EvaluationService {
  return {
    async list(projectId, cursor, limit) {
      const rows = await store.pageOf(projectId, decodeTimeCursor(cursor), limit + 1);
      const page = timePage(rows, limit, (row) => ({ at: row.createdAt, id: row.id }));
      return { items: page.rows.map(summaryOf), nextCursor: page.nextCursor };
    },
    async get(id) {
      const row = await store.find(id);
      if (row === null) throw new AppError('not-found');
      const requirement = await requirements.current(row.projectId);
      const metrics = row.metrics as unknown as MetricValue[];
      return evaluation.parse({
        ...row,
        ...summaryOf(row),
        verdicts: criterionVerdicts(requirement?.criteria ?? [], metrics),
      });
    },
    projectOf: store.projectOf,
    async newest(projectId) {
      const row = await store.newest(projectId);
      if (row === null) return null;
      const { id, sameAsTraining, createdAt } = row;
      return {
        id,
        sameAsTraining,
        metrics: row.metrics as unknown as MetricValue[],
        createdAt: createdAt.toISOString(),
      };
    },
    add: store.add,
  };
}
