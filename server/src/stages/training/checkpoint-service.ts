import type { z } from 'zod';
import { runConfiguration, type RunConfiguration } from '@greenlight/shared/stages/training/configuration.ts';
import { checkpointChoice, type listCheckpoints, type Run } from '@greenlight/shared/stages/training/contract.ts';
import {
  newHeadsOf,
  startProblems,
  type ConfigurationProblem,
  type RunLabels,
} from '@greenlight/shared/stages/training/rules.ts';
import { decodeTimeCursor, timePage } from '../../plugins/cursor.ts';
import type { ArtifactStore } from './artifact-store.ts';

type CheckpointPage = z.output<NonNullable<typeof listCheckpoints.reply>>;

/** The door to checkpoints that other runs begin with. */
export interface CheckpointService {
  list(projectId: string, cursor: string | undefined, limit: number): Promise<CheckpointPage>;
  /**
   * Reads a checkpoint once, for all runs that are to begin with it: what comes back tells why a run with some settings and labels cannot, and nothing where it
   * can, or where null stands for random weights.
   */
  judge(
    projectId: string,
    artifactId: string | null,
  ): Promise<(settings: RunConfiguration, labels: RunLabels) => ConfigurationProblem[]>;
  /** The run and step that a run with these settings begins with, and its heads that begin anew; null with random weights. */
  startOf(projectId: string, settings: RunConfiguration, labels: RunLabels): Promise<Run['startedFrom']>;
  /** SHA-256 of the tokenizer that a checkpoint of the project was trained with; undefined where there is none. */
  tokenizerOf(projectId: string, artifactId: string): Promise<string | undefined>;
}

/** Builds the checkpoint service. */
export function createCheckpointService(store: ArtifactStore): CheckpointService {
  return {
    tokenizerOf: async (projectId, artifactId) => (await store.checkpoint(projectId, artifactId))?.tokenizer?.sha256,
    async list(projectId, cursor, limit) {
      const rows = await store.checkpoints(projectId, decodeTimeCursor(cursor), limit + 1);
      const page = timePage(rows, limit, ({ createdAt, id }) => ({ at: createdAt, id }));
      const items = page.rows.map(({ id, run, step, createdAt }) =>
        checkpointChoice.parse({
          artifactId: id,
          runId: run.id,
          runNumber: run.number,
          runName: run.name,
          step: step ?? 0,
          createdAt: createdAt.toISOString(),
        }),
      );
      return { items, nextCursor: page.nextCursor };
    },
    async startOf(projectId, settings, labels) {
      if (settings.startFromArtifactId === null) return null;
      const start = await store.checkpoint(projectId, settings.startFromArtifactId);
      if (start === undefined) return null;
      const { run, step } = start;
      const base = {
        configuration: runConfiguration.parse(start.configuration),
        labels: start.labels,
        tasks: start.tasks,
      };
      return { runId: run.id, runNumber: run.number, step, newHeads: newHeadsOf(settings, labels, base) };
    },
    async judge(projectId, artifactId) {
      const field = 'configuration.startFromArtifactId';
      if (artifactId === null) return () => [];
      const start = await store.checkpoint(projectId, artifactId);
      if (start === undefined) {
        const message = { en: 'This project has no such checkpoint.', zh: '本项目没有这个检查点。' };
        return () => [{ field, message }];
      }
      if (start.tokenizer === undefined) {
        const message = { en: 'The run of this checkpoint kept no tokenizer.', zh: '该检查点的训练没有保留分词器。' };
        return () => [{ field, message }];
      }
      const configuration = runConfiguration.parse(start.configuration);
      const base = { configuration, labels: start.labels, tasks: start.tasks };
      return (settings, labels) => startProblems(settings, labels, base);
    },
  };
}
