import type { JobPerformer } from './job-performer.ts';

/** Where each kind of job is performed; loaded only in the process of such a job. */
const PERFORMERS: Readonly<Record<string, () => Promise<JobPerformer>>> = {
  'evaluate-onnx': async () => (await import('../model-files/evaluate-job.ts')).evaluateOnnxPerformer,
  'export-onnx': async () => (await import('../model-files/export-job.ts')).exportOnnxPerformer,
  'prepare-dataset': async () => (await import('../preparation/prepare-job.ts')).prepareDatasetPerformer,
  'measure-tokenizer': async () => (await import('../tokenizers/measure-tokenizer-job.ts')).measureTokenizerPerformer,
  'train-tokenizer': async () => (await import('../tokenizers/train-tokenizer-job.ts')).trainTokenizerPerformer,
  'inspect-onnx': async () => (await import('../model-files/inspect-job.ts')).inspectOnnxPerformer,
};

/** The kinds of jobs that this worker takes. */
export const KINDS: readonly string[] = Object.keys(PERFORMERS);

/** Loads what performs a kind of job. */
export async function loadPerformer(kind: string): Promise<JobPerformer> {
  const load = PERFORMERS[kind];
  if (load === undefined) throw new Error(`This worker does not perform '${kind}'`);
  return load();
}
