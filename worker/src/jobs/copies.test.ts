import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Copies } from './copies.ts';

const SHA256 = 'a'.repeat(64);
const RUN = '01a20a76-a2a3-7a62-8176-708ce0b86c34';
const JOB = '01a20a76-a2a3-7a62-8176-708ce0b86c35';
const ALL = { datasets: [SHA256], runs: [RUN], jobs: [JOB] };

test('all that lies here is told, and goes unless it is in use', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'greenlight-copies-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const copies = new Copies(folder);
  expect(await copies.held()).toEqual({ datasets: [], runs: [], jobs: [] });
  await mkdir(join(folder, 'datasets'));
  await writeFile(copies.datasetPath(SHA256), '{}');
  for (const path of [`runs/${RUN}`, `jobs/${JOB}/inputs`, `kept-jobs/${JOB}`])
    await mkdir(join(folder, path), { recursive: true });
  expect(await copies.held()).toEqual(ALL);

  const releases = [await copies.use('datasets', SHA256), await copies.use('datasets', SHA256)];
  expect(await copies.remove(ALL)).toBe(2);
  releases[0]!();
  expect(await copies.remove(ALL)).toBe(2);
  expect(await copies.held()).toEqual({ datasets: [SHA256], runs: [], jobs: [] });
  const { released } = copies;
  releases[1]!();
  await released;
  const removing = copies.remove(ALL);
  // Who wants it meanwhile waits until it is gone, and then fetches it anew.
  const release = await copies.use('datasets', SHA256);
  expect(await readdir(join(folder, 'datasets'))).toEqual([]);
  release();
  await removing;
});
