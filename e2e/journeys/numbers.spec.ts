import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { createProject } from '@greenlight/shared/projects/contract.ts';
import { createTextDatasetVersion } from '@greenlight/shared/stages/data/contract.ts';
import { getEvaluation } from '@greenlight/shared/stages/evaluation/contract.ts';
import { getRun } from '@greenlight/shared/stages/training/contract.ts';
import { apiWithToken, articleRun, type Api } from '../fixtures/api.ts';
import { ADMIN, type Product } from '../fixtures/product.ts';
import { keepScreenshot } from '../fixtures/screenshot.ts';
import { shareOfYes, tableModel } from '../fixtures/table-model.ts';
import { startTrainedProduct } from '../fixtures/trained.ts';
import { twoClassifiers } from '../fixtures/two-classifiers.ts';
import { until } from '../fixtures/until.ts';

const PYTHON = '/usr/bin/python3';
const RECOMPUTE = join(import.meta.dirname, '../fixtures/recompute.py');

let product: Product;
let api: Api;
let evaluationId: string;
let project: { projectId: string; runId: string };

test.beforeAll(async () => {
  product = await startTrainedProduct();
  api = await apiWithToken(product.url);
  project = await articleRun(api);
  const run = await api.call(getRun, { params: { runId: project.runId } });
  expect(run.state).toBe('finished');
  evaluationId = run.evaluationId ?? '';
});
test.afterAll(async () => {
  await product.remove();
});

async function signIn(page: Page): Promise<void> {
  await page.goto(`${product.url}/sign-in`);
  await page.getByTestId('sign-in-email').fill(ADMIN.email);
  await page.getByTestId('sign-in-password').fill(ADMIN.password);
  await page.getByTestId('sign-in-submit').click();
  await expect(page).not.toHaveURL(/sign-in/);
}

test('the run reached a loss below the article and writes its sentence', async () => {
  const run = await api.call(getRun, { params: { runId: project.runId } });
  expect(run.finalMetrics['training/epoch-loss']).toBeLessThan(2.3421);
  const ask = () =>
    api.raw(`/api/runs/${project.runId}/generate`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ prompt: '你好，欢迎来到', maxTokens: 32, temperature: 0 }),
    });
  // The product was started a moment ago: until its inference service is there, asking is refused as something to try again.
  const reply = await until('the inference service answers', 120_000, async () => {
    const answer = await ask();
    return answer.status === 503 ? null : answer;
  });
  expect(reply.status).toBe(200);
  expect(((await reply.json()) as { text: string }).text).toContain('Python编程世界。');
});

test('the numbers on the page are the numbers that were stored', async ({ page }) => {
  const evaluation = await api.call(getEvaluation, { params: { evaluationId } });
  await signIn(page);
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

/** The held-out rows: age, city, and what each is. */
const ROWS: readonly (readonly [age: number, city: string, label: string])[] = [
  [60, 'Bern', 'yes'],
  [50, 'Bern', 'yes'],
  [20, 'Roma', 'no'],
  [44, 'Oslo', 'no'],
];

test('a table model of scikit-learn is brought, told its columns, measured on them and asked, with the numbers of its formula', async ({
  page,
}) => {
  const about = { name: 'Visits', goal: { en: 'Tell who comes again.' }, problemType: 'text-classification' as const };
  const { id: projectId } = await api.call(createProject, { body: about });
  const items = ROWS.map(([age, city, label], row) => ({
    ...{ text: `visitor ${row}`, labels: [label], columns: { years: String(age), city } },
  }));
  const notes = { en: '' };
  const body = { datasetName: { en: 'Visitors' }, source: notes, licence: '', notes, seed: 1 };
  await api.call(createTextDatasetVersion, {
    params: { projectId },
    body: { ...body, content: { train: items, validation: items, test: items } },
  });

  await signIn(page);
  await page.goto(`${product.url}/projects/${projectId}/training/model-files`);
  const file = { name: 'visits.onnx', mimeType: 'application/octet-stream', buffer: tableModel() };
  await page.getByTestId('model-file').setInputFiles(file);
  await page.getByTestId('model-file-upload').click();
  await expect(page.getByTestId('model-state')).toHaveAttribute('data-state', 'ready');
  // The inputs are proposed to be filled from columns of their own names; this one's is called otherwise.
  const columns = page.getByLabel('输入 age 取自');
  await columns.press('Backspace');
  await columns.fill('years');
  await columns.press('Enter');
  await page.getByTestId('mapping-save').click();

  await page.getByTestId('model-evaluate').click();
  await page.getByTestId('model-ask').scrollIntoViewIfNeeded();
  await page.getByLabel('age', { exact: true }).fill('50');
  await page.getByLabel('city', { exact: true }).fill('Bern');
  await page.getByTestId('model-ask').click();
  const share = Math.round(100 * shareOfYes(50, 'Bern'));
  await expect(page.getByTestId('model-answer')).toContainText(new RegExp(String.raw`yes\s*${share}\s%`));
  await expect(page.getByTestId('model-evaluation')).toHaveAttribute('data-state', 'finished');
  await keepScreenshot(page, 'imported-table-model');

  await page.getByTestId('open-model-evaluation').click();
  const right = ROWS.filter(([age, city, label]) => (shareOfYes(age, city) > 0.5 ? 'yes' : 'no') === label).length;
  await expect(page.getByTestId('metric-value-accuracy')).toHaveAttribute('data-value', String(right / ROWS.length));
});

test('two evaluations are chosen, compared, turned round, and an item that changed is read', async ({ page }) => {
  const { projectId } = await twoClassifiers(api);
  await signIn(page);
  await page.goto(`${product.url}/projects/${projectId}/evaluation`);
  await page.getByRole('checkbox', { name: /训练 1，/ }).check();
  await expect(page.getByTestId('compare')).toBeDisabled();
  await page.getByRole('checkbox', { name: /训练 2，/ }).check();
  await page.getByTestId('compare').click();

  const verdict = page.getByTestId('comparison-verdict');
  await expect(verdict).toHaveText(/与 #1 相比，#2 的.*更好/);
  const accuracy = page.locator('tr[data-metric="accuracy"]');
  await expect(accuracy.getByTestId('said')).toHaveAttribute('data-said', 'better');
  const lost = page.getByTestId('changed-answers');
  await expect(lost).toContainText('McNemar');
  await expect(page.locator('.chart .recharts-surface')).toHaveCount(3);
  await keepScreenshot(page, 'comparison');

  await page.getByRole('button', { name: '将 #2 设为基线' }).click();
  await expect(verdict).toHaveText(/与 #2 相比，#1 的.*更差/);
  await expect(accuracy.getByTestId('said')).toHaveAttribute('data-said', 'worse');
  await page.getByTestId('show-worse').click();
  const items = page.getByTestId('changed-items').getByTestId('items').locator('tbody tr');
  await expect(items.first()).toContainText(/praise|abuse/);
  const total = Number(/有 (\d+) 条现在答错/.exec(await lost.innerText())?.[1]);
  await expect(items).toHaveCount(Math.min(total, 20));
  await page.reload();
  await expect(items).toHaveCount(Math.min(total, 20));
  await keepScreenshot(page, 'comparison-changed-items');
});
