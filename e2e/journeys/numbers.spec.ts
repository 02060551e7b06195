import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { getEvaluation } from '@greenlight/shared/stages/evaluation/contract.ts';
import { getRun } from '@greenlight/shared/stages/training/contract.ts';
import { apiWithToken, articleRun, runEnded, type Api } from '../fixtures/api.ts';
import { ADMIN, startProduct, type Product } from '../fixtures/product.ts';

const PYTHON = '/usr/bin/python3';
const RECOMPUTE = join(import.meta.dirname, '../fixtures/recompute.py');

let product: Product;
let api: Api;
let evaluationId: string;
let project: { projectId: string; runId: string };

test.beforeAll(async () => {
  product = await startProduct();
  api = await apiWithToken(product.url);
  project = await articleRun(api);
  const run = await runEnded(api, project.runId, 600_000);
  expect(run.state).toBe('finished');
  evaluationId = run.evaluationId ?? '';
});
test.afterAll(async () => {
  await product.remove();
});

test('the run reached a loss below the article and writes its sentence', async () => {
  const run = await api.call(getRun, { params: { runId: project.runId } });
  expect(run.finalMetrics['training/epoch-loss']).toBeLessThan(2.3421);
  const reply = await api.raw(`/api/runs/${project.runId}/generate`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ prompt: '你好，欢迎来到', maxTokens: 32, temperature: 0 }),
  });
  expect(reply.status).toBe(200);
  expect(((await reply.json()) as { text: string }).text).toContain('Python编程世界。');
});

test('the numbers on the page are the numbers that were stored', async ({ page }) => {
  const evaluation = await api.call(getEvaluation, { params: { evaluationId } });
  await page.goto(`${product.url}/sign-in`);
  await page.getByTestId('sign-in-email').fill(ADMIN.email);
  await page.getByTestId('sign-in-password').fill(ADMIN.password);
  await page.getByTestId('sign-in-submit').click();
  await expect(page).not.toHaveURL(/sign-in/);
  await page.goto(`${product.url}/projects/${project.projectId}/evaluation/evaluations/${evaluationId}`);
  await expect(page.getByTestId('metric-value-loss')).toBeVisible();
  expect(evaluation.metrics.length).toBeGreaterThan(10);
  for (const metric of evaluation.metrics) {
    const shown = page.getByTestId(`metric-value-${metric.metric}`);
    await expect(shown).toHaveAttribute('data-value', String(metric.value));
  }
});

test('scikit-learn computes the same numbers from the stored predictions', async () => {
  const available = spawnSync(PYTHON, ['-c', 'import sklearn, numpy']).status === 0;
  test.skip(!available, 'python3-sklearn is not installed: the comparison with scikit-learn is not made');
  const evaluation = await api.call(getEvaluation, { params: { evaluationId } });
  const reply = await api.raw(`/api/evaluations/${evaluationId}/predictions`);
  expect(reply.status).toBe(200);
  const folder = await mkdtemp(join(tmpdir(), 'greenlight-predictions-'));
  try {
    const file = join(folder, 'predictions.npz');
    await writeFile(file, Buffer.from(await reply.arrayBuffer()));
    const python = spawnSync(PYTHON, [RECOMPUTE, file], { encoding: 'utf8' });
    expect(python.stderr).toBe('');
    const theirs = JSON.parse(python.stdout) as Record<string, number>;
    const ours = new Map(evaluation.metrics.map((metric) => [metric.metric, metric.value]));
    for (const [metric, value] of Object.entries(theirs)) expect(ours.get(metric), metric).toBeCloseTo(value, 6);
  } finally {
    await rm(folder, { recursive: true });
  }
});
