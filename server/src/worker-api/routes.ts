import { listWorkers, setWorkerRates } from '@greenlight/shared/across/governance/contract.ts';
import {
  claimRun,
  getDatasetContent,
  getWorkerArtifact,
  getWorkerTokenizer,
  heartbeat,
  postCalibration,
  postEvaluation,
  postEvents,
  registerWorker,
} from '@greenlight/shared/worker-protocol/contract.ts';
import { reportCopies } from '@greenlight/shared/worker-protocol/copies.ts';
import { getServedArtifact } from '@greenlight/shared/worker-protocol/inference.ts';
import type { Database } from '../database/client.ts';
import { AppError } from '../plugins/app-error.ts';
import { sendDownload } from '../plugins/download.ts';
import { userOf, type RegisterRoute } from '../plugins/route.ts';
import type { JobLeaseService } from '../jobs/job-lease-service.ts';
import type { DataService } from '../stages/data/service.ts';
import type { TokenizerService } from '../stages/data/tokenizer-service.ts';
import type { WorkerCopiesService } from '../stages/data/worker-copies-service.ts';
import type { EvaluationService } from '../stages/evaluation/service.ts';
import type { TrainedItemsService } from '../stages/data/trained-items-service.ts';
import type { ArtifactService } from '../stages/training/artifact-service.ts';
import type { LeaseService } from '../stages/training/lease-service.ts';
import type { PlanService } from '../stages/training/plan-service.ts';
import type { ReportService } from '../stages/training/report-service.ts';
import type { WorkerService } from './worker-service.ts';

/** What the worker's doors lead to. */
export interface WorkerApiServices {
  readonly database: Database;
  readonly workers: WorkerService;
  readonly leases: LeaseService;
  readonly jobLeases: JobLeaseService;
  readonly reports: ReportService;
  readonly artifacts: ArtifactService;
  readonly evaluations: EvaluationService;
  readonly trainedItems: TrainedItemsService;
  readonly data: DataService;
  readonly plans: PlanService;
  readonly tokenizers: TokenizerService;
  readonly workerCopies: WorkerCopiesService;
}

/** Registers what workers call, and the list of workers for people; uploads are registered apart. */
export function registerWorkerApi(register: RegisterRoute, services: WorkerApiServices): void {
  const { database, workers, leases, jobLeases, reports, artifacts, evaluations, data, plans, tokenizers } = services;
  const { trainedItems } = services;

  register(registerWorker, async ({ body }) => {
    const workerId = await workers.register(body);
    await leases.releaseHeldBy(workerId);
    await jobLeases.releaseHeldBy(workerId);
    return { workerId };
  });
  register(postCalibration, async ({ body }) => {
    await workers.calibrate(body.workerId, body.calibration);
    return { ok: true as const };
  });
  register(reportCopies, async ({ body }) => ({
    obsolete: await services.workerCopies.report(body.workerId, body.held),
  }));
  register(claimRun, async ({ body, reply }) => {
    await workers.greet(body.workerId);
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    const run = await leases.claim(body.workerId, body.waitSeconds * 1000, gone.signal);
    if (run !== undefined && gone.signal.aborted) await leases.giveBack(run);
    else if (run !== undefined) await plans.planTaken(run.runId, body.workerId);
    return { run: run ?? null };
  });
  register(heartbeat, async ({ params, body }) => {
    const { workerId, ...answer } = await leases.heartbeat(params.runId, body.lease);
    if (workerId !== null) await workers.greet(workerId);
    return answer;
  });
  register(postEvents, ({ params, body }) => reports.record(params.runId, body.lease, body.events));
  register(postEvaluation, async ({ params, body }) => {
    const { lease, result, predictionsArtifactId } = body;
    const { runId } = params;
    if ((await artifacts.runOf(predictionsArtifactId)) !== runId) {
      throw new AppError('bad-request', { fields: [{ field: 'predictionsArtifactId', message: 'not of this run' }] });
    }
    // Whole versions are read for whoever holds the run alone.
    await database.$transaction((transaction) => reports.requireHeld(transaction, runId, lease));
    // Before the transaction, which holds the run.
    const seenInTraining = await trainedItems.seenByRun(runId, result.split);
    const evaluationId = await database.$transaction(async (transaction) => {
      const { projectId, datasetVersionId } = await reports.requireHeld(transaction, runId, lease);
      const of = { projectId, runId, datasetVersionId, predictionsArtifactId, seenInTraining };
      return evaluations.add(transaction, of, result);
    });
    return { evaluationId };
  });
  register(getDatasetContent, async ({ params, reply }) => {
    await leases.requireHeldWith(params);
    const { contentSha256 } = await data.get(params.datasetVersionId);
    const content = await data.openContent(params.datasetVersionId);
    const name = `${params.datasetVersionId}.jsonl`;
    return sendDownload(reply, { ...content, name, contentType: 'application/jsonl', sha256: contentSha256 });
  });
  register(getWorkerArtifact, async ({ params, reply }) => {
    await leases.requireHeldWith(params);
    return sendDownload(reply, await artifacts.open(params.artifactId));
  });
  // Predictions repeat texts and labels of data.
  register(getServedArtifact, async ({ params, reply }) =>
    sendDownload(reply, await artifacts.open(params.artifactId, ['checkpoint', 'tokenizer'])),
  );

  register(getWorkerTokenizer, async ({ params, reply }) => {
    await leases.requireHeldWith(params);
    return sendDownload(reply, await tokenizers.openForRun(params.tokenizerId));
  });

  register(listWorkers, (call) =>
    workers.list(userOf(call), call.query.connection, call.query.cursor, call.query.limit),
  );
  register(setWorkerRates, (call) => workers.setRates(userOf(call), call.params.workerId, call.body));
}
