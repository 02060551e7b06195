import type { Evaluation } from '@greenlight/shared/stages/evaluation/contract.ts';

/** An evaluation of the first run of a project, with no numbers. */
export function evaluationOf(projectId: string, id: string): Evaluation {
  return {
    ...{ id, projectId, runId: id, runNumber: 1, runName: { en: 'A run' }, createdAt: '2026-01-01T00:00:00.000Z' },
    ...{ modelFileId: null, modelFileName: null, datasetVersionId: id, checkpointStep: 1, split: 'test', elapsedMs: 1 },
    ...{ sameAsTraining: false, seenInTraining: null, items: 1, sentences: 1, classes: 1 },
    ...{ headline: { loss: null, f1Macro: null, aucMicro: null }, metrics: [], curves: [], samples: [], heads: [] },
    ...{ confusion: [], verdicts: [], requirementVersion: null, versionInForce: null },
    ...{ changedAfterEvidence: null, predictionsArtifactId: null },
  };
}
