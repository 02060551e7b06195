import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { itemLine, type DatasetItem } from '@greenlight/shared/stages/data/content.ts';
import { trainTokenizerJob } from '@greenlight/shared/stages/data/tokenizer-job.ts';
import { readTokenizerJson } from '@greenlight/shared/tokenizers/read-tokenizer-json.ts';
import { UNKNOWN_ID } from '@greenlight/shared/tokenizers/tokenizer.ts';
import { trainTokenizer } from '@greenlight/shared/tokenizers/train-tokenizer.ts';
import { writeTokenizerJson } from '@greenlight/shared/tokenizers/write-tokenizer-json.ts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Copies } from '../jobs/copies.ts';
import { JobWork } from '../jobs/job-work.ts';
import { ServerClient } from '../report/client.ts';
import { Terminal } from '../report/terminal.ts';
import { JobServer } from '../test-support/job-server.ts';

let folder: string;
let server: JobServer;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlight-tokenizer-'));
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const ITEMS: readonly DatasetItem[] = [
  { split: 'train', text: 'The Café sells tea' },
  { split: 'train', text: 'the tea, the milk' },
  { split: 'test', text: 'Tea or zebras' },
  { split: 'train', text: 'call 13955517263 or 13955517263' },
];
const CONTENT = Buffer.from(ITEMS.map(itemLine).join(''));
const TRAINED = ITEMS.filter(({ split }) => split === 'train').map(({ text }) => text);

/** Performs the job as a worker does; answers what it came to, with the file. */
async function learn(settings: object) {
  const payload = { datasetVersionId: '01a20a76-a2a3-7a62-8176-708ce0b86c34', settings };
  server = new JobServer(trainTokenizerJob.kind, payload, { 'items.jsonl': CONTENT });
  const address = { serverUrl: await server.listen(), token: 'a-token' };
  const client = new ServerClient(address);
  const terminal = new Terminal({ write: () => true });
  const shutdown = new AbortController().signal;
  await JobWork.perform(
    server.job,
    { client, terminal, workerFolder: folder, copies: new Copies(folder), shutdown },
    address,
  );
  const outcome = await server.outcome.promise;
  expect(outcome).toMatchObject({ state: 'finished' });
  const result = trainTokenizerJob.result.parse('result' in outcome ? outcome.result : null);
  const file = server.files.get('tokenizer.json')!;
  expect(result.tokenizer).toEqual({
    sha256: createHash('sha256').update(file).digest('hex'),
    sizeBytes: file.length,
  });
  return { ...result, file: file.toString() };
}

test.each(['character', 'wordpiece', 'bpe'] as const)(
  'a %s tokenizer is the one that a run would learn from the training items, and no other',
  async (kind) => {
    const { file, size } = await learn({ kind, vocabularySize: 300 });
    const expected = trainTokenizer(kind, TRAINED, 300);
    expect(file).toBe(writeTokenizerJson(expected));
    expect(size).toBe(expected.size);
  },
);

test('coverage, unknown signs and lengths are counted on each split', async () => {
  const { report } = await learn({ kind: 'character', vocabularySize: 300 });
  const [train, heldOut] = report.splits;
  expect(report.splits.map(({ split }) => split)).toEqual(['train', 'test']);
  expect(train).toMatchObject({ items: 3, characters: 18 + 17 + 31, tokens: 66, unknownTokens: 0 });
  expect(train).toMatchObject({ words: 4 + 5 + 4, coveredWords: 13, itemsWithUnknown: 0 });
  expect(train?.lengths).toMatchObject({ p50: 18, p90: 31, longest: 31, beyond: 0 });
  expect(train?.lengths.histogram.flatMap((items, length) => (items > 0 ? [[length, items]] : []))).toEqual([
    [17, 1],
    [18, 1],
    [31, 1],
  ]);
  // Neither "z" nor "b" is in the training items.
  expect(heldOut).toMatchObject({ items: 1, characters: 13, tokens: 13, unknownTokens: 2, words: 3, coveredWords: 2 });
  expect(heldOut?.itemsWithUnknown).toBe(1);
  const { file } = await learnedBefore();
  const tokens = readTokenizerJson(file);
  const [first] = report.frequent;
  expect(tokens.nameOf(first!.id)).toBe(' ');
  expect(first!.count).toBe(3 + 3 + 3);
});

const learnedBefore = async () => {
  await server.close();
  return learn({ kind: 'character', vocabularySize: 300 });
};

test('word pieces can lower letters and take accents away, in the file as well', async () => {
  const { file } = await learn({ kind: 'wordpiece', vocabularySize: 300, lowercase: true, stripAccents: true });
  const tokenizer = readTokenizerJson(file);
  expect([...tokenizer.encode('THE CAFÉ')]).toEqual([...tokenizer.encode('the cafe')]);
  expect([...tokenizer.encode('THE CAFÉ')]).not.toContain(UNKNOWN_ID);
});

test('a telephone number that became one token is counted as personal data', async () => {
  expect((await learn({ kind: 'bpe', vocabularySize: 400 })).report.personalTokens).toBeGreaterThan(0);
  expect((await learnedBefore()).report.personalTokens).toBe(0);
});

test('an attempt that had learned its vocabulary goes on with it', async () => {
  const settings = { kind: 'character', vocabularySize: 300 };
  const kept = writeTokenizerJson(trainTokenizer('character', ['only these'], 300));
  const payload = { datasetVersionId: '01a20a76-a2a3-7a62-8176-708ce0b86c34', settings };
  server = new JobServer(trainTokenizerJob.kind, payload, { 'items.jsonl': CONTENT });
  const keptFolder = join(folder, 'kept-jobs', server.job.jobId);
  await mkdir(keptFolder, { recursive: true });
  await writeFile(join(keptFolder, 'tokenizer.json'), kept);
  const address = { serverUrl: await server.listen(), token: 'a-token' };
  const shutdown = new AbortController().signal;
  const terminal = new Terminal({ write: () => true });
  await JobWork.perform(
    server.job,
    { client: new ServerClient(address), terminal, workerFolder: folder, copies: new Copies(folder), shutdown },
    address,
  );
  expect(await server.outcome.promise).toMatchObject({ state: 'finished' });
  expect(server.files.get('tokenizer.json')?.toString()).toBe(kept);
});
