import { createHash } from 'node:crypto';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { pathOf } from '@greenlight/shared/api/define-route.ts';
import { createProject } from '@greenlight/shared/projects/contract.ts';
import { IMAGE_MEDIA_TYPES, itemLine } from '@greenlight/shared/stages/data/content.ts';
import { getDatasetVersion } from '@greenlight/shared/stages/data/contract.ts';
import { confirmErasure, getErasure, startErasure } from '@greenlight/shared/stages/data/erasure/erasure-contract.ts';
import { PACK_RECORD_BYTES, writePackRecord } from '@greenlight/shared/stages/data/image-pack.ts';
import { getItemImage, getItemThumbnail, listDatasetItems } from '@greenlight/shared/stages/data/items-contract.ts';
import { compareDatasetVersions, getDatasetLineage } from '@greenlight/shared/stages/data/lineage-contract.ts';
import { listPreparations, startPreparation } from '@greenlight/shared/stages/data/preparation-contract.ts';
import { prepareDatasetJob } from '@greenlight/shared/stages/data/preparation/preparation-job.ts';
import { previewRecipeOnVersion } from '@greenlight/shared/stages/data/recipe-preview-contract.ts';
import {
  completeSource,
  createSource,
  importSource,
  putSourcePart,
  getSourceLabels,
  sampleSource,
} from '@greenlight/shared/stages/data/source-contract.ts';
import { startTokenizerTraining } from '@greenlight/shared/stages/data/tokenizer-contract.ts';
import { startRun } from '@greenlight/shared/stages/training/contract.ts';
import { claimJob, endJob, getJobInput, putJobFile } from '@greenlight/shared/worker-protocol/jobs.ts';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Caller } from '../../testing/caller.ts';
import { startInstallation, type TestInstallation } from '../../testing/installation.ts';
import { addPerson, signedInAdmin } from '../../testing/people.ts';
import { resultFor } from '../../testing/preparations.ts';
import { TestWorker } from '../../testing/worker.ts';

const OCTETS = { 'content-type': 'application/octet-stream' };
const ARCHIVE = Buffer.from('PK\u0003\u0004 the worker reads the rest of the archive');
const sha256Of = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');

interface Given {
  readonly path: string;
  readonly label: string;
  readonly bytes: Buffer;
  readonly split: 'train' | 'test';
  readonly thumbnail?: Buffer;
}

const IMAGES: readonly Given[] = [
  { path: 'cats/1.png', label: 'cats', bytes: Buffer.from('the bytes of a cat'), split: 'train' },
  {
    path: 'lin.yue@example.org/2.png',
    label: 'people',
    bytes: Buffer.from('the bytes of a person'),
    split: 'train',
    thumbnail: Buffer.from('a person, small'),
  },
  { path: 'cats/again.png', label: 'cats', bytes: Buffer.from('the bytes of a cat'), split: 'train' },
  {
    path: 'dogs/3.png',
    label: 'dogs',
    bytes: Buffer.from('the bytes of a dog, which are more'),
    split: 'test',
    thumbnail: Buffer.from('a dog, small'),
  },
];

let installation: TestInstallation;
let admin: Caller;
let worker: TestWorker;
let projectId: string;
let keys = 0;

beforeAll(async () => {
  installation = await startInstallation();
  admin = await signedInAdmin(installation.url);
  worker = await TestWorker.register(installation.url);
});
afterAll(() => installation.close());
beforeEach(async () => {
  projectId = (await admin.call(createProject, { body: { name: 'Images', goal: { en: 'see' } } })).id;
});

/** The files that a worker makes of these images. */
function filesOf(images: readonly Given[]) {
  const lines = images.map(({ path, label, bytes, split }) => {
    const facts = { mediaType: 'image/png', width: 4, height: 3, sizeBytes: bytes.length } as const;
    return itemLine({ split, text: path, labels: [label], image: { sha256: sha256Of(bytes), ...facts } });
  });
  const index = new DataView(new ArrayBuffer(images.length * PACK_RECORD_BYTES));
  const offsets = new Map<string, number>();
  const parts: Buffer[] = [];
  let end = 0;
  for (const [place, { bytes, thumbnail = Buffer.alloc(0) }] of images.entries()) {
    const key = bytes.toString();
    if (!offsets.has(key)) {
      offsets.set(key, end);
      parts.push(bytes, thumbnail);
      end += bytes.length + thumbnail.length;
    }
    const record = { offset: offsets.get(key)!, sizeBytes: bytes.length, mediaType: IMAGE_MEDIA_TYPES[0] };
    const thumbnailBytes = thumbnail.length;
    writePackRecord(index, place + 1, { ...record, thumbnailBytes });
  }
  return { items: Buffer.from(lines.join('')), pack: Buffer.concat([...parts, Buffer.from(index.buffer)]) };
}

async function uploaded(archive = ARCHIVE): Promise<string> {
  const settings = { name: 'pets.zip', format: 'zip', sizeBytes: archive.length, idempotencyKey: `archive-${keys++}` };
  const { id } = await admin.call(createSource, { params: { projectId }, body: settings });
  const query = { offset: '0', sha256: sha256Of(archive), sizeBytes: String(archive.length) };
  await admin.call(putSourcePart, { params: { sourceId: id }, query, body: archive, headers: OCTETS });
  await admin.call(completeSource, { params: { sourceId: id }, body: { sha256: sha256Of(archive) } });
  return id;
}

async function claimed() {
  const body = { workerId: worker.workerId, kinds: [prepareDatasetJob.kind], waitSeconds: 0 };
  const { job } = await worker.caller.call(claimJob, { body });
  if (job === null) throw new Error('no import waits');
  return job;
}

const WORDS = { datasetName: { en: 'Pets' }, source: { en: 'a file' }, licence: 'own', notes: { en: '' } };

/** A version of these images, by the upload and import of an archive, with the worker's part played. */
async function addVersion(images: readonly Given[]) {
  const sourceId = await uploaded();
  const { jobId } = await admin.call(importSource, { params: { sourceId }, body: WORDS });
  const { lease, payload } = await claimed();
  const files = filesOf(images);
  await finish(jobId, lease, files, images.length);
  const { items: preparations } = await admin.call(listPreparations, { params: { projectId } });
  const id = preparations.find((one) => one.jobId === jobId)!.datasetVersionId!;
  return { id, pack: files.pack, plan: prepareDatasetJob.payload.parse(payload).plan };
}

/** Plays the worker's last part: it sends the files and says what they are. */
async function finish(jobId: string, lease: string, { items, pack }: ReturnType<typeof filesOf>, count: number) {
  const result = {
    ...resultFor(items, count),
    ...{ labelKind: 'single', images: { sha256: sha256Of(pack), sizeBytes: pack.length } },
    version: { characters: 8, distinctCharacters: 6, labels: ['cats', 'dogs', 'people'], preview: [] },
  };
  const send = (name: string, body: Buffer<ArrayBuffer>) =>
    worker.caller.call(putJobFile, {
      ...{ params: { jobId, name }, body, headers: OCTETS },
      query: { lease, sha256: sha256Of(body), sizeBytes: String(body.length) },
    });
  const end = () =>
    worker.caller.ask(endJob, { params: { jobId }, body: { lease, outcome: { state: 'finished', result } } });
  await send('items.jsonl', items);
  // Without the images the outcome is not taken.
  expect((await end()).status).toBe(400);
  await send('images.pack', pack);
  expect((await end()).status).toBe(200);
}

const isStored = (sha256: string) =>
  access(join(installation.dataFolder, 'files', sha256.slice(0, 2), sha256)).then(
    () => true,
    () => false,
  );

async function imageOf(
  caller: Caller,
  datasetVersionId: string,
  number: number,
  route: { readonly path: string } = getItemImage,
) {
  const path = pathOf(route.path, { datasetVersionId, number: String(number) });
  const response = await fetch(caller.url + path, { headers: caller.headers });
  return { response, bytes: Buffer.from(await response.arrayBuffer()) };
}

test('an archive becomes a version whose images are shown to whoever may see personal data, and to nobody else', async () => {
  const { id, pack, plan } = await addVersion(IMAGES);
  expect(plan).toMatchObject({ format: 'zip', rowErrors: 'refuse', splits: { seed: 1, stratify: true } });
  const version = await admin.call(getDatasetVersion, { params: { datasetVersionId: id } });
  expect(version).toMatchObject({ items: 4, labelKind: 'single', images: { sizeBytes: pack.length } });
  const page = await admin.call(listDatasetItems, { params: { datasetVersionId: id }, query: { limit: '2' } });
  expect(page.items[0]).toMatchObject({
    ...{ text: 'cats/1.png', labels: ['cats'], split: 'train' },
    image: { mediaType: 'image/png', width: 4, height: 3, sha256: sha256Of(IMAGES[0]!.bytes) },
  });
  expect(page.items[1]!.text).not.toContain('lin.yue@example.org');

  for (const [place, { bytes }] of IMAGES.entries()) {
    const { response, bytes: read } = await imageOf(admin, id, place + 1);
    expect(response.status).toBe(200);
    expect(read).toEqual(bytes);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'image/png',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
      'cache-control': 'private, no-store',
    });
  }
  const small = await imageOf(admin, id, 4, getItemThumbnail);
  expect(small.bytes.toString()).toBe('a dog, small');
  expect(Object.fromEntries(small.response.headers)).toMatchObject({
    'content-type': 'image/webp',
    'cache-control': 'private, no-store',
  });
  // An image without a thumbnail, and an item that there is not.
  for (const number of [1, 5]) expect((await imageOf(admin, id, number, getItemThumbnail)).response.status).toBe(404);
  for (const number of [5, 999_999_999]) expect((await imageOf(admin, id, number)).response.status).toBe(404);
  const manager = await addPerson(installation, `manager-${keys}@example.com`, {
    ...{ projectId, roles: ['product-manager', 'viewer'] },
  });
  expect((await imageOf(manager, id, 1)).response.status).toBe(403);
  expect((await imageOf(manager, id, 4, getItemThumbnail)).response.status).toBe(403);
  const outsider = await addPerson(installation, `outsider-${keys}@example.com`);
  expect((await imageOf(outsider, id, 1)).response.status).toBe(404);

  const { items: events } = await installation.services.audit.list(undefined, 50);
  const reads = events.filter(({ action }) => action === 'personal-data.images-read');
  expect(reads).toMatchObject([{ projectId, target: `dataset-version:${id}`, details: { from: 1, to: 50 } }]);
  expect(await isStored(sha256Of(pack))).toBe(true);
});

test('seeing a thumbnail is in the audit log as seeing the image is', async () => {
  const { id } = await addVersion(IMAGES);
  expect((await imageOf(admin, id, 2, getItemThumbnail)).bytes.toString()).toBe('a person, small');
  const { items: events } = await installation.services.audit.list(undefined, 50);
  const reads = events.filter(
    ({ action, target }) => action === 'personal-data.images-read' && target === `dataset-version:${id}`,
  );
  expect(reads).toMatchObject([{ projectId, details: { from: 1, to: 50 } }]);
});

test('a version of images is prepared anew with its pack, by the steps that work on images', async () => {
  const { id, pack } = await addVersion(IMAGES);
  const recipe = { version: 1, steps: [{ type: 'drop-exact-duplicates' }] };
  const previewed = await admin.call(previewRecipeOnVersion, {
    params: { datasetVersionId: id },
    body: { recipe, seed: 1 },
  });
  expect(previewed).toMatchObject({ total: 4, left: 3, steps: [{ dropped: 1 }] });
  expect(JSON.stringify(previewed)).toContain('cats/again.png');
  expect(JSON.stringify(previewed)).not.toContain('lin.yue@example.org');
  const { jobId } = await admin.call(startPreparation, {
    params: { projectId },
    body: { origin: { kind: 'version', datasetVersionId: id }, recipe, splits: null },
  });
  const { lease, inputs, payload } = await claimed();
  expect(prepareDatasetJob.payload.parse(payload).plan).toMatchObject({ format: 'jsonl', holdsImages: true });
  expect(inputs).toEqual([
    expect.objectContaining({ name: 'source', sha256: sha256Of(filesOf(IMAGES).items) }),
    { name: 'source-images', sha256: sha256Of(pack), sizeBytes: pack.length },
  ]);
  const path = pathOf(getJobInput.path, { jobId, name: 'source-images' });
  const sent = await fetch(`${installation.url}${path}?lease=${lease}`, { headers: worker.caller.headers });
  expect(Buffer.from(await sent.arrayBuffer())).toEqual(pack);
  const left = filesOf(IMAGES.filter(({ path: name }) => name !== 'cats/again.png'));
  await finish(jobId, lease, left, 3);
  const made = (await admin.call(listPreparations, { params: { projectId } })).items.find(
    (one) => one.jobId === jobId,
  )!;
  const compared = await admin.call(compareDatasetVersions, {
    params: { datasetVersionId: made.datasetVersionId! },
    query: { before: id },
  });
  expect(compared).toMatchObject({ kept: 3, added: 0, removed: 1, samples: { removed: ['cats/again.png'] } });
  const lineage = await admin.call(getDatasetLineage, { params: { datasetVersionId: id } });
  expect(lineage.preparations).toContainEqual(
    expect.objectContaining({ jobId, from: id, to: made.datasetVersionId, steps: ['drop-exact-duplicates'] }),
  );
  expect((await imageOf(admin, made.datasetVersionId!, 3)).bytes).toEqual(IMAGES[3]!.bytes);
});

test('folders that are called by people are told of, masked, before an archive is imported', async () => {
  const index = Buffer.concat(
    ['lin.yue@example.org/1.png', '张伟/2.png', 'cats/3.png'].map((path) => {
      const entry = Buffer.alloc(46);
      entry.write('PK\u0001\u0002', 'latin1');
      entry.writeUInt16LE(0x800, 8);
      entry.writeUInt16LE(Buffer.byteLength(path), 28);
      return Buffer.concat([entry, Buffer.from(path)]);
    }),
  );
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006', 'latin1');
  end.writeUInt32LE(index.length, 12);
  end.writeUInt32LE(4, 16);
  const sourceId = await uploaded(Buffer.concat([Buffer.from('PK\u0003\u0004'), index, end]));
  const found = await admin.call(getSourceLabels, { params: { sourceId } });
  expect(found).toEqual({
    count: 2,
    examples: [expect.stringMatching(/^\[EMAIL\] /), expect.stringMatching(/^\[NAME\] /)],
  });
  const unreadable = await uploaded();
  expect(await admin.call(getSourceLabels, { params: { sourceId: unreadable } })).toEqual({ count: 0, examples: [] });
});

test('what works on texts refuses images with a sentence, and starts nothing', async () => {
  const { id } = await addVersion(IMAGES);
  const recipe = { version: 1, steps: [{ type: 'lowercase' }] };
  const sourceId = await uploaded();
  const refusals = [
    await admin.ask(startRun, { params: { projectId }, body: { datasetVersionId: id, configuration: {} } }),
    await admin.ask(previewRecipeOnVersion, { params: { datasetVersionId: id }, body: { recipe, seed: 1 } }),
    await admin.ask(startPreparation, {
      params: { projectId },
      body: { origin: { kind: 'version', datasetVersionId: id }, recipe, splits: null },
    }),
    await admin.ask(startTokenizerTraining, {
      params: { datasetVersionId: id },
      body: { kind: 'bpe', vocabularySize: 500 },
    }),
    await admin.ask(sampleSource, { params: { sourceId }, body: {} }),
    await admin.ask(importSource, { params: { sourceId }, body: { ...WORDS, recipe } }),
  ];
  expect(refusals.map(({ status, body }) => [status, body.error.code])).toEqual(
    refusals.map(() => [422, 'holds-images']),
  );
  expect(refusals[0]!.body.error.message).toContain('choose a version of texts');
  expect(await installation.database.run.count({ where: { projectId } })).toBe(0);
});

test('who is erased from a version is erased from its images, and what stays can still be seen', async () => {
  // Images of its own: those of the other tests are needed by their versions.
  const images = IMAGES.map((image) => ({ ...image, bytes: Buffer.concat([image.bytes, Buffer.from('!')]) }));
  const { id, pack } = await addVersion(images);
  const started = await admin.call(startErasure, {
    params: { projectId },
    body: { reason: 'asked to be forgotten', identifiers: [{ kind: 'e-mail', value: 'lin.yue@example.org' }] },
  });
  const { erasureWork, retention } = installation.services;
  await erasureWork.settled();
  const params = { erasureId: started.id };
  await admin.call(confirmErasure, { params, body: { found: 1 } });
  await erasureWork.settled();
  const erasure = await admin.call(getErasure, { params });
  const successor = erasure.versions[0]!.successorId!;
  expect((await imageOf(admin, id, 1)).response.status).toBe(410);
  expect(await isStored(sha256Of(pack))).toBe(false);
  const left = images.filter(({ label }) => label !== 'people');
  const expected = filesOf(left);
  const row = await installation.database.datasetVersion.findUniqueOrThrow({ where: { id: successor } });
  expect(row).toMatchObject({
    ...{ contentSha256: sha256Of(expected.items), imagesSha256: sha256Of(expected.pack) },
    imagesBytes: BigInt(expected.pack.length),
  });
  for (const [place, { bytes }] of left.entries()) {
    expect((await imageOf(admin, successor, place + 1)).bytes).toEqual(bytes);
  }
  // The packs above show that a thumbnail goes with its image, and this that the others' are found where they are now.
  expect((await imageOf(admin, successor, 3, getItemThumbnail)).bytes.toString()).toBe('a dog, small');
  const compared = await admin.call(compareDatasetVersions, {
    params: { datasetVersionId: successor },
    query: { before: successor },
  });
  expect(compared).toMatchObject({ kept: 3, added: 0, removed: 0 });

  // When its time is over, the images go with it.
  const keptUntil = new Date();
  await installation.database.datasetVersion.update({ where: { id: successor }, data: { keptUntil } });
  await retention.deleteExpired(new Date(keptUntil.getTime() + 1000));
  expect(await isStored(sha256Of(expected.pack))).toBe(false);
  expect((await imageOf(admin, successor, 1)).response.status).toBe(410);
});
