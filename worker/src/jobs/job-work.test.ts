import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspectOnnxJob } from '@greenlight/shared/stages/training/imported-models.ts';
import { exportedModel, exportOnnxJob } from '@greenlight/shared/stages/training/model-files.ts';
import { CharacterTokenizer } from '@greenlight/shared/tokenizers/character.ts';
import { writeTokenizerJson } from '@greenlight/shared/tokenizers/write-tokenizer-json.ts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { endlessModel } from '../model-files/test-support/endless-model.ts';
import { tinySettings, writeTinyCheckpoint } from '../model-files/test-support/exported-model.ts';
import { ServerClient } from '../report/client.ts';
import { Terminal } from '../report/terminal.ts';
import { JobServer } from '../test-support/job-server.ts';
import { Copies } from './copies.ts';
import { JobWork } from './job-work.ts';

let folder: string;
let server: JobServer;
let printed: string;
let stop: AbortController;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlight-job-'));
  printed = '';
  stop = new AbortController();
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const PAYLOAD = {
  runId: '01a20a76-a2a3-7a62-8176-708ce0b86c34',
  checkpointStep: 7,
  checkpointSha256: 'c'.repeat(64),
  lineage: { 'greenlight.run': '5' },
};

/** Performs the server's job as a worker does; resolves when it is over. */
async function perform(most?: { limitMs: number; bytes: number }): Promise<void> {
  const address = { serverUrl: await server.listen(), token: 'a-token' };
  const terminal = new Terminal({ write: (text) => (printed += text) });
  const client = new ServerClient(address);
  const context = { client, terminal, workerFolder: folder, copies: new Copies(folder), shutdown: stop.signal };
  await JobWork.perform(server.job, context, address, most);
}

const TOKENIZER = Buffer.from(writeTokenizerJson(new CharacterTokenizer(['a', 'b'])));

async function checkpoint(): Promise<Buffer> {
  return readFile(await writeTinyCheckpoint(folder, tinySettings({ architecture: 'encoder-decoder' }), 3));
}

test('a claimed export ends with its files at the server and nothing left here', async () => {
  const inputs = { 'checkpoint.safetensors': await checkpoint(), 'tokenizer.json': TOKENIZER };
  server = new JobServer(exportOnnxJob.kind, PAYLOAD, inputs);
  await perform();
  const outcome = await server.outcome.promise;
  expect(outcome.state).toBe('finished');
  const result = exportedModel.parse('result' in outcome ? outcome.result : null);
  expect(result).toMatchObject({ checkpointStep: 7, opset: 17, irVersion: 8 });
  expect(result.files.map(({ name }) => name)).toEqual([...server.files.keys()]);
  expect(server.files.get('tokenizer.json')).toEqual(TOKENIZER);
  expect(await readdir(join(folder, 'jobs'))).toEqual([]);
  expect(printed).toContain('export-onnx: finished');
});

test('a job waits for room at the server, says so, and goes on once there is', async () => {
  const inputs = { 'checkpoint.safetensors': await checkpoint(), 'tokenizer.json': TOKENIZER };
  server = new JobServer(exportOnnxJob.kind, PAYLOAD, inputs);
  server.refusals = 1;
  await perform();
  expect((await server.outcome.promise).state).toBe('finished');
  expect(server.refusals).toBe(0);
  expect(server.progress.map(({ message }) => message?.en)).toContainEqual(expect.stringContaining('no room'));
});

test.each(['bad-request', 'payload-too-large'] as const)(
  'a result that the server refuses (%s) fails the job, which is not done again',
  async (code) => {
    const inputs = { 'checkpoint.safetensors': await checkpoint(), 'tokenizer.json': TOKENIZER };
    server = new JobServer(exportOnnxJob.kind, PAYLOAD, inputs);
    server.refusesResults = code;
    await perform();
    expect(await server.outcome.promise).toMatchObject({ state: 'failed', error: { code: 'result-refused' } });
    expect(printed).toContain('export-onnx: failed (result-refused)');
  },
);

test('a checkpoint that cannot be read fails the job with what is wrong', async () => {
  const inputs = { 'checkpoint.safetensors': Buffer.from('nothing of the kind'), 'tokenizer.json': TOKENIZER };
  server = new JobServer(exportOnnxJob.kind, PAYLOAD, inputs);
  await perform();
  expect(await server.outcome.promise).toMatchObject({ state: 'failed', error: { code: 'checkpoint-unusable' } });
});

test('a file that takes for ever to open fails its job, and is not waited for', async () => {
  server = new JobServer(inspectOnnxJob.kind, {}, { 'model.onnx': Buffer.from(endlessModel()) });
  await perform({ limitMs: 1, bytes: Number.POSITIVE_INFINITY });
  const outcome = await server.outcome.promise;
  expect(outcome).toMatchObject({ state: 'failed', error: { code: 'model-file-refused' } });
  const { message } = 'error' in outcome ? outcome.error : {};
  expect(message?.en).toContain('could not be opened within two minutes');
  expect(message?.zh).toContain('两分钟内未能打开');
});

test('a cancelled job ends in the middle of whatever it does', async () => {
  server = new JobServer(exportOnnxJob.kind, PAYLOAD, { 'checkpoint.safetensors': await checkpoint() });
  server.cancelRequested = true;
  await perform();
  expect(await server.outcome.promise).toEqual({ state: 'cancelled' });
});

test('a job that was lost to another worker is given up without a word', async () => {
  server = new JobServer(exportOnnxJob.kind, PAYLOAD, { 'checkpoint.safetensors': await checkpoint() });
  server.isLost = true;
  await perform();
  expect(printed).toContain('given up here (another worker has it)');
  server.outcome.resolve({ state: 'cancelled' });
});

test('an outcome that comes too late is given up without a word', async () => {
  server = new JobServer(exportOnnxJob.kind, PAYLOAD, {
    'checkpoint.safetensors': await checkpoint(),
    'tokenizer.json': TOKENIZER,
  });
  server.refusesResults = 'lease-lost';
  await perform();
  expect(printed).toBe('export-onnx: given up here (another worker has it)\n');
  server.outcome.resolve({ state: 'cancelled' });
});

test('a worker that stops leaves its job to the next one', async () => {
  server = new JobServer(exportOnnxJob.kind, PAYLOAD, { 'checkpoint.safetensors': await checkpoint() });
  stop.abort();
  await perform();
  expect(printed).toContain('given up here (the worker stops)');
  expect(await readdir(join(folder, 'jobs'))).toEqual([]);
});

test.each([
  ['content-damaged', 'input-damaged'],
  ['not-found', 'input-gone'],
] as const)('a file that is refused as %s ends the job with what to do about it', async (refusal, code) => {
  server = new JobServer(exportOnnxJob.kind, PAYLOAD, { 'checkpoint.safetensors': await checkpoint() });
  server.refusesInputs = refusal;
  await perform();
  const outcome = await server.outcome.promise;
  expect(outcome).toMatchObject({ state: 'failed', error: { code } });
  expect('error' in outcome ? outcome.error.advice?.zh : '').toContain('重新上传');
  expect(await readdir(join(folder, 'jobs'))).toEqual([]);
});
