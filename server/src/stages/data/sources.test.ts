import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { pathOf } from '@greenlight/shared/api/define-route.ts';
import { cancelJob } from '@greenlight/shared/jobs/contract.ts';
import { getDatasetVersion } from '@greenlight/shared/stages/data/contract.ts';
import { listPreparations } from '@greenlight/shared/stages/data/preparation-contract.ts';
import { prepareDatasetJob } from '@greenlight/shared/stages/data/preparation/preparation-job.ts';
import {
  completeSource,
  createSource,
  deleteSource,
  getSource,
  importSource,
  listSources,
  MAX_OPEN_UPLOADS,
  MAX_SOURCE_BYTES,
  putSourcePart,
  resumeImport,
  sampleSource,
  SOURCE_KEPT_DAYS,
  SOURCE_PART_BYTES,
  UPLOAD_EXPIRY_HOURS,
} from '@greenlight/shared/stages/data/source-contract.ts';
import { claimJob, endJob, getJobInput, putJobFile } from '@greenlight/shared/worker-protocol/jobs.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Storage } from '../../storage/storage.ts';
import type { Caller } from '../../testing/caller.ts';
import { startInstallation, type TestInstallation } from '../../testing/installation.ts';
import { addPerson, signedInAdmin } from '../../testing/people.ts';
import { resultFor } from '../../testing/preparations.ts';
import { seededProject } from '../../testing/runs.ts';
import { openTestStorage } from '../../testing/storage.ts';
import { TestWorker } from '../../testing/worker.ts';

const HOUR_MS = 60 * 60 * 1000;
const OCTETS = { 'content-type': 'application/octet-stream' };
const later = (hours: number): Date => new Date(Date.now() + hours * HOUR_MS);
const sha256Of = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');

let installation: TestInstallation;
let admin: Caller;
let projectId: string;
let storage: Storage;
let keys = 0;

beforeAll(async () => {
  installation = await startInstallation();
  admin = await signedInAdmin(installation.url);
  projectId = (await seededProject(admin)).projectId;
  ({ storage } = await openTestStorage(installation.dataFolder));
});
afterAll(() => installation.close());

const wishFor = (content: Uint8Array, settings: object = {}) => ({
  name: 'reviews.txt',
  format: 'txt',
  sizeBytes: content.length,
  idempotencyKey: `key-number-${keys++}`,
  ...settings,
});
const begin = (content: Uint8Array, settings: object = {}) =>
  admin.call(createSource, { params: { projectId }, body: wishFor(content, settings) });

const put = (sourceId: string, offset: number, part: Uint8Array<ArrayBuffer>, announced: Record<string, string> = {}) =>
  admin.ask(putSourcePart, {
    params: { sourceId },
    query: { offset: String(offset), sha256: sha256Of(part), sizeBytes: String(part.length), ...announced },
    body: part,
    headers: OCTETS,
  });
const complete = (sourceId: string, sha256: string) =>
  admin.ask(completeSource, { params: { sourceId }, body: { sha256 } });
const get = (sourceId: string) => admin.call(getSource, { params: { sourceId } });
const isGone = async (sourceId: string) => (await admin.ask(getSource, { params: { sourceId } })).status === 404;
const drafts = () => storage.drafts.list();
const code = ({ body }: { body: { error: { code: string } } }) => body.error.code;

async function upload(content: Uint8Array<ArrayBuffer>, settings: object = {}): Promise<string> {
  const { id } = await begin(content, settings);
  for (let offset = 0; offset < content.length; offset += SOURCE_PART_BYTES) {
    expect((await put(id, offset, content.subarray(offset, offset + SOURCE_PART_BYTES))).status).toBe(200);
  }
  expect((await complete(id, sha256Of(content))).status).toBe(200);
  return id;
}

async function stored(sha256: string): Promise<string> {
  return text((await storage.open(sha256)).stream);
}

/** Lines of text over two whole parts and a short one. */
function longText(seed: number): Uint8Array<ArrayBuffer> {
  const lines = Array.from({ length: 2_000 }, (_, line) => `${seed} line ${line} ${'word '.repeat(900)}`);
  return new Uint8Array(Buffer.from(lines.join('\n'))).subarray(0, 2 * SOURCE_PART_BYTES + 1000);
}

test('an upload goes on after a restart where the last part was acknowledged, and is whole at the end', async () => {
  const content = longText(1);
  const wish = wishFor(content);
  const started = await admin.call(createSource, { params: { projectId }, body: wish });
  const { id } = started;
  expect(started).toMatchObject({ state: 'receiving', receivedBytes: 0, partBytes: SOURCE_PART_BYTES, sha256: null });
  const first = content.subarray(0, SOURCE_PART_BYTES);
  const second = content.subarray(SOURCE_PART_BYTES, 2 * SOURCE_PART_BYTES);
  const third = content.subarray(2 * SOURCE_PART_BYTES);
  expect((await put(id, 0, first)).body).toMatchObject({ receivedBytes: SOURCE_PART_BYTES });

  await installation.restart();
  const again = await admin.call(createSource, { params: { projectId }, body: wish });
  expect(again).toMatchObject({ id, receivedBytes: SOURCE_PART_BYTES });
  expect((await get(id)).parts).toEqual([sha256Of(first)]);
  expect((await put(id, 0, first)).body).toMatchObject({ receivedBytes: SOURCE_PART_BYTES });
  expect(code(await put(id, 0, second))).toBe('different-part');
  const tooFar = await put(id, 2 * SOURCE_PART_BYTES, third);
  expect(tooFar.body.error).toMatchObject({ code: 'wrong-offset', details: { receivedBytes: SOURCE_PART_BYTES } });
  expect(code(await put(id, SOURCE_PART_BYTES + 1, second))).toBe('wrong-offset');
  expect(code(await put(id, SOURCE_PART_BYTES, second, { sha256: sha256Of(first) }))).toBe('checksum-mismatch');
  expect((await put(id, SOURCE_PART_BYTES, third)).status).toBe(400);
  expect((await get(id)).receivedBytes).toBe(SOURCE_PART_BYTES);
  expect(code(await complete(id, sha256Of(content)))).toBe('wrong-offset');

  expect((await put(id, SOURCE_PART_BYTES, second)).status).toBe(200);
  await installation.restart();
  const long = new Uint8Array(third.length + 1);
  expect(code(await put(id, 2 * SOURCE_PART_BYTES, long))).toBe('payload-too-large');
  expect((await put(id, 2 * SOURCE_PART_BYTES, third)).body).toMatchObject({ receivedBytes: content.length });
  const sha256 = sha256Of(content);
  expect((await complete(id, sha256)).body).toMatchObject({ state: 'complete', sha256 });
  expect((await complete(id, sha256)).body).toMatchObject({ id, state: 'complete' });
  expect(code(await complete(id, sha256Of(first)))).toBe('checksum-mismatch');
  expect(sha256Of(Buffer.from(await stored(sha256)))).toBe(sha256);
  expect(await drafts()).toEqual([]);
  const { items } = await admin.call(listSources, { params: { projectId } });
  expect(items).toContainEqual(expect.objectContaining({ id, state: 'complete' }));
  const audit = await installation.services.audit.list(undefined, 20);
  const actions = audit.items.filter(({ target }) => target === `data-source:${id}`).map(({ action }) => action);
  expect(actions).toEqual(['data-source.completed', 'data-source.upload-started']);
});

test('a part whose connection breaks off changes nothing and can be sent again', async () => {
  const content = longText(2).subarray(0, SOURCE_PART_BYTES);
  const { id } = await begin(content);
  const query = new URLSearchParams({ offset: '0', sha256: sha256Of(content), sizeBytes: String(content.length) });
  const path = `${installation.url}${pathOf(putSourcePart.path, { sourceId: id })}?${query.toString()}`;
  const headers = { ...admin.headers, ...OCTETS, 'content-length': content.length };
  await new Promise<void>((resolve) => {
    const broken = request(path, { method: 'PUT', headers });
    broken.on('error', () => undefined).on('close', resolve);
    broken.write(content.subarray(0, 1_000_000), () => broken.destroy());
  });
  expect((await get(id)).receivedBytes).toBe(0);
  expect((await put(id, 0, content)).status).toBe(200);
  expect((await complete(id, sha256Of(content))).status).toBe(200);
});

test('two who send the same file at the same time bring it to its end together', async () => {
  const content = longText(3);
  const wish = wishFor(content);
  const bring = async () => {
    const { id } = await admin.call(createSource, { params: { projectId }, body: wish });
    const codes: string[] = [];
    for (let offset = 0; offset < content.length; offset += SOURCE_PART_BYTES) {
      const answer = await put(id, offset, content.subarray(offset, offset + SOURCE_PART_BYTES));
      if (answer.status !== 200) codes.push(code(answer));
    }
    const { status } = await complete(id, sha256Of(content));
    return { id, codes, status };
  };
  const [one, other] = await Promise.all([bring(), bring()]);
  expect(one).toEqual({ id: other.id, codes: [], status: 200 });
  expect(other).toMatchObject({ codes: [], status: 200 });
  expect(await drafts()).toEqual([]);
});

test('an upload whose beginning was lost on the disk is given up, so that it can be begun anew', async () => {
  const content = longText(4);
  const wish = wishFor(content);
  const { id } = await admin.call(createSource, { params: { projectId }, body: wish });
  await put(id, 0, content.subarray(0, SOURCE_PART_BYTES));
  await storage.drafts.remove(id);
  const second = content.subarray(SOURCE_PART_BYTES, 2 * SOURCE_PART_BYTES);
  expect(code(await put(id, SOURCE_PART_BYTES, second))).toBe('not-found');
  const anew = await admin.call(createSource, { params: { projectId }, body: wish });
  expect(anew).toMatchObject({ receivedBytes: 0, state: 'receiving' });
  expect(anew.id).not.toBe(id);
  await admin.call(deleteSource, { params: { sourceId: anew.id } });
});

test('a connection whose part was refused before it was read to its end answers the next request', async () => {
  const archive = new Uint8Array(SOURCE_PART_BYTES).fill(65);
  archive.set(Buffer.from('PK\u0003\u0004'));
  const { id } = await begin(archive);
  const query = new URLSearchParams({ offset: '0', sha256: sha256Of(archive), sizeBytes: String(archive.length) });
  const { host, port } = new URL(installation.url);
  const headers = Object.entries(admin.headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = (line: string, more: string) =>
    `${line} HTTP/1.1\r\nhost: ${host}\r\n${headers.join('')}${more}\r\n\r\n`;
  const socket = connect(Number(port), '127.0.0.1');
  socket.write(
    head(
      `PUT ${pathOf(putSourcePart.path, { sourceId: id })}?${query.toString()}`,
      `content-type: application/octet-stream\r\ncontent-length: ${archive.length}`,
    ),
  );
  socket.write(archive);
  socket.write(head(`GET ${pathOf(getSource.path, { sourceId: id })}`, 'connection: close'));
  const answers = await text(socket);
  expect([...answers.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual(['422', '404']);
});

test('a file that is not what its checksum or its kind says is given up', async () => {
  const content = new Uint8Array(Buffer.from('one\ntwo\n'));
  const { id } = await begin(content);
  await put(id, 0, content);
  expect(code(await complete(id, '0'.repeat(64)))).toBe('checksum-mismatch');
  expect(await isGone(id)).toBe(true);

  const archive = new Uint8Array(Buffer.from('PK\u0003\u0004 and what else an archive of things begins with'));
  const other = await begin(archive);
  expect(code(await put(other.id, 0, archive))).toBe('wrong-file-type');
  expect(await isGone(other.id)).toBe(true);
  const { id: named } = await begin(content, { name: 'pets.zip', format: 'zip' });
  expect(code(await put(named, 0, content))).toBe('wrong-file-type');
  expect(await isGone(named)).toBe(true);
  expect(await drafts()).toEqual([]);
});

test('a place or size that is no plain number is refused instead of being taken for 0', async () => {
  const content = new Uint8Array(Buffer.from('one\n'));
  const { id } = await begin(content);
  for (const wrong of ['', ' ', '0x0', '1e0', '-1', '0.5']) {
    const query = { offset: wrong, sha256: sha256Of(content), sizeBytes: '4' };
    const answer = await admin.ask(putSourcePart, { params: { sourceId: id }, query, body: content, headers: OCTETS });
    expect([wrong, answer.status]).toEqual([wrong, 400]);
  }
  const list = await admin.ask(listSources, { params: { projectId }, query: { limit: '' } });
  expect(list.status).toBe(400);
  expect((await get(id)).receivedBytes).toBe(0);
  await admin.call(deleteSource, { params: { sourceId: id } });
});

test('sizes, open uploads and the use of one key for two files have limits', async () => {
  const content = new Uint8Array(Buffer.from('one\n'));
  const ask = (settings: object) =>
    admin.ask(createSource, { params: { projectId }, body: wishFor(content, settings) });
  expect((await ask({ sizeBytes: MAX_SOURCE_BYTES + 1 })).status).toBe(400);
  expect((await ask({ sizeBytes: 0 })).body).toMatchObject({
    error: { code: 'wrong-file-type', details: { problem: { code: 'empty-file', row: 1, byte: 0 } } },
  });
  expect((await ask({ format: 'exe' })).status).toBe(400);
  const open = await Promise.all(
    Array.from({ length: MAX_OPEN_UPLOADS + 2 }, (_, index) => ask({ idempotencyKey: `open-upload-${index}` })),
  );
  const made = open.filter(({ status }) => status === 201);
  expect(made).toHaveLength(MAX_OPEN_UPLOADS);
  expect(code(open.find(({ status }) => status !== 201)!)).toBe('too-many-uploads');
  const kept = made.map(({ body }) => (body as unknown as { id: string }).id);
  const { idempotencyKey } = await installation.database.dataSource.findUniqueOrThrow({ where: { id: kept[0] } });
  expect(code(await ask({ idempotencyKey, sizeBytes: 5 }))).toBe('idempotency-key-reused');
  for (const sourceId of kept) await admin.call(deleteSource, { params: { sourceId } });
  const { id } = await begin(content);
  await admin.call(deleteSource, { params: { sourceId: id } });
});

test('an upload that is given up leaves nothing, and nobody outside its project sees one', async () => {
  const content = new Uint8Array(Buffer.from('private\n'));
  const { id } = await begin(content);
  await put(id, 0, content);
  const outsider = await addPerson(installation, 'outsider@example.com');
  const query = { offset: '0', sha256: sha256Of(content), sizeBytes: String(content.length) };
  const params = { sourceId: id };
  const answers = [
    await outsider.ask(getSource, { params }),
    await outsider.ask(putSourcePart, { params, query, body: content, headers: OCTETS }),
    await outsider.ask(completeSource, { params, body: { sha256: sha256Of(content) } }),
    await outsider.ask(deleteSource, { params }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
  expect(await drafts()).toEqual([id]);
  await admin.call(deleteSource, { params });
  expect(await isGone(id)).toBe(true);
  expect(await drafts()).toEqual([]);
});

test('abandoned uploads and files whose time is over are removed, with their content', async () => {
  const { sources } = installation.services;
  const content = new Uint8Array(Buffer.from('soon over\n'));
  const sha256 = sha256Of(content);
  const twin = await upload(content);
  const whole = await upload(content);
  const { id: abandoned } = await begin(content);
  await put(abandoned, 0, content);
  const orphan = crypto.randomUUID();
  await storage.drafts.begin(orphan, 10);

  await sources.removeExpired(later(UPLOAD_EXPIRY_HOURS - 1));
  expect(await drafts()).toEqual([abandoned]);
  await sources.removeExpired(later(UPLOAD_EXPIRY_HOURS + 1));
  expect(await isGone(abandoned)).toBe(true);
  expect(await drafts()).toEqual([]);
  expect((await get(whole)).state).toBe('complete');

  await admin.call(deleteSource, { params: { sourceId: twin } });
  expect(await stored(sha256)).toBe('soon over\n');
  await sources.removeExpired(later(SOURCE_KEPT_DAYS * 24 + 1));
  expect(await isGone(whole)).toBe(true);
  await expect(storage.open(sha256)).rejects.toMatchObject({ code: 'not-found' });
});

test('an import makes a version of an uploaded file by the job that prepares data, and goes on when asked again', async () => {
  const csv = new Uint8Array(Buffer.from('comment,label\r\nWrite to maria@mail.example,rude\r\nthree,ok\r\n'));
  const open = await begin(csv, { name: 'reviews.csv', format: 'csv' });
  const sampled = (sourceId: string, mapping: object | null) =>
    admin.ask(sampleSource, { params: { sourceId }, body: { mapping } });
  expect(code(await sampled(open.id, null))).toBe('source-incomplete');
  await admin.call(deleteSource, { params: { sourceId: open.id } });

  const sourceId = await upload(csv, { name: 'reviews.csv', format: 'csv' });
  const sample = await admin.call(sampleSource, { params: { sourceId }, body: {} });
  expect(sample).toMatchObject({ encoding: 'utf-8', delimiter: ',', columns: ['comment', 'label'], errors: [] });
  expect(sample.items.map(({ labels }) => labels)).toEqual([['rude'], ['ok']]);
  expect(JSON.stringify(sample.items)).not.toContain('maria@mail.example');
  // Labels that look like personal data are told of before anything is made of them.
  expect(sample.personalLabels).toEqual({ count: 0, examples: [] });
  const inverted = await sampled(sourceId, { text: 'label', labels: ['comment'] });
  expect(inverted.body).toMatchObject({ personalLabels: { count: 1, examples: [expect.stringContaining('[EMAIL]')] } });
  expect(code(await sampled(sourceId, { text: 'no such column' }))).toBe('unreadable-source');

  // The sample shows twenty rows and what is wrong with them, and reads a thousand for their labels.
  const rows = Array.from({ length: 30 }, (_, row) => (row % 10 === 9 ? 'ragged' : `text ${row},${row}@mail.example`));
  const longer = await upload(new Uint8Array(Buffer.from(['comment,label', ...rows, ''].join('\n'))), {
    ...{ name: 'more.csv', format: 'csv' },
  });
  const beginning = await admin.call(sampleSource, { params: { sourceId: longer }, body: {} });
  expect(beginning.items).toHaveLength(18);
  expect(beginning.errors.map(({ row }) => row)).toEqual([11, 21]);
  expect(beginning.personalLabels.count).toBe(27);
  await admin.call(deleteSource, { params: { sourceId: longer } });

  const words = { datasetName: { en: 'Reviews' }, source: { en: 'a file' }, licence: 'own', notes: { en: '' } };
  const body = { ...words, mapping: sample.mapping };
  const started = await admin.call(importSource, { params: { sourceId }, body });
  const { jobId } = started;
  expect(started).toMatchObject({ state: 'queued', origin: { kind: 'source', sourceId, fileName: 'reviews.csv' } });
  expect((await admin.call(importSource, { params: { sourceId }, body })).jobId).toBe(jobId);
  expect(code(await admin.ask(deleteSource, { params: { sourceId } }))).toBe('source-in-use');
  await admin.call(cancelJob, { params: { jobId } });
  expect(await admin.call(resumeImport, { params: { jobId } })).toMatchObject({ jobId, state: 'queued' });

  const worker = await TestWorker.register(installation.url);
  const claim = { workerId: worker.workerId, kinds: [prepareDatasetJob.kind], waitSeconds: 0 };
  const { job } = await worker.caller.call(claimJob, { body: claim });
  const { lease, payload } = job!;
  expect(job!.jobId).toBe(jobId);
  expect(prepareDatasetJob.payload.parse(payload).plan).toMatchObject({
    ...{ format: 'csv', rowErrors: 'refuse', mapping: { text: 'comment', labels: ['label'] } },
    // Nobody said how: the splits are drawn as the page does it.
    splits: { seed: 1, shares: { train: 0.8, validation: 0.1, test: 0.1 }, stratify: true, keepsGiven: true },
  });
  const address = `${installation.url}${pathOf(getJobInput.path, { jobId, name: 'source' })}?lease=${lease}`;
  const input = await fetch(address, { headers: worker.caller.headers });
  expect(await input.text()).toBe(Buffer.from(csv).toString());

  const items = Buffer.from('{"split":"train","text":"Write"}\n{"split":"test","text":"three"}\n');
  const result = resultFor(items, 2);
  const query = { lease, sha256: result.items.sha256, sizeBytes: String(items.length) };
  const params = { jobId, name: 'items.jsonl' };
  await worker.caller.call(putJobFile, { params, query, body: items, headers: OCTETS });
  const outcome = { state: 'finished', result };
  await worker.caller.call(endJob, { params: { jobId }, body: { lease, outcome } });

  const { items: preparations } = await admin.call(listPreparations, { params: { projectId } });
  const made = preparations.find((one) => one.jobId === jobId);
  expect(made).toMatchObject({ state: 'finished', origin: { kind: 'source', sourceId } });
  const datasetVersionId = made!.datasetVersionId!;
  const kept = await installation.database.preparation.findUniqueOrThrow({ where: { jobId } });
  expect(kept).toMatchObject({ originVersionId: null, originSourceId: sourceId, datasetVersionId });

  // What was only read in is not prepared yet, whether or not its file is still there.
  const unprepared = async () => (await installation.services.data.summary(projectId)).unprepared;
  expect(await unprepared()).toBe(datasetVersionId);
  await admin.call(deleteSource, { params: { sourceId } });
  expect(await unprepared()).toBe(datasetVersionId);
  const version = await admin.call(getDatasetVersion, { params: { datasetVersionId } });
  expect(version).toMatchObject({ items: 2, contentSha256: result.items.sha256, datasetName: { en: 'Reviews' } });
  const { database, services } = installation;
  expect((await database.preparation.findUniqueOrThrow({ where: { jobId } })).originSourceId).toBeNull();

  // When the version's time is over, the file that it was made of goes with it.
  const origin = await upload(csv, { name: 'reviews.csv', format: 'csv' });
  await database.preparation.update({ where: { jobId }, data: { originSourceId: origin } });
  await database.datasetVersion.update({ where: { id: datasetVersionId }, data: { keptUntil: new Date() } });
  const at = later(1);
  await services.retention.deleteExpired(at);
  await services.sources.removeExpired(later(1.01));
  expect(await isGone(origin)).toBe(true);
});
