/**
 * Time to prepare a million labelled lines of Chinese and English, from the stored version to the file of the new one with everything that
 * is counted of it: `npm run bench -- preparation`. `… preparation narrow` draws the texts
 * from some forty words, so that most look alike and many more pairs are compared. Personal data, repetitions and near-repetitions are planted.
 */
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { itemLine } from '@greenlight/shared/stages/data/content.ts';
import { PERSONAL_DATA_KINDS } from '@greenlight/shared/stages/data/preparation/personal-data/kinds.ts';
import { preparationPlan } from '@greenlight/shared/stages/data/preparation/preparation-job.ts';
import { prepareDataset } from '../worker/src/preparation/prepare-dataset.ts';
import { summariseFile } from '../worker/src/preparation/summarise-file.ts';
import { writeResult } from './results.ts';
import { rounded } from './support/statistics.ts';

const LINES = 1_000_000;
const GOAL_SECONDS = 60;
const isNarrow = process.argv[3] === 'narrow';

/** A generator of numbers below a bound that gives the same row every time (Lehmer). */
let state = 20_261_124;
function below(bound: number): number {
  state = (state * 48_271) % 2_147_483_647;
  return state % bound;
}

const NARROW_ENGLISH =
  'the delivery came late and box was open but support answered within an hour they sent another one without asking for money great price small size wrong colour broken screen quick reply';
const NARROW_CHINESE =
  '这个商品质量很好物流也快客服态度不错但是包装有点破损希望下次改进价格合适推荐给朋友们颜色和图片一样尺寸偏小';

function syllable(): string {
  return `${'bcdfghjklmnprstvw'[below(17)]!}${'aeiou'[below(5)]!}${['', 'n', 'r', 's', 't'][below(5)]!}`;
}

const ENGLISH = isNarrow
  ? NARROW_ENGLISH.split(' ')
  : Array.from({ length: 8000 }, () => Array.from({ length: 1 + below(4) }, syllable).join(''));
const CHINESE = isNarrow
  ? [...NARROW_CHINESE]
  : Array.from({ length: 3000 }, (_, place) => String.fromCodePoint(0x4e00 + place));

/** Draws evenly from few words, and from many as languages do: the word of rank r about in proportion to 1 ÷ r. */
function drawn(words: readonly string[]): string {
  const place = isNarrow ? below(words.length) : Math.floor(words.length ** (below(1_000_000) / 1_000_000)) - 1;
  return words[place]!;
}

function sentence(): string {
  if (below(2) === 0) return Array.from({ length: 8 + below(24) }, () => drawn(ENGLISH)).join(' ');
  return Array.from({ length: 20 + below(60) }, () => drawn(CHINESE)).join('');
}

const planted = { eMails: 0, phones: 0, exact: 0, near: 0 };

function* lines(): Generator<string> {
  const earlier: string[] = [];
  for (let line = 0; line < LINES; line++) {
    let text = sentence();
    const lot = below(1000);
    if (lot < 50 && earlier.length > 0) {
      text = earlier[below(earlier.length)]!;
      planted.exact++;
    } else if (lot < 80 && earlier.length > 0) {
      text = `${earlier[below(earlier.length)]!} ok`;
      planted.near++;
    } else if (lot < 100) {
      text += ` user${line}@mail.example`;
      planted.eMails++;
    } else if (lot < 110) {
      text += ` 13${String(800_000_000 + below(99_999_999))}`;
      planted.phones++;
    }
    if (earlier.length < 5000) earlier.push(text);
    yield itemLine({ split: 'train', text, labels: [below(5) === 0 ? 'complaint' : 'praise'] });
  }
}

const folder = await mkdtemp(join(tmpdir(), 'greenlight-bench-'));
try {
  const sourcePath = join(folder, 'source.jsonl');
  await pipeline(Readable.from(lines()), createWriteStream(sourcePath));
  const plan = preparationPlan.parse({
    format: 'jsonl',
    mapping: { encoding: 'utf-8', labels: ['labels'], split: 'split' },
    recipe: {
      version: 1,
      steps: [
        { type: 'normalise-unicode', form: 'NFC' },
        { type: 'remove-control-characters' },
        { type: 'strip-white-space' },
        { type: 'personal-data', action: 'mask', kinds: PERSONAL_DATA_KINDS },
        { type: 'filter-length', minimum: 2 },
        { type: 'drop-exact-duplicates' },
        { type: 'drop-near-duplicates' },
      ],
    },
    splits: { seed: 1, shares: { train: 0.8, validation: 0.1, test: 0.1 }, stratify: true, keepsGiven: false },
    rowErrors: 'refuse',
  });
  let reports = 0;
  const startedAt = performance.now();
  const { itemsPath, ...result } = await prepareDataset({
    ...plan,
    sourcePath,
    outFolder: join(folder, 'out'),
    signal: new AbortController().signal,
    onProgress: () => reports++,
    resume: true,
  });
  const preparedAt = performance.now();
  const summary = summariseFile(itemsPath);
  const endedAt = performance.now();
  const name = isNarrow ? 'preparation-narrow' : 'preparation';
  await writeResult(name, {
    command: `npm run bench -- preparation${isNarrow ? ' narrow' : ''}`,
    lines: LINES,
    sourceBytes: (await stat(sourcePath)).size,
    threads: availableParallelism(),
    seconds: rounded((endedAt - startedAt) / 1000, 1),
    goalSeconds: GOAL_SECONDS,
    isWithinGoal: endedAt - startedAt < GOAL_SECONDS * 1000,
    prepareSeconds: rounded((preparedAt - startedAt) / 1000, 1),
    countSeconds: rounded((endedAt - preparedAt) / 1000, 1),
    progressReports: reports,
    peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1000),
    planted,
    found: result.profile.before.personalData.findings,
    duplicatesFound: {
      exact: result.profile.before.duplicates.exact,
      near: result.profile.before.duplicates.near,
    },
    itemsLeft: summary.items,
    isFreeOfLeaks: result.leakage.isClean,
  });
} finally {
  await rm(folder, { recursive: true, force: true });
}
