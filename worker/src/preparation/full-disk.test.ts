import { readdir } from 'node:fs/promises';
import { itemLine } from '@greenlight/shared/stages/data/content.ts';
import { prepareDatasetJob } from '@greenlight/shared/stages/data/preparation/preparation-job.ts';
import { afterEach, expect, test } from 'vitest';
import { Copies } from '../jobs/copies.ts';
import { JobWork } from '../jobs/job-work.ts';
import { ServerClient } from '../report/client.ts';
import { Terminal } from '../report/terminal.ts';
import { JobServer } from '../test-support/job-server.ts';
import { smallDisk } from '../test-support/small-disk.ts';

const MEBIBYTE = 2 ** 20;
const LINES = 6000;
const SOURCE = Buffer.from(
  Array.from({ length: LINES }, (_, line) =>
    itemLine({
      split: 'train',
      text: `Mail ${line} of customer ${line % 700}: ${'the parcel is late '.repeat(line % 17)}`,
    }),
  ).join(''),
);
const PAYLOAD = {
  origin: { kind: 'version', datasetVersionId: '01a20a76-a2a3-7a62-8176-708ce0b86c34' },
  dataset: { key: 'a', name: { en: 'A' }, source: { en: 'b' }, licence: 'own', notes: { en: '' } },
  plan: {
    format: 'jsonl',
    mapping: { encoding: 'utf-8', split: 'split' },
    recipe: { version: 1, steps: [{ type: 'lowercase' }, { type: 'drop-exact-duplicates' }] },
    splits: { seed: 1, shares: { train: 0.8, validation: 0.1, test: 0.1 } },
  },
};

let server: JobServer | undefined;
afterEach(() => server?.close());

/** Performs the job in a folder and answers how it ended. */
async function outcomeIn(workerFolder: string) {
  await server?.close();
  server = new JobServer(prepareDatasetJob.kind, PAYLOAD, { source: SOURCE });
  const address = { serverUrl: await server.listen(), token: 'a-token' };
  const terminal = new Terminal({ write: () => true });
  const client = new ServerClient(address);
  const shutdown = new AbortController().signal;
  await JobWork.perform(
    server.job,
    { client, terminal, workerFolder, copies: new Copies(workerFolder), shutdown },
    address,
  );
  return server.outcome.promise;
}

const disk = await smallDisk(MEBIBYTE / 2);

test.skipIf(disk === null)(
  'a disk that is full while a file comes in, is read, cleaned or written ends the job with a code and leaves nothing (where this account may mount one)',
  async ({ onTestFinished }) => {
    onTestFinished(() => disk?.remove());
    const folder = disk!.folder;
    const codes: string[] = [];
    for (let size = MEBIBYTE / 2; codes.at(-1) !== 'finished'; size *= 1.5) {
      disk!.resize(Math.round(size));
      const outcome = await outcomeIn(folder);
      codes.push(outcome.state === 'failed' ? outcome.error.code : outcome.state);
      expect([await readdir(`${folder}/jobs`), await readdir(`${folder}/kept-jobs`).catch(() => [])]).toEqual([[], []]);
      expect(size).toBeLessThan(64 * MEBIBYTE);
    }
    // Once there is room the same job goes through.
    expect(codes.length).toBeGreaterThan(3);
    expect(new Set(codes)).toEqual(new Set(['disk-full', 'finished']));
  },
);
