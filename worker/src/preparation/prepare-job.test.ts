import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { itemLine } from '@greenlight/shared/stages/data/content.ts';
import { packIndexStart } from '@greenlight/shared/stages/data/image-pack.ts';
import { prepareDatasetJob, preparationJobResult } from '@greenlight/shared/stages/data/preparation/preparation-job.ts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Copies } from '../jobs/copies.ts';
import { JobWork } from '../jobs/job-work.ts';
import { ServerClient } from '../report/client.ts';
import { Terminal } from '../report/terminal.ts';
import { JobServer } from '../test-support/job-server.ts';
import { pngOf, zipOf } from '../test-support/zip-file.ts';

let folder: string;
let server: JobServer;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlight-prepare-'));
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const DATASET = { key: 'a', name: { en: 'A' }, source: { en: 'b' }, licence: 'own', notes: { en: '' } };
const payloadWith = (steps: object[]) => ({
  origin: { kind: 'version', datasetVersionId: '01a20a76-a2a3-7a62-8176-708ce0b86c34' },
  dataset: DATASET,
  plan: {
    format: 'jsonl',
    mapping: {
      encoding: 'utf-8',
      labels: ['labels'],
      split: 'split',
      tasks: [{ name: 'urgency', column: 'tasks.urgency', kind: 'value' }],
    },
    recipe: { version: 1, steps },
    rowErrors: 'refuse',
  },
});

const LINES = [
  { split: 'train', text: 'Write to maria.lopez@mail.example about it', labels: ['ask'], columns: { shop: 'north' } },
  { split: 'train', text: 'The parcel came on time', labels: ['praise'], tasks: { urgency: 2 } },
  { split: 'train', text: 'The parcel came on time', labels: ['praise'] },
  { split: 'test', text: 'Where does my order stay', labels: ['ask'] },
] as const;
const SOURCE = Buffer.from(LINES.map((line) => itemLine({ ...line, labels: [...line.labels] })).join(''));

async function perform(): Promise<void> {
  const address = { serverUrl: await server.listen(), token: 'a-token' };
  const terminal = new Terminal({ write: () => true });
  const shutdown = new AbortController().signal;
  const client = new ServerClient(address);
  await JobWork.perform(
    server.job,
    { client, terminal, workerFolder: folder, copies: new Copies(folder), shutdown },
    address,
  );
}

test('a version is masked, freed of repetitions and sent as a version of its own, columns kept', async () => {
  const steps = [{ type: 'personal-data', action: 'mask', kinds: ['e-mail'] }, { type: 'drop-exact-duplicates' }];
  server = new JobServer(prepareDatasetJob.kind, payloadWith(steps), { source: SOURCE });
  await perform();
  const outcome = await server.outcome.promise;
  expect(outcome).toMatchObject({ state: 'finished' });
  const result = preparationJobResult.parse('result' in outcome ? outcome.result : null);
  const lines = server.files.get('items.jsonl')!.toString().trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    { ...LINES[0], text: 'Write to [EMAIL] about it' },
    LINES[1],
    LINES[3],
  ]);
  expect(result.steps).toMatchObject([
    { items: 4, changed: 1, dropped: 0, findings: { 'e-mail': 1 } },
    { items: 4, dropped: 1 },
  ]);
  expect(result.splits).toEqual({ train: 2, validation: 0, test: 1 });
  expect(result.version).toMatchObject({
    labels: ['ask', 'praise'],
    tasks: [{ name: 'urgency', kind: 'value', labels: [], items: 1 }],
    characters: LINES[1].text.length + LINES[3].text.length + 25,
  });
  expect(result.profile.before.personalData.findings['e-mail']).toBe(1);
  expect(result.profile.after.personalData.findings['e-mail']).toBe(0);
  expect(await readdir(join(folder, 'jobs'))).toEqual([]);
  expect(existsSync(join(folder, 'kept-jobs', server.job.jobId))).toBe(false);
});

test('what is not needed to go on goes when it is cancelled', async () => {
  server = new JobServer(prepareDatasetJob.kind, payloadWith([]), { source: SOURCE });
  server.refusals = Number.POSITIVE_INFINITY;
  const performed = perform();
  // The outcome is written and waits for room at the server.
  await expect.poll(() => server.progress.some(({ message }) => message?.en?.includes('no room'))).toBe(true);
  server.cancelRequested = true;
  await performed;
  expect(await server.outcome.promise).toEqual({ state: 'cancelled' });
  const left = await readdir(folder, { recursive: true, withFileTypes: true });
  expect(left.filter((entry) => entry.isFile()).map(({ name }) => name)).toEqual([]);
});

test('steps that leave nothing fail with a reason and keep nothing', async () => {
  const steps = [{ type: 'filter-length', minimum: 500 }];
  server = new JobServer(prepareDatasetJob.kind, payloadWith(steps), { source: SOURCE });
  await perform();
  expect(await server.outcome.promise).toMatchObject({ state: 'failed', error: { code: 'nothing-left' } });
  expect(server.files.size).toBe(0);
});

test('a file without a text fails with that, and too many labels say so in both languages', async () => {
  server = new JobServer(prepareDatasetJob.kind, payloadWith([]), { source: Buffer.from('\n  \n') });
  await perform();
  expect(await server.outcome.promise).toMatchObject({ state: 'failed', error: { code: 'no-rows' } });
  await server.close();
  const rows = Array.from({ length: 1001 }, (_, row) =>
    itemLine({ split: 'train', text: `${row}`, labels: [`${row}`] }),
  );
  server = new JobServer(prepareDatasetJob.kind, payloadWith([]), { source: Buffer.from(rows.join('')) });
  await perform();
  const outcome = await server.outcome.promise;
  const { zh, en } = outcome.state === 'failed' ? outcome.error.message : {};
  expect(zh).toMatch(/1001 种标签，最多 1000 种$/);
  expect(en).toMatch(/1001 labels; at most 1000 are possible$/);
});

const archivePayload = {
  ...payloadWith([]),
  origin: { kind: 'source', sourceId: '01a20a76-a2a3-7a62-8176-708ce0b86c34', fileName: 'pets.zip' },
  plan: { format: 'zip', mapping: {}, recipe: { version: 1, steps: [] }, rowErrors: 'refuse' },
};
const CAT = { name: 'cats/1.png', content: pngOf(4, 3, 9) };

test('an archive is sent as items and a pack of their images', async () => {
  const archive = zipOf([CAT, { name: 'dogs/1.png', content: pngOf(4, 3, 8) }]);
  server = new JobServer(prepareDatasetJob.kind, archivePayload, { source: archive });
  await perform();
  const outcome = await server.outcome.promise;
  const result = preparationJobResult.parse('result' in outcome ? outcome.result : null);
  const pack = server.files.get('images.pack')!;
  expect(result.images).toEqual({ sha256: createHash('sha256').update(pack).digest('hex'), sizeBytes: pack.length });
  expect(pack.subarray(0, CAT.content.length)).toEqual(CAT.content);
  expect(result.version).toMatchObject({ labels: ['cats', 'dogs'], preview: ['cats/1.png', 'dogs/1.png'] });
  expect(existsSync(join(folder, 'kept-jobs', server.job.jobId))).toBe(false);
});

test('a version of images is prepared from its lines and pack, and the pack holds what is left', async () => {
  const twice = { name: 'cats/twice.png', content: CAT.content };
  const dog = { name: 'dogs/1.png', content: pngOf(4, 3, 8) };
  const birds = Array.from({ length: 8 }, (_, tone) => ({
    name: `birds/${tone}.png`,
    content: pngOf(5, 5, 20 + tone),
  }));
  server = new JobServer(prepareDatasetJob.kind, archivePayload, { source: zipOf([CAT, twice, dog, ...birds]) });
  await perform();
  await server.outcome.promise;
  const { files } = server;
  await server.close();
  const source = files.get('items.jsonl')!;
  const images = files.get('images.pack')!;
  const steps = [{ type: 'drop-exact-duplicates' }, { type: 'map-labels', map: { dogs: null }, dropUnlabelled: true }];
  const splits = {
    ...{ seed: 7, shares: { train: 0.6, validation: 0.2, test: 0.2 } },
    ...{ stratify: true, keepsGiven: false },
  };
  const { plan, ...rest } = payloadWith(steps);
  const payload = { ...rest, plan: { ...plan, mapping: { ...plan.mapping, tasks: [] }, splits, holdsImages: true } };
  server = new JobServer(prepareDatasetJob.kind, payload, { source, 'source-images': images });
  await perform();
  const outcome = await server.outcome.promise;
  const result = preparationJobResult.parse('result' in outcome ? outcome.result : null);
  const before = source.toString().trimEnd().split('\n');
  const after = server.files.get('items.jsonl')!.toString().trimEnd().split('\n');
  const withoutSplit = (lines: string[]) => lines.map((line) => ({ ...(JSON.parse(line) as object), split: null }));
  expect(withoutSplit(after)).toEqual(withoutSplit(before.filter((line) => !/twice|dogs/.test(line))));
  // The shares within the label with more than one image.
  expect(after.filter((line) => line.includes('birds') && line.includes('"train"'))).toHaveLength(5);
  expect(result.profile).toMatchObject({
    before: { items: 11, duplicates: { exact: 1 }, images: { differentSizes: 2 } },
    after: { items: 9, duplicates: { exact: 0 }, labels: { different: 2 } },
  });
  const pack = server.files.get('images.pack')!;
  const contents = [CAT, ...birds].map(({ content }) => content);
  expect(pack.subarray(0, packIndexStart(pack.length, 9))).toEqual(Buffer.concat(contents));
});

test('an archive with a file that is no image is refused with its name and place, and nothing of it is sent', async () => {
  const archive = zipOf([CAT, { name: 'cats/2.png', content: Buffer.from('<svg><script>1</script></svg>') }]);
  server = new JobServer(prepareDatasetJob.kind, archivePayload, { source: archive });
  await perform();
  const outcome = await server.outcome.promise;
  expect(outcome).toMatchObject({ state: 'failed', error: { code: 'source-unreadable' } });
  const { en, zh } = 'error' in outcome ? outcome.error.message : {};
  expect(en).toMatch(/cats\/2\.png.*\(entry 2, byte \d+\)/);
  expect(zh).toMatch(/cats\/2\.png.*（第 2 个文件，第 \d+ 字节）/);
  expect(server.files.size).toBe(0);
});

test('a row that cannot be read is named with its row and byte', async () => {
  const broken = Buffer.concat([SOURCE, Buffer.from('{"text": \n')]);
  server = new JobServer(prepareDatasetJob.kind, payloadWith([]), { source: broken });
  await perform();
  const outcome = await server.outcome.promise;
  expect(outcome).toMatchObject({ state: 'failed', error: { code: 'source-unreadable' } });
  expect('error' in outcome ? outcome.error.message.en : '').toContain('record 5, byte');
});

test('what is wrong with a value names its column, and bytes of another encoding how to save the file', async () => {
  for (const [row, said, advice] of [
    [Buffer.from('{"text":7}\n'), '(record 5, column “text”, byte', 'upload the file anew'],
    [Buffer.from('{"text":"caf\u00e9"}\n', 'latin1'), '(record 5, byte', 'Save it as UTF-8'],
  ] as const) {
    server = new JobServer(prepareDatasetJob.kind, payloadWith([]), { source: Buffer.concat([SOURCE, row]) });
    await perform();
    const outcome = await server.outcome.promise;
    if (!('error' in outcome)) throw new Error('the row was read');
    expect(outcome.error.message.en).toContain(said);
    expect(outcome.error.advice.en).toContain(advice);
    await server.close();
  }
});

test('a column that the file does not have is named', async () => {
  const payload = payloadWith([]);
  const plan = { ...payload.plan, format: 'csv', mapping: { encoding: 'utf-8', text: 'message' } };
  server = new JobServer(
    prepareDatasetJob.kind,
    { ...payload, plan },
    { source: Buffer.from('text,label\nhello,a\n') },
  );
  await perform();
  const outcome = await server.outcome.promise;
  expect(outcome).toMatchObject({ state: 'failed', error: { code: 'source-unreadable' } });
  expect('error' in outcome ? outcome.error.message.en : '').toContain('“message”');
});
