import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from '@greenlight/shared/metrics/random.ts';
import { itemLine } from '@greenlight/shared/stages/data/content.ts';
import { preparationPlan } from '@greenlight/shared/stages/data/preparation/preparation-job.ts';
import { sourceMapping } from '@greenlight/shared/stages/data/preparation/reading/source.ts';
import { bytesIn } from '@greenlight/shared/stages/data/preparation/reading/test-bytes.ts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { prepareDataset, type PreparationRequest } from './prepare-dataset.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlight-prepare-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function requestOf(
  texts: readonly string[],
  steps: readonly object[],
  more: Partial<PreparationRequest> = {},
): Promise<PreparationRequest> {
  const sourcePath = join(folder, 'source.jsonl');
  await writeFile(sourcePath, texts.map((text) => itemLine({ split: 'train', text })).join(''));
  const plan = preparationPlan.parse({
    format: 'jsonl',
    mapping: { encoding: 'utf-8', split: 'split' },
    recipe: { version: 1, steps },
    splits: { seed: 3, shares: { train: 0.8, validation: 0.1, test: 0.1 }, keepsGiven: false },
  });
  return {
    ...plan,
    sourcePath,
    outFolder: join(folder, 'out'),
    keptFolder: join(folder, 'kept'),
    signal: new AbortController().signal,
    onProgress: () => undefined,
    resume: true,
    ...more,
  };
}

async function prepared(request: PreparationRequest) {
  const { itemsPath, ...result } = await prepareDataset(request);
  const lines = (await readFile(itemsPath, 'utf8')).trimEnd().split('\n');
  return { result, lines, texts: lines.map((line) => (JSON.parse(line) as { text: string }).text) };
}

const next = seededRandom(7);
const pick = <T>(values: readonly T[]): T => values[Math.floor(next() * values.length)]!;
const words = Array.from({ length: 2000 }, () =>
  Array.from({ length: 3 + Math.floor(next() * 6) }, () => pick([...'etaoinshrdlucm'])).join(''),
);
const sentence = (length = 14) => Array.from({ length }, () => pick(words)).join(' ');

const MASK = { type: 'personal-data', action: 'mask', kinds: ['e-mail'] };
const DROP_NEAR = { type: 'drop-near-duplicates' };

test('number of threads, size of chunks, and a stop in between do not change what comes out', async () => {
  const texts: string[] = [];
  for (let count = 0; count < 2500; count++) {
    const lot = next();
    if (lot < 0.1 && count > 0) texts.push(pick(texts));
    else if (lot < 0.25 && count > 0) texts.push(`${pick(texts)} ${pick(words)}`);
    else texts.push(lot < 0.5 ? `${sentence()} ${pick(words)}@mail.example` : sentence());
  }
  const steps = [{ type: 'strip-white-space' }, MASK, { type: 'drop-exact-duplicates' }, DROP_NEAR];
  const whole = await prepared(await requestOf(texts, steps, { threads: 1 }));
  expect(whole.result.steps.map(({ dropped }) => dropped)).toEqual([0, 0, expect.any(Number), expect.any(Number)]);
  expect(whole.result.profile.before.duplicates.near).toBeGreaterThan(200);
  expect(whole.lines.length).toBe(2500 - whole.result.steps[2]!.dropped - whole.result.steps[3]!.dropped);

  const stop = new AbortController();
  const interrupted = await requestOf(texts, steps, {
    threads: 2,
    chunkBytes: 20_000,
    signal: stop.signal,
    onProgress: ({ phase }) => {
      if (phase === 'clean') stop.abort(new Error('enough'));
    },
  });
  await expect(prepareDataset(interrupted)).rejects.toThrow('enough');
  const shares: number[] = [];
  const resumed = await prepared({
    ...interrupted,
    signal: new AbortController().signal,
    onProgress: ({ share }) => shares.push(share),
  });
  expect(resumed).toEqual(whole);
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  expect(shares.at(-1)).toBeCloseTo(1, 6);
});

test('texts that only masking makes alike are found, as are those that it makes the same', async () => {
  const longest = (name: string) => `${name}.${'x'.repeat(20)}@${name.repeat(3)}.example.org`;
  const texts = [
    'Please answer at once to ' + longest('alice'),
    'Please answer at once to ' + longest('robert'),
    'Please answers at once to ' + longest('sebastian'),
    sentence(),
  ];
  const { result, texts: left } = await prepared(
    await requestOf(texts, [MASK, { type: 'drop-exact-duplicates' }, DROP_NEAR]),
  );
  expect(result.profile.before.duplicates).toMatchObject({ exact: 0, near: 0 });
  expect(result.steps.map(({ dropped }) => dropped)).toEqual([0, 1, 1]);
  expect(left).toEqual(['Please answer at once to [EMAIL]', texts[3]]);
});

test('when the text that joined two others is gone, these are compared anew', async () => {
  const base = sentence(30).split(' ');
  const without = (...places: number[]) => base.filter((_, place) => !places.includes(place)).join(' ');
  // 0.9 of each other by way of the whole text, which the length filter drops; 0 and 1 also directly, 0 and 2 not.
  const texts = [without(0, 1), base.join(' '), without(2), without(27, 28, 29)];
  const far = [without(0, 1, 2, 3), base.join(' '), without(26, 27, 28, 29)];
  const tooLong = { type: 'filter-length', minimum: 1, maximum: base.join(' ').length - 1 };
  const near = await prepared(await requestOf(texts, [tooLong, DROP_NEAR]));
  expect(near.result.profile.before.duplicates.near).toBe(3);
  expect(near.texts).toEqual([texts[0]]);
  const apart = await prepared(await requestOf(far, [tooLong, DROP_NEAR], { outFolder: join(folder, 'far') }));
  expect(apart.result.profile.before.duplicates.near).toBe(2);
  expect(apart.texts).toEqual([far[0], far[2]]);
});

test('leaks between the splits that a source came with are told by row, beside those of the outcome', async () => {
  const kept = Array.from({ length: 40 }, () => sentence());
  const request = await requestOf([], [{ type: 'drop-exact-duplicates' }]);
  const lines = [
    ...kept.map((text) => itemLine({ split: 'train', text })),
    itemLine({ split: 'test', text: kept[4]! }),
    itemLine({ split: 'validation', text: kept[7]! }),
    itemLine({ split: 'test', text: sentence() }),
  ];
  await writeFile(request.sourcePath, lines.join(''));
  const { result } = await prepared(request);
  const found = result.sourceLeakage?.leaks.map(({ held, from, exact, near, examples }) => [
    ...[held, from, exact, near],
    ...examples.map(({ heldLine, fromLine }) => [heldLine, fromLine]),
  ]);
  expect(found).toEqual([
    ['validation', 'train', 1, 0, [42, 8]],
    ['test', 'train', 1, 0, [41, 5]],
    ['test', 'validation', 0, 0],
  ]);
  expect(result.leakage.isClean).toBe(true);
  expect((await prepared(await requestOf(kept, []))).result.sourceLeakage).toBeNull();
});

test('personal data in further columns, and in their names, counts in the profile and is gone once it was masked', async () => {
  const request = await requestOf([], [{ ...MASK, kinds: ['e-mail', 'phone', 'name'] }]);
  const rows = [
    { text: 'where is my order', user: { name: 'Wang Fang', phone: '13800138000' } },
    { text: 'thank you', 'maria@mail.example': 'yes' },
    { text: 'nothing here', colour: 'red' },
  ];
  await writeFile(request.sourcePath, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const { result, lines } = await prepared(request);
  expect(result.profile.before.personalData).toMatchObject({ items: 2, findings: { name: 1, phone: 1, 'e-mail': 1 } });
  expect(result.profile.after.personalData.items).toBe(0);
  expect(lines.join()).not.toMatch(/Wang|138001|maria/);
});

test('a text within a longer one leaks between the splits of a source, and new splits do not part the two', async () => {
  const quoted = sentence(20);
  const texts = Array.from({ length: 60 }, () => sentence(40));
  const request = await requestOf([], []);
  const lines = [
    ...texts.map((text) => itemLine({ split: 'train', text })),
    itemLine({ split: 'test', text: quoted }),
    itemLine({ split: 'train', text: `${sentence(30)}\n> ${quoted}` }),
    itemLine({ split: 'validation', text: `${texts[5]!} ${sentence(60)}` }),
  ];
  await writeFile(request.sourcePath, lines.join(''));
  const { result, lines: made } = await prepared(request);
  const found = result.sourceLeakage?.leaks.flatMap(({ held, from, contained, examples }) =>
    examples.map((example) => [held, from, contained, example.heldLine, example.fromLine, example.contained]),
  );
  expect(found).toEqual([
    ['validation', 'train', 1, 63, 6, 'from'],
    ['test', 'train', 1, 61, 62, 'held'],
  ]);
  expect(result.profile.before.duplicates).toMatchObject({ exact: 0, near: 0, contained: 2 });
  expect(result.leakage.isClean).toBe(true);
  const splitOf = (line: string) => (JSON.parse(line) as { split: string }).split;
  expect(splitOf(made[60]!)).toBe(splitOf(made[61]!));
  expect(splitOf(made[5]!)).toBe(splitOf(made[62]!));
});

test('a file in Big5 with a broken byte is stopped and gone on with like any other, and the encoding is kept', async () => {
  const rows = Array.from({ length: 300 }, (_, row) => `客服態度很差第${row}次,客訴\r\n`);
  const good = bytesIn('big5', `留言,類別\r\n${rows.join('')}`);
  const bad = Uint8Array.from([...good, 0xa4, 0x0d, 0x0a, ...bytesIn('big5', '商品很好,好評\r\n')]);
  const stop = new AbortController();
  const mapping = sourceMapping.parse({ encoding: 'big5', text: '留言', labels: ['類別'] });
  const request = await requestOf([], [], { format: 'csv', mapping, rowErrors: 'skip', chunkBytes: 2000, threads: 1 });
  await writeFile(request.sourcePath, bad);
  const interrupted = {
    ...request,
    signal: stop.signal,
    onProgress: ({ phase }: { readonly phase: string }) => {
      if (phase === 'read') stop.abort(new Error('enough'));
    },
  };
  await expect(prepareDataset(interrupted)).rejects.toThrow('enough');
  const { result, texts } = await prepared(request);
  expect(result.source.encoding).toBe('big5');
  expect(result.errors.examples).toMatchObject([{ code: 'invalid-encoding', row: 302, byte: good.length + 1 }]);
  expect([texts[0], texts.at(-1), texts.length]).toEqual(['客服態度很差第0次', '商品很好', 301]);
  await expect(prepareDataset({ ...request, rowErrors: 'refuse' })).rejects.toMatchObject({ problem: { row: 302 } });
});
