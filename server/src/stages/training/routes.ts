import { classifyTexts } from '@greenlight/shared/stages/training/classification.ts';
import {
  cancelRun,
  downloadArtifact,
  getRun,
  getRunLog,
  getRunMetrics,
  getRunRoc,
  listCheckpoints,
  listRuns,
  startRun,
  streamRunEvents,
} from '@greenlight/shared/stages/training/contract.ts';
import { generateText, streamText } from '@greenlight/shared/stages/training/generation.ts';
import { exportRun, listRunExports } from '@greenlight/shared/stages/training/model-files.ts';
import { planTraining } from '@greenlight/shared/stages/training/plan/contract.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Authorisation } from '../../plugins/authorisation.ts';
import { sendDownload } from '../../plugins/download.ts';
import type { EventStreams } from '../../plugins/event-stream.ts';
import type { UserPrincipal } from '../../plugins/principal.ts';
import { userOf, type RegisterRoute } from '../../plugins/route.ts';
import type { PersonalFiles } from '../data/personal-files-service.ts';
import type { ArtifactService } from './artifact-service.ts';
import type { CheckpointService } from './checkpoint-service.ts';
import type { ExportService } from './export-service.ts';
import type { HistoryService } from './history-service.ts';
import type { InferenceService } from './inference-service.ts';
import type { RunService } from './run-service.ts';

/** What the routes of training stand on. */
export interface TrainingServices {
  readonly runs: RunService;
  readonly history: HistoryService;
  readonly artifacts: ArtifactService;
  readonly personalFiles: PersonalFiles;
  readonly checkpoints: CheckpointService;
  readonly exports: ExportService;
  readonly inference: InferenceService;
  readonly streams: EventStreams;
  readonly authorisation: Authorisation;
}

/** The number after which a stream begins: what the browser remembers goes before what the address asks. */
function streamStart(request: FastifyRequest, after: number | undefined): number {
  const header = request.headers['last-event-id'];
  const remembered = typeof header === 'string' && /^\d{1,10}$/.test(header) ? Number(header) : undefined;
  return Math.min(remembered ?? after ?? 0, 2_147_483_647);
}

/** Ends when the reply does, also where its reader has hung up. */
function endOf(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  if (reply.raw.destroyed) gone.abort();
  reply.raw.once('close', () => gone.abort());
  return gone.signal;
}

/** Lets a file of a run go; one that repeats the texts of its data, or whose tokens are personal data, only as personal data may be read. */
export async function releaseArtifact(
  { artifacts, personalFiles }: Pick<TrainingServices, 'artifacts' | 'personalFiles'>,
  person: UserPrincipal,
  artifactId: string,
  purpose: string | undefined,
): Promise<void> {
  const versionId = await artifacts.textsOf(artifactId);
  const target = `artifact:${artifactId}`;
  if (versionId !== undefined) await personalFiles.release(person, versionId, target, purpose);
  const labelled = await artifacts.labelsOf(artifactId);
  if (labelled !== undefined) await personalFiles.releasePersonal(person, labelled, target, purpose);
  const vocabulary = await artifacts.vocabularyOf(artifactId);
  if (vocabulary !== undefined) await personalFiles.releaseVocabulary(person, vocabulary, target, purpose);
}

/** Registers the routes of the stage "training". */
export function registerTraining(register: RegisterRoute, services: TrainingServices): void {
  const { runs, history, artifacts, checkpoints, exports, inference, streams, authorisation } = services;

  register(listRuns, ({ params, query }) => runs.list(params.projectId, query.cursor, query.limit, query.state));
  register(listCheckpoints, ({ params, query }) => checkpoints.list(params.projectId, query.cursor, query.limit));
  register(startRun, (call) => runs.start(userOf(call), call.params.projectId, call.body));
  register(planTraining, async ({ params, body }) => ({ plans: await runs.plan(params.projectId, body) }));
  register(getRun, ({ params }) => runs.get(params.runId));
  register(cancelRun, (call) => runs.cancel(userOf(call), call.params.runId));
  register(getRunMetrics, ({ params, query }) => history.metrics(params.runId, query.names, query.maxPoints));
  register(getRunRoc, ({ params }) => history.roc(params.runId));
  register(getRunLog, ({ params, query }) => history.log(params.runId, query.cursor, query.limit));
  register(streamRunEvents, async (call) => {
    const { params, query, request, reply } = call;
    const source = history.stream(params.runId, () => authorisation.isStillAllowed(request, streamRunEvents));
    await streams.send(reply, streamStart(request, query.after), source, userOf(call).userId);
    return reply;
  });
  register(downloadArtifact, async (call) => {
    const { artifactId } = call.params;
    await releaseArtifact(services, userOf(call), artifactId, call.query.purpose);
    return sendDownload(call.reply, await artifacts.open(artifactId));
  });
  register(exportRun, (call) => exports.start(userOf(call), call.params.runId, call.body.artifactId));
  register(listRunExports, ({ params }) => exports.list(params.runId));
  register(generateText, ({ params, body, reply }) => inference.generate(params.runId, body, endOf(reply)));
  register(streamText, async (call) => {
    const { params, body, request, reply } = call;
    const text = {
      open: () => inference.stream(params.runId, body, endOf(reply)),
      mayContinue: () => authorisation.isStillAllowed(request, streamText),
    };
    await streams.relay(reply, text, userOf(call).userId);
    return reply;
  });
  register(classifyTexts, ({ params, body }) => inference.classify(params.runId, body));
}
