import { Prisma } from '@greenlight/prisma/client';
import type { Database } from '../../database/client.ts';
import { distinctLabels, ERASED, withoutPerson } from './erased-texts.ts';
import { pages, ROWS_A_ROUND } from './pages.ts';
import { visitWork } from './repeated-work-store.ts';

interface WrittenSample {
  readonly prompt: string;
  readonly text: string;
}

interface SampleRow extends WrittenSample {
  readonly runId: string;
  readonly step: number;
}

interface EventRow {
  readonly runId: string;
  readonly sequence: number;
  readonly payload: unknown;
}

interface EvaluationRow {
  readonly id: string;
  readonly samples: unknown;
  readonly confusion: unknown;
  readonly heads: unknown;
}

interface VersionRow {
  readonly id: string;
  readonly preview: unknown;
  readonly labels: unknown;
  readonly tasks: unknown;
  readonly holdAt: Date | null;
  readonly deletedAt: Date | null;
}

/** How many texts repeat somebody: samples of runs and evaluations, previews of data, and labels of versions. */
export interface RepeatedTexts {
  readonly samples: number;
  readonly previews: number;
  readonly labels: number;
}

/** The texts that repeat somebody, and the runs whose history holds some. */
export interface VisitedTexts extends RepeatedTexts {
  readonly runIds: ReadonlySet<string>;
}

/** Texts outside of data versions that repeat what these hold. */
export interface RepeatedTextsStore {
  /** Counts the texts of a project that `isMeant` is true for, and with `erases` replaces each; can be repeated. */
  visit(projectId: string, isMeant: (text: string) => boolean, erases: boolean): Promise<VisitedTexts>;
  /** Predictions of text generators on these versions that are still there. */
  predictionsOn(versionIds: readonly string[]): Promise<{ id: string; sha256: string }[]>;
  markErased(artifactId: string, at: Date): Promise<void>;
  /** Runs trained on these versions, with tokenizers learned from them or with these others, and those that began with a checkpoint of such a run, by number. */
  runsTrainedOn(
    projectId: string,
    versionIds: readonly string[],
    tokenizerIds: readonly string[],
  ): Promise<{ id: string; number: number }[]>;
}

/** These texts in the database. */
export function createRepeatedTextsStore(database: Database): RepeatedTextsStore {
  return {
    async visit(projectId, isMeant, erases) {
      const isSample = ({ prompt, text }: WrittenSample) => isMeant(prompt) || isMeant(text);
      const clean = <Sample extends WrittenSample>(sample: Sample): Sample =>
        isSample(sample) ? { ...sample, prompt: ERASED, text: ERASED } : sample;
      const found = { samples: 0, previews: 0, labels: 0 };
      const doomed: Omit<SampleRow, 'text'>[] = [];
      const runIds = new Set<string>();

      for await (const rows of pages<SampleRow>((cursor) =>
        database.sample.findMany({
          where: { run: { projectId } },
          orderBy: [{ runId: 'asc' }, { step: 'asc' }, { prompt: 'asc' }],
          take: ROWS_A_ROUND,
          ...(cursor === undefined
            ? {}
            : {
                skip: 1,
                cursor: { runId_step_prompt: { runId: cursor.runId, step: cursor.step, prompt: cursor.prompt } },
              }),
        }),
      )) {
        const meant = rows.filter(isSample);
        found.samples += meant.length;
        doomed.push(...meant.map(({ runId, step, prompt }) => ({ runId, step, prompt })));
      }
      // Only now: a page begins after the last row of the one before, which must still be there.
      for (const { runId } of doomed) runIds.add(runId);
      if (erases) for (const where of doomed) await database.sample.deleteMany({ where });
      for await (const rows of pages<EventRow>((cursor) =>
        database.runEvent.findMany({
          where: { run: { projectId }, type: { in: ['sample', 'log', 'failed'] } },
          orderBy: [{ runId: 'asc' }, { sequence: 'asc' }],
          take: ROWS_A_ROUND,
          ...(cursor === undefined
            ? {}
            : { skip: 1, cursor: { runId_sequence: { runId: cursor.runId, sequence: cursor.sequence } } }),
        }),
      )) {
        for (const { runId, sequence, payload } of rows) {
          const { samples = [], ...said } = payload as { samples?: WrittenSample[] };
          const rest = withoutPerson(said, isMeant);
          if (rest === said && !samples.some(isSample)) continue;
          runIds.add(runId);
          if (!erases) continue;
          const left = { ...rest, ...(samples.length > 0 && { samples: samples.map(clean) }) };
          await database.runEvent.update({
            where: { runId_sequence: { runId, sequence } },
            data: { payload: left as unknown as Prisma.InputJsonObject },
          });
        }
      }
      for await (const rows of pages<EvaluationRow>((cursor) =>
        database.evaluation.findMany({
          where: { projectId },
          orderBy: { id: 'asc' },
          take: ROWS_A_ROUND,
          select: { id: true, samples: true, confusion: true, heads: true },
          ...(cursor === undefined ? {} : { skip: 1, cursor: { id: cursor.id } }),
        }),
      )) {
        for (const { id, samples: written, confusion, heads } of rows) {
          const samples = written as WrittenSample[];
          const meant = samples.filter(isSample).length;
          found.samples += meant;
          const labels = withoutPerson(confusion, isMeant);
          const further = withoutPerson(heads, isMeant);
          if (!erases || (meant === 0 && labels === confusion && further === heads)) continue;
          await database.evaluation.update({
            where: { id },
            data: {
              samples: samples.map(clean) as unknown as Prisma.InputJsonArray,
              confusion: labels as Prisma.InputJsonArray,
              heads: further as Prisma.InputJsonArray,
            },
          });
        }
      }
      for await (const rows of pages<VersionRow>((cursor) =>
        database.datasetVersion.findMany({
          where: { projectId },
          orderBy: { id: 'asc' },
          take: ROWS_A_ROUND,
          select: { id: true, preview: true, labels: true, tasks: true, holdAt: true, deletedAt: true },
          ...(cursor === undefined ? {} : { skip: 1, cursor: { id: cursor.id } }),
        }),
      )) {
        for (const { id, preview, labels: known, tasks: answered, holdAt, deletedAt } of rows) {
          const texts = preview as string[];
          const left = texts.filter((text) => !isMeant(text));
          found.previews += texts.length - left.length;
          // Content that a legal hold keeps needs its labels, and what goes on beside an erasure is rewritten before this.
          const mayLose = deletedAt !== null || (!erases && holdAt === null);
          const labels = mayLose ? distinctLabels(known as string[], isMeant) : (known as string[]);
          const named = labels.filter((label, index) => label !== (known as string[])[index]).length;
          const further = answered as { labels: string[] }[];
          const isNamed = mayLose && further.some((task) => task.labels.some(isMeant));
          // The names of tasks are no texts of anybody.
          const tasks = isNamed
            ? further.map((task) => ({ ...task, labels: distinctLabels(task.labels, isMeant) }))
            : further;
          found.labels += named + (isNamed ? 1 : 0);
          if (erases && (left.length < texts.length || named > 0 || isNamed)) {
            const data = { preview: left, labels, tasks: tasks as unknown as Prisma.InputJsonArray };
            await database.datasetVersion.update({ where: { id }, data });
          }
        }
      }
      const inWork = await visitWork(database, projectId, isMeant, erases);
      found.previews += inWork.previews;
      found.labels += inWork.labels;
      return { ...found, runIds };
    },
    async predictionsOn(versionIds) {
      const rows = await database.artifact.findMany({
        where: { kind: 'predictions', erasedAt: null, run: { datasetVersionId: { in: [...versionIds] } } },
        select: { id: true, sha256: true, run: { select: { configuration: true } } },
      });
      return rows.filter(
        ({ run }) => (run.configuration as { architecture?: string }).architecture !== 'encoder-classifier',
      );
    },
    async markErased(id, erasedAt) {
      await database.artifact.update({ where: { id }, data: { erasedAt } });
    },
    runsTrainedOn: (projectId, versionIds, tokenizerIds) => database.$queryRaw<{ id: string; number: number }[]>`
      WITH RECURSIVE trained AS (
        SELECT id, number FROM runs
        WHERE "projectId" = ${projectId}::uuid AND ("datasetVersionId" = ANY(${[...versionIds]}::uuid[]) OR "tokenizerId" IN (
          SELECT id FROM tokenizers
          WHERE "datasetVersionId" = ANY(${[...versionIds]}::uuid[]) OR id = ANY(${[...tokenizerIds]}::uuid[])
        ))
        UNION
        SELECT runs.id, runs.number FROM runs
        JOIN artifacts ON artifacts.id::text = runs.configuration->>'startFromArtifactId'
        JOIN trained ON trained.id = artifacts."runId"
        WHERE runs."projectId" = ${projectId}::uuid
      )
      SELECT id, number FROM trained ORDER BY number`,
  };
}
