import { getProject, listProjects } from '@greenlight/shared/projects/contract.ts';
import { getCurrentRequirement } from '@greenlight/shared/stages/requirements/contract.ts';
import { getDatasetVersion, listDatasetVersions } from '@greenlight/shared/stages/data/contract.ts';
import { cancelRun, getRun, listRuns } from '@greenlight/shared/stages/training/contract.ts';
import { STAGES } from '@greenlight/shared/stages.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Caller } from '../testing/caller.ts';
import { startInstallation, type TestInstallation } from '../testing/installation.ts';
import { signedInAdmin } from '../testing/people.ts';
import { seededProject, type SeededProject } from '../testing/runs.ts';

let installation: TestInstallation;
let admin: Caller;
let project: SeededProject;

beforeAll(async () => {
  installation = await startInstallation();
  admin = await signedInAdmin(installation.url);
  project = await seededProject(admin);
});
afterAll(() => installation.close());

const runs = async () => (await admin.call(listRuns, { params: { projectId: project.projectId } })).items;

test('the first start brings the article’s project with everything that its run needs', async () => {
  const { projectId, datasetVersionId } = project;
  const requirement = await admin.call(getCurrentRequirement, { params: { projectId } });
  expect(requirement).toMatchObject({ version: 1, state: 'approved' });
  expect(requirement?.criteria[0]).toMatchObject({ metric: 'loss', operator: '<=', threshold: 2.3421, level: 'must' });
  const version = await admin.call(getDatasetVersion, { params: { datasetVersionId } });
  expect(version.preview).toEqual(['你好，我是人工智能助手。', '欢迎来到Python编程世界。', '深度学习正在改变未来。']);
  expect(version.splits).toMatchObject({ train: 3, validation: 3, test: 3, sameAsTraining: true });
  const [queued] = await runs();
  const run = await admin.call(getRun, { params: { runId: queued!.id } });
  expect(run.configuration).toMatchObject({ dModel: 512, heads: 8, epochs: 10, batchSize: 1, learningRate: 0.001 });
  expect(run.notes).toMatchObject({ zh: expect.stringContaining('BERT'), en: expect.stringContaining('BERT') });
  const overview = await admin.call(getProject, { params: { projectId } });
  expect(overview.stages.map(({ stage }) => stage)).toEqual([...STAGES]);
  expect(overview).toMatchObject({
    verdict: { verdict: 'not-enough-evidence' },
    nextStep: { action: 'watch-run', runId: run.id },
    liveRun: { id: run.id, state: 'queued' },
  });
});

test('starting again, twice at once, changes nothing and queues nothing', async () => {
  const before = await Promise.all([admin.call(listProjects), runs()]);
  const servers = await Promise.all([installation.startSecond(), installation.startSecond()]);
  for (const server of servers) await server.close();
  await installation.restart();
  expect(await Promise.all([admin.call(listProjects), runs()])).toEqual(before);
  expect(
    await installation.database.$queryRaw`SELECT count(*)::int AS jobs FROM pgboss.job WHERE name = 'train'`,
  ).toEqual([{ jobs: 1 }]);
});

test('what people cancel or delete of it stays so', async () => {
  const [run] = await runs();
  await admin.call(cancelRun, { params: { runId: run!.id } });
  await installation.restart();
  expect((await runs()).map(({ state }) => state)).toEqual(['cancelled']);
  await installation.database.run.deleteMany();
  await installation.restart();
  expect(await runs()).toEqual([]);
  await installation.database.project.deleteMany();
  await installation.restart();
  expect((await admin.call(listProjects)).items).toEqual([]);
});

test('several servers that start on an empty database seed once', async () => {
  await installation.database.$executeRaw`TRUNCATE applied_seeds`;
  await Promise.all([1, 2, 3].map(() => installation.services.seed.seedArticle()));
  expect((await admin.call(listProjects)).items).toHaveLength(1);
  const { items } = await admin.call(listDatasetVersions, {
    params: { projectId: (await seededProject(admin)).projectId },
  });
  expect(items).toHaveLength(1);
});
