import type { Readable } from 'node:stream';
import {
  evaluateModelFile,
  getModelFile,
  listModelFileEvaluations,
  listModelFiles,
  mapModelFile,
  predictWithModelFile,
  putModelTokenizer,
  uploadModelFile,
} from '@greenlight/shared/stages/training/imported-models.ts';
import { getServedModelFile } from '@greenlight/shared/worker-protocol/inference.ts';
import { AppError } from '../../plugins/app-error.ts';
import { sendDownload } from '../../plugins/download.ts';
import { userOf, type RegisterRoute } from '../../plugins/route.ts';
import type { ModelFileService } from './model-file-service.ts';

/** Registers the routes of models that came from elsewhere; uploads are registered apart. */
export function registerModelFiles(register: RegisterRoute, files: ModelFileService): void {
  register(listModelFiles, ({ params, query }) => files.list(params.projectId, query.cursor, query.limit));
  register(getModelFile, ({ params }) => files.get(params.modelFileId));
  register(mapModelFile, (call) => files.map(userOf(call), call.params.modelFileId, call.body));
  register(predictWithModelFile, ({ params, body }) => files.predict(params.modelFileId, body));
  register(evaluateModelFile, (call) =>
    files.evaluate(userOf(call), call.params.modelFileId, call.body.datasetVersionId),
  );
  register(listModelFileEvaluations, ({ params }) => files.evaluations(params.modelFileId));
  register(getServedModelFile, async ({ params, reply }) =>
    sendDownload(reply, await files.open(params.modelFileId, params.part)),
  );
}

function streamOf(body: unknown): Readable {
  if (body === undefined) throw new AppError('unsupported-media-type');
  return body as Readable;
}

/** Registers the uploads of such models, on an app whose bodies arrive as streams. */
export function registerModelFileUploads(register: RegisterRoute, files: ModelFileService): void {
  register(uploadModelFile, (call) =>
    files.receive(userOf(call), call.params.projectId, call.query, streamOf(call.request.body)),
  );
  register(putModelTokenizer, (call) =>
    files.receiveTokenizer(userOf(call), call.params.modelFileId, call.query, streamOf(call.request.body)),
  );
}
