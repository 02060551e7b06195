/**
 * A large archive of images through the whole product: `npm run bench -- image-archive [--gigabytes 2] [--megabytes-an-image 2]`. It is made on
 * the fly (heads of JPEG and PNG files with random bytes behind them, one in fifty repeated), sent part by part and imported by the
 * worker; then the version is prepared again without its repetitions. Memory is the largest resident size of each process (Linux); `job` is
 * the process of the worker that reads and writes the images.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { getJob } from '@greenlight/shared/jobs/contract.ts';
import { createProject } from '@greenlight/shared/projects/contract.ts';
import { listPreparations, startPreparation } from '@greenlight/shared/stages/data/preparation-contract.ts';
import { preparationJobResult } from '@greenlight/shared/stages/data/preparation/preparation-job.ts';
import { importSource } from '@greenlight/shared/stages/data/source-contract.ts';
import { apiWithToken } from '../e2e/fixtures/api.ts';
import { startProduct } from '../e2e/fixtures/product.ts';
import { writeResult } from './results.ts';
import { ImageArchive } from './support/image-archives.ts';
import { peakOf, peaks, sendFile } from './support/large-files.ts';
import { rounded } from './support/statistics.ts';

const { values: options } = parseArgs({
  args: process.argv.slice(3),
  options: {
    gigabytes: { type: 'string', default: '2' },
    'megabytes-an-image': { type: 'string', default: '2' },
  },
});

const REPEAT_EVERY = 50;
const POLL_MS = 250;
const imageBytes = Math.round(Number(options['megabytes-an-image']) * 1e6);
const archive = new ImageArchive(Math.round((Number(options.gigabytes) * 1e9) / imageBytes), imageBytes, REPEAT_EVERY);
const { sizeBytes } = archive;

const product = await startProduct();
try {
  const api = await apiWithToken(product.url);
  const { id: projectId } = await api.call(createProject, { body: { name: 'Large', goal: { en: 'measure' } } });
  const seconds: Record<string, number> = {};
  const jobMegabytes: Record<string, number> = {};
  const timed = async <Value>(name: string, work: () => Promise<Value>): Promise<Value> => {
    const startedAt = performance.now();
    const value = await work();
    seconds[name] = rounded((performance.now() - startedAt) / 1000, 1);
    return value;
  };
  /** Waits for a job to end; answers what it made, and notes what its process took. */
  const outcomeOf = async (name: string, jobId: string) => {
    for (;;) {
      jobMegabytes[name] = Math.max(jobMegabytes[name] ?? 0, peakOf(product, 'job-process') ?? 0);
      const { state, error, result } = await api.call(getJob, { params: { jobId } });
      if (error !== null) throw new Error(JSON.stringify(error));
      if (state === 'finished') return preparationJobResult.parse(result);
      await wait(POLL_MS);
    }
  };
  const before = peaks(product);
  const sourceId = await timed('upload', () =>
    sendFile(api, projectId, { name: 'images.zip', format: 'zip', sizeBytes, parts: archive.parts() }),
  );
  const afterUpload = peaks(product);
  const words = { datasetName: { en: 'Large' }, source: { en: 'a measurement' }, licence: 'own', notes: { en: '' } };
  const imported = await timed('import', async () => {
    const { jobId } = await api.call(importSource, { params: { sourceId }, body: words });
    return outcomeOf('import', jobId);
  });
  const afterImport = peaks(product);
  const { items } = await api.call(listPreparations, { params: { projectId } });
  const origin = { kind: 'version', datasetVersionId: items[0]?.datasetVersionId };
  const prepared = await timed('prepareAgain', async () => {
    const recipe = { version: 1, steps: [{ type: 'drop-exact-duplicates' }] };
    const splits = { seed: 2, shares: { train: 0.8, validation: 0.1, test: 0.1 }, stratify: true, keepsGiven: false };
    const { jobId } = await api.call(startPreparation, { params: { projectId }, body: { origin, recipe, splits } });
    return outcomeOf('prepareAgain', jobId);
  });
  await writeResult('image-archive', {
    command: ['npm run bench -- image-archive', ...process.argv.slice(3)].join(' '),
    gigabytes: rounded(sizeBytes / 1e9, 3),
    images: archive.images,
    repeated: { planted: archive.repeated, found: imported.profile.after.duplicates.exact },
    left: prepared.profile.after.items,
    isFreeOfLeaks: imported.leakage.isClean && prepared.leakage.isClean,
    seconds,
    megabytesASecond: Object.fromEntries(
      Object.entries(seconds).map(([name, taken]) => [name, rounded(sizeBytes / 1e6 / taken, 0)]),
    ),
    peakMegabytes: { before, afterUpload, afterImport, afterPreparing: peaks(product), job: jobMegabytes },
  });
} finally {
  await product.remove();
}
