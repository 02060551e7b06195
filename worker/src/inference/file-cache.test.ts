import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ServerClient } from '../report/client.ts';
import { ProtocolServer } from '../test-support/protocol-server.ts';
import { tinyConfiguration } from '../test-support/tiny-run.ts';
import { FileCache, type FileReference } from './file-cache.ts';

let folder: string;
let server: ProtocolServer;
const { signal } = new AbortController();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlight-file-cache-'));
  server = new ProtocolServer({
    configuration: tinyConfiguration(),
    dataset: { train: ['a'], validation: [], test: [] },
  });
  await server.listen();
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

function client(): ServerClient {
  return new ServerClient({ serverUrl: server.address, token: 'a-worker-token' });
}

function offer(text: string): FileReference {
  const content = Buffer.from(text);
  const sha256 = createHash('sha256').update(content).digest('hex');
  const artifactId = randomUUID();
  server.artifacts.push({ id: artifactId, name: text.slice(0, 8), kind: 'other', step: null, sha256, content });
  return { artifactId, sha256 };
}

test('making room leaves a download under way alone, whatever its size', async () => {
  const cache = new FileCache(client(), folder, 100);
  const underWay = `${'0'.repeat(64)}.partial-1`;
  await writeFile(join(folder, underWay), 'x'.repeat(1000));
  const reference = offer('first');
  const { sha256 } = reference;
  await cache.get(reference, signal);
  expect((await readdir(folder)).toSorted()).toEqual([underWay, sha256].toSorted());
});

test('many files at once are all there, and only the newest stay when the limit is small', async () => {
  const references = Array.from({ length: 12 }, (_, index) => offer(`file ${index} ${'y'.repeat(50_000)}`));
  const roomy = new FileCache(client(), folder, 1e9);
  await Promise.all(references.map((reference) => roomy.get(reference, signal)));
  expect(await readdir(folder)).toHaveLength(12);

  const small = new FileCache(client(), folder, 60_000);
  const newest = offer('newest');
  await small.get(newest, signal);
  const left = await readdir(folder);
  expect(left).toContain(newest.sha256);
  expect(left.length).toBeLessThan(4);
});
