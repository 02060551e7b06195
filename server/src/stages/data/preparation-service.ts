import { createHash } from 'node:crypto';
import { datasetTask, type DatasetTask, type LabelKind } from '@greenlight/shared/stages/data/content.ts';
import { maskedText } from '@greenlight/shared/stages/data/masked-text.ts';
import {
  preparation,
  type Preparation,
  type startPreparation,
} from '@greenlight/shared/stages/data/preparation-contract.ts';
import {
  PREPARATION_FILES,
  prepareDatasetJob,
  preparationPlan,
  preparationTask,
  type PreparationJobResult,
} from '@greenlight/shared/stages/data/preparation/preparation-job.ts';
import { worksOnImages } from '@greenlight/shared/stages/data/preparation/recipe.ts';
import type { SourceMapping } from '@greenlight/shared/stages/data/preparation/reading/source.ts';
import { z } from 'zod';
import type { AuditService } from '../../across/governance/audit-service.ts';
import type { Database } from '../../database/client.ts';
import { onFinished, type JobCompletion } from '../../jobs/job-lease-service.ts';
import type { JobService } from '../../jobs/job-service.ts';
import { presentStatus } from '../../jobs/job-status.ts';
import { AppError } from '../../plugins/app-error.ts';
import { decodeTimeCursor, timePage } from '../../plugins/cursor.ts';
import { actorOf, type UserPrincipal } from '../../plugins/principal.ts';
import type { LabelMasks } from './label-masks-service.ts';
import type { PreparationRow, PreparationStore } from './preparation-store.ts';
import type { DataStore, VersionWithDataset } from './store.ts';

type NewPreparation = z.output<NonNullable<typeof startPreparation.body>>;

/** The door to the preparation of data. */
export interface PreparationService {
  /** Queues it; the same wish answers with the same job, and goes on with one that was cancelled. Throws `not-found`. */
  start(person: UserPrincipal, projectId: string, body: NewPreparation): Promise<Preparation>;
  /** Throws `not-found`, also for a job that prepares nothing. */
  get(jobId: string): Promise<Preparation & { projectId: string }>;
  list(
    projectId: string,
    cursor: string | undefined,
    limit: number,
  ): Promise<{ items: Preparation[]; nextCursor: string | null }>;
}

/** What the preparation service stands on. */
export interface PreparationServiceParts {
  readonly database: Database;
  readonly store: PreparationStore;
  readonly versions: DataStore;
  readonly jobs: JobService;
  readonly audit: AuditService;
  readonly labelMasks: LabelMasks;
}

/** A preparation as people see it. */
export function presentPreparation(row: PreparationRow): Preparation {
  const { dataset, origin, plan } = preparationTask.parse(row.payload);
  return preparation.parse({
    ...presentStatus(row),
    datasetName: dataset.name,
    origin,
    recipe: plan.recipe,
    splits: plan.splits,
    datasetVersionId: row.preparation?.datasetVersionId ?? null,
  });
}

/** How the stored lines of a version are read again. */
function mappingOf(labelKind: LabelKind, tasks: readonly DatasetTask[]): Partial<SourceMapping> {
  const labelled = labelKind === 'value' ? { value: 'value' } : labelKind === 'none' ? {} : { labels: ['labels'] };
  const further = tasks.map(({ name, kind }) => ({ name, kind, column: `tasks.${name}` }));
  const withTasks = further.length === 0 ? {} : { tasks: further };
  return { encoding: 'utf-8', text: 'text', split: 'split', ...labelled, ...withTasks };
}

/** The stored pack of a version's images; null for texts. */
function imagesOf({ imagesSha256, imagesBytes }: Pick<VersionWithDataset, 'imagesSha256' | 'imagesBytes'>) {
  return imagesSha256 === null ? null : { sha256: imagesSha256, sizeBytes: Number(imagesBytes) };
}

/** Builds the preparation service. */
export function createPreparationService(parts: PreparationServiceParts): PreparationService {
  const { database, store, versions, jobs, audit, labelMasks } = parts;
  return {
    async start(person, projectId, { origin, recipe: given, splits }) {
      const version = await store.version(projectId, origin.datasetVersionId);
      if (version === null) throw new AppError('not-found');
      const recipe = labelMasks.recipeFor(given, version.labels as string[]);
      const images = imagesOf(version);
      if (images !== null && recipe.steps.some((step) => !worksOnImages(step))) throw new AppError('holds-images');
      const mapping = mappingOf(version.labelKind as LabelKind, z.array(datasetTask).parse(version.tasks));
      const payload = preparationTask.parse({
        origin,
        dataset: { ...version, key: version.dataset.key, name: version.dataset.name },
        plan: preparationPlan.parse({
          ...{ format: 'jsonl', mapping, recipe, splits, rowErrors: 'refuse' },
          ...(images !== null && { holdsImages: true }),
        }),
      });
      const wish = createHash('sha256').update(JSON.stringify(payload.plan)).digest('hex');
      const jobId = await database.$transaction(async (transaction) => {
        await versions.holdContent(transaction, version.id);
        const id = await jobs.enqueue(transaction, prepareDatasetJob, {
          projectId,
          key: `${prepareDatasetJob.kind} ${version.id} ${wish}`,
          payload,
          inputs: [
            { name: PREPARATION_FILES.source, sha256: version.contentSha256, sizeBytes: Number(version.sizeBytes) },
            ...(images === null ? [] : [{ name: PREPARATION_FILES.sourceImages, ...images }]),
          ],
          createdById: person.userId,
        });
        await audit.record(transaction, {
          actor: actorOf(person),
          action: 'dataset.preparation-requested',
          target: `dataset-version:${version.id}`,
          projectId,
          details: { jobId: id, steps: recipe.steps.map(({ type }) => type) },
        });
        return id;
      });
      jobs.announceQueued();
      return presentPreparation(await store.find(jobId));
    },
    async get(jobId) {
      const row = await store.find(jobId);
      if (!preparationTask.safeParse(row.payload).success) throw new AppError('not-found');
      return { ...presentPreparation(row), projectId: row.projectId };
    },
    async list(projectId, cursor, limit) {
      const rows = await store.pageOf(projectId, prepareDatasetJob.kind, decodeTimeCursor(cursor), limit + 1);
      const page = timePage(rows, limit, (row) => ({ at: row.createdAt, id: row.id }));
      return { items: page.rows.map(presentPreparation), nextCursor: page.nextCursor };
    },
  };
}

/** The version's splits: an empty one is replaced by the training items, and leaks say whether all of test was trained on. */
function splitsOf({ splits, leakage }: PreparationJobResult, seed: number): object {
  const { train, validation, test } = splits;
  const trainedOn = leakage.leaks.find(({ held, from }) => held === 'test' && from === 'train')?.exact ?? 0;
  return {
    train,
    validation: validation || train,
    test: test || train,
    sameAsTraining: trainedOn === test,
    seed,
  };
}

/** Makes the outcome of a finished preparation a version of its dataset, and keeps what it was made from and how. */
export function keepPreparation(store: PreparationStore, data: DataStore, audit: AuditService): JobCompletion {
  return onFinished(prepareDatasetJob, async (transaction, { id, projectId, payload, result, files }) => {
    const { sha256, sizeBytes, lines } = result.items;
    if (!files.some((file) => file.name === PREPARATION_FILES.items && file.sha256 === sha256)) {
      const message = `${PREPARATION_FILES.items} is missing`;
      throw new AppError('bad-request', { fields: [{ field: 'outcome.result.items', message }] });
    }
    const { images } = result;
    if (
      images !== null &&
      !files.some((file) => file.name === PREPARATION_FILES.images && file.sha256 === images.sha256)
    ) {
      const message = `${PREPARATION_FILES.images} is missing`;
      throw new AppError('bad-request', { fields: [{ field: 'outcome.result.images', message }] });
    }
    const { dataset, origin, plan } = payload;
    const { key, name, source, licence, notes } = dataset;
    const { row, isNew } = await data.add(
      transaction,
      projectId,
      { key, name },
      {
        ...result.version,
        preview: result.version.preview.map(maskedText),
        personalItems: result.profile.after.personalData.items,
        contentSha256: sha256,
        sizeBytes: BigInt(sizeBytes),
        ...(images && { imagesSha256: images.sha256, imagesBytes: BigInt(images.sizeBytes) }),
        items: lines,
        labelKind: result.labelKind,
        splits: splitsOf(result, plan.splits?.seed ?? 0),
        source,
        licence,
        notes,
      },
    );
    const isFile = origin.kind === 'source';
    const originVersionId = isFile ? null : origin.datasetVersionId;
    const originSourceId = isFile ? origin.sourceId : null;
    const kept = { jobId: id, projectId, datasetVersionId: row.id, originVersionId, originSourceId };
    await store.keep(transaction, { ...kept, plan, result });
    await audit.record(transaction, {
      actor: `job:${id}`,
      action: 'dataset-version.prepared',
      target: `dataset-version:${row.id}`,
      projectId,
      details: { jobId: id, originVersionId, originSourceId, contentSha256: sha256, items: lines, isNew },
    });
  });
}
