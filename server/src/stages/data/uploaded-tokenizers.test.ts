import { createHash } from 'node:crypto';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { InBothLanguages } from '@greenlight/shared/api/localized-text.ts';
import { createProject } from '@greenlight/shared/projects/contract.ts';
import { createTextDatasetVersion } from '@greenlight/shared/stages/data/contract.ts';
import { confirmErasure, getErasure, startErasure } from '@greenlight/shared/stages/data/erasure/erasure-contract.ts';
import { getDeletionCertificate } from '@greenlight/shared/stages/data/retention-contract.ts';
import {
  compareTokenizers,
  deleteTokenizer,
  downloadTokenizer,
  getTokenizer,
  listTokenizers,
  listTokenizerTrainings,
  MAX_TOKENIZER_FILE_BYTES,
  startTokenizerMeasurement,
  tokenizeText,
  uploadTokenizer,
  type Tokenizer,
} from '@greenlight/shared/stages/data/tokenizer-contract.ts';
import { measureTokenizerJob, type TokenizerReport } from '@greenlight/shared/stages/data/tokenizer-job.ts';
import { startRun, type Run } from '@greenlight/shared/stages/training/contract.ts';
import { trainTokenizer } from '@greenlight/shared/tokenizers/train-tokenizer.ts';
import { writeTokenizerJson } from '@greenlight/shared/tokenizers/write-tokenizer-json.ts';
import { getWorkerTokenizer } from '@greenlight/shared/worker-protocol/contract.ts';
import { claimJob, endJob } from '@greenlight/shared/worker-protocol/jobs.ts';
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

const PHONE = '13955517263';

async function newVersion(train: readonly string[], name: string): Promise<string> {
  const about = { datasetName: { en: name }, source: { en: 'a test' }, licence: 'own', notes: { en: '' } };
  const body = { ...about, seed: 1, content: { train: [...train], validation: [], test: ['低 lowest'] } };
  return (await admin.call(createTextDatasetVersion, { params: { projectId }, body })).id;
}

beforeAll(async () => {
  installation = await startInstallation();
  admin = await signedInAdmin(installation.url);
  worker = await TestWorker.register(installation.url);
  projectId = (await admin.call(createProject, { body: { name: 'Own tokens', goal: { en: 'g' } } })).id;
  viewer = await addPerson(installation, 'viewer@example.com', { projectId, roles: ['viewer'] });
  versionId = await newVersion(['low lower lowest', '低 更低'], 'Words');
});
afterAll(() => installation.close());

interface File {
  normalizer: object | null;
  added_tokens: { id: number; content: string }[];
  model: { type: string; vocab: Record<string, number>; unk_token: string | null };
}

/** Tokens by id: the keys of an object begin with those that look like numbers. */
const tokensOf = ({ model }: File) => Object.keys(model.vocab).toSorted((a, b) => model.vocab[a]! - model.vocab[b]!);

/** A file of words and Chinese characters whose special tokens stand where BERT's do not: unknown first, then begin, end and padding. */
function ownFile(texts: readonly string[] = ['low lower lowest 低 更低']): { content: string; tokens: string[] } {
  const file = JSON.parse(writeTokenizerJson(trainTokenizer('wordpiece', texts, 200))) as File;
  const plain = tokensOf(file).slice(4);
  const tokens = ['[UNK]', '[CLS]', ...plain, '[SEP]', '[PAD]'];
  file.model.vocab = Object.fromEntries(tokens.map((token, id) => [token, id]));
  file.model.unk_token = '[UNK]';
  const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
  file.added_tokens = ['[UNK]', '[CLS]', '[SEP]', '[PAD]'].map((content) => ({
    ...flags,
    content,
    id: tokens.indexOf(content),
  }));
  return { content: JSON.stringify(file), tokens };
}

const sha256Of = (content: string | Buffer) => createHash('sha256').update(content).digest('hex');

function send(content: string | Buffer, query: object = {}) {
  const body = Buffer.from(content as string);
  return admin.ask(uploadTokenizer, {
    params: { projectId },
    query: { name: 'own.json', sha256: sha256Of(body), sizeBytes: String(body.length), ...query },
    body,
    headers: { 'content-type': 'application/octet-stream' },
  });
}

async function uploaded(content: string): Promise<Tokenizer> {
  const { status, body } = await send(content);
  expect(status).toBe(201);
  return body as unknown as Tokenizer;
}

const stored = (sha256: string) =>
  access(join(installation.dataFolder, 'files', sha256.slice(0, 2), sha256)).then(
    () => true,
    () => false,
  );

const LENGTHS = { p50: 3, p90: 4, p95: 4, p99: 4, longest: 4, histogram: [0, 0, 0, 1, 1], beyond: 0 };
const COUNTS = { items: 2, characters: 20, words: 6, tokens: 7, unknownTokens: 0, coveredWords: 6 };
const REPORT: TokenizerReport = {
  splits: [{ split: 'train', ...COUNTS, itemsWithUnknown: 0, distinctTokens: 5, lengths: LENGTHS }],
  // By the ids of runs: the first after the four special ones.
  frequent: [{ id: 4, count: 7 }],
  personalTokens: 0,
};

/** Measures one on a version, as a worker does. */
async function measured(tokenizerId: string, datasetVersionId: string): Promise<void> {
  const asked = await admin.call(startTokenizerMeasurement, { params: { tokenizerId }, body: { datasetVersionId } });
  expect(asked).toMatchObject({ state: 'queued', measured: { tokenizerId, fileName: 'own.json' } });
  const { job } = await worker.caller.call(claimJob, {
    body: { workerId: worker.workerId, kinds: [measureTokenizerJob.kind], waitSeconds: 0 },
  });
  expect(job?.jobId).toBe(asked.jobId);
  expect(job?.inputs.map(({ name }) => name)).toEqual(['items.jsonl', 'tokenizer.json']);
  const body = { lease: job!.lease, outcome: { state: 'finished' as const, result: { report: REPORT } } };
  await worker.caller.call(endJob, { params: { jobId: asked.jobId }, body });
}

test('a file that people bring is a tokenizer of the project: kept as it came, tried by its own ids, compared, once only', async () => {
  const { content, tokens } = ownFile();
  const one = await uploaded(content);
  expect(one).toMatchObject({
    ...{ projectId, datasetVersionId: null, version: null, size: tokens.length, sha256: sha256Of(content) },
    settings: { kind: 'wordpiece', lowercase: false },
    upload: { fileName: 'own.json', hasMovedIds: true },
  });
  expect((await uploaded(content)).id).toBe(one.id);
  const params = { tokenizerId: one.id };
  const tried = await viewer.call(tokenizeText, { params, body: { text: 'lowest 低!' } });
  expect(tried.tokens.map(({ id }) => tokens[id])).toEqual(['lowe', '##s', '##t', '低', '[UNK]']);
  expect(tried.tokens.map(({ token }) => token)).toEqual(['lowe', '##s', '##t', '低', '[UNK]']);
  expect(tried.tokens.at(-1)).toMatchObject({ id: 0, isUnknown: true });
  const file = await fetch(installation.url + downloadTokenizer.path.replace('{tokenizerId}', one.id), {
    headers: viewer.headers,
  });
  expect(await file.text()).toBe(content);
  const plain = await uploaded(writeTokenizerJson(trainTokenizer('character', ['low'], 100)));
  expect(plain.upload).toMatchObject({ hasMovedIds: false, runSha256: plain.sha256 });
  const query = { before: one.id };
  const compared = await viewer.call(compareTokenizers, { params: { tokenizerId: plain.id }, query });
  expect(compared.shared + compared.onlyAfter).toBe(plain.size);
  const { items } = await viewer.call(listTokenizers, { params: { projectId } });
  expect(items.map(({ id }) => id)).toEqual([plain.id, one.id]);
  const only = { params: { projectId }, query: { uploads: 'only', limit: '1' } } as const;
  const newest = await viewer.call(listTokenizers, only);
  const older = await viewer.call(listTokenizers, {
    ...only,
    query: { ...only.query, cursor: newest.nextCursor ?? '' },
  });
  expect([...newest.items, ...older.items]).toEqual(items);
});

test('byte pairs of a trainer that was not told all bytes have fewer ids than any that are learned here, and train all the same', async () => {
  const file = JSON.parse(writeTokenizerJson(trainTokenizer('bpe', ['low'], 260))) as File;
  const kept = tokensOf(file).filter((token) => !['q', 'z'].includes(token));
  file.model.vocab = Object.fromEntries(kept.map((token, id) => [token, id]));
  const { id: tokenizerId, size } = await uploaded(JSON.stringify(file));
  expect(size).toBe(258);
  const params = { tokenizerId };
  expect((await admin.call(getTokenizer, { params })).upload).toMatchObject({ hasMovedIds: false });
  const { tokens } = await admin.call(tokenizeText, { params, body: { text: 'lzq' } });
  expect(tokens.map(({ token }) => token)).toEqual(['l']);
  const body = { datasetVersionId: versionId, configuration: { tokenizerId } };
  expect((await admin.ask(startRun, { params: { projectId }, body })).status).toBe(201);
  await admin.call(deleteTokenizer, { params });
});

test('it is measured on the versions that people choose; what was measured goes with a version', async () => {
  const { id: tokenizerId } = await uploaded(ownFile().content);
  const on = (datasetVersionId: string) =>
    admin.call(getTokenizer, { params: { tokenizerId }, query: { datasetVersionId } });
  const listed = async () => {
    const query = { uploads: 'only', datasetVersionId: versionId } as const;
    const { items } = await admin.call(listTokenizers, { params: { projectId }, query });
    return items.find(({ id }) => id === tokenizerId)?.isMeasured;
  };
  expect(await on(versionId)).toMatchObject({ measuredOn: null, splits: [], frequentTokens: [] });
  expect([(await on(versionId)).isBeingMeasured, await listed()]).toEqual([false, false]);
  await admin.call(startTokenizerMeasurement, { params: { tokenizerId }, body: { datasetVersionId: versionId } });
  expect([(await on(versionId)).isBeingMeasured, await listed()]).toEqual([true, true]);
  await measured(tokenizerId, versionId);
  expect(await on(versionId)).toMatchObject({ measuredOn: versionId, splits: REPORT.splits });
  expect([(await on(versionId)).isBeingMeasured, await listed()]).toEqual([false, true]);
  const { tokens } = ownFile();
  const [first] = (await on(versionId)).frequentTokens;
  // The first that is not special: it has the id 2 in the file.
  expect(first).toEqual({ id: 2, token: tokens[2], count: 7 });
  const { items } = await admin.call(listTokenizerTrainings, { params: { datasetVersionId: versionId } });
  expect(items).toMatchObject([{ state: 'finished', tokenizerId, measured: { tokenizerId } }]);
  const expiring = await newVersion(['low for a while'], 'Expiring');
  await measured(tokenizerId, expiring);
  expect((await on(expiring)).measuredOn).toBe(expiring);
  const keptUntil = new Date(Date.now() + 60_000);
  await installation.database.datasetVersion.update({ where: { id: expiring }, data: { keptUntil } });
  await installation.services.retention.deleteExpired(new Date(Date.now() + 120_000));
  expect(await on(expiring)).toMatchObject({ measuredOn: null, splits: [], deletedAt: null });
  expect((await on(versionId)).measuredOn).toBe(versionId);
});

test('a run gets it with the special tokens where the engine has them', async () => {
  const { content, tokens } = ownFile();
  const one = await uploaded(content);
  const body = { datasetVersionId: versionId, configuration: { tokenizerId: one.id, tokenizer: 'bpe' as const } };
  const started = await admin.ask(startRun, { params: { projectId }, body });
  const run = started.body as unknown as Run;
  expect(run.configuration).toMatchObject({ tokenizer: 'wordpiece', vocabularySize: one.size });
  expect(run.tokenizer).toMatchObject({ id: one.id, datasetVersionId: null });
  let claimed = await worker.mustClaim();
  while (claimed.runId !== run.id) claimed = await worker.mustClaim();
  expect(claimed.tokenizer).toEqual({ tokenizerId: one.id, sha256: one.upload?.runSha256 });
  const address = installation.url + getWorkerTokenizer.path.replace('{tokenizerId}', one.id);
  const file = await (await fetch(address, { headers: worker.caller.headers })).text();
  expect(sha256Of(file)).toBe(one.upload?.runSha256);
  const { vocab } = (JSON.parse(file) as File).model;
  const byId = Object.entries(vocab).toSorted(([, a], [, b]) => a - b);
  expect(byId.map(([token]) => token)).toEqual(['[PAD]', '[CLS]', '[SEP]', '[UNK]', ...tokens.slice(2, -2)]);
});

const change = (edit: (file: File) => unknown) => {
  const file = JSON.parse(ownFile().content) as File;
  edit(file);
  return JSON.stringify(file);
};

test.each([
  ['normalizer', 'BertNormalizer', '必须是 BertNormalizer', change((file) => (file.normalizer = { type: 'NFC' }))],
  ['model.type', 'WordPiece or BPE', 'WordPiece 或 BPE', change((file) => (file.model.type = 'Unigram'))],
  [
    'model.vocab',
    'each once',
    '每个恰好出现一次',
    change((file) => (file.model.vocab = { ...file.model.vocab, more: 9000 })),
  ],
  [
    'model.unk_token',
    'must name a token',
    '必须是词表中的 token',
    change((file) => (file.model.unk_token = '[missing]')),
  ],
  [
    'model.max_input_chars_per_word',
    'must be a number',
    '必须是数值；文件中为 "many"',
    change((file) => Object.assign(file.model, { max_input_chars_per_word: 'many' })),
  ],
  [
    'pre_tokenizer',
    'the file has nothing',
    '文件中没有这一项',
    change((file) => delete (file as { pre_tokenizer?: object }).pre_tokenizer),
  ],
  [
    'model.max_input_chars_per_word',
    'must be at least 1; the file has 0',
    '不得小于 1；文件中为 0',
    change((file) => Object.assign(file.model, { max_input_chars_per_word: 0 })),
  ],
  [
    'added_tokens.0.content',
    'must not be empty',
    '不得为空',
    change((file) => (file.added_tokens = [{ ...file.added_tokens[0]!, content: '' }])),
  ],
  [
    'added_tokens',
    'must have at most 1000 entries',
    '最多 1000 项',
    change((file) => (file.added_tokens = Array.from({ length: 1001 }, () => file.added_tokens[0]!))),
  ],
  ['tokenizer.json', 'not JSON', '不是 JSON', '{"version": '],
  ['tokenizer.json', 'not UTF-8', '不是 UTF-8', Buffer.from([0x22, 0xff, 0x22])],
])(
  'a file with another %s is refused with that key and what is read (%s), and nothing of it is kept',
  async (key, said, inChinese, content) => {
    const before = (await admin.call(listTokenizers, { params: { projectId } })).items.length;
    const { status, body } = await send(content);
    expect([status, body.error.code]).toEqual([422, 'unsupported-tokenizer']);
    const { fields } = body.error.details as { fields: { field: string; message: InBothLanguages }[] };
    const named = fields.find(({ field }) => field.startsWith(key));
    expect(named?.message.en).toContain(said);
    expect(named?.message.zh).toContain(inChinese);
    expect(await stored(sha256Of(content))).toBe(false);
    expect((await admin.call(listTokenizers, { params: { projectId } })).items).toHaveLength(before);
  },
);

test('what is larger than it may be, or not what was announced, is refused', async () => {
  const { content } = ownFile(['another vocabulary']);
  expect((await send(content, { sizeBytes: String(MAX_TOKENIZER_FILE_BYTES + 1) })).status).toBe(400);
  expect((await send(content, { sizeBytes: '20' })).body.error.code).toBe('payload-too-large');
  const other = await send(content, { sha256: 'f'.repeat(64) });
  expect([other.status, other.body.error.code]).toEqual([422, 'checksum-mismatch']);
  expect(await stored(sha256Of(content))).toBe(false);
});

test('a vocabulary with personal data leaves only for a purpose', async () => {
  const { id: tokenizerId } = await uploaded(ownFile([`call ${PHONE} or ${PHONE}`]).content);
  const params = { tokenizerId };
  expect((await admin.call(getTokenizer, { params })).personalTokens).toBeGreaterThan(0);
  const refused = await viewer.ask(downloadTokenizer, { params });
  expect([refused.status, refused.body.error.code]).toEqual([403, 'personal-data-inside']);
  expect((await admin.ask(downloadTokenizer, { params })).body.error.code).toBe('purpose-needed');
  const tried = await viewer.call(tokenizeText, { params, body: { text: PHONE } });
  expect(tried.tokens.map(({ token }) => token).join('')).not.toContain('139');
});

test('an erasure deletes those with a token that names the person, and no others', async () => {
  const named = await uploaded(ownFile([`call ${PHONE} or ${PHONE}`]).content);
  const other = await uploaded(ownFile().content);
  const configuration = { tokenizerId: named.id };
  const body = { datasetVersionId: versionId, configuration };
  const run = (await admin.ask(startRun, { params: { projectId }, body })).body as unknown as Run;
  const request = { reason: 'asked for in writing', identifiers: [{ kind: 'phone' as const, value: PHONE }] };
  const { id: erasureId } = await admin.call(startErasure, { params: { projectId }, body: request });
  await installation.services.erasureWork.settled();
  const ready = await admin.call(getErasure, { params: { erasureId } });
  expect(ready.texts).toMatchObject({ tokenizers: 1 });
  await admin.call(confirmErasure, { params: { erasureId }, body: { found: 0 } });
  await installation.services.erasureWork.settled();
  const done = await admin.call(getErasure, { params: { erasureId } });
  expect(done).toMatchObject({ state: 'finished', texts: { tokenizers: 1 } });
  expect(await stored(named.sha256)).toBe(false);
  expect(await stored(other.sha256)).toBe(true);
  const tried = await admin.ask(tokenizeText, { params: { tokenizerId: named.id }, body: { text: 'call' } });
  expect([tried.status, tried.body.error.code]).toEqual([410, 'tokenizer-deleted']);
  const certificate = await admin.call(getDeletionCertificate, { params: { certificateId: done.certificateId! } });
  expect(certificate.content).toMatchObject({
    tokenizersDeleted: [{ id: named.id, sha256: named.sha256 }],
    openPoints: { runsTrainedOnErasedItems: [{ id: run.id, number: run.number }] },
  });
});

test('whoever brought one along deletes it; those that were learned go with their version only', async () => {
  const one = await uploaded(ownFile().content);
  const params = { tokenizerId: one.id };
  expect((await viewer.ask(deleteTokenizer, { params })).status).toBe(403);
  await admin.call(deleteTokenizer, { params });
  await admin.call(deleteTokenizer, { params });
  expect(await stored(one.sha256)).toBe(false);
  expect((await admin.ask(tokenizeText, { params, body: { text: 'low' } })).body.error.code).toBe('tokenizer-deleted');
  expect((await uploaded(ownFile().content)).id).not.toBe(one.id);
  const learned = await installation.database.tokenizer.create({
    data: {
      ...{ id: crypto.randomUUID(), projectId, datasetVersionId: versionId, kind: 'bpe', size: 300, sizeBytes: 1n },
      ...{ sha256: 'f'.repeat(64), settings: { kind: 'bpe', vocabularySize: 300 } },
      report: { splits: [], frequent: [], personalTokens: 0 },
    },
  });
  const ofVersion = { tokenizerId: learned.id };
  const body = { datasetVersionId: versionId };
  for (const answer of [
    await admin.ask(deleteTokenizer, { params: ofVersion }),
    await admin.ask(startTokenizerMeasurement, { params: ofVersion, body }),
  ])
    expect([answer.status, answer.body.error.code]).toEqual([409, 'tokenizer-of-version']);
});
