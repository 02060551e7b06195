import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { maskedColumn, maskedText } from '@greenlight/shared/stages/data/masked-text.ts';
import { labelsOfItem, personalLabelsOf } from '@greenlight/shared/stages/data/find-personal-labels.ts';
import type { PersonalLabels } from '@greenlight/shared/stages/data/personal-labels.ts';
import type { Preparation } from '@greenlight/shared/stages/data/preparation-contract.ts';
import {
  PREPARATION_FILES,
  prepareDatasetJob,
  preparationPlan,
  preparationTask,
} from '@greenlight/shared/stages/data/preparation/preparation-job.ts';
import {
  ARCHIVE_END_BYTES,
  labelsOfArchiveIndex,
  placeOfArchiveIndex,
} from '@greenlight/shared/stages/data/preparation/reading/archive-index.ts';
import { suggestedEncodings } from '@greenlight/shared/stages/data/preparation/reading/encoding-suggestions.ts';
import { columnsOfHead, readHead, suggestMapping } from '@greenlight/shared/stages/data/preparation/reading/head.ts';
import { SourceError } from '@greenlight/shared/stages/data/preparation/reading/row-errors.ts';
import { worksOnImages } from '@greenlight/shared/stages/data/preparation/recipe.ts';
import { HEAD_BYTES } from '@greenlight/shared/stages/data/preparation/reading/source-layout.ts';
import { defaultSplitPlan } from '@greenlight/shared/stages/data/preparation/splits.ts';
import {
  sourceSample,
  unreadableSource,
  type DataSource,
  type importSource,
  type sampleSource,
} from '@greenlight/shared/stages/data/source-contract.ts';
import type { z } from 'zod';
import type { AuditService } from '../../across/governance/audit-service.ts';
import type { Database } from '../../database/client.ts';
import type { JobService } from '../../jobs/job-service.ts';
import { AppError } from '../../plugins/app-error.ts';
import { actorOf, type UserPrincipal } from '../../plugins/principal.ts';
import type { Storage } from '../../storage/storage.ts';
import { presentPreparation } from './preparation-service.ts';
import type { PreparationStore } from './preparation-store.ts';
import { datasetKeyOf } from './service.ts';
import type { SourceStore } from './source-store.ts';

type SampleWish = z.output<NonNullable<typeof sampleSource.body>>;
type Sample = z.output<NonNullable<typeof sampleSource.reply>>;
type Import = z.output<NonNullable<typeof importSource.body>>;
type Task = z.output<typeof preparationTask>;

const SAMPLE_ROWS = 20;
const ROWS_OF_LABELS = 1000;
/** Room for the paths of most archives of 200,000 images. */
const MOST_INDEX_BYTES = 32 * 1024 * 1024;

/** The door from uploaded files to dataset versions. */
export interface SourceImportService {
  /** Throws `source-incomplete`, and `unreadable-source` with row, byte and the encodings that the file may have. */
  sample(sourceId: string, asked: SampleWish): Promise<Sample>;
  /** Those of an archive's folders that are personal data, by its index. Throws `source-incomplete`. */
  personalLabels(sourceId: string): Promise<PersonalLabels>;
  /** Queues the import; the same wish answers with the same job. Throws `source-incomplete`. */
  start(person: UserPrincipal, sourceId: string, body: Import): Promise<Preparation>;
  /** Queues an import again that failed or was cancelled. Throws `not-found` where the job is none, or its file is gone. */
  resume(person: UserPrincipal, jobId: string): Promise<Preparation>;
}

/** What the service stands on. */
export interface SourceImportParts {
  readonly database: Database;
  readonly sources: SourceStore;
  readonly preparations: PreparationStore;
  readonly storage: Storage;
  readonly jobs: JobService;
  readonly audit: AuditService;
}

type HereSource = DataSource & { readonly sha256: string };

/** Builds the service of imports. */
export function createSourceImportService(parts: SourceImportParts): SourceImportService {
  const { database, sources, preparations, storage, jobs, audit } = parts;

  async function requireHere(id: string): Promise<HereSource> {
    const source = await sources.find(id);
    if (source === undefined) throw new AppError('not-found');
    const { state, sha256 } = source;
    if (state !== 'complete' || sha256 === null) throw new AppError('source-incomplete');
    return { ...source, sha256 };
  }

  async function enqueue(person: UserPrincipal, source: HereSource, payload: Task): Promise<Preparation> {
    const { id, projectId, sha256, sizeBytes } = source;
    const { dataset, plan } = payload;
    const wish = createHash('sha256')
      .update(JSON.stringify([dataset, plan]))
      .digest('hex');
    const jobId = await database.$transaction(async (transaction) => {
      const queued = await jobs.enqueue(transaction, prepareDatasetJob, {
        projectId,
        key: `${prepareDatasetJob.kind} source ${id} ${wish}`,
        payload,
        inputs: [{ name: PREPARATION_FILES.source, sha256, sizeBytes }],
        createdById: person.userId,
      });
      await audit.record(transaction, {
        actor: actorOf(person),
        action: 'data-source.import-requested',
        target: `data-source:${id}`,
        projectId,
        details: { jobId: queued, sha256 },
      });
      return queued;
    });
    jobs.announceQueued();
    return presentPreparation(await preparations.find(jobId));
  }

  return {
    async sample(sourceId, { mapping: given, encoding: asked }) {
      const { format, sha256, sizeBytes } = await requireHere(sourceId);
      if (format === 'zip') throw new AppError('holds-images');
      const { stream } = await storage.open(sha256, { start: 0, length: HEAD_BYTES });
      const head = await buffer(stream);
      const isWhole = head.length === sizeBytes;
      const encodings = suggestedEncodings(head, isWhole).map(({ encoding, text }) => ({
        encoding,
        text: maskedText(text),
      }));
      try {
        const mapping = given ?? suggestMapping(head, isWhole, format, asked);
        const columns = columnsOfHead(head, isWhole, format, mapping);
        const { encoding, delimiter, items, errors, firstRow } = readHead(
          head,
          isWhole,
          format,
          mapping,
          ROWS_OF_LABELS,
        );
        const isShown = ({ row }: { readonly row: number }) => row < firstRow + SAMPLE_ROWS;
        return sourceSample.parse({
          encoding,
          encodings,
          delimiter,
          columns,
          mapping,
          items: items.filter(isShown).map(({ row, item }) => ({
            ...item,
            row,
            text: maskedText(item.text),
            ...(item.columns && {
              columns: Object.fromEntries(
                Object.entries(item.columns).map(([name, value]) => [name, maskedColumn(name, value)]),
              ),
            }),
          })),
          errors: errors.filter(isShown),
          personalLabels: personalLabelsOf(items.flatMap(({ item }) => labelsOfItem(item))),
        });
      } catch (error) {
        if (error instanceof SourceError) {
          throw new AppError('unreadable-source', unreadableSource.parse({ problem: error.problem, encodings }));
        }
        throw error;
      }
    },
    async personalLabels(sourceId) {
      const { format, sha256, sizeBytes } = await requireHere(sourceId);
      const read = async (start: number, length: number) =>
        buffer((await storage.open(sha256, { start, length })).stream);
      if (format !== 'zip') return personalLabelsOf([]);
      const start = Math.max(0, sizeBytes - ARCHIVE_END_BYTES);
      const place = placeOfArchiveIndex(await read(start, sizeBytes - start), sizeBytes);
      if (place === null) return personalLabelsOf([]);
      const index = await read(place.start, Math.min(place.length, MOST_INDEX_BYTES));
      return personalLabelsOf(labelsOfArchiveIndex(index));
    },
    async start(person, sourceId, { datasetName, source, licence, notes, mapping, rowErrors, recipe, splits: given }) {
      const here = await requireHere(sourceId);
      const isArchive = here.format === 'zip';
      if (isArchive && recipe.steps.some((step) => !worksOnImages(step))) throw new AppError('holds-images');
      const splits = given === undefined ? defaultSplitPlan(isArchive || mapping.labels.length > 0) : given;
      const payload = preparationTask.parse({
        origin: { kind: 'source', sourceId, fileName: here.name },
        dataset: { key: datasetKeyOf(datasetName), name: datasetName, source, licence, notes },
        plan: preparationPlan.parse({ format: here.format, mapping, recipe, splits, rowErrors }),
      });
      return enqueue(person, here, payload);
    },
    async resume(person, jobId) {
      const { payload } = await preparations.find(jobId);
      const task = preparationTask.safeParse(payload);
      if (!task.success || task.data.origin.kind !== 'source') throw new AppError('not-found');
      return enqueue(person, await requireHere(task.data.origin.sourceId), task.data);
    },
  };
}
