import type { Readable } from 'node:stream';
import { putArtifact } from '@greenlight/shared/worker-protocol/contract.ts';
import type { FastifyInstance } from 'fastify';
import { AppError } from '../plugins/app-error.ts';
import type { RegisterRoute } from '../plugins/route.ts';
import type { ArtifactService } from '../stages/training/artifact-service.ts';

/** Registers uploads on an app of their own, whose bodies arrive as streams instead of being read into memory. */
export function registerUploads(app: FastifyInstance, register: RegisterRoute, artifacts: ArtifactService): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload));
  register(putArtifact, async ({ params, query, request }) => {
    const content = request.body as Readable | undefined;
    if (content === undefined) throw new AppError('unsupported-media-type');
    const { name, runId } = params;
    const artifactId = await artifacts.receive(runId, { ...query, name, step: query.step ?? null, content });
    return { artifactId };
  });
}
