import type { Readable } from 'node:stream';
import {
  completeSource,
  createSource,
  deleteSource,
  getSource,
  getSourceLabels,
  importSource,
  listSources,
  putSourcePart,
  resumeImport,
  sampleSource,
} from '@greenlight/shared/stages/data/source-contract.ts';
import { AppError } from '../../plugins/app-error.ts';
import { userOf, type RegisterRoute } from '../../plugins/route.ts';
import type { SourceImportService } from './source-import-service.ts';
import type { SourceService } from './source-service.ts';

/** Registers uploads of files and what is made of them; the parts are registered apart. */
export function registerSources(register: RegisterRoute, sources: SourceService, imports: SourceImportService): void {
  register(createSource, (call) => sources.create(userOf(call), call.params.projectId, call.body));
  register(listSources, ({ params, query }) => sources.list(params.projectId, query.cursor, query.limit));
  register(getSource, ({ params }) => sources.get(params.sourceId));
  register(completeSource, (call) => sources.complete(userOf(call), call.params.sourceId, call.body.sha256));
  register(deleteSource, async (call) => {
    await sources.remove(userOf(call), call.params.sourceId);
    return { ok: true as const };
  });
  register(sampleSource, ({ params, body }) => imports.sample(params.sourceId, body));
  register(getSourceLabels, ({ params }) => imports.personalLabels(params.sourceId));
  register(importSource, (call) => imports.start(userOf(call), call.params.sourceId, call.body));
  register(resumeImport, (call) => imports.resume(userOf(call), call.params.jobId));
}

/** Registers the parts of uploads, on an app whose bodies arrive as streams. */
export function registerSourceUploads(register: RegisterRoute, sources: SourceService): void {
  register(putSourcePart, (call) => {
    const content = call.request.body as Readable | undefined;
    if (content === undefined) throw new AppError('unsupported-media-type');
    return sources.putPart(userOf(call), call.params.sourceId, call.query, content);
  });
}
