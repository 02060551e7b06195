/**
 * A large file through the whole product: `npm run bench -- upload [--gigabytes 2] [--import]`. A CSV file is made on the fly, sent part by part,
 * checked as a whole and, with `--import`, made a data version by the worker. Memory is the largest resident size of each process (Linux).
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { pathOf } from '@greenlight/shared/api/define-route.ts';
import { getJob } from '@greenlight/shared/jobs/contract.ts';
import { createProject } from '@greenlight/shared/projects/contract.ts';
import {
  completeSource,
  createSource,
  importSource,
  putSourcePart,
  sampleSource,
  SOURCE_PART_BYTES,
} from '@greenlight/shared/stages/data/source-contract.ts';
import { apiWithToken, type Api } from '../e2e/fixtures/api.ts';
import { descendantsRunning } from '../e2e/fixtures/processes.ts';
import { startProduct, type Product } from '../e2e/fixtures/product.ts';
import { until } from '../e2e/fixtures/until.ts';
import { randomKey, uniformAt } from '../worker/src/model/random.ts';
import { writeResult } from './results.ts';
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

/** Largest resident sizes of the product's processes so far, in MB. */
function peaks({ launcherPid }: Product): Record<'server' | 'worker', number> {
  const peakOf = (part: string): number => {
    const sizes = descendantsRunning(launcherPid, part).map((pid) => {
      const kilobytes = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
      return (Number(kilobytes) * 1024) / 1e6;
    });
    return rounded(Math.max(...sizes), 0);
  };
  return { server: peakOf('server/src/'), worker: peakOf('worker/src/main.ts') };
}

async function send(api: Api, projectId: string, sizeBytes: number): Promise<string> {
  const body = { name: 'large.csv', format: 'csv', sizeBytes, idempotencyKey: 'a-large-file' };
  const { id } = await api.call(createSource, { params: { projectId }, body });
  const whole = createHash('sha256');
  let offset = 0;
  for (const part of parts(sizeBytes)) {
    whole.update(part);
    const sha256 = createHash('sha256').update(part).digest('hex');
    const query = new URLSearchParams({ offset: String(offset), sha256, sizeBytes: String(part.length) });
    const reply = await api.raw(`${pathOf(putSourcePart.path, { sourceId: id })}?${query.toString()}`, {
      method: putSourcePart.method,
      headers: { 'content-type': 'application/octet-stream' },
      body: new Uint8Array(part),
    });
    if (!reply.ok) throw new Error(`part at ${offset}: ${reply.status} ${await reply.text()}`);
    offset += part.length;
  }
  await api.call(completeSource, { params: { sourceId: id }, body: { sha256: whole.digest('hex') } });
  return id;
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
  const sourceId = await timed('upload', () => send(api, projectId, sizeBytes));
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
