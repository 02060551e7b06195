import { listAuditEvents } from '@greenlight/shared/across/governance/audit-contract.ts';
import { listWorkers, setWorkerRates } from '@greenlight/shared/across/governance/contract.ts';
import { createTextDatasetVersion } from '@greenlight/shared/stages/data/contract.ts';
import { getRun } from '@greenlight/shared/stages/training/contract.ts';
import { planTraining } from '@greenlight/shared/stages/training/plan/contract.ts';
import { postCalibration } from '@greenlight/shared/worker-protocol/contract.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Caller } from '../../testing/caller.ts';
import { startInstallation, type TestInstallation } from '../../testing/installation.ts';
import { signedInAdmin } from '../../testing/people.ts';
import { queueRun, seededProject, type SeededProject } from '../../testing/runs.ts';
import { event, progressAt, TestWorker } from '../../testing/worker.ts';

const CALIBRATION = {
  measuredAt: '2026-01-01T00:00:00.000Z',
  products: [{ rows: 64, inner: 64, columns: 64, flopsPerSecond: 2e11 }],
  cacheBytesPerSecond: 1e11,
  memoryBytesPerSecond: 2e10,
  optimiserParametersPerSecond: 5e8,
  metricPairsPerSecond: 2e7,
};

const RATES = { ratedWatts: 100, pricePerHour: 1.5, pricePerKilowattHour: 0.3, currency: 'EUR' };

const USAGE = {
  ...{ wallMs: 5000, preparationMs: 900, recordingMs: 100, stepsMs: 300, steps: 30, tokens: 400 },
  ...{ evaluationMs: 10, evaluations: 10, reportingMs: 5, finalEvaluationMs: 200 },
  ...{ peakMemoryBytes: 4e8, cpuMs: 8000, measuredKilowattHours: null },
};

let installation: TestInstallation;
let admin: Caller;
let worker: TestWorker;
let project: SeededProject;

beforeAll(async () => {
  installation = await startInstallation();
  admin = await signedInAdmin(installation.url);
  project = await seededProject(admin);
});
afterAll(() => installation.close());

const asked = (configuration: object = {}, datasetVersionId = project.datasetVersionId) => ({
  params: { projectId: project.projectId },
  body: { datasetVersionId, configuration },
});
const plans = async (configuration?: object) => (await admin.call(planTraining, asked(configuration))).plans;
const read = (runId: string) => admin.call(getRun, { params: { runId } });

test('without a worker parameters, steps and memory are planned, and no time', async () => {
  const [plan, ...others] = await plans();
  expect(others).toEqual([]);
  expect(plan).toMatchObject({ worker: null, steps: 30, isExact: true, time: null, energy: null });
  const { plan: frozen } = await queueRun(admin, project);
  expect(frozen).toBeNull();
});

test('a run that waited without a plan is planned for the worker that takes it', async () => {
  worker = await TestWorker.register(installation.url);
  await worker.caller.call(postCalibration, { body: { workerId: worker.workerId, calibration: CALIBRATION } });
  const seeded = await worker.mustClaim();
  expect((await read(seeded.runId)).plan).toMatchObject({ worker: { name: 'tester' }, steps: 30 });
  await worker.mustReport(seeded, [event(1, { type: 'cancelled' })]);
});

test('a calibration of a worker that never registered is refused', async () => {
  const body = { workerId: crypto.randomUUID(), calibration: CALIBRATION };
  const answer = await worker.caller.ask(postCalibration, { body });
  expect([answer.status, answer.body.error.code]).toEqual([404, 'not-found']);
});

test('with a measured worker there is a time, and the plan is frozen into the run', async () => {
  const [before] = await plans({ epochs: 5 });
  expect(before?.time?.total.value).toBeGreaterThan(0);
  const { plan } = await queueRun(admin, project, { configuration: { epochs: 5 } });
  expect(plan).toMatchObject({ steps: before!.steps, parameters: before!.parameters, worker: before!.worker });
  expect(plan!.time!.total.value).toBeCloseTo(before!.time!.total.value, 6);
});

test('what cannot be trained cannot be planned, and neither can what does not exist', async () => {
  const odd = await admin.ask(planTraining, asked({ architecture: 'encoder-classifier', task: 'single-label' }));
  expect([odd.status, odd.body.error.code]).toEqual([422, 'invalid-configuration']);
  const stranger = await admin.ask(planTraining, asked({}, crypto.randomUUID()));
  expect(stranger.status).toBe(404);
});

test('an admin sets power and prices, which is audited, and plans have a cost', async () => {
  const { workerId } = worker;
  const set = await admin.call(setWorkerRates, { params: { workerId }, body: RATES });
  expect(set).toMatchObject({ name: 'tester', rates: RATES, matrixFlopsPerSecond: 2e11 });
  expect((await admin.call(listWorkers)).items.find(({ id }) => id === workerId)?.rates).toEqual(RATES);
  const { items } = await admin.call(listAuditEvents);
  expect(items.find(({ action }) => action === 'worker.rates-set')).toMatchObject({ details: RATES });
  const [plan] = await plans();
  expect(plan?.cost?.currency).toBe('EUR');
  expect(plan?.energy).toMatchObject({ source: 'rated', fullWatts: 100 });
  const answer = await admin.ask(setWorkerRates, { params: { workerId: crypto.randomUUID() }, body: RATES });
  expect(answer.status).toBe(404);
});

test('what attempts on a run took adds up, and finished runs of one attempt correct later plans', async () => {
  // A run that waited already may be taken first.
  for (let run = await worker.claim(); run !== null; run = await worker.claim()) {
    await worker.mustReport(run, [event(1, { type: 'cancelled' })]);
  }
  const { id, plan } = await queueRun(admin, project, { configuration: { samplePrompts: [] } });
  const run = await worker.mustClaim();
  expect(run.runId).toBe(id);
  const stepsMs = 3 * 30 * plan!.basis.stepMs!;
  const wallMs = stepsMs + 2000;
  // With both cores to itself: what others took from a run would count less.
  const usage = { ...USAGE, stepsMs, wallMs, cpuMs: 2 * wallMs };
  const device = { device: 'cpu', adapter: 'test', reason: { en: 'only one' }, parameterCount: 5 } as const;
  await worker.mustReport(run, [event(1, { type: 'started', device, progress: progressAt(0) })]);
  await worker.mustReport(run, [event(2, { type: 'usage', usage: { ...usage, steps: 10 } })]);
  await worker.mustReport(run, [event(3, { type: 'usage', usage })]);
  expect((await read(id)).usage).toEqual(usage);
  await worker.mustReport(run, [event(4, { type: 'finished', reason: 'completed' })]);
  const [after] = await plans({ samplePrompts: [] });
  expect(after!.basis).toMatchObject({ runs: 1, stepMs: plan!.basis.stepMs });
  expect(after!.time!.stepMs.value / plan!.time!.stepMs.value).toBeCloseTo(3 ** (1 / 2), 3);
});

test('lengths of the items decide: short ones take less', async () => {
  const { projectId } = project;
  const text = { en: 'Lengths' };
  const add = (length: number) =>
    admin.call(createTextDatasetVersion, {
      params: { projectId },
      body: {
        ...{ datasetName: { en: `Of ${length}` }, source: text, licence: '', notes: text, seed: 1 },
        content: {
          train: Array.from({ length: 20 }, (_, item) => 'ab'.repeat(length) + item),
          validation: [],
          test: [],
        },
      },
    });
  const stepMs = async (length: number) => {
    const { id } = await add(length);
    const { plans: made } = await admin.call(planTraining, asked({ maxTokens: 256 }, id));
    return made[0]!.time!.stepMs.value;
  };
  expect(await stepMs(100)).toBeGreaterThan(1.5 * (await stepMs(3)));
});
