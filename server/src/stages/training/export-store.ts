import type { LocalizedText } from '@greenlight/shared/api/localized-text.ts';
import { datasetTask, type DatasetTask } from '@greenlight/shared/stages/data/content.ts';
import { z } from 'zod';
import type { Database } from '../../database/client.ts';

/** A file in storage that an export reads. */
interface ExportInput {
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** A checkpoint with everything that its export says about where it comes from. */
export interface ExportSubject {
  readonly projectId: string;
  readonly projectName: string;
  readonly runId: string;
  readonly runNumber: number;
  readonly runName: LocalizedText;
  readonly configuration: unknown;
  readonly checkpoint: ExportInput & { readonly step: number };
  readonly tokenizer: ExportInput;
  /** The checkpoint that the run began with; null where it began with random weights, or the checkpoint is gone. */
  readonly start: { readonly runId: string; readonly step: number; readonly sha256: string } | null;
  readonly dataset: {
    readonly versionId: string;
    readonly sha256: string;
    readonly labels: readonly string[];
    readonly tasks: readonly DatasetTask[];
  };
}

/** What exports read from the database. */
export interface ExportStore {
  /** The named checkpoint of a run, or the one that its newest evaluation measured, or its newest; undefined where there is none. */
  subject(runId: string, artifactId: string | undefined): Promise<ExportSubject | undefined>;
}

/** What a configuration says of how its run began. */
const beginning = z.object({ startFromArtifactId: z.string().nullable().default(null) });

/** Builds the store of exports. */
export function createExportStore(database: Database): ExportStore {
  return {
    async subject(runId, artifactId) {
      const run = await database.run.findUnique({
        where: { id: runId },
        include: {
          project: { select: { name: true } },
          datasetVersion: { select: { id: true, contentSha256: true, labels: true, tasks: true } },
          evaluations: { select: { checkpointStep: true }, orderBy: { createdAt: 'desc' }, take: 1 },
          artifacts: {
            where: { kind: { in: ['checkpoint', 'tokenizer'] } },
            orderBy: [{ step: 'desc' }, { createdAt: 'desc' }],
          },
        },
      });
      if (run === null) return undefined;
      const checkpoints = run.artifacts.filter(({ kind }) => kind === 'checkpoint');
      const measured = run.evaluations[0]?.checkpointStep;
      const checkpoint =
        artifactId === undefined
          ? (checkpoints.find(({ step }) => step === measured) ?? checkpoints[0])
          : checkpoints.find(({ id }) => id === artifactId);
      const tokenizer = run.artifacts.find(({ kind }) => kind === 'tokenizer');
      if (checkpoint === undefined || tokenizer === undefined) return undefined;
      const input = ({ sha256, sizeBytes }: typeof tokenizer) => ({ sha256, sizeBytes: Number(sizeBytes) });
      const startId = beginning.parse(run.configuration).startFromArtifactId;
      const start =
        startId === null
          ? null
          : await database.artifact.findFirst({ where: { id: startId, projectId: run.projectId, kind: 'checkpoint' } });
      return {
        projectId: run.projectId,
        projectName: run.project.name,
        runId,
        runNumber: run.number,
        runName: run.name as LocalizedText,
        configuration: run.configuration,
        checkpoint: { ...input(checkpoint), step: checkpoint.step ?? 0 },
        tokenizer: input(tokenizer),
        start: start && { runId: start.runId, step: start.step ?? 0, sha256: start.sha256 },
        dataset: {
          versionId: run.datasetVersion.id,
          sha256: run.datasetVersion.contentSha256,
          labels: run.datasetVersion.labels as string[],
          tasks: z.array(datasetTask).parse(run.datasetVersion.tasks),
        },
      };
    },
  };
}
