import { downloadPredictions, getEvaluation, listEvaluations } from '@greenlight/shared/stages/evaluation/contract.ts';
import { sendDownload, type Download } from '../../plugins/download.ts';
import type { RegisterRoute } from '../../plugins/route.ts';
import type { EvaluationService } from './service.ts';

/** Registers the routes of the stage "evaluation"; `openArtifact` opens a stored file by the artifact's id. */
export function registerEvaluation(
  register: RegisterRoute,
  evaluations: EvaluationService,
  openArtifact: (artifactId: string) => Promise<Download>,
): void {
  register(listEvaluations, ({ params, query }) => evaluations.list(params.projectId, query.cursor, query.limit));
  register(getEvaluation, ({ params }) => evaluations.get(params.evaluationId));
  register(downloadPredictions, async ({ params, reply }) => {
    const { predictionsArtifactId } = await evaluations.get(params.evaluationId);
    return sendDownload(reply, await openArtifact(predictionsArtifactId));
  });
}
