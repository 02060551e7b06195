import {
  evaluation,
  type Evaluation,
  type EvaluationResult,
  evaluatedName,
  type EvaluationSummary,
  type TaskMetricValue,
} from '@greenlight/shared/stages/evaluation/contract.ts';
import { frozenMeasurement, type FrozenMeasurement } from '@greenlight/shared/stages/evaluation/frozen-measurement.ts';
import { seenInTraining, type SeenInTraining } from '@greenlight/shared/stages/evaluation/seen-in-training.ts';
import { maskedText } from '@greenlight/shared/stages/data/masked-text.ts';
import type { Sample } from '@greenlight/shared/stages/training/contract.ts';
import { criterionVerdicts } from '@greenlight/shared/projects/rules.ts';
import type { ChangedAfterEvidence, Requirement } from '@greenlight/shared/stages/requirements/contract.ts';
import { changeAfterEvidence, versionInForce } from '@greenlight/shared/stages/requirements/differences.ts';
import { evaluateOnnxJob } from '@greenlight/shared/stages/training/imported-models.ts';
import { onFinished, type JobCompletion } from '../../jobs/job-lease-service.ts';
import type { Download } from '../../plugins/download.ts';
import type { Storage } from '../../storage/storage.ts';
import { AppError } from '../../plugins/app-error.ts';
import { decodeTimeCursor, timePage } from '../../plugins/cursor.ts';
import type { Transaction } from '../../database/client.ts';
import type { RequirementService } from '../requirements/service.ts';
import { measuredOf } from './measured-of.ts';
import { newestThatCounts } from './newest-that-counts.ts';
import { summaryOf } from './summary-of.ts';
import type { TrainedItemsService } from '../data/trained-items-service.ts';
import type { EvaluationStore, RunOrigin } from './store.ts';

/** The part of an evaluation that a project's verdict rests on. */
export interface LatestEvaluation {
  readonly id: string;
  readonly datasetVersionId: string;
  readonly sameAsTraining: boolean;
  readonly seenInTraining: SeenInTraining | null;
  /** Of all heads. */
  readonly metrics: TaskMetricValue[];
  readonly createdAt: string;
}

/** The approved requirement that every verdict of a project rests on. */
export interface Basis {
  /** Oldest first; the last one decides. */
  readonly versions: readonly (Requirement & { readonly approvedAt: string })[];
  readonly changedAfterEvidence: ChangedAfterEvidence | null;
}

/** The door to evaluations. */
export interface EvaluationService {
  list(
    projectId: string,
    cursor: string | undefined,
    limit: number,
  ): Promise<{ items: EvaluationSummary[]; nextCursor: string | null }>;
  /** With the verdict against each criterion of the project's newest approved requirement. Throws `not-found`. */
  get(id: string): Promise<Evaluation>;
  projectOf(id: string): Promise<string | undefined>;
  /** As decisions freeze and compare it, by its own id or that of an imported model's job; undefined where it is gone. */
  standing(id: string): Promise<(FrozenMeasurement & { readonly id: string }) | undefined>;
  /** The predictions of an imported model, which repeat no text of the data. Throws `not-found` for a run's. */
  openImported(id: string): Promise<Download>;
  /** Of a sweep that of its best run alone, once all have ended. */
  newest(projectId: string): Promise<LatestEvaluation | null>;
  /** The same as decisions freeze it. */
  newestStanding(projectId: string): Promise<(FrozenMeasurement & { readonly id: string }) | null>;
  /** The newest evaluations with their numbers of all heads, and one more than `limit` where there are older ones. */
  withMetrics(projectId: string, limit: number): Promise<(EvaluationSummary & { metrics: TaskMetricValue[] })[]>;
  basis(projectId: string): Promise<Basis>;
  /** Stores what a worker measured; repeating it answers with the same id. */
  add(transaction: Transaction, of: RunOrigin, result: EvaluationResult): Promise<string>;
}

/** What the model wrote, as people see it: it may repeat what it was trained on. */
function maskedSamples(samples: readonly Sample[]): Sample[] {
  return samples.map((sample) => ({ ...sample, prompt: maskedText(sample.prompt), text: maskedText(sample.text) }));
}

/** Builds the evaluation service. */
export function createEvaluationService(
  store: EvaluationStore,
  requirements: Pick<RequirementService, 'approvedVersions'>,
  storage: Storage,
  chosenRun: (sweepId: string) => Promise<string | null>,
): EvaluationService {
  const newestOf = (projectId: string) => newestThatCounts(store, chosenRun, projectId);

  async function basis(projectId: string): Promise<Basis> {
    const [versions, first] = await Promise.all([requirements.approvedVersions(projectId), store.firstAt(projectId)]);
    return { versions, changedAfterEvidence: changeAfterEvidence(versions, first?.toISOString() ?? null) };
  }

  async function standing(id: string) {
    const row = await store.find(id);
    if (row === null) return undefined;
    const { runNumber, ...summary } = summaryOf(row);
    const name = Object.entries(evaluatedName(summary));
    const model = runNumber === null ? name : name.map(([language, text]) => [language, `#${runNumber} ${text}`]);
    const { datasetVersionId: versionId, datasetVersion } = row;
    const measurement = frozenMeasurement.parse({
      ...summary,
      // Left out, not null: what was frozen before it was counted must still compare as the same.
      seenInTraining: summary.seenInTraining ?? undefined,
      model: Object.fromEntries(model),
      dataset: { versionId, version: datasetVersion.version, sha256: datasetVersion.contentSha256 },
      measuredAt: summary.createdAt,
      metrics: measuredOf(row),
    });
    return { ...measurement, id: row.id };
  }

  return {
    async list(projectId, cursor, limit) {
      const rows = await store.pageOf(projectId, decodeTimeCursor(cursor), limit + 1);
      const page = timePage(rows, limit, (row) => ({ at: row.createdAt, id: row.id }));
      return { items: page.rows.map(summaryOf), nextCursor: page.nextCursor };
    },
    async get(id) {
      const row = await store.find(id);
      if (row === null) throw new AppError('not-found');
      const { versions, changedAfterEvidence } = await basis(row.projectId);
      const deciding = versions.at(-1);
      return evaluation.parse({
        ...row,
        ...summaryOf(row),
        samples: maskedSamples(row.samples as unknown as Sample[]),
        verdicts: criterionVerdicts(deciding?.criteria ?? [], measuredOf(row)),
        requirementVersion: deciding?.version ?? null,
        versionInForce: versionInForce(versions, row.createdAt.toISOString())?.version ?? null,
        changedAfterEvidence,
      });
    },
    projectOf: store.projectOf,
    standing,
    async newestStanding(projectId) {
      const row = await newestOf(projectId);
      return row === null ? null : ((await standing(row.id)) ?? null);
    },
    async openImported(id) {
      const sha256 = (await store.find(id))?.predictionsSha256 ?? null;
      if (sha256 === null) throw new AppError('not-found');
      const { stream, sizeBytes } = await storage.open(sha256);
      return { stream, sizeBytes, name: 'predictions.npz', sha256, contentType: 'application/octet-stream' };
    },
    basis,
    async withMetrics(projectId, limit) {
      const rows = await store.pageOf(projectId, undefined, limit + 1);
      return rows.map((row) => ({ ...summaryOf(row), metrics: measuredOf(row) }));
    },
    async newest(projectId) {
      const row = await newestOf(projectId);
      if (row === null) return null;
      const { id, datasetVersionId, sameAsTraining, createdAt } = row;
      const seen = seenInTraining.nullable().parse(row.seenInTraining);
      const about = { id, datasetVersionId, sameAsTraining, seenInTraining: seen };
      return { ...about, metrics: measuredOf(row), createdAt: createdAt.toISOString() };
    },
    add: store.add,
  };
}

/** Makes what a job measured of an imported model an evaluation of its project, with the predictions that it sent. */
export function keepImportedEvaluation(
  store: EvaluationStore,
  trainedItems: Pick<TrainedItemsService, 'seenByImported'>,
): JobCompletion {
  return onFinished(
    evaluateOnnxJob,
    async (transaction, { id: jobId, projectId, payload, result, files }, seen: SeenInTraining) => {
      const { predictionsSha256, ...measured } = result;
      if (!files.some(({ sha256 }) => sha256 === predictionsSha256)) {
        const fields = [{ field: 'outcome.result.predictionsSha256', message: 'the predictions are missing' }];
        throw new AppError('bad-request', { fields });
      }
      const { modelFileId, datasetVersionId } = payload;
      const of = { projectId, modelFileId, datasetVersionId, jobId, predictionsSha256, seenInTraining: seen };
      await store.addImported(transaction, of, measured);
    },
    ({ payload: { modelFileId, datasetVersionId }, result: { split } }) =>
      trainedItems.seenByImported(modelFileId, datasetVersionId, split),
  );
}
