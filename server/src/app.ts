import { randomUUID } from 'node:crypto';
import rateLimit from '@fastify/rate-limit';
import Fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { registerDecisions } from './across/decisions/routes.ts';
import { registerAudit } from './across/governance/audit-routes.ts';
import { createAuthenticate } from './across/governance/authenticate.ts';
import { registerEncryption } from './across/governance/encryption-routes.ts';
import { registerInvitations } from './across/governance/invitation-routes.ts';
import { registerMembers } from './across/governance/member-routes.ts';
import { registerGovernance } from './across/governance/routes.ts';
import type { Database } from './database/client.ts';
import { registerJobs, registerJobUploads } from './jobs/routes.ts';
import { createAuthorisation } from './plugins/authorisation.ts';
import { registerBodyDeadline } from './plugins/body-deadline.ts';
import { registerBodyParser } from './plugins/body.ts';
import { ConnectionLimits } from './plugins/connections.ts';
import { handleError, registerErrors } from './plugins/errors.ts';
import { createEventStreams } from './plugins/event-stream.ts';
import { registerHealth } from './plugins/health.ts';
import { registerOneHost } from './plugins/one-host.ts';
import { registerOpenApi } from './plugins/openapi.ts';
import { actorOf } from './plugins/principal.ts';
import { RequestsUnderWay } from './plugins/requests-under-way.ts';
import { routeRegistrar } from './plugins/route.ts';
import { registerSecurityHeaders } from './plugins/security-headers.ts';
import { answerUnreadable } from './plugins/unreadable-requests.ts';
import { registerWebApp, type KnownPath } from './plugins/web-app.ts';
import { registerProjects } from './projects/routes.ts';
import type { Services } from './services.ts';
import { registerData } from './stages/data/routes.ts';
import { registerSources, registerSourceUploads } from './stages/data/source-routes.ts';
import { registerTokenizers, registerTokenizerUploads } from './stages/data/tokenizer-routes.ts';
import { registerEvaluation } from './stages/evaluation/routes.ts';
import { registerSelection } from './stages/selection/routes.ts';
import { registerRequirements } from './stages/requirements/routes.ts';
import { registerModelFiles, registerModelFileUploads } from './stages/training/model-file-routes.ts';
import { registerTraining, releaseArtifact } from './stages/training/routes.ts';
import { registerSweeps } from './stages/training/sweep-routes.ts';
import { registerWorkerApi } from './worker-api/routes.ts';
import { registerUploads } from './worker-api/upload-routes.ts';

/** What an app is made of. */
export interface AppParts {
  readonly database: Database;
  readonly services: Services;
  /** The address under which people reach the server. */
  readonly publicUrl: string;
  /** Folder of the built web app; without one only the API answers. */
  readonly webRoot: string;
  readonly isReady: () => Promise<boolean>;
  readonly logger?: FastifyServerOptions['logger'];
}

const MEGABYTE = 1024 * 1024;
/** A worker may take as long for the largest file; JSON has less time, see {@link registerBodyDeadline}. */
const SLOWEST_REQUEST_MS = 60 * 60 * 1000;

/** Remembers every path and method that is registered, for answers to the wrong method. */
function rememberPaths(app: FastifyInstance): KnownPath[] {
  const known: KnownPath[] = [];
  app.addHook('onRoute', ({ url, method }) => {
    if (url.includes('*')) return;
    const pattern = new RegExp(`^${url.replaceAll('.', '\\.').replace(/:\w+/g, '[^/]+')}/?$`);
    for (const name of Array.isArray(method) ? method : [method]) known.push({ pattern, method: name });
  });
  return known;
}

/** Wires the whole server together, in order; it does not listen yet. */
export async function buildApp(parts: AppParts): Promise<FastifyInstance> {
  const { database, services, publicUrl, webRoot, isReady } = parts;
  const limits = new ConnectionLimits();
  const app = Fastify({
    logger: parts.logger ?? false,
    bodyLimit: MEGABYTE,
    requestTimeout: SLOWEST_REQUEST_MS,
    forceCloseConnections: 'idle',
    genReqId: () => randomUUID(),
    routerOptions: { maxParamLength: 200 },
    frameworkErrors: (error, request, reply) => limits.refuse(request, reply, () => handleError(error, request, reply)),
    clientErrorHandler: (fault, socket) => answerUnreadable(fault, socket, limits.mayRefuse(socket)),
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  limits.register(app);
  registerOneHost(app);
  registerErrors(app);
  registerBodyParser(app);
  registerBodyDeadline(app);
  const knownPaths = rememberPaths(app);
  app.addHook('onSend', async (request, reply) => {
    reply.header('x-request-id', request.id);
    // What the API answers is some person's to read: no cache keeps it past their session.
    if (request.url.startsWith('/api/') && !reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
  });
  await registerSecurityHeaders(app, publicUrl.startsWith('https:'));
  // Before the reply: what somebody was told has happened stands in the file beside the database by then.
  app.addHook('onSend', async (request) => {
    await services.auditAnchor.keepOwn().catch((error: unknown) => request.log.error({ err: error }, 'audit anchor'));
  });
  await app.register(rateLimit, { global: false });
  await registerOpenApi(app);

  const authorisation = createAuthorisation({
    authenticate: createAuthenticate(services.people, services.tokens),
    rolesIn: services.people.rolesIn,
    projectFinders: {
      projectId: async (id) => ((await services.projects.exists(id)) ? id : undefined),
      requirementId: services.requirements.projectOf,
      candidateId: services.candidates.projectOf,
      selectionId: services.selections.projectOf,
      runId: services.runs.projectOf,
      sweepId: services.sweeps.projectOf,
      evaluationId: services.evaluations.projectOf,
      artifactId: services.artifacts.projectOf,
      datasetVersionId: services.data.projectOf,
      sourceId: services.sources.projectOf,
      tokenizerId: services.tokenizers.projectOf,
      certificateId: services.certificates.projectOf,
      erasureId: services.erasures.projectOf,
      jobId: services.jobs.projectOf,
      modelFileId: services.modelFiles.projectOf,
      decisionId: services.decisions.projectOf,
      invitationId: services.invitations.projectOf,
    },
    reportRefusal: (principal, projectId, request) =>
      services.audit.recordAlone({
        actor: actorOf(principal),
        action: 'access.refused',
        target: `${request.method} ${request.routeOptions.url ?? ''}`,
        projectId,
        details: { parameters: request.params },
      }),
    ownHosts: new Set([new URL(publicUrl).hostname]),
  });
  const routeParts = { authorisation, underWay: new RequestsUnderWay(), maskedIn: services.labelMasks.inReplies };
  const register = routeRegistrar(app, routeParts);
  const streams = createEventStreams(app);

  registerGovernance(app, register, services);
  registerAudit(register, services.audit);
  registerMembers(register, services.members, services.installationPeople);
  registerInvitations(app, register, services.invitations);
  registerEncryption(register, services.encryption);
  registerDecisions(register, services.decisions);
  registerProjects(register, services.projects);
  registerRequirements(register, services.requirements, services.traceability, services.projects.intentOf);
  registerSelection(register, services.selections, services.candidates);
  registerData(register, services);
  registerSources(register, services.sources, services.sourceImports);
  registerTokenizers(register, services.tokenizers, services.uploadedTokenizers);
  registerTraining(register, { ...services, inference: services.generation, streams, authorisation });
  registerSweeps(register, services.sweeps);
  registerEvaluation(
    register,
    services.evaluations,
    services.comparisons,
    services.artifacts.open,
    (person, artifactId, purpose) => releaseArtifact(services, person, artifactId, purpose),
  );
  registerWorkerApi(register, { ...services, database });
  registerModelFiles(register, services.modelFiles);
  registerJobs(register, services);
  await app.register(async (uploads) => {
    const registerUpload = routeRegistrar(uploads, routeParts);
    registerUploads(uploads, registerUpload, services.artifacts);
    registerModelFileUploads(registerUpload, services.modelFiles);
    registerJobUploads(registerUpload, services.jobLeases);
    registerSourceUploads(registerUpload, services.sources);
    registerTokenizerUploads(registerUpload, services.uploadedTokenizers);
  });

  registerHealth(app, isReady);
  await registerWebApp(app, webRoot, knownPaths);
  return app;
}
