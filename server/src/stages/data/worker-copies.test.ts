import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cancelJob } from '@greenlight/shared/jobs/contract.ts';
import { createProject } from '@greenlight/shared/projects/contract.ts';
import { createTextDatasetVersion } from '@greenlight/shared/stages/data/contract.ts';
import { confirmErasure, getErasure, startErasure } from '@greenlight/shared/stages/data/erasure/erasure-contract.ts';
import { startPreparation } from '@greenlight/shared/stages/data/preparation-contract.ts';
import { getDeletionCertificate, stateCopyOutcome } from '@greenlight/shared/stages/data/retention-contract.ts';
import { cancelRun, getRun } from '@greenlight/shared/stages/training/contract.ts';
import { reportCopies, type WorkerCopies } from '@greenlight/shared/worker-protocol/copies.ts';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import type { Caller } from '../../testing/caller.ts';
import { everythingIn, inClear } from '../../testing/in-clear.ts';
import { startInstallation, type TestInstallation } from '../../testing/installation.ts';
import { addPerson, signedInAdmin } from '../../testing/people.ts';
import { queueRun } from '../../testing/runs.ts';
import { TestWorker } from '../../testing/worker.ts';
import { startWorkerProcess, type WorkerProcess } from '../../testing/worker-process.ts';

const PHONE = '13755501234';
/** Long enough that it is still going on when the data is erased. */
const SLOW = {
  epochs: 10_000,
  dModel: 16,
  heads: 2,
  encoderLayers: 1,
  decoderLayers: 1,
  feedForward: 32,
  batchSize: 2,
};
const FILLERS = Array.from({ length: 60 }, (_, index) => `nothing of the kind ${index}`);
const PATIENCE = { timeout: 90_000 };

let installation: TestInstallation;
let admin: Caller;
let projectId: string;

beforeAll(async () => {
  installation = await startInstallation();
  admin = await signedInAdmin(installation.url);
  // The shipped run would be taken first.
  const ended = { state: 'cancelled', finishedAt: new Date() };
  await installation.database.run.updateMany({ where: { state: 'queued' }, data: ended });
});
afterAll(() => installation.close());
beforeEach(async () => {
  projectId = (await admin.call(createProject, { body: { name: 'Copies', goal: { en: 'erase' } } })).id;
  await installation.database.worker.deleteMany({ where: { runs: { none: {} }, jobs: { none: {} } } });
});

const addVersion = (text: string, into = projectId) =>
  admin.call(createTextDatasetVersion, {
    params: { projectId: into },
    body: {
      ...{ datasetName: { en: 'Letters' }, source: { en: 'a test' }, licence: 'own', notes: { en: '' }, seed: 3 },
      content: { train: [text, ...FILLERS], validation: [], test: ['kept for the test'] },
    },
  });
/** Erases the person and returns the id of the certificate. */
async function erase(found = 1): Promise<string> {
  const body = { reason: 'asked for in writing', identifiers: [{ kind: 'phone', value: PHONE }] };
  const { id } = await admin.call(startErasure, { params: { projectId }, body });
  const params = { erasureId: id };
  await installation.services.erasureWork.settled();
  await admin.call(confirmErasure, { params, body: { found } });
  await installation.services.erasureWork.settled();
  const { certificateId } = await admin.call(getErasure, { params });
  return certificateId ?? '';
}
const certificateOf = (certificateId: string) => admin.call(getDeletionCertificate, { params: { certificateId } });
const statesOf = async (certificateId: string) =>
  Object.fromEntries((await certificateOf(certificateId)).copiesOnWorkers.map(({ worker, state }) => [worker, state]));
const tell = async (worker: TestWorker, held: Partial<WorkerCopies> = {}) => {
  const body = { workerId: worker.workerId, held: { datasets: [], runs: [], jobs: [], ...held } };
  return (await worker.caller.call(reportCopies, { body })).obsolete;
};
const removals = async () => {
  const { items } = await installation.services.audit.list(undefined, 100);
  const action = 'dataset-version.copy-removed';
  return items.filter((event) => event.projectId === projectId && event.action === action);
};

test('a worker drops its copy while it trains on it, and another one that was killed when it starts again', async () => {
  const folders = [
    await mkdtemp(join(tmpdir(), 'greenlight-copies-')),
    await mkdtemp(join(tmpdir(), 'greenlight-copies-')),
  ];
  const processes: WorkerProcess[] = [];
  onTestFinished(async () => {
    await Promise.all(processes.map((one) => one.kill()));
    for (const folder of folders) await rm(folder, { recursive: true, force: true });
  });
  const version = await addVersion(`call ${PHONE}`);
  const runs: string[] = [];
  for (const [index, folder] of folders.entries()) {
    const run = await queueRun(admin, { projectId, datasetVersionId: version.id }, { configuration: SLOW });
    runs.push(run.id);
    processes.push(startWorkerProcess(installation.url, folder, `worker-${index}`));
    await expect
      .poll(() => installation.database.run.count({ where: { id: run.id, state: 'running' } }), PATIENCE)
      .toBe(1);
    await expect.poll(() => everythingIn(folder), PATIENCE).toContain(PHONE);
  }
  // While it is worked on, only a worker's own folder holds the data in clear.
  expect(await inClear(PHONE, installation.dataFolder, installation.database)).toEqual([]);
  await processes[1]!.kill();

  const certificateId = await erase();
  const first = await certificateOf(certificateId);
  expect(first.content).toMatchObject({
    openPoints: { copiesOnWorkers: [{ worker: 'worker-0' }, { worker: 'worker-1', removedAt: null }] },
    otherTexts: { runs: 2 },
  });
  for (const runId of runs) {
    const { state, error } = await admin.call(getRun, { params: { runId } });
    expect([state, error?.code]).toEqual(['failed', 'person-erased']);
  }
  await expect
    .poll(() => statesOf(certificateId), PATIENCE)
    .toEqual({ 'worker-0': 'removed', 'worker-1': 'unconfirmed' });
  expect(await everythingIn(folders[0]!)).not.toContain(PHONE);
  expect(await everythingIn(folders[1]!)).toContain(PHONE);
  expect(await removals()).toMatchObject([{ actor: 'worker:worker-0', target: `dataset-version:${version.id}` }]);

  processes[1] = startWorkerProcess(installation.url, folders[1]!, 'worker-1');
  await expect.poll(() => statesOf(certificateId), PATIENCE).toEqual({ 'worker-0': 'removed', 'worker-1': 'removed' });
  expect(await everythingIn(folders[1]!)).not.toContain(PHONE);
  const last = await certificateOf(certificateId);
  expect(last.copiesOnWorkers.every(({ at }) => at !== null && at >= first.createdAt)).toBe(true);
  expect([last.sha256, last.content]).toEqual([first.sha256, first.content]);
  expect(await removals()).toHaveLength(2);
});

test('a report can be lost or come twice, and one that may have begun before the erasure confirms nothing', async () => {
  const version = await addVersion(`ring ${PHONE}`);
  await queueRun(admin, { projectId, datasetVersionId: version.id });
  const held = { datasets: [version.contentSha256] };
  const keeper = await TestWorker.register(installation.url, 'keeper');
  const empty = await TestWorker.register(installation.url, 'empty');
  const silent = await TestWorker.register(installation.url, 'silent');
  expect(await tell(keeper, held)).toMatchObject({ datasets: [] });
  await tell(silent);
  const certificateId = await erase();
  await TestWorker.register(installation.url, 'came-later');
  const states = { keeper: 'unconfirmed', empty: 'unconfirmed', silent: 'unconfirmed' };
  expect(await statesOf(certificateId)).toEqual(states);

  for (let round = 0; round < 2; round++) expect(await tell(keeper, held)).toMatchObject(held);
  await tell(empty);
  expect(await statesOf(certificateId)).toEqual({ ...states, keeper: 'held' });
  await tell(empty);
  for (let round = 0; round < 2; round++) await tell(keeper);
  expect(await statesOf(certificateId)).toEqual({ keeper: 'removed', empty: 'none', silent: 'unconfirmed' });
  expect(await removals()).toHaveLength(1);
  const workerId = projectId;
  const unknown = await keeper.caller.ask(reportCopies, { body: { workerId, held: { ...held, runs: [], jobs: [] } } });
  expect([unknown.status, unknown.body.error.code]).toEqual([404, 'not-found']);
});

test('what became of a machine that does not come back is said by a person, and never passes for a confirmation', async () => {
  await addVersion(`ring ${PHONE}`);
  // A worker that was silent since before the version came has no copy of it.
  await installation.database.datasetVersion.updateMany({
    where: { projectId },
    data: { createdAt: new Date(Date.now() - 3_600_000) },
  });
  const gone = await TestWorker.register(installation.url, 'gone');
  await tell(gone);
  const certificateId = await erase();
  const first = await certificateOf(certificateId);
  const params = { certificateId };
  const body = { workerId: gone.workerId, outcome: 'destroyed', reason: `shredded, ask ${PHONE} for the receipt` };
  const codeOf = async (caller: Caller, wish: object = body) => {
    const { status, body: answer } = await caller.ask(stateCopyOutcome, { params, body: wish });
    return status === 200 ? 'stated' : answer.error.code;
  };
  // It may only be busy: within minutes it tells by itself.
  expect(await codeOf(admin)).toBe('worker-answers');
  const silent = (minutes: number) =>
    installation.database.worker.update({
      where: { id: gone.workerId },
      data: { lastSeenAt: new Date(Date.now() - minutes * 60_000) },
    });
  await silent(4);
  expect(await codeOf(admin)).toBe('worker-answers');
  await silent(6);
  const engineer = await addPerson(installation, 'engineer@example.com', { projectId, roles: ['engineer'] });
  expect(await codeOf(engineer)).toBe('not-allowed');
  const stranger = await addPerson(installation, 'stranger@example.com', undefined);
  expect(await codeOf(stranger)).toBe('not-found');
  expect(await codeOf(admin, { ...body, workerId: projectId })).toBe('not-found');
  for (let round = 0; round < 2; round++) expect(await codeOf(admin)).toBe('stated');

  const { copiesOnWorkers, sha256 } = await certificateOf(certificateId);
  const said = { outcome: 'destroyed', by: 'admin@example.com', reason: 'shredded, ask [PHONE] for the receipt' };
  expect(copiesOnWorkers).toMatchObject([{ worker: 'gone', state: 'unconfirmed', stated: said }]);
  expect(sha256).toBe(first.sha256);
  const { items } = await installation.services.audit.list(undefined, 100);
  const events = items.filter(({ action, target }) => action.endsWith('-stated') && target.endsWith(certificateId));
  expect(events).toMatchObject([{ actor: said.by, projectId, details: { worker: 'gone', reason: said.reason } }]);

  // One that comes back all the same is believed before anybody.
  for (let round = 0; round < 2; round++) await tell(gone);
  expect((await certificateOf(certificateId)).copiesOnWorkers).toMatchObject([{ state: 'none', stated: said }]);
  expect(await codeOf(admin, { ...body, outcome: 'wiped' })).toBe('worker-answers');
});

test('a copy stays while a run on it waits or goes on, and the folder of cancelled work until its data goes', async () => {
  const version = await addVersion(`reach ${PHONE}`);
  const other = await admin.call(createProject, { body: { name: 'Other', goal: { en: 'keep' } } });
  const { id: datasetVersionId } = await addVersion(`reach ${PHONE}`, other.id);
  const run = await queueRun(admin, { projectId: other.id, datasetVersionId });
  const origin = { kind: 'version', datasetVersionId: (await addVersion(`write to ${PHONE}`)).id };
  const body = { origin, recipe: { version: 1, steps: [] }, splits: null };
  const { jobId } = await admin.call(startPreparation, { params: { projectId }, body });
  const worker = await TestWorker.register(installation.url, 'keeper');
  const held = { datasets: [version.contentSha256], jobs: [jobId] };
  expect(await tell(worker, held)).toEqual({ datasets: [], runs: [], jobs: [] });
  await admin.call(cancelJob, { params: { jobId } });
  expect(await tell(worker, held)).toEqual({ datasets: [], runs: [], jobs: [] });
  const ofJob = { where: { id: jobId } };
  for (const change of [{ finishedAt: new Date(Date.now() - 25 * 3_600_000) }, { kind: 'evaluate-onnx' }]) {
    const { finishedAt, kind } = await installation.database.job.findUniqueOrThrow(ofJob);
    await installation.database.job.update({ ...ofJob, data: change });
    expect(await tell(worker, held)).toEqual({ datasets: [], runs: [], jobs: [jobId] });
    await installation.database.job.update({ ...ofJob, data: { finishedAt, kind } });
  }

  const certificateId = await erase(2);
  for (let round = 0; round < 2; round++) {
    expect(await tell(worker, held)).toEqual({ datasets: [], runs: [], jobs: [jobId] });
  }
  expect(await statesOf(certificateId)).toEqual({ keeper: 'held' });
  for (let round = 0; round < 2; round++) await tell(worker, { datasets: held.datasets });
  expect(await statesOf(certificateId)).toEqual({ keeper: 'needed' });
  await admin.call(cancelRun, { params: { runId: run.id } });
  expect(await tell(worker, { datasets: held.datasets, runs: [run.id] })).toEqual({
    ...{ datasets: held.datasets, runs: [run.id], jobs: [] },
  });
});
