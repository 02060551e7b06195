import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getWorkerArtifact, heartbeat, putArtifact } from '@greenlight/shared/worker-protocol/contract.ts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ProtocolServer } from '../test-support/protocol-server.ts';
import { tinyConfiguration } from '../test-support/tiny-run.ts';
import { backOffMs } from './back-off.ts';
import { ContentError, RefusedError, ServerClient, StorageFullError, UnreachableError } from './client.ts';

const LEASE = 'a-lease-for-the-only-run';
const content = Buffer.from('a file of a run');
const sha256 = createHash('sha256').update(content).digest('hex');

let folder: string;
let server: ProtocolServer;
let client: ServerClient;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlight-client-'));
  server = new ProtocolServer({
    configuration: tinyConfiguration(),
    dataset: { train: ['a'], validation: [], test: [] },
  });
  client = new ServerClient({ serverUrl: await server.listen(), token: 'a-token' });
});

afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const beat = (attempts: number, signal?: AbortSignal) =>
  client.call(heartbeat, { params: { runId: server.runId }, body: { lease: LEASE } }, { attempts, signal });

test('a call sends what the route declares and returns its checked reply', async () => {
  await expect(beat(1)).resolves.toMatchObject({ cancelRequested: false });
});

test('a refusal is final and carries its code and details', async () => {
  server.outage = 'lease-lost';
  const error = await beat(5).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(RefusedError);
  expect(error).toMatchObject({ status: 409, code: 'lease-lost' });
  expect(server.requests).toBe(1);
});

test.each(['not-ready', 'internal', 'too-many-requests', 'hang-up'] as const)(
  '%s is tried again, up to the allowed attempts',
  async (outage) => {
    server.outage = outage;
    await expect(beat(3)).rejects.toThrow(UnreachableError);
    expect(server.requests).toBe(3);
  },
);

test('a signal ends the retries with its own reason', async () => {
  server.outage = 'not-ready';
  const stop = new AbortController();
  const pending = beat(Infinity, stop.signal);
  await server.until(() => server.requests >= 2);
  stop.abort(new Error('enough'));
  await expect(pending).rejects.toThrow('enough');
});

test('a file is uploaded as it is and downloaded with its checksum verified', async () => {
  const source = join(folder, 'source');
  await writeFile(source, content);
  const request = {
    params: { runId: server.runId, name: 'file.bin' },
    query: { lease: LEASE, kind: 'other', sha256, sizeBytes: content.length },
  } as const;
  const { artifactId } = await client.upload(putArtifact, request, source);
  const path = join(folder, 'copies', 'file.bin');
  await client.download(getWorkerArtifact, { params: { artifactId } }, { path, sha256 });
  expect(await readFile(path)).toEqual(content);
});

test('a file that the server has no room for is sent again until the limit, and each time the wait is told', async () => {
  server.outage = 'storage-full';
  const source = join(folder, 'source');
  await writeFile(source, content);
  const request = {
    params: { runId: server.runId, name: 'file.bin' },
    query: { lease: LEASE, kind: 'other', sha256, sizeBytes: content.length },
  } as const;
  let told = 0;
  const whenFull = (limitMs: number) => ({ whenFull: { limitMs, tell: () => void told++ } });
  await expect(client.upload(putArtifact, request, source, whenFull(0))).rejects.toThrow(StorageFullError);
  expect([server.requests, told]).toEqual([1, 0]);
  const sending = client.upload(putArtifact, request, source, whenFull(60_000));
  await server.until(() => told >= 2);
  server.outage = null;
  await expect(sending).resolves.toHaveProperty('artifactId');
});

test('a download of other content leaves nothing behind', async () => {
  server.artifacts.push({
    id: randomUUID(),
    name: 'x',
    kind: 'other',
    step: null,
    sha256,
    content: Buffer.from('other content'),
  });
  const path = join(folder, 'copies', 'file.bin');
  const artifactId = server.artifacts[0]?.id ?? '';
  await expect(client.download(getWorkerArtifact, { params: { artifactId } }, { path, sha256 })).rejects.toThrow(
    ContentError,
  );
  expect(await readdir(join(folder, 'copies'))).toEqual([]);
});

test('a missing file is reported as such, not as a connection to try again', async () => {
  const request = {
    params: { runId: server.runId, name: 'file.bin' },
    query: { lease: LEASE, kind: 'other', sha256, sizeBytes: 1 },
  } as const;
  await expect(client.upload(putArtifact, request, join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'ENOENT' });
  expect(server.requests).toBe(0);
});

test('pauses double up to ten seconds, and chance takes up to half of each', () => {
  expect([1, 2, 3].map((attempt) => backOffMs(attempt, 1))).toEqual([200, 400, 800]);
  expect(backOffMs(30, 1)).toBe(10_000);
  expect(backOffMs(30, 0)).toBe(5000);
});
