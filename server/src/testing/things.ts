import { addCandidate } from '@greenlight/shared/stages/selection/candidates-contract.ts';
import type { Caller } from './caller.ts';
import type { TestInstallation } from './installation.ts';
import { queueRun } from './runs.ts';

/** The things of one project that a request can name beside its address. */
export interface Things {
  readonly datasetVersionId: string;
  readonly artifactId: string;
  readonly evaluationId: string;
  readonly jobId: string;
  readonly modelFileId: string;
  readonly candidateId: string;
  readonly tokenizerId: string;
  /** A second one, which the matrix has already. */
  readonly otherCandidateId: string;
}

const DESCRIPTION = { inputs: [], outputs: [], opset: 17, irVersion: 8, producer: '', metadata: {} };
const MAPPING = {
  ...{
    input: 'features',
    features: 'x',
    output: 'logits',
    outputKind: 'logits',
    task: 'single-label',
    labels: ['a', 'b'],
  },
};

/** Makes the things of a project, as rows of the database where a request would take a worker. */
export async function thingsOf(
  installation: TestInstallation,
  caller: Caller,
  project: { projectId: string; datasetVersionId: string },
) {
  const { database } = installation;
  const { projectId, datasetVersionId } = project;
  const run = await queueRun(caller, project);
  const row = { id: crypto.randomUUID(), projectId };
  const file = { name: 'a', sha256: 'f'.repeat(64), sizeBytes: 1n };
  const job = await database.job.create({
    data: {
      ...row,
      kind: 'inspect-onnx',
      key: row.id,
      payload: {},
      inputs: [],
      state: 'finished',
      result: DESCRIPTION,
    },
  });
  await database.artifact.create({ data: { ...row, ...file, runId: run.id, kind: 'checkpoint' } });
  const tokenizer = { id: crypto.randomUUID(), projectId, ...file, name: 't', runId: run.id, kind: 'tokenizer' };
  await database.artifact.create({ data: tokenizer });
  await database.modelFile.create({
    data: {
      ...{ ...row, ...file, inspectionId: job.id, mapping: MAPPING },
      ...{ tokenizerSha256: file.sha256, tokenizerSizeBytes: 1n },
    },
  });
  await database.evaluation.create({
    data: {
      ...{ ...row, runId: run.id, datasetVersionId, predictionsArtifactId: row.id, checkpointStep: 1, split: 'test' },
      ...{ sameAsTraining: true, items: 1, sentences: 1, classes: 1, elapsedMs: 1 },
      ...{ metrics: [], curves: [], confusion: [], samples: [] },
    },
  });
  await database.tokenizer.create({
    data: {
      ...{ ...row, datasetVersionId, kind: 'bpe', size: 300, sha256: file.sha256, sizeBytes: 1n },
      // There is no file, so that it must not be read.
      deletedAt: new Date(),
      ...{ settings: { kind: 'bpe', vocabularySize: 300 }, report: { splits: [], frequent: [], personalTokens: 0 } },
    },
  });
  const candidate = async (architecture: string) =>
    (await caller.call(addCandidate, { params: { projectId }, body: { kind: 'catalogue', architecture } })).id;
  const { id } = row;
  return {
    ...{
      datasetVersionId,
      artifactId: id,
      evaluationId: id,
      jobId: id,
      modelFileId: id,
      tokenizerId: id,
      runId: run.id,
    },
    ...{ candidateId: await candidate('gpt-2-small'), otherCandidateId: await candidate('bert-base') },
  };
}
