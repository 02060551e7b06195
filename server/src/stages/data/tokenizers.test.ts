import { createHash } from 'node:crypto';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createProject } from '@greenlight/shared/projects/contract.ts';
import { cancelJob } from '@greenlight/shared/jobs/contract.ts';
import { createTextDatasetVersion } from '@greenlight/shared/stages/data/contract.ts';
import { confirmErasure, getErasure, startErasure } from '@greenlight/shared/stages/data/erasure/erasure-contract.ts';
import { getDatasetLineage } from '@greenlight/shared/stages/data/lineage-contract.ts';
import { getDeletionCertificate } from '@greenlight/shared/stages/data/retention-contract.ts';
import {
  compareTokenizers,
  downloadTokenizer,
  getTokenizer,
  listTokenizers,
  listTokenizerTrainings,
  startTokenizerTraining,
  tokenizeText,
} from '@greenlight/shared/stages/data/tokenizer-contract.ts';
import { trainTokenizerJob, type TokenizerReport } from '@greenlight/shared/stages/data/tokenizer-job.ts';
import { cancelRun, getRun, startRun, type Run } from '@greenlight/shared/stages/training/contract.ts';
import { trainTokenizer } from '@greenlight/shared/tokenizers/train-tokenizer.ts';
import { writeTokenizerJson } from '@greenlight/shared/tokenizers/write-tokenizer-json.ts';
import { claimJob, endJob, getJobInput, putJobFile } from '@greenlight/shared/worker-protocol/jobs.ts';
import { getWorkerTokenizer } from '@greenlight/shared/worker-protocol/contract.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Caller } from '../../testing/caller.ts';
import { startInstallation, type TestInstallation } from '../../testing/installation.ts';
import { addPerson, signedInAdmin } from '../../testing/people.ts';
import { TestWorker } from '../../testing/worker.ts';

let installation: TestInstallation;
let admin: Caller;
let viewer: Caller;
let worker: TestWorker;
let projectId: string;
let versionId: string;

const TRAIN = ['low lower lowest', 'new newer newest', 'low and new'];
const CHARACTERS = { kind: 'character', vocabularySize: 100 } as const;

async function newVersion(train: readonly string[], name = 'Words'): Promise<string> {
  const about = { datasetName: { en: name }, source: { en: 'a test' }, licence: 'own', notes: { en: '' } };
  const content = { train: [...train], validation: [], test: ['lowest zebra'] };
  const body = { ...about, seed: 1, content };
  return (await admin.call(createTextDatasetVersion, { params: { projectId }, body })).id;
}

beforeAll(async () => {
  installation = await startInstallation();
  admin = await signedInAdmin(installation.url);
  worker = await TestWorker.register(installation.url);
  projectId = (await admin.call(createProject, { body: { name: 'Tokens', goal: { en: 'g' } } })).id;
  viewer = await addPerson(installation, 'viewer@example.com', { projectId, roles: ['viewer'] });
  versionId = await newVersion(TRAIN);
});
afterAll(() => installation.close());

const ask = (settings: object, datasetVersionId = versionId, caller = admin) =>
  caller.ask(startTokenizerTraining, { params: { datasetVersionId }, body: settings });

const COUNTS = { items: 3, characters: 40, words: 8, tokens: 40, unknownTokens: 0, coveredWords: 8 };
const LENGTHS = { p50: 16, p90: 16, p95: 16, p99: 16, longest: 16, histogram: [0, 3], beyond: 0 };
const REPORT: TokenizerReport = {
  splits: [{ split: 'train', ...COUNTS, itemsWithUnknown: 0, distinctTokens: 9, lengths: LENGTHS }],
  frequent: [{ id: 4, count: 7 }],
  personalTokens: 0,
};

/** Does the waiting training as a worker does, and something else before it ends; answers the tokenizer's id. */
async function perform(report: Partial<TokenizerReport> = {}, beforeEnd?: () => Promise<void>): Promise<string> {
  const { job } = await worker.caller.call(claimJob, {
    body: { workerId: worker.workerId, kinds: [trainTokenizerJob.kind], waitSeconds: 0 },
  });
  if (job === null) throw new Error('no training waits');
  const { jobId, lease } = job;
  const { settings, datasetVersionId } = trainTokenizerJob.payload.parse(job.payload);
  const input = getJobInput.path.replace('{jobId}', jobId).replace('{name}', 'items.jsonl');
  const items = await fetch(`${installation.url}${input}?lease=${lease}`, { headers: worker.caller.headers });
  const lines = (await text(items.body!)).trimEnd().split('\n');
  const texts = lines.map((line) => JSON.parse(line) as { split: string; text: string });
  const learned = trainTokenizer(
    settings.kind,
    texts.filter(({ split }) => split === 'train').map((item) => item.text),
    settings.vocabularySize,
  );
  const content = Buffer.from(writeTokenizerJson(learned));
  const sha256 = createHash('sha256').update(content).digest('hex');
  const result = {
    tokenizer: { sha256, sizeBytes: content.length },
    size: learned.size,
    report: { ...REPORT, ...report },
  };
  const end = () =>
    worker.caller.ask(endJob, { params: { jobId }, body: { lease, outcome: { state: 'finished', result } } });
  expect((await end()).status).toBe(400);
  const query = { lease, sha256, sizeBytes: String(content.length) };
  const headers = { 'content-type': 'application/octet-stream' };
  await worker.caller.call(putJobFile, { params: { jobId, name: 'tokenizer.json' }, query, body: content, headers });
  await beforeEnd?.();
  expect((await end()).body).toEqual({ state: 'finished' });
  expect((await end()).body).toEqual({ state: 'finished' });
  const { items: trainings } = await admin.call(listTokenizerTrainings, { params: { datasetVersionId } });
  return trainings.find((one) => one.jobId === jobId)!.tokenizerId!;
}

const trained = async (settings: object, ofVersion = versionId, report: Partial<TokenizerReport> = {}) => {
  expect((await ask(settings, ofVersion)).status).toBe(201);
  return perform(report);
};
const get = (tokenizerId: string) => admin.call(getTokenizer, { params: { tokenizerId } });
const train = (configuration: object, more: object = {}) =>
  admin.ask(startRun, {
    params: { projectId },
    body: { datasetVersionId: versionId, configuration, ...more },
  });
const audited = async () => (await installation.services.audit.list(undefined, 20)).items;

test('what a worker learned is a tokenizer of the version, which people measure, try and download', async () => {
  const tokenizerId = await trained(CHARACTERS);
  const shown = await get(tokenizerId);
  expect(shown).toMatchObject({
    ...{ projectId, datasetVersionId: versionId, version: 1, datasetName: { en: 'Words' }, deletedAt: null },
    settings: { kind: 'character', vocabularySize: 100, lowercase: false, stripAccents: false },
    frequentTokens: [{ id: 4, token: 'e', count: 7 }],
    splits: REPORT.splits,
    runs: [],
  });
  const params = { tokenizerId };
  const tried = await viewer.call(tokenizeText, { params, body: { text: 'new law' } });
  expect(tried.tokens.map(({ token }) => token)).toEqual(['n', 'e', 'w', ' ', 'l', 'a', 'w']);
  expect(tried).toMatchObject({ characters: 7, words: 2, unknownTokens: 0 });
  const unknown = await viewer.call(tokenizeText, { params, body: { text: 'z' } });
  expect(unknown).toMatchObject({ unknownTokens: 1, tokens: [{ id: 3, token: '<unk>', isUnknown: true }] });
  const file = await fetch(installation.url + downloadTokenizer.path.replace('{tokenizerId}', tokenizerId), {
    headers: viewer.headers,
  });
  expect(
    createHash('sha256')
      .update(Buffer.from(await file.arrayBuffer()))
      .digest('hex'),
  ).toBe(shown.sha256);
  const { items } = await viewer.call(listTokenizers, { params: { projectId } });
  expect((await viewer.call(listTokenizers, { params: { projectId }, query: { uploads: 'only' } })).items).toEqual([]);
  expect(items.map(({ id }) => id)).toEqual([tokenizerId]);
  expect(await audited()).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ action: 'tokenizer.trained', target: `tokenizer:${tokenizerId}` }),
      expect.objectContaining({ action: 'tokenizer.training-requested', target: `dataset-version:${versionId}` }),
    ]),
  );
});

test('the same wish is one job, another wish with the same outcome is the same tokenizer', async () => {
  const again = await ask(CHARACTERS);
  expect(again.body).toMatchObject({ state: 'finished' });
  const [first] = (await admin.call(listTokenizers, { params: { projectId } })).items;
  expect(await trained({ kind: 'character', vocabularySize: 200 })).toBe(first?.id);
  const waiting = (await ask({ kind: 'bpe', vocabularySize: 300 })).body as unknown as { jobId: string };
  await admin.call(cancelJob, { params: { jobId: waiting.jobId } });
  const resumed = await ask({ kind: 'bpe', vocabularySize: 300 });
  expect(resumed.body).toMatchObject({ jobId: waiting.jobId, state: 'queued' });
  const bpe = await perform();
  const compared = await admin.call(compareTokenizers, { params: { tokenizerId: bpe }, query: { before: first!.id } });
  const { size } = await get(bpe);
  expect(compared.shared).toBeGreaterThan(4);
  expect(compared).toMatchObject({ onlyBefore: first!.size - compared.shared, onlyAfter: size - compared.shared });
});

test.each([
  [{ kind: 'bpe', vocabularySize: 259 }, 'vocabularySize'],
  [{ kind: 'character', vocabularySize: 100, lowercase: true }, 'lowercase'],
  [{ kind: 'bpe', vocabularySize: 300, stripAccents: true }, 'stripAccents'],
  [{ kind: 'unigram', vocabularySize: 300 }, 'kind'],
])('%o is refused for its %s', async (settings, field) => {
  const { status, body } = await ask(settings);
  expect(status).toBe(400);
  expect(JSON.stringify(body.error.details)).toContain(field);
});

test('who may not write data trains no tokenizer', async () => {
  expect((await ask(CHARACTERS, versionId, viewer)).status).toBe(403);
});

test('a run takes the chosen tokenizer, whatever its settings say, and its worker gets exactly that file', async () => {
  const [bpe] = (await admin.call(listTokenizers, { params: { projectId } })).items;
  const tokenizerId = bpe!.id;
  const started = await train({ tokenizer: 'character', vocabularySize: 16, tokenizerId });
  expect(started.status).toBe(201);
  const run = started.body as unknown as Run;
  expect(run.configuration).toMatchObject({ tokenizer: 'bpe', vocabularySize: bpe!.size, tokenizerId });
  expect(run.tokenizer).toMatchObject({ id: tokenizerId, kind: 'bpe', size: bpe!.size, sha256: bpe!.sha256 });
  expect((await get(tokenizerId)).runs).toEqual([{ id: run.id, number: run.number }]);
  let claimed = await worker.mustClaim();
  while (claimed.runId !== run.id) claimed = await worker.mustClaim();
  expect(claimed.tokenizer).toEqual({ tokenizerId, sha256: bpe!.sha256 });
  const address = installation.url + getWorkerTokenizer.path.replace('{tokenizerId}', tokenizerId);
  const file = await fetch(address, { headers: worker.caller.headers });
  expect(
    createHash('sha256')
      .update(Buffer.from(await file.arrayBuffer()))
      .digest('hex'),
  ).toBe(bpe!.sha256);
  await admin.call(cancelRun, { params: { runId: run.id } });

  // Weights that were trained for another tokenizer.
  const upload = async (name: string, kind: string, content: string) =>
    (await worker.upload(claimed, name, Buffer.from(content), { kind })).body as unknown as { artifactId: string };
  const { artifactId: startFromArtifactId } = await upload('checkpoint-1.safetensors', 'checkpoint', 'weights');
  await upload('tokenizer.json', 'tokenizer', 'of another vocabulary');
  const other = await train({ tokenizerId, startFromArtifactId });
  expect([other.status, other.body.error.code]).toEqual([422, 'other-tokenizer']);
  await installation.database.artifact.updateMany({
    where: { runId: run.id, kind: 'tokenizer' },
    data: { sha256: bpe!.sha256 },
  });
  expect((await train({ tokenizerId, startFromArtifactId })).status).toBe(201);
  expect((await admin.call(getRun, { params: { runId: run.id } })).tokenizer?.id).toBe(tokenizerId);
});

test('a vocabulary with personal data leaves only for a purpose, and its names are masked', async () => {
  const secret = await newVersion(['call 13955517263 now', 'or 13955517263'], 'Calls');
  const tokenizerId = await trained({ kind: 'bpe', vocabularySize: 300 }, secret, { personalTokens: 1 });
  const refused = await viewer.ask(downloadTokenizer, { params: { tokenizerId } });
  expect([refused.status, refused.body.error.code]).toEqual([403, 'personal-data-inside']);
  const untold = await admin.ask(downloadTokenizer, { params: { tokenizerId } });
  expect(untold.body.error.code).toBe('purpose-needed');
  const { tokens } = await viewer.call(tokenizeText, { params: { tokenizerId }, body: { text: '13955517263' } });
  expect(tokens.map(({ token }) => token).join('')).toBe('[PHONE]');
});

const stored = (sha256: string) =>
  access(join(installation.dataFolder, 'files', sha256.slice(0, 2), sha256)).then(
    () => true,
    () => false,
  );

/** Everything that would use the content, as it is answered. */
async function refusals(tokenizerId: string): Promise<unknown[]> {
  const params = { tokenizerId };
  const answers = [
    await admin.ask(downloadTokenizer, { params }),
    await admin.ask(tokenizeText, { params, body: { text: 'new' } }),
    await admin.ask(compareTokenizers, { params, query: { before: tokenizerId } }),
    await train({ tokenizerId }),
  ];
  return answers.map(({ status, body }) => [status, body.error.code]);
}

test('the lineage of a version shows its tokenizers and the runs that use them', async () => {
  const [tokenizer] = (await admin.call(listTokenizers, { params: { projectId } })).items;
  const elsewhere = await newVersion(['trained elsewhere'], 'Elsewhere');
  const tokenizerId = tokenizer!.id;
  const run = await train({ tokenizerId }, { datasetVersionId: elsewhere });
  const { id } = run.body as unknown as Run;
  const datasetVersionId = tokenizer!.datasetVersionId!;
  const lineage = await admin.call(getDatasetLineage, { params: { datasetVersionId } });
  expect(lineage.tokenizers).toContainEqual(expect.objectContaining({ id: tokenizerId, datasetVersionId }));
  expect(lineage.runs).toContainEqual(expect.objectContaining({ id, datasetVersionId: elsewhere, tokenizerId }));
});

test('when the time of a version is over its tokenizers go with it, measurements stay', async () => {
  const expiring = await newVersion(['words for a while', 'for a while'], 'Expiring');
  const tokenizerId = await trained(CHARACTERS, expiring);
  const { sha256 } = await get(tokenizerId);
  expect(await stored(sha256)).toBe(true);
  const keptUntil = new Date(Date.now() + 60_000);
  await installation.database.datasetVersion.update({ where: { id: expiring }, data: { keptUntil } });
  const expire = () => installation.services.retention.deleteExpired(new Date(Date.now() + 120_000));
  // A training that ends after the version is kept as a hash and measurements too.
  await ask({ kind: 'bpe', vocabularySize: 300 }, expiring);
  const late = await perform({}, expire);
  expect((await get(late)).deletedAt).not.toBeNull();
  await expire();
  expect(await stored((await get(late)).sha256)).toBe(false);
  expect(await stored(sha256)).toBe(false);
  const gone = await get(tokenizerId);
  expect(gone).toMatchObject({ sha256, splits: REPORT.splits, frequentTokens: [] });
  expect(gone.deletedAt).not.toBeNull();
  expect(await refusals(tokenizerId)).toEqual(Array.from({ length: 4 }, () => [410, 'tokenizer-deleted']));
  const { items } = await admin.call(listTokenizers, { params: { projectId } });
  expect(items.map(({ id }) => id)).not.toContain(tokenizerId);
  expect((await ask(CHARACTERS, expiring)).body.error.code).toBe('content-deleted');
  const certificate = await installation.database.deletionCertificate.findFirstOrThrow({ where: { projectId } });
  expect(certificate.content).toMatchObject({ tokenizersDeleted: [{ id: tokenizerId, sha256 }] });
});

test('a person is erased from vocabularies too: tokenizers go, trainings stop, runs that have one are named', async () => {
  const letters = await newVersion(['call 13755501234', 'call 13755501234 again'], 'Letters');
  const tokenizerId = await trained({ kind: 'bpe', vocabularySize: 320 }, letters);
  const { sha256 } = await get(tokenizerId);
  const run = (await train({ tokenizerId })).body as unknown as Run;
  const { jobId } = (await ask({ kind: 'bpe', vocabularySize: 321 }, letters)).body as unknown as { jobId: string };
  const body = { reason: 'asked for in writing', identifiers: [{ kind: 'phone', value: '13755501234' }] };
  const { id: erasureId } = await admin.call(startErasure, { params: { projectId }, body: body });
  await installation.services.erasureWork.settled();
  const ready = await admin.call(getErasure, { params: { erasureId } });
  expect(ready.texts).toMatchObject({ tokenizers: 1 });
  await admin.call(confirmErasure, { params: { erasureId }, body: { found: 2 } });
  await installation.services.erasureWork.settled();
  const done = await admin.call(getErasure, { params: { erasureId } });
  expect(done).toMatchObject({ state: 'finished', texts: { tokenizers: 1 } });
  expect(await stored(sha256)).toBe(false);
  expect(await refusals(tokenizerId)).toEqual(Array.from({ length: 4 }, () => [410, 'tokenizer-deleted']));
  const { items } = await admin.call(listTokenizerTrainings, { params: { datasetVersionId: letters } });
  expect(items.find((one) => one.jobId === jobId)).toMatchObject({ state: 'failed', error: { code: 'person-erased' } });
  const params = { certificateId: done.certificateId! };
  const { content } = await admin.call(getDeletionCertificate, { params });
  expect(content).toMatchObject({
    tokenizersDeleted: [{ id: tokenizerId, sha256 }],
    openPoints: { runsTrainedOnErasedItems: expect.arrayContaining([{ id: run.id, number: run.number }]) },
  });
});
