import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatasetItem } from '@greenlight/shared/stages/data/content.ts';
import { packIndexStart, readPackRecord } from '@greenlight/shared/stages/data/image-pack.ts';
import { preparationPlan, preparationResult } from '@greenlight/shared/stages/data/preparation/preparation-job.ts';
import { SourceError } from '@greenlight/shared/stages/data/preparation/reading/row-errors.ts';
import { defaultSplitPlan } from '@greenlight/shared/stages/data/preparation/splits.ts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CHANGES, pictureOf } from '../test-support/pictures.ts';
import { pngOf, withZip64End, zipOf, type ZipEntry } from '../test-support/zip-file.ts';
import { thumbnailOf } from './decode-image.ts';
import { prepareDataset } from './prepare-dataset.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlight-images-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function prepared(archive: Buffer, plan: object = {}) {
  const sourcePath = join(folder, 'pets.zip');
  await writeFile(sourcePath, archive);
  const { itemsPath, imagesPath, ...result } = await prepareDataset({
    ...preparationPlan.parse({
      ...{ format: 'zip', mapping: {}, rowErrors: 'refuse' },
      ...{ recipe: { version: 1, steps: [] }, splits: defaultSplitPlan(true) },
      ...plan,
    }),
    ...{ sourcePath, outFolder: join(folder, 'out'), keptFolder: join(folder, 'kept'), resume: true, threads: 1 },
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  const lines = (await readFile(itemsPath, 'utf8')).trimEnd().split('\n');
  const items = lines.map((line) => JSON.parse(line) as DatasetItem);
  return { result: preparationResult.parse(result), items, pack: await readFile(imagesPath!) };
}

async function problemOf(archive: Buffer, plan: object = {}) {
  const error: unknown = await prepared(archive, plan).catch((caught: unknown) => caught);
  if (!(error instanceof SourceError)) throw new Error('the archive was read', { cause: error });
  return error.problem;
}

/** What the pack says of an item's image. */
function recordIn(pack: Buffer, items: number, number: number) {
  const index = pack.subarray(packIndexStart(pack.length, items));
  return readPackRecord(new DataView(index.buffer, index.byteOffset, index.length), number)!;
}

/** The image of an item as the pack gives it. */
function imageIn(pack: Buffer, items: number, number: number): Buffer {
  const record = recordIn(pack, items, number);
  return pack.subarray(record.offset, record.offset + record.sizeBytes);
}

const png = (name: string | Buffer, tone: number, more: Partial<ZipEntry> = {}): ZipEntry => ({
  ...{ name, content: pngOf(8, 6, tone) },
  ...more,
});

test('each image is an item with what is known of it, its label from its folder, and its bytes in the pack once', async () => {
  const entries: ZipEntry[] = [
    { name: 'cats/', content: Buffer.alloc(0) },
    { name: 'cats/.DS_Store', content: Buffer.from('left over') },
    ...Array.from({ length: 30 }, (_, tone) => png(`cats/${tone}.png`, tone, { isDeflated: tone % 2 === 0 })),
    ...Array.from({ length: 30 }, (_, tone) => png(`dogs/puppies/${tone}.png`, 100 + tone)),
    png('cats/again.png', 3),
    { name: 'dogs/wide.png', content: pngOf(40, 10, 7) },
  ];
  const { result, items, pack } = await prepared(zipOf(entries));
  expect(items).toHaveLength(62);
  expect(items[0]).toMatchObject({
    text: 'cats/0.png',
    labels: ['cats'],
    image: { mediaType: 'image/png', width: 8, height: 6, sizeBytes: pngOf(8, 6, 0).length },
  });
  for (const [place, { image }] of items.entries()) {
    const bytes = imageIn(pack, items.length, place + 1);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(image!.sha256);
  }
  const different = items.filter(({ text }) => text !== 'cats/again.png');
  const imageBytes = different.reduce((sum, { image }) => sum + image!.sizeBytes, 0);
  expect(packIndexStart(pack.length, items.length)).toBe(imageBytes);
  expect(result.images).toEqual({ sha256: createHash('sha256').update(pack).digest('hex'), sizeBytes: pack.length });
  expect(result).toMatchObject({
    labelKind: 'single',
    leakage: { isClean: true },
    profile: {
      after: {
        items: 62,
        duplicates: { exact: 1, near: 0 },
        labels: { counts: [{ label: 'cats' }, { label: 'dogs' }] },
        images: {
          mediaTypes: [{ mediaType: 'image/png', count: 62 }],
          width: { minimum: 8, median: 8, maximum: 40 },
          differentSizes: 2,
        },
      },
    },
  });
  // Exact duplicates stay together, and every split gets its share of both labels.
  const splitOf = (text: string) => items.find((item) => item.text === text)!.split;
  expect(splitOf('cats/again.png')).toBe(splitOf('cats/3.png'));
  expect(result.splits).toEqual({ train: 50, validation: 6, test: 6 });
  expect((await prepared(zipOf(entries))).result.items.sha256).toBe(result.items.sha256);
});

test.each([
  ['a folder around everything', ['pets/cats/1.png', 'pets/dogs/2.png'], [undefined, undefined]],
  ['folders of splits', ['pets/train/cats/1.png', 'pets/val/dogs/2.png'], ['train', 'validation']],
])('%s is no label', async (_, names, splits) => {
  const { items } = await prepared(zipOf(names.map((name, tone) => png(name, tone))), { splits: null });
  expect(items.map(({ labels }) => labels)).toEqual([['cats'], ['dogs']]);
  expect(items.map(({ split }) => split)).toEqual(splits.map((split) => split ?? 'train'));
});

test('names in GB18030, which say nothing of it, are read', async () => {
  const name = Buffer.concat([Buffer.from([0xb9, 0xb7]), Buffer.from('/1.png')]);
  const { items } = await prepared(zipOf([png(name, 1)]));
  expect(items[0]).toMatchObject({ text: '狗/1.png', labels: ['狗'] });
});

test('a short name that is UTF-8 by chance is read as the others of its archive are', async () => {
  // 小猫 and 小狗 in GB18030; the first is valid UTF-8 as well.
  const cat = Buffer.concat([Buffer.from([0xd0, 0xa1, 0xc3, 0xa8]), Buffer.from('/1.png')]);
  const dog = Buffer.concat([Buffer.from([0xd0, 0xa1, 0xb9, 0xb7]), Buffer.from('/2.png')]);
  const { items } = await prepared(zipOf([png(cat, 1), png(dog, 2), png('鸟/3.png', 3)]));
  expect(items.map(({ labels }) => labels)).toEqual([['小猫'], ['小狗'], ['鸟']]);
});

test('an image that comes again resized leaks between the splits, and is dropped where look-alikes are', async () => {
  const [cat, dog] = [await pictureOf(1, 700, 500), await pictureOf(2)];
  const smaller = await CHANGES['an odd size, saved as a poor JPEG']!(cat);
  const entries = [
    { name: 'train/cats/1.png', content: cat },
    { name: 'train/dogs/1.png', content: dog },
    { name: 'test/cats/1.jpg', content: smaller },
    { name: 'test/cats/2.png', content: await pictureOf(5) },
  ];
  const asItCame = await prepared(zipOf(entries), { splits: null });
  const leak = { held: 'test', from: 'train', exact: 0, near: 1 };
  expect(asItCame.result.sourceLeakage!.leaks).toContainEqual(expect.objectContaining(leak));
  const [found] = asItCame.result.leakage.leaks.filter(({ near }) => near > 0);
  expect(found).toMatchObject({ ...leak, examples: [{ heldLine: 3, fromLine: 1 }] });
  expect(found!.examples[0]!.similarity).toBeGreaterThan(0.97);
  expect(found!.examples[0]!.similarity).toBeLessThan(1);
  expect(asItCame.result.profile.after.duplicates).toMatchObject({ exact: 0, near: 1, partlyCompared: 0 });

  // A large image has its thumbnail behind it; one of few bytes and pixels is its own.
  const record = recordIn(asItCame.pack, 4, 1);
  const after = record.offset + record.sizeBytes;
  expect(asItCame.pack.subarray(after, after + record.thumbnailBytes)).toEqual(await thumbnailOf(cat));
  expect(recordIn(asItCame.pack, 4, 3).thumbnailBytes).toBe(0);

  // Prepared again from its pack, with the thumbnails that are there.
  const { sourcePath, sourceImagesPath } = {
    sourcePath: join(folder, 'lines'),
    sourceImagesPath: join(folder, 'pack'),
  };
  await writeFile(sourcePath, asItCame.items.map((item) => `${JSON.stringify(item)}\n`).join(''));
  await writeFile(sourceImagesPath, asItCame.pack);
  const again = await prepareDataset({
    ...preparationPlan.parse({
      ...{ format: 'jsonl', mapping: {}, rowErrors: 'refuse', holdsImages: true, splits: null },
      recipe: { version: 1, steps: [{ type: 'drop-near-duplicates' }] },
    }),
    ...{ sourcePath, sourceImagesPath, outFolder: join(folder, 'again'), keptFolder: join(folder, 'kept-again') },
    ...{ resume: true, threads: 1, signal: new AbortController().signal, onProgress: () => undefined },
  });
  expect(again.steps).toMatchObject([{ type: 'drop-near-duplicates', items: 4, dropped: 1 }]);
  expect(again.leakage.isClean).toBe(true);
  const pack = await readFile(again.imagesPath!);
  expect(recordIn(pack, 3, 1)).toEqual(record);
  expect(pack.subarray(0, after + record.thumbnailBytes)).toEqual(
    asItCame.pack.subarray(0, after + record.thumbnailBytes),
  );
});

test('images that a recipe leaves out are not in the pack', async () => {
  const archive = zipOf([png('cats/1.png', 1), png('cats/2.png', 1), png('dogs/3.png', 2)]);
  const steps = [{ type: 'drop-exact-duplicates' }, { type: 'map-labels', map: { dogs: null }, dropUnlabelled: true }];
  const { items, pack } = await prepared(archive, { recipe: { version: 1, steps } });
  expect(items.map(({ text }) => text)).toEqual(['cats/1.png']);
  expect(packIndexStart(pack.length, 1)).toBe(items[0]!.image!.sizeBytes);
});

const GOOD = png('cats/good.png', 1);
const zeros = Buffer.alloc(8 * 1024 * 1024);

test.each<[string, ZipEntry, string, string]>([
  [
    'a text with the name of an image',
    { name: 'cats/2.png', content: Buffer.from('a text') },
    'not-an-image',
    'cats/2.png',
  ],
  [
    'a drawing that may run scripts',
    { name: 'cats/2.svg', content: Buffer.from('<svg onload="x()"/>') },
    'not-an-image',
    'cats/2.svg',
  ],
  ['an archive in the archive', { name: 'cats/2.zip', content: zipOf([GOOD]) }, 'not-an-image', 'cats/2.zip'],
  ['an empty file', { name: 'cats/2.png', content: Buffer.alloc(0) }, 'not-an-image', 'cats/2.png'],
  [
    'an image that is cut off',
    { name: 'cats/2.png', content: pngOf(8, 6, 2).subarray(0, 60) },
    'truncated-image',
    'cats/2.png',
  ],
  ['billions of pixels', { name: 'cats/2.png', content: hugeSides() }, 'image-too-large', '60000 × 60000'],
  ['a path that leads out', png('../../etc/cron.d/x.png', 2), 'unsafe-path', '../../etc'],
  ['a path from the root', png('/etc/x.png', 2), 'unsafe-path', '/etc/x.png'],
  ['a path of another system', png('C:\\x.png', 2), 'unsafe-path', 'x.png'],
  ['a link', png('cats/2.png', 2, { mode: 0o120777 }), 'archive-link', 'cats/2.png'],
  ['an encrypted file', png('cats/2.png', 2, { flags: 0x801 }), 'archive-encrypted', 'cats/2.png'],
  ['a name that comes twice', png('cats/good.png', 2), 'duplicate-entry', 'cats/good.png'],
  ['bytes that changed on the way', png('cats/2.png', 2, { crc32: 1 }), 'broken-entry', 'cats/2.png'],
  [
    'a file longer than it says',
    png('cats/2.png', 2, { isDeflated: true, sizeBytes: 9 }),
    'broken-entry',
    'cats/2.png',
  ],
  ['a bomb', { name: 'cats/2.png', content: zeros, isDeflated: true }, 'archive-too-large', 'cats/2.png'],
])('%s ends the import, with the entry and its place in the archive', async (_, entry, code, said) => {
  const problem = await problemOf(zipOf([GOOD, entry]));
  const firstBytes = zipOf([GOOD]).indexOf('PK\u0001\u0002');
  expect(problem).toMatchObject({ code, row: 2, byte: firstBytes });
  expect(problem.en).toContain(said);
  expect(problem.zh).toContain(said);
});

function hugeSides(): Buffer {
  const image = pngOf(8, 6, 2);
  image.writeUInt32BE(60_000, 16);
  image.writeUInt32BE(60_000, 20);
  return image;
}

test('where a person wants it, what is wrong is left out and listed instead', async () => {
  const archive = zipOf([GOOD, { name: 'notes.txt', content: Buffer.from('notes') }, png('dogs/3.png', 3)]);
  const { result, items } = await prepared(archive, { rowErrors: 'skip' });
  expect(items.map(({ text }) => text)).toEqual(['cats/good.png', 'dogs/3.png']);
  expect(result.errors).toMatchObject({ total: 1, byCode: { 'not-an-image': 1 }, examples: [{ row: 2 }] });
  expect(result.profile.before.unreadable).toBe(1);
  // A bomb is never passed over.
  const bomb = zipOf([GOOD, { name: 'b.png', content: zeros, isDeflated: true }]);
  expect((await problemOf(bomb, { rowErrors: 'skip' })).code).toBe('archive-too-large');
});

test('many small files that unpack to far more than the archive are a bomb as well', async () => {
  const content = zeros.subarray(0, 512 * 1024);
  const entries = Array.from({ length: 20 }, (_, file) => ({ name: `${file}.png`, content, isDeflated: true }));
  const problem = await problemOf(zipOf([GOOD, ...entries]), { rowErrors: 'skip' });
  expect(problem.code).toBe('archive-too-large');
});

test('an archive that was cut off, has no images or is another file is refused', async () => {
  const archive = zipOf([GOOD, png('dogs/2.png', 2)]);
  const cut = archive.subarray(0, archive.length - 30);
  expect(await problemOf(cut)).toMatchObject({ code: 'archive-cut-off', byte: cut.length });
  expect((await problemOf(zipOf([{ name: 'cats/', content: Buffer.alloc(0) }]))).code).toBe('no-images');
  expect((await problemOf(Buffer.from('text, label\nof a table,x\n'))).code).toBe('wrong-file-type');
});

test.each([
  ['the record of ZIP64 a little beyond the file', { recordAt: 10_000n }],
  ['the record of ZIP64 far beyond it', { recordAt: 2n ** 60n }],
  ['an index a little beyond the file', { indexAt: 10_000n }],
  ['an index far beyond it', { indexAt: 2n ** 60n }],
  ['an entry far beyond it', { firstEntryAt: 2n ** 60n }],
])('%s is said to be beyond the end of the archive', async (_, places) => {
  const problem = await problemOf(withZip64End(zipOf([GOOD]), places));
  expect(problem.code).toMatch(/^(?:archive|entry)-beyond-end$/);
  expect([problem.zh, problem.en]).toEqual([
    expect.stringContaining('文件末尾'),
    expect.stringContaining('beyond the end of the file'),
  ]);
});

test('an entry beyond the end of the archive is left out where a person wants it', async () => {
  const archive = withZip64End(zipOf([GOOD, png('dogs/2.png', 2)]), { firstEntryAt: 2n ** 60n });
  const { result, items } = await prepared(archive, { rowErrors: 'skip' });
  expect(items.map(({ text }) => text)).toEqual(['dogs/2.png']);
  expect(result.errors).toMatchObject({ total: 1, examples: [{ code: 'entry-beyond-end', byte: archive.length }] });
});

test('an archive whose index is named by ZIP64 is read', async () => {
  const { items } = await prepared(withZip64End(zipOf([GOOD, png('dogs/2.png', 2)])));
  expect(items.map(({ text }) => text)).toEqual(['cats/good.png', 'dogs/2.png']);
});
