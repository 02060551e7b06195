import { downloadPredictions, getEvaluation, listEvaluations } from '@greenlight/shared/stages/evaluation/contract.ts';
import {
  compareEvaluations,
  listChangedItems,
  listMovedTexts,
} from '@greenlight/shared/stages/evaluation/comparison-contract.ts';
import { sendDownload, type Download } from '../../plugins/download.ts';
import type { UserPrincipal } from '../../plugins/principal.ts';
import { userOf, type RegisterRoute } from '../../plugins/route.ts';
import type { ComparisonService } from './comparison-service.ts';
import type { EvaluationService } from './service.ts';

/** Registers the routes of the stage "evaluation"; `openArtifact` opens a stored file by the artifact's id, after `releaseArtifact` has let it go. */
export function registerEvaluation(
  register: RegisterRoute,
  evaluations: EvaluationService,
  comparisons: ComparisonService,
  openArtifact: (artifactId: string) => Promise<Download>,
  releaseArtifact: (person: UserPrincipal, artifactId: string, purpose: string | undefined) => Promise<void>,
): void {
  register(listEvaluations, ({ params, query }) => evaluations.list(params.projectId, query.cursor, query.limit));
  register(getEvaluation, ({ params }) => evaluations.get(params.evaluationId));
  register(compareEvaluations, ({ params, query }) =>
    comparisons.compare(params.projectId, query.ids.toLowerCase().split(',')),
  );
  register(listMovedTexts, ({ params, query }) => comparisons.movedTexts(params.projectId, query));
  register(listChangedItems, ({ params, query }) => comparisons.changedItems(params.projectId, query));
  register(downloadPredictions, async (call) => {
    const { predictionsArtifactId } = await evaluations.get(call.params.evaluationId);
    if (predictionsArtifactId === null) {
      return sendDownload(call.reply, await evaluations.openImported(call.params.evaluationId));
    }
    await releaseArtifact(userOf(call), predictionsArtifactId, call.query.purpose);
    return sendDownload(call.reply, await openArtifact(predictionsArtifactId));
  });
}
