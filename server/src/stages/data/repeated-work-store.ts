import { Prisma } from '@greenlight/prisma/client';
import { prepareDatasetJob } from '@greenlight/shared/stages/data/preparation/preparation-job.ts';
import { evaluateOnnxJob } from '@greenlight/shared/stages/training/imported-models.ts';
import type { Database } from '../../database/client.ts';
import { newId } from '../../plugins/new-id.ts';
import { distinctLabels, withoutPerson } from './erased-texts.ts';
import { pages, ROWS_A_ROUND } from './pages.ts';

type IsMeant = (text: string) => boolean;

interface JobRow {
  readonly id: string;
  readonly kind: string;
  readonly payload: unknown;
  readonly result: unknown;
}

interface ModelFileRow {
  readonly id: string;
  readonly mapping: unknown;
}

/** What an imported model's answers are called, and which columns of data it is given. */
interface Mapping {
  readonly labels: readonly string[];
  readonly columnInputs?: readonly { readonly name: string; readonly columns: readonly string[] }[];
}

interface MadeVersion {
  readonly version?: { readonly preview?: string[]; readonly labels?: string[] };
}

function isNamedIn(mapping: Mapping | undefined, isMeant: IsMeant): boolean {
  const { labels = [], columnInputs = [] } = mapping ?? {};
  return [...labels, ...columnInputs.flatMap(({ columns }) => columns)].some(isMeant);
}

/** A mapping without the person; names of inputs stay, because the model's file has them. */
function mappingWithout(mapping: Mapping, isMeant: IsMeant): Prisma.InputJsonObject {
  const labels = distinctLabels(mapping.labels, isMeant);
  if (mapping.columnInputs === undefined) return { ...mapping, labels };
  const columnInputs = mapping.columnInputs.map((input) => ({
    ...input,
    columns: distinctLabels(input.columns, isMeant),
  }));
  return { ...mapping, labels, columnInputs };
}

/** What a preparation made, without the person. */
function madeWithout(made: MadeVersion, isMeant: IsMeant): { made: Prisma.InputJsonObject; previews: number } {
  const { preview = [], labels = [] } = made.version ?? {};
  const left = preview.filter((text) => !isMeant(text));
  const rest = withoutPerson({ ...made, version: {} }, isMeant);
  const version = { ...made.version, preview: left, labels: distinctLabels(labels, isMeant) };
  return { made: { ...rest, version }, previews: preview.length - left.length };
}

/** Looks through plans and outcomes of jobs and mappings of imported models, as the texts that repeat somebody are visited. */
export async function visitWork(
  database: Database,
  projectId: string,
  isMeant: IsMeant,
  erases: boolean,
): Promise<{ previews: number; labels: number }> {
  const found = { previews: 0, labels: 0 };

  async function visitPreparation({ id, payload, result }: JobRow): Promise<void> {
    const task = payload as { plan: object };
    const plan = withoutPerson(task.plan, isMeant);
    if (plan !== task.plan) found.labels++;
    if (erases && plan !== task.plan) {
      const data = { payload: { ...task, plan } as Prisma.InputJsonObject };
      await database.job.update({ where: { id }, data });
      await database.preparation.updateMany({ where: { jobId: id }, data: { plan } });
    }
    if (result === null || withoutPerson(result, isMeant) === result) return;
    const { made, previews } = madeWithout(result as MadeVersion, isMeant);
    found.previews += previews;
    if (!erases) return;
    await database.job.update({ where: { id }, data: { result: made } });
    await database.preparation.updateMany({ where: { jobId: id }, data: { result: made } });
  }

  async function visitMeasuring({ id, payload, result }: JobRow): Promise<void> {
    const task = payload as { mapping?: Mapping };
    const isNamed = isNamedIn(task.mapping, isMeant);
    if (isNamed) found.labels++;
    const measured = withoutPerson(result, isMeant);
    if (!erases || (!isNamed && measured === result)) return;
    const mapping = isNamed && task.mapping !== undefined && mappingWithout(task.mapping, isMeant);
    const data = {
      ...(mapping && { payload: { ...task, mapping } as Prisma.InputJsonObject, key: newId() }),
      ...(measured !== result && { result: measured as Prisma.InputJsonObject }),
    };
    await database.job.update({ where: { id }, data });
  }

  for await (const rows of pages<JobRow>((cursor) =>
    database.job.findMany({
      where: { projectId, kind: { in: [prepareDatasetJob.kind, evaluateOnnxJob.kind] } },
      orderBy: { id: 'asc' },
      take: ROWS_A_ROUND,
      select: { id: true, kind: true, payload: true, result: true },
      ...(cursor === undefined ? {} : { skip: 1, cursor: { id: cursor.id } }),
    }),
  )) {
    for (const row of rows) await (row.kind === prepareDatasetJob.kind ? visitPreparation(row) : visitMeasuring(row));
  }

  for await (const rows of pages<ModelFileRow>((cursor) =>
    database.modelFile.findMany({
      where: { projectId, mapping: { not: Prisma.AnyNull } },
      orderBy: { id: 'asc' },
      take: ROWS_A_ROUND,
      select: { id: true, mapping: true },
      ...(cursor === undefined ? {} : { skip: 1, cursor: { id: cursor.id } }),
    }),
  )) {
    for (const { id, mapping: known } of rows) {
      const mapping = known as Mapping;
      if (!isNamedIn(mapping, isMeant)) continue;
      found.labels++;
      if (erases)
        await database.modelFile.update({ where: { id }, data: { mapping: mappingWithout(mapping, isMeant) } });
    }
  }
  return found;
}
