/**
 * Time to prepare a million labelled lines, from the stored version to the file of the new one with everything that is counted of
 * it: `npm run bench -- preparation [kind [exact near]]`. Kinds: `mixed` (Chinese and English, from many words), `narrow` (from some forty
 * words, so that most look alike), `comments` (short Chinese ones of a few set phrases), `mails` (English, about 300 characters);
 * `exact` and `near` are planted repetitions in percent. Personal data is planted too. The checksums of the version and of all that is said
 * about it show whether a change of the code changed the outcome.
 */
import { createHash } from 'node:crypto';
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
import { readResult, writeResult } from './results.ts';
import { TEXT_KINDS, TextSource } from './support/preparation-texts.ts';
import { rounded } from './support/statistics.ts';

const LINES = Number(process.env['BENCH_LINES'] ?? 1_000_000);
const GOAL_SECONDS = 60;
const [, , , kindGiven = 'mixed', exactGiven = '5', nearGiven = '3'] = process.argv;
const kind = TEXT_KINDS.find((known) => known === kindGiven);
if (kind === undefined) throw new Error(`Name a kind of texts: ${TEXT_KINDS.join(', ')}.`);

const texts = new TextSource(kind, { exact: Number(exactGiven), near: Number(nearGiven) });

function* lines(): Generator<string> {
  for (let line = 0; line < LINES; line++) {
    yield itemLine({ split: 'train', text: texts.next(), labels: [line % 5 === 0 ? 'complaint' : 'praise'] });
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
  const phases = new Map<string, number>();
  let phaseStart = performance.now();
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  const {
    itemsPath: _itemsPath,
    version,
    ...result
  } = await prepareDataset({
    ...plan,
    sourcePath,
    outFolder: join(folder, 'out'),
    keptFolder: join(folder, 'kept'),
    signal: new AbortController().signal,
    onProgress: ({ phase }) => {
      reports++;
      phases.set(phase, (phases.get(phase) ?? 0) + performance.now() - phaseStart);
      phaseStart = performance.now();
    },
    resume: true,
  });
  const endedAt = performance.now();
  const cpu = process.cpuUsage(cpuBefore);
  const name = `preparation-${kind}${exactGiven === '5' ? '' : `-${Number(exactGiven) + Number(nearGiven)}`}`;
  const before = await readResult<{ lines: number; resultSha256?: string }>(name);
  const resultSha256 = createHash('sha256').update(JSON.stringify(result)).digest('hex');
  await writeResult(name, {
    command: ['npm run bench -- preparation', ...process.argv.slice(3)].join(' '),
    lines: LINES,
    sourceBytes: (await stat(sourcePath)).size,
    threads: availableParallelism(),
    seconds: rounded((endedAt - startedAt) / 1000, 1),
    goalSeconds: GOAL_SECONDS,
    isWithinGoal: endedAt - startedAt < GOAL_SECONDS * 1000,
    processorSeconds: rounded((cpu.user + cpu.system) / 1e6, 1),
    phaseSeconds: Object.fromEntries([...phases].map(([phase, ms]) => [phase, rounded(ms / 1000, 1)])),
    progressReports: reports,
    peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1000),
    planted: texts.planted,
    found: result.profile.before.personalData.findings,
    duplicatesFound: {
      exact: result.profile.before.duplicates.exact,
      near: result.profile.before.duplicates.near,
    },
    itemsLeft: version.items,
    isFreeOfLeaks: result.leakage.isClean,
    versionSha256: result.items.sha256,
    resultSha256,
    isSameAsBefore: before?.lines === LINES ? before.resultSha256 === resultSha256 : null,
  });
} finally {
  await rm(folder, { recursive: true, force: true });
}
