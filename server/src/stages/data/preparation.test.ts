import { text } from 'node:stream/consumers';
import { cancelJob } from '@greenlight/shared/jobs/contract.ts';
import { createTextDatasetVersion, getDatasetVersion } from '@greenlight/shared/stages/data/contract.ts';
import { compareDatasetVersions, getDatasetLineage } from '@greenlight/shared/stages/data/lineage-contract.ts';
import { listPreparations, startPreparation } from '@greenlight/shared/stages/data/preparation-contract.ts';
import { prepareDatasetJob } from '@greenlight/shared/stages/data/preparation/preparation-job.ts';
import { claimJob, endJob, getJobInput, putJobFile } from '@greenlight/shared/worker-protocol/jobs.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Caller } from '../../testing/caller.ts';
import { startInstallation, type TestInstallation } from '../../testing/installation.ts';
import { signedInAdmin } from '../../testing/people.ts';
import { resultFor } from '../../testing/preparations.ts';
import { seededProject } from '../../testing/runs.ts';
import { TestWorker } from '../../testing/worker.ts';

let installation: TestInstallation;
let admin: Caller;
let worker: TestWorker;
let projectId: string;
let originId: string;

beforeAll(async () => {
  installation = await startInstallation();
  admin = await signedInAdmin(installation.url);
  worker = await TestWorker.register(installation.url);
  projectId = (await seededProject(admin)).projectId;
  const content = { train: ['one', 'two', 'two again'], validation: [], test: ['three'] };
  const words = { datasetName: { en: 'Words' }, source: { en: 'a test' }, licence: 'own', notes: { en: '' } };
  const version = await admin.call(createTextDatasetVersion, {
    params: { projectId },
    body: { ...words, seed: 1, content },
  });
  originId = version.id;
});
afterAll(() => installation.close());

const ask = (steps: object[], datasetVersionId = originId) =>
  admin.ask(startPreparation, {
    params: { projectId },
    body: { origin: { kind: 'version', datasetVersionId }, recipe: { version: 1, steps }, splits: null },
  });
const list = async () => (await admin.call(listPreparations, { params: { projectId } })).items;

async function claim() {
  const body = { workerId: worker.workerId, kinds: [prepareDatasetJob.kind], waitSeconds: 0 };
  const { job } = await worker.caller.call(claimJob, { body });
  if (job === null) throw new Error('no preparation waits');
  return job;
}

test('a preparation that finished is a new version that says what it was made from', async () => {
  const { data } = installation.services;
  expect((await data.summary(projectId)).unprepared).toBe(originId);
  const started = await ask([{ type: 'lowercase' }]);
  expect(started.status).toBe(201);
  const job = await claim();
  const { jobId, lease } = job;
  expect(prepareDatasetJob.payload.parse(job.payload).plan).toMatchObject({
    format: 'jsonl',
    mapping: { split: 'split', labels: [] },
  });
  const address = `${installation.url}${getJobInput.path.replace('{jobId}', jobId).replace('{name}', 'source')}`;
  const input = await fetch(`${address}?lease=${lease}`, { headers: worker.caller.headers });
  expect((await text(input.body!)).split('\n')[0]).toBe('{"split":"train","text":"one"}');

  const content = Buffer.from('{"split":"train","text":"one"}\n{"split":"test","text":"three"}\n');
  const result = resultFor(content, 2);
  const end = () =>
    worker.caller.ask(endJob, { params: { jobId }, body: { lease, outcome: { state: 'finished', result } } });
  expect((await end()).status).toBe(400);
  const query = { lease, sha256: result.items.sha256, sizeBytes: String(content.length) };
  const headers = { 'content-type': 'application/octet-stream' };
  await worker.caller.call(putJobFile, { params: { jobId, name: 'items.jsonl' }, query, body: content, headers });
  expect((await end()).body).toEqual({ state: 'finished' });

  expect((await data.summary(projectId)).unprepared).toBeNull();
  const [made] = await list();
  expect(made).toMatchObject({ jobId, state: 'finished', origin: { datasetVersionId: originId } });
  const version = await admin.call(getDatasetVersion, { params: { datasetVersionId: made?.datasetVersionId ?? '' } });
  expect(version).toMatchObject({ version: 2, items: 2, contentSha256: result.items.sha256, preview: ['one'] });
  expect(version.splits).toEqual({ train: 1, validation: 1, test: 1, sameAsTraining: false, seed: 0 });
  const kept = await installation.database.preparation.findUniqueOrThrow({ where: { jobId } });
  expect(kept).toMatchObject({ originVersionId: originId, datasetVersionId: version.id });
  const lineage = await admin.call(getDatasetLineage, { params: { datasetVersionId: originId } });
  expect(lineage.versions.map(({ id }) => id)).toEqual([originId, version.id]);
  expect(lineage).toMatchObject({
    preparations: [{ jobId, from: originId, to: version.id, steps: ['lowercase'] }],
    runs: [],
    isComplete: true,
  });
  const compared = await admin.call(compareDatasetVersions, {
    params: { datasetVersionId: version.id },
    query: { before: originId },
  });
  expect(compared).toMatchObject({ kept: 2, added: 0, removed: 2, moved: 0, relabelled: 0 });
  expect(compared.samples.removed).toEqual(['two', 'two again']);
  const audit = await installation.services.audit.list(undefined, 10);
  expect(audit.items).toContainEqual(
    expect.objectContaining({ action: 'dataset-version.prepared', target: `dataset-version:${version.id}` }),
  );
});

test('the newest version leaks where its preparation found held-out items in another split; texts within others are told of only', async () => {
  const { data } = installation.services;
  const leak = { held: 'test', from: 'train', exact: 0, near: 0, contained: 4, heldItems: 5, examples: [] } as const;
  const prepared = async (word: string, leaks: (typeof leak | { exact: number })[]) => {
    const { body } = await ask([{ type: 'lowercase' }, { type: 'filter-length', minimum: word.length }]);
    const { jobId, lease } = await claim();
    expect((body as unknown as { jobId: string }).jobId).toBe(jobId);
    const content = Buffer.from(`{"split":"train","text":"${word}"}\n{"split":"test","text":"${word}"}\n`);
    const result = { ...resultFor(content, 2), leakage: { isClean: false, leaks } };
    const query = { lease, sha256: result.items.sha256, sizeBytes: String(content.length) };
    const headers = { 'content-type': 'application/octet-stream' };
    await worker.caller.call(putJobFile, { params: { jobId, name: 'items.jsonl' }, query, body: content, headers });
    await worker.caller.call(endJob, { params: { jobId }, body: { lease, outcome: { state: 'finished', result } } });
    return data.summary(projectId);
  };
  expect(await prepared('a', [leak])).toMatchObject({ unprepared: null, leaking: null });
  const { leaking } = await prepared('bb', [{ ...leak, exact: 2 }]);
  expect(leaking).toBe((await list())[0]?.datasetVersionId);
  expect(leaking).not.toBeNull();
});

test('the same wish is one job, which goes on after it was cancelled', async () => {
  const first = (await ask([{ type: 'strip-html' }])).body as unknown as { jobId: string };
  expect((await ask([{ type: 'strip-html' }])).body).toMatchObject({ jobId: first.jobId, state: 'queued' });
  await admin.call(cancelJob, { params: { jobId: first.jobId } });
  expect((await list())[0]).toMatchObject({ jobId: first.jobId, state: 'cancelled' });
  expect((await ask([{ type: 'strip-html' }])).body).toMatchObject({ jobId: first.jobId, state: 'queued' });
});

test('a version of nowhere and a recipe of another form are refused', async () => {
  expect((await ask([], crypto.randomUUID())).status).toBe(404);
  expect((await ask([{ type: 'no-such-step' }])).status).toBe(400);
});
