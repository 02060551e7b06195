import {
  createTextDatasetVersion,
  getDatasetVersion,
  listDatasetVersions,
} from '@greenlight/shared/stages/data/contract.ts';
import {
  cancelErasure,
  confirmErasure,
  getErasure,
  listErasures,
  retryErasure,
  startErasure,
} from '@greenlight/shared/stages/data/erasure/erasure-contract.ts';
import {
  getItemImage,
  getItemThumbnail,
  listDatasetItems,
  readRawItems,
} from '@greenlight/shared/stages/data/items-contract.ts';
import { compareDatasetVersions, getDatasetLineage } from '@greenlight/shared/stages/data/lineage-contract.ts';
import {
  downloadDeletionCertificate,
  getDeletionCertificate,
  listDeletionCertificates,
  setLegalHold,
  setRetention,
  stateCopyOutcome,
} from '@greenlight/shared/stages/data/retention-contract.ts';
import { getProjectTasks } from '@greenlight/shared/stages/data/task-contract.ts';
import {
  getPreparation,
  listPreparations,
  startPreparation,
} from '@greenlight/shared/stages/data/preparation-contract.ts';
import { previewRecipeOnVersion } from '@greenlight/shared/stages/data/recipe-preview-contract.ts';
import { sendDownload, sendImage } from '../../plugins/download.ts';
import { actorOf } from '../../plugins/principal.ts';
import { userOf, type RegisterRoute } from '../../plugins/route.ts';
import type { ErasureService } from './erasure-service.ts';
import type { CertificateService } from './certificate-service.ts';
import type { RetentionService } from './retention-service.ts';
import type { ImagesService } from './images-service.ts';
import type { ItemsService } from './items-service.ts';
import type { LineageService } from './lineage-service.ts';
import type { PreparationService } from './preparation-service.ts';
import type { RecipePreviewService } from './recipe-preview-service.ts';
import type { DataService } from './service.ts';
import type { WorkerCopiesService } from './worker-copies-service.ts';
import type { TaskService } from './task-service.ts';

/** Registers the routes of the stage "data". */
export function registerData(
  register: RegisterRoute,
  services: {
    erasures: ErasureService;
    certificates: CertificateService;
    retention: RetentionService;
    data: DataService;
    items: ItemsService;
    images: ImagesService;
    preparations: PreparationService;
    recipePreviews: RecipePreviewService;
    lineage: LineageService;
    workerCopies: WorkerCopiesService;
    tasks: TaskService;
  },
): void {
  const { erasures, certificates, retention, data, items, images, preparations, recipePreviews, lineage } = services;
  const { workerCopies } = services;
  register(listDatasetVersions, ({ params, query }) => data.list(params.projectId, query.cursor, query.limit));
  register(getProjectTasks, ({ params }) => services.tasks.of(params.projectId));
  register(getDatasetVersion, ({ params }) => data.get(params.datasetVersionId));
  register(createTextDatasetVersion, (call) => data.add(call.params.projectId, actorOf(userOf(call)), call.body));
  register(listDatasetItems, ({ params, query }) => items.browse(params.datasetVersionId, query));
  register(readRawItems, (call) => items.readRaw(userOf(call), call.params.datasetVersionId, call.body));
  register(getItemThumbnail, async (call) =>
    sendImage(
      call.reply,
      await images.open(userOf(call), call.params.datasetVersionId, call.params.number, 'thumbnail'),
    ),
  );
  register(getItemImage, async (call) =>
    sendImage(call.reply, await images.open(userOf(call), call.params.datasetVersionId, call.params.number, 'whole')),
  );
  register(setRetention, (call) => {
    const { keptUntil, reason } = call.body;
    const until = keptUntil === null ? null : new Date(keptUntil);
    return retention.set(userOf(call), call.params.datasetVersionId, until, reason);
  });
  register(setLegalHold, (call) =>
    retention.hold(userOf(call), call.params.datasetVersionId, call.body.isHeld, call.body.reason),
  );
  register(listDeletionCertificates, ({ params, query }) =>
    certificates.list(params.projectId, query.cursor, query.limit),
  );
  register(getDeletionCertificate, async ({ params }) => {
    const certificate = await certificates.get(params.certificateId);
    return { ...certificate, copiesOnWorkers: await workerCopies.of(certificate) };
  });
  register(stateCopyOutcome, async (call) => {
    const certificate = await certificates.get(call.params.certificateId);
    await workerCopies.state(userOf(call), certificate, call.body);
    return { ...certificate, copiesOnWorkers: await workerCopies.of(certificate) };
  });
  register(downloadDeletionCertificate, async ({ params, reply }) =>
    sendDownload(reply, await certificates.open(params.certificateId)),
  );
  register(startErasure, (call) => erasures.start(userOf(call), call.params.projectId, call.body));
  register(listErasures, ({ params, query }) => erasures.list(params.projectId, query.cursor, query.limit));
  register(getErasure, ({ params }) => erasures.get(params.erasureId));
  register(confirmErasure, (call) => erasures.confirm(userOf(call), call.params.erasureId, call.body.found));
  register(retryErasure, (call) => erasures.retry(userOf(call), call.params.erasureId));
  register(cancelErasure, (call) => erasures.cancel(userOf(call), call.params.erasureId));
  register(startPreparation, (call) => preparations.start(userOf(call), call.params.projectId, call.body));
  register(previewRecipeOnVersion, ({ params, body }) =>
    recipePreviews.preview(params.datasetVersionId, body.recipe, body.seed),
  );
  register(getDatasetLineage, ({ params }) => lineage.lineage(params.datasetVersionId));
  register(compareDatasetVersions, ({ params, query }) => lineage.compare(params.datasetVersionId, query.before));
  register(getPreparation, ({ params }) => preparations.get(params.jobId));
  register(listPreparations, ({ params, query }) => preparations.list(params.projectId, query.cursor, query.limit));
}
