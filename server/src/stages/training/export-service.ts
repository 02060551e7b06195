import { inLanguage } from '@greenlight/shared/api/localized-text.ts';
import type { Job } from '@greenlight/shared/jobs/contract.ts';
import { runConfiguration } from '@greenlight/shared/stages/training/configuration.ts';
import { logitsOfHead, taskHeadsOf } from '@greenlight/shared/stages/training/heads.ts';
import { exportOnnxJob } from '@greenlight/shared/stages/training/model-files.ts';
import type { AuditService } from '../../across/governance/audit-service.ts';
import type { Database } from '../../database/client.ts';
import { onFinished, type JobCompletion } from '../../jobs/job-lease-service.ts';
import type { JobService } from '../../jobs/job-service.ts';
import { AppError } from '../../plugins/app-error.ts';
import { actorOf, type UserPrincipal } from '../../plugins/principal.ts';
import type { ArtifactStore } from './artifact-store.ts';
import type { ExportStore, ExportSubject } from './export-store.ts';

/** The door to models as files for other tools. */
export interface ExportService {
  /** Queues the export of a checkpoint; the same checkpoint again answers with the same job. Throws `no-checkpoint`. */
  start(person: UserPrincipal, runId: string, artifactId: string | undefined): Promise<Job>;
  list(runId: string): Promise<{ items: Job[] }>;
}

/** What the export service stands on. */
export interface ExportServiceParts {
  readonly database: Database;
  readonly store: ExportStore;
  readonly jobs: JobService;
  readonly audit: AuditService;
}

/** What each output of a classifier means: its task, and the names of its classes by number. */
function headsOf({ configuration, dataset }: ExportSubject): Record<string, string> {
  const settings = runConfiguration.parse(configuration);
  if (settings.architecture !== 'encoder-classifier') return {};
  const { task } = settings;
  const first = { output: logitsOfHead(null), task, labels: task === 'regression' ? [] : dataset.labels };
  const further = taskHeadsOf(settings, dataset.tasks).map((head) => ({
    name: head.name,
    output: logitsOfHead(head.name),
    task: head.task,
    labels: head.labels,
  }));
  return { 'greenlight.heads': JSON.stringify([first, ...further]) };
}

/** Where a model comes from, as its files say it. */
function lineageOf(subject: ExportSubject): Record<string, string> {
  const { checkpoint, tokenizer, dataset, start } = subject;
  return {
    'greenlight.project': subject.projectName,
    'greenlight.project-id': subject.projectId,
    'greenlight.run': `${subject.runNumber}: ${inLanguage(subject.runName, 'en')}`,
    'greenlight.run-id': subject.runId,
    'greenlight.configuration': JSON.stringify(subject.configuration),
    'greenlight.checkpoint-sha256': checkpoint.sha256,
    'greenlight.tokenizer-sha256': tokenizer.sha256,
    'greenlight.dataset-version-id': dataset.versionId,
    'greenlight.dataset-sha256': dataset.sha256,
    ...(start && {
      'greenlight.start-run-id': start.runId,
      'greenlight.start-checkpoint-step': String(start.step),
      'greenlight.start-checkpoint-sha256': start.sha256,
    }),
    ...headsOf(subject),
  };
}

/** Builds the export service. */
export function createExportService({ database, store, jobs, audit }: ExportServiceParts): ExportService {
  return {
    async start(person, runId, artifactId) {
      const subject = await store.subject(runId, artifactId);
      if (subject === undefined) throw new AppError('no-checkpoint');
      const { projectId, checkpoint, tokenizer } = subject;
      const jobId = await database.$transaction(async (transaction) => {
        const id = await jobs.enqueue(transaction, exportOnnxJob, {
          projectId,
          key: `export-onnx ${runId} ${checkpoint.sha256}`,
          payload: {
            runId,
            checkpointStep: checkpoint.step,
            checkpointSha256: checkpoint.sha256,
            lineage: lineageOf(subject),
          },
          inputs: [
            { name: 'checkpoint.safetensors', sha256: checkpoint.sha256, sizeBytes: checkpoint.sizeBytes },
            { name: 'tokenizer.json', sha256: tokenizer.sha256, sizeBytes: tokenizer.sizeBytes },
          ],
          createdById: person.userId,
        });
        await audit.record(transaction, {
          actor: actorOf(person),
          action: 'model.export-requested',
          target: `run:${runId}`,
          projectId,
          details: { checkpointStep: checkpoint.step, checkpointSha256: checkpoint.sha256 },
        });
        return id;
      });
      jobs.announceQueued();
      return jobs.get(jobId);
    },
    async list(runId) {
      return { items: await jobs.listByPayload(exportOnnxJob.kind, 'runId', runId) };
    },
  };
}

/** Makes the files of a finished export artifacts of their run, under a folder name that tells checkpoints apart. */
export function keepExport(artifacts: ArtifactStore): JobCompletion {
  return onFinished(exportOnnxJob, async (transaction, { projectId, payload, result, files }) => {
    const { runId, checkpointStep, checkpointSha256 } = payload;
    for (const { name, sha256 } of result.files) {
      const file = files.find((candidate) => candidate.name === name && candidate.sha256 === sha256);
      if (file === undefined) {
        throw new AppError('bad-request', {
          fields: [{ field: 'outcome.result.files', message: `${name} is missing` }],
        });
      }
      await artifacts.keep(transaction, {
        projectId,
        runId,
        kind: 'onnx',
        name: `onnx-${checkpointStep}-${checkpointSha256.slice(0, 8)}/${name}`,
        step: checkpointStep,
        sha256,
        sizeBytes: file.sizeBytes,
      });
    }
  });
}
