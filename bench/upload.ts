/**
 * A large file through the whole product: `npm run bench -- upload [--gigabytes 2] [--import]`. A CSV file is made on the fly, sent part by part,
 * checked as a whole and, with `--import`, made a data version by the worker. Memory is the largest resident size of each process (Linux).
 */
import { parseArgs } from 'node:util';
import { getJob } from '@greenlight/shared/jobs/contract.ts';
import { createProject } from '@greenlight/shared/projects/contract.ts';
import { importSource, sampleSource, SOURCE_PART_BYTES } from '@greenlight/shared/stages/data/source-contract.ts';
import { apiWithToken, type Api } from '../e2e/fixtures/api.ts';
import { startProduct } from '../e2e/fixtures/product.ts';
import { until } from '../e2e/fixtures/until.ts';
import { randomKey, uniformAt } from '../worker/src/model/random.ts';
import { writeResult } from './results.ts';
import { peaks, sendFile } from './support/large-files.ts';
import { rounded } from './support/statistics.ts';

const { values: options } = parseArgs({
  args: process.argv.slice(3),
  options: { gigabytes: { type: 'string', default: '2' }, import: { type: 'boolean', default: false } },
});

const WORDS_A_ROW = 200;
const VOCABULARY = 5_000;
const IMPORT_LIMIT_MS = 1_200_000;
const key = randomKey(2026, 21);
let drawn = 0;

function row(): string {
  const words = Array.from({ length: WORDS_A_ROW }, () =>
    Math.floor(uniformAt(key, drawn++) ** 2 * VOCABULARY).toString(36),
  );
  return `"${words.join(' ')}",${drawn % 2 === 0 ? 'ok' : 'rude'}\n`;
}

/** The parts of a file of `sizeBytes`, each of the size that the server takes; rows are drawn from a pool, numbered to be different. */
function* parts(sizeBytes: number): Generator<Buffer> {
  const pool = Array.from({ length: 2_000 }, row);
  let left = sizeBytes;
  let number = 0;
  let kept = Buffer.from('text,label\n');
  while (left > 0) {
    const pieces = [kept];
    let bytes = kept.length;
    while (bytes < Math.min(SOURCE_PART_BYTES, left)) {
      const piece = Buffer.from(`"${number} ${pool[number++ % pool.length]!.slice(1)}`);
      pieces.push(piece);
      bytes += piece.length;
    }
    const all = Buffer.concat(pieces);
    const part = all.subarray(0, Math.min(SOURCE_PART_BYTES, left));
    kept = all.subarray(part.length);
    left -= part.length;
    yield part;
  }
}

async function makeVersion(api: Api, sourceId: string): Promise<void> {
  const { mapping } = await api.call(sampleSource, { params: { sourceId }, body: {} });
  const words = { datasetName: { en: 'Large' }, source: { en: 'a measurement' }, licence: 'own', notes: { en: '' } };
  // The last row is cut off where the file ends.
  const body = { ...words, mapping, rowErrors: 'skip' };
  const { jobId } = await api.call(importSource, { params: { sourceId }, body });
  await until('the import has ended', IMPORT_LIMIT_MS, async () => {
    const { state, error } = await api.call(getJob, { params: { jobId } });
    if (error !== null) throw new Error(JSON.stringify(error));
    return state === 'finished' ? true : null;
  });
}

const sizeBytes = Math.round(Number(options.gigabytes) * 1e9);
const product = await startProduct();
try {
  const api = await apiWithToken(product.url);
  const { id: projectId } = await api.call(createProject, { body: { name: 'Large', goal: { en: 'measure' } } });
  const seconds: Record<string, number> = {};
  const timed = async <Value>(name: string, work: () => Promise<Value>): Promise<Value> => {
    const startedAt = performance.now();
    const value = await work();
    seconds[name] = rounded((performance.now() - startedAt) / 1000, 1);
    return value;
  };
  const before = peaks(product);
  const sourceId = await timed('upload', () =>
    sendFile(api, projectId, { name: 'large.csv', format: 'csv', sizeBytes, parts: parts(sizeBytes) }),
  );
  const afterUpload = peaks(product);
  if (options.import) await timed('import', () => makeVersion(api, sourceId));
  await writeResult('upload', {
    command: `npm run bench -- upload --gigabytes ${options.gigabytes}${options.import ? ' --import' : ''}`,
    gigabytes: sizeBytes / 1e9,
    peakMegabytes: { before, afterUpload, ...(options.import ? { afterImport: peaks(product) } : {}) },
    seconds,
  });
} finally {
  await product.remove();
}
