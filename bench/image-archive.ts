/**
 * A large archive of images through the whole product: `npm run bench -- image-archive [--gigabytes 2] [--megabytes-an-image 2]`. It is made on
 * the fly (heads of JPEG and PNG files with random bytes behind them, one in fifty repeated), sent part by part and imported by the
 * worker; then the version is prepared again without its repetitions. Memory is the largest resident size of each process (Linux); `job` is
 * the process of the worker that reads and writes the images, in each line the largest so far.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { getJob } from '@greenlight/shared/jobs/contract.ts';
import { listPreparations, startPreparation } from '@greenlight/shared/stages/data/preparation-contract.ts';
import { preparationJobResult } from '@greenlight/shared/stages/data/preparation/preparation-job.ts';
import { importSource } from '@greenlight/shared/stages/data/source-contract.ts';
import { writeResult } from './results.ts';
import { ImageArchive } from './support/image-archives.ts';
import { inEmptyProject, sendFile } from './support/large-files.ts';
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

await inEmptyProject(async ({ api, projectId, peaks, seconds, timed }) => {
  const outcomeOf = async (jobId: string) => {
    for (;;) {
      const { state, error, result } = await api.call(getJob, { params: { jobId } });
      if (error !== null) throw new Error(JSON.stringify(error));
      if (state === 'finished') return preparationJobResult.parse(result);
      await wait(POLL_MS);
    }
  };
  const before = peaks.sofar();
  const sourceId = await timed('upload', () =>
    sendFile(api, projectId, { format: 'zip', sizeBytes, parts: archive.parts() }),
  );
  const afterUpload = peaks.sofar();
  const words = { datasetName: { en: 'Large' }, source: { en: 'a measurement' }, licence: 'own', notes: { en: '' } };
  const imported = await timed('import', async () => {
    const { jobId } = await api.call(importSource, { params: { sourceId }, body: words });
    return outcomeOf(jobId);
  });
  const afterImport = peaks.sofar();
  const { items } = await api.call(listPreparations, { params: { projectId } });
  const origin = { kind: 'version', datasetVersionId: items[0]?.datasetVersionId };
  const prepared = await timed('prepareAgain', async () => {
    const recipe = { version: 1, steps: [{ type: 'drop-exact-duplicates' }] };
    const splits = { seed: 2, shares: { train: 0.8, validation: 0.1, test: 0.1 }, stratify: true, keepsGiven: false };
    const { jobId } = await api.call(startPreparation, { params: { projectId }, body: { origin, recipe, splits } });
    return outcomeOf(jobId);
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
    peakMegabytes: { before, afterUpload, afterImport, afterPreparing: peaks.sofar() },
  });
});
