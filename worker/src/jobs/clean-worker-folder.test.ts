import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cleanWorkerFolder } from './clean-worker-folder.ts';

test('what was not touched for a week or was left half-way goes, what was stays, and an empty folder is fine', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'greenlight-clean-'));
  const now = Date.now();
  await cleanWorkerFolder(folder, now);
  const old = new Date(now - 8 * 24 * 3600 * 1000);
  for (const name of ['forgotten', 'active']) {
    await mkdir(join(folder, 'runs', name), { recursive: true });
    await writeFile(join(folder, 'runs', name, 'events.jsonl'), '');
    await utimes(join(folder, 'runs', name), old, old);
  }
  await utimes(join(folder, 'runs', 'forgotten', 'events.jsonl'), old, old);
  await mkdir(join(folder, 'datasets'));
  await writeFile(join(folder, 'datasets', 'old.json'), '');
  await writeFile(join(folder, 'datasets', 'new.json'), '');
  await utimes(join(folder, 'datasets', 'old.json'), old, old);
  await writeFile(join(folder, 'datasets', 'new.json.partial-12'), 'half of it');
  await mkdir(join(folder, 'jobs', 'killed', 'inputs'), { recursive: true });
  await cleanWorkerFolder(folder, now);
  expect(await readdir(folder)).not.toContain('jobs');
  expect(await readdir(join(folder, 'runs'))).toEqual(['active']);
  expect(await readdir(join(folder, 'datasets'))).toEqual(['new.json']);
  await rm(folder, { recursive: true });
});
