import { datasetTask, type DatasetTask } from '@greenlight/shared/stages/data/content.ts';
import { BEST_CHECKPOINT } from '@greenlight/shared/worker-protocol/contract.ts';
import { z } from 'zod';
import { isPersonalToken } from '@greenlight/shared/stages/data/masked-text.ts';
import type { Database, Transaction } from '../../database/client.ts';
import { olderThan, type TimePlace } from '../../plugins/cursor.ts';
import { newId } from '../../plugins/new-id.ts';

type ArtifactRow = Awaited<ReturnType<Database['artifact']['findUniqueOrThrow']>>;

/** A file that a worker announces. */
export interface NewArtifact {
  readonly projectId: string;
  readonly runId: string;
  readonly kind: string;
  readonly name: string;
  readonly step: number | null;
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** A file with the run that left it behind. */
export type ArtifactWithRun = ArtifactRow & { run: { id: string; number: number; name: unknown } };

/** What a run that begins with a checkpoint needs to know of it. */
export interface StartingPoint {
  readonly run: { readonly id: string; readonly number: number };
  readonly step: number;
  readonly configuration: unknown;
  readonly labels: string[];
  readonly tasks: DatasetTask[];
  readonly checkpoint: { readonly artifactId: string; readonly sha256: string };
  readonly tokenizer: { readonly artifactId: string; readonly sha256: string } | undefined;
}

/** Rows about the files that runs left behind. */
export interface ArtifactStore {
  find(artifactId: string): Promise<ArtifactRow | undefined>;
  /** The dataset version whose texts a file repeats: the predictions of a text generator hold every token of the held-out items. */
  textsOf(artifactId: string): Promise<string | undefined>;
  /** The version whose labels a file of a classifier repeats, where one of them is personal data. */
  labelsOf(artifactId: string): Promise<string | undefined>;
  /** The vocabulary that a file is, that of a run or a copy in an export, with the version that the run was trained on. */
  vocabularyOf(artifactId: string): Promise<{ sha256: string; datasetVersionId: string } | undefined>;
  findByName(runId: string, name: string): Promise<ArtifactRow | undefined>;
  /** The checkpoints of a project with their runs, newest first. */
  checkpoints(projectId: string, after: TimePlace | undefined, limit: number): Promise<ArtifactWithRun[]>;
  /** The checkpoint with its run and the run's tokenizer and data; undefined where it is no checkpoint of the project. */
  checkpoint(projectId: string, artifactId: string): Promise<StartingPoint | undefined>;
  /** The checkpoint that the run's newest evaluation measured (the best one after early stopping), or else the newest. */
  measured(runId: string): Promise<ArtifactRow | undefined>;
  /** Newest file of some kinds: highest step, then latest. */
  newest(runId: string, kinds: readonly string[]): Promise<ArtifactRow | undefined>;
  /** Some of the best checkpoints whose runs have ended, which nobody goes on from any more. */
  bestOfEnded(limit: number): Promise<{ id: string; sha256: string }[]>;
  remove(artifactId: string): Promise<void>;
  /**
   * Keeps a file under its name. A resumed run may bring the same name with other content, which then takes its place;
   * only what an evaluation rests on stays as it is. Returns the id.
   */
  keep(transaction: Transaction, artifact: NewArtifact): Promise<string>;
}

/** Artifacts in the database. */
export function createArtifactStore(database: Database): ArtifactStore {
  return {
    async find(id) {
      return (await database.artifact.findUnique({ where: { id } })) ?? undefined;
    },
    async textsOf(id) {
      const found = await database.artifact.findFirst({
        where: { id, kind: 'predictions' },
        select: { run: { select: { datasetVersionId: true, configuration: true } } },
      });
      const { architecture } = (found?.run.configuration ?? {}) as { architecture?: string };
      return architecture === 'encoder-classifier' ? undefined : found?.run.datasetVersionId;
    },
    async labelsOf(id) {
      const found = await database.artifact.findUnique({
        where: { id },
        select: {
          run: { select: { configuration: true, datasetVersion: { select: { id: true, labels: true, tasks: true } } } },
        },
      });
      const { architecture } = (found?.run.configuration ?? {}) as { architecture?: string };
      if (found === null || architecture !== 'encoder-classifier') return undefined;
      const { id: versionId, labels, tasks } = found.run.datasetVersion;
      const further = (tasks as { labels: string[] }[]).flatMap((task) => task.labels);
      return [...(labels as string[]), ...further].some(isPersonalToken) ? versionId : undefined;
    },
    async vocabularyOf(id) {
      const found = await database.artifact.findUnique({
        where: { id },
        select: { sha256: true, run: { select: { id: true, datasetVersionId: true } } },
      });
      if (found === null) return undefined;
      const { sha256, run } = found;
      const isVocabulary = (await database.artifact.count({ where: { runId: run.id, kind: 'tokenizer', sha256 } })) > 0;
      return isVocabulary ? { sha256, datasetVersionId: run.datasetVersionId } : undefined;
    },
    async findByName(runId, name) {
      return (await database.artifact.findUnique({ where: { runId_name: { runId, name } } })) ?? undefined;
    },
    checkpoints: (projectId, after, limit) =>
      database.artifact.findMany({
        where: { projectId, kind: 'checkpoint', ...olderThan(after) },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: limit,
        include: { run: { select: { id: true, number: true, name: true } } },
      }),
    async checkpoint(projectId, id) {
      const found = await database.artifact.findFirst({
        where: { id, projectId, kind: 'checkpoint' },
        include: { run: { include: { datasetVersion: true, artifacts: { where: { kind: 'tokenizer' }, take: 1 } } } },
      });
      if (found === null) return undefined;
      const [tokenizer] = found.run.artifacts;
      return {
        run: { id: found.run.id, number: found.run.number },
        step: found.step ?? 0,
        configuration: found.run.configuration,
        labels: found.run.datasetVersion.labels as string[],
        tasks: z.array(datasetTask).parse(found.run.datasetVersion.tasks),
        checkpoint: { artifactId: found.id, sha256: found.sha256 },
        tokenizer: tokenizer && { artifactId: tokenizer.id, sha256: tokenizer.sha256 },
      };
    },
    async measured(runId) {
      const evaluation = await database.evaluation.findFirst({
        where: { runId },
        orderBy: { createdAt: 'desc' },
        select: { checkpointStep: true },
      });
      const checkpoints = await database.artifact.findMany({
        where: { runId, kind: 'checkpoint' },
        orderBy: [{ step: { sort: 'desc', nulls: 'last' } }, { createdAt: 'desc' }],
      });
      return checkpoints.find(({ step }) => step === evaluation?.checkpointStep) ?? checkpoints[0];
    },
    async newest(runId, kinds) {
      const orderBy = [{ step: { sort: 'desc', nulls: 'last' } }, { createdAt: 'desc' }] as const;
      const where = { runId, kind: { in: [...kinds] } };
      return (await database.artifact.findFirst({ where, orderBy: [...orderBy] })) ?? undefined;
    },
    bestOfEnded: (take) =>
      database.artifact.findMany({
        where: { kind: BEST_CHECKPOINT, run: { finishedAt: { not: null } } },
        ...{ select: { id: true, sha256: true }, take },
      }),
    async remove(id) {
      await database.artifact.deleteMany({ where: { id } });
    },
    async keep(transaction, { sizeBytes, ...artifact }) {
      const where = { runId_name: { runId: artifact.runId, name: artifact.name } };
      const found = await transaction.artifact.findUnique({
        where,
        include: { evaluations: { select: { id: true } } },
      });
      const data = { ...artifact, sizeBytes: BigInt(sizeBytes) };
      if (found === null) return (await transaction.artifact.create({ data: { id: newId(), ...data } })).id;
      if (found.evaluations.length === 0) await transaction.artifact.update({ where, data });
      return found.id;
    },
  };
}
