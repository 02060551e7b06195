/**
 * A large file through the whole product: `npm run bench -- upload [--gigabytes 2] [--format csv|jsonl|txt] [--texts codes|mails|mixed] [--import]
 * [--limit-megabytes 512]`. A file is made on disk, sent part by part, checked as a whole and, with `--import`, made a data version by the
 * worker. Memory is the largest resident size of each process (Linux). A limit (of MiB) is one that the kernel holds the server to, and
 * nothing but the server: it kills it above (cgroup 1 or 2, as root).
 */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { getJob } from '@greenlight/shared/jobs/contract.ts';
import { preparationJobResult } from '@greenlight/shared/stages/data/preparation/preparation-job.ts';
import type { SourceFormat } from '@greenlight/shared/stages/data/preparation/reading/source.ts';
import { importSource, sampleSource, SOURCE_PART_BYTES } from '@greenlight/shared/stages/data/source-contract.ts';
import type { Api } from '../e2e/fixtures/api.ts';
import { until } from '../e2e/fixtures/until.ts';
import { randomKey, uniformAt } from '../worker/src/model/random.ts';
import { writeResult } from './results.ts';
import { inEmptyProject, sendFile } from './support/large-files.ts';
import { TEXT_KINDS, TextSource } from './support/preparation-texts.ts';
import { rounded } from './support/statistics.ts';

const { values: options } = parseArgs({
  args: process.argv.slice(3),
  options: {
    gigabytes: { type: 'string', default: '2' },
    format: { type: 'string', default: 'csv' },
    texts: { type: 'string', default: 'codes' },
    import: { type: 'boolean', default: false },
    'limit-megabytes': { type: 'string' },
  },
});

const WORDS_A_ROW = 200;
const VOCABULARY = 5_000;
const WRITTEN_BYTES = 1_000_000;
const IMPORT_LIMIT_MS = 3_600_000;

/** Rows of 200 short words of letters and digits, drawn from a pool and numbered to be different: nearly all look alike. */
function* codes(): Generator<string> {
  const key = randomKey(2026, 21);
  let drawn = 0;
  const pool = Array.from({ length: 2_000 }, () =>
    Array.from({ length: WORDS_A_ROW }, () => Math.floor(uniformAt(key, drawn++) ** 2 * VOCABULARY).toString(36)).join(
      ' ',
    ),
  );
  for (let number = 0; ; number++) yield `${number} ${pool[number % pool.length]!}`;
}

function* textsOf(kind: string): Generator<string> {
  if (kind === 'codes') return yield* codes();
  const known = TEXT_KINDS.find((name) => name === kind);
  if (known === undefined) throw new Error(`Name a kind of texts: codes, ${TEXT_KINDS.join(', ')}.`);
  const source = new TextSource(known, { exact: 5, near: 3 });
  for (;;) yield source.next();
}

const ROWS: Readonly<Record<string, (text: string, label: string) => string>> = {
  csv: (text, label) => `"${text}",${label}\n`,
  jsonl: (text, label) => `${JSON.stringify({ text, label })}\n`,
  txt: (text) => `${text}\n`,
};

/** Writes whole rows until the file has at least `sizeBytes`; returns its size. */
async function writeFileOf(path: string, sizeBytes: number): Promise<number> {
  const rowOf = ROWS[options.format];
  if (rowOf === undefined) throw new Error(`Name a format: ${Object.keys(ROWS).join(', ')}.`);
  const file = createWriteStream(path);
  let [written, number] = [0, 0];
  let rows = options.format === 'csv' ? 'text,label\n' : '';
  for (const text of textsOf(options.texts)) {
    rows += rowOf(text, number++ % 2 === 0 ? 'ok' : 'rude');
    if (rows.length < Math.min(WRITTEN_BYTES, sizeBytes)) continue;
    const bytes = Buffer.from(rows);
    written += bytes.length;
    rows = '';
    if (!file.write(bytes)) await once(file, 'drain');
    if (written >= sizeBytes) break;
  }
  file.end();
  await once(file, 'close');
  return written;
}

/** The parts of a file, each of the size that the server takes. */
async function* parts(path: string, sizeBytes: number): AsyncGenerator<Buffer> {
  const file = await open(path);
  try {
    for (let offset = 0; offset < sizeBytes; offset += SOURCE_PART_BYTES) {
      const part = Buffer.alloc(Math.min(SOURCE_PART_BYTES, sizeBytes - offset));
      await file.read(part, 0, part.length, offset);
      yield part;
    }
  } finally {
    await file.close();
  }
}

interface Import {
  /** By the words of the job's progress. */
  readonly secondsOf: Record<string, number>;
  readonly items: number;
  readonly versionSha256: string;
}

async function makeVersion(api: Api, sourceId: string): Promise<Import> {
  const { mapping } = await api.call(sampleSource, { params: { sourceId }, body: {} });
  const words = { datasetName: { en: 'Large' }, source: { en: 'a measurement' }, licence: 'own', notes: { en: '' } };
  const { jobId } = await api.call(importSource, { params: { sourceId }, body: { ...words, mapping } });
  const secondsOf: Record<string, number> = {};
  let lastAt = performance.now();
  const result = await until('the import has ended', IMPORT_LIMIT_MS, async () => {
    const { state, error, progress, result: made } = await api.call(getJob, { params: { jobId } });
    if (error !== null) throw new Error(JSON.stringify(error));
    const phase = progress?.message?.en?.split(':')[0] ?? 'Fetching the file';
    const now = performance.now();
    secondsOf[phase] = rounded((secondsOf[phase] ?? 0) + (now - lastAt) / 1000, 2);
    lastAt = now;
    return state === 'finished' ? preparationJobResult.parse(made) : null;
  });
  return { secondsOf, items: result.items.lines, versionSha256: result.items.sha256 };
}

const limit = options['limit-megabytes'];
const limitBytes = limit === undefined ? null : Number(limit) * 1024 ** 2;
const folder = await mkdtemp(join(tmpdir(), 'greenlight-upload-'));
const path = join(folder, 'large');
const sizeBytes = await writeFileOf(path, Math.round(Number(options.gigabytes) * 1e9));
try {
  await inEmptyProject(async ({ api, projectId, peaks, seconds, timed, limited }) => {
    const before = peaks.sofar();
    const sourceId = await timed('upload', () =>
      sendFile(api, projectId, { format: options.format as SourceFormat, sizeBytes, parts: parts(path, sizeBytes) }),
    );
    const afterUpload = peaks.sofar();
    const limitedUpload = limited();
    const made = options.import ? await timed('import', () => makeVersion(api, sourceId)) : null;
    const { gigabytes, format, texts } = options;
    const name = made === null ? 'upload' : `import-${format}-${texts}-${gigabytes}gb`;
    await writeResult(limit === undefined ? name : `${name}-limit-${limit}mb`, {
      command: ['npm run bench -- upload', ...process.argv.slice(3)].join(' '),
      sizeBytes,
      peakMegabytes: { before, afterUpload, ...(made === null ? {} : { afterImport: peaks.sofar() }) },
      ...(limit === undefined ? {} : { server: { afterUpload: limitedUpload, atTheEnd: limited() } }),
      seconds,
      ...(made === null ? {} : { megabytesASecond: rounded(sizeBytes / 1e6 / seconds['import']!, 1), import: made }),
    });
  }, limitBytes);
} finally {
  await rm(folder, { recursive: true, force: true });
}
