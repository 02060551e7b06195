import { randomBytes } from 'node:crypto';
import { postEvaluation, type ClaimedRun } from '@greenlight/shared/worker-protocol/contract.ts';
import { event, type TestWorker } from './worker.ts';

const AT = '2026-01-01T00:00:00.000Z';

/** Values of a series at its steps: `[[1, 0.5], [2, null]]`. */
export type Curve = readonly (readonly [step: number, value: number | null])[];

/** Reports a series of a run. */
export async function reportCurve(worker: TestWorker, run: ClaimedRun, name: string, curve: Curve): Promise<void> {
  const points = curve.map(([step, value]) => ({ name, step, epoch: 1, value, at: AT }));
  await worker.mustReport(run, [event(run.lastSequence + 1, { type: 'metrics', points, progress: null })]);
}

/** Reports the validation loss of a run and an evaluation of what it kept at a step, and ends it; the evaluation's id. */
export async function train(worker: TestWorker, run: ClaimedRun, loss: Curve, keptStep: number): Promise<string> {
  await worker.upload(run, 'tokenizer', randomBytes(10), { kind: 'tokenizer' });
  await worker.upload(run, `checkpoint-${keptStep}`, randomBytes(10), { step: String(keptStep) });
  await reportCurve(worker, run, 'validation/loss', loss);
  const uploaded = await worker.upload(run, 'predictions.npz', randomBytes(10), {
    ...{ kind: 'predictions', step: String(keptStep) },
  });
  const { artifactId: predictionsArtifactId } = uploaded.body as unknown as { artifactId: string };
  const result = {
    ...{ checkpointStep: keptStep, split: 'train' as const, sameAsTraining: true, items: 9, sentences: 3, classes: 5 },
    ...{ metrics: [], curves: [], confusion: [], samples: [], elapsedMs: 1 },
  };
  const { evaluationId } = await worker.caller.call(postEvaluation, {
    params: { runId: run.runId },
    body: { lease: run.lease, predictionsArtifactId, result },
  });
  await worker.mustReport(run, [event(run.lastSequence + 2, { type: 'finished', reason: 'completed' })]);
  return evaluationId;
}
