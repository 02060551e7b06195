import { expect, test } from '@playwright/test';
import { getSweep, listSweeps } from '@greenlight/shared/stages/training/sweep/contract.ts';
import { rankedRuns } from '@greenlight/shared/stages/training/sweep/results.ts';
import { apiWithToken, articleRun, type Api } from '../fixtures/api.ts';
import { ADMIN, type Product } from '../fixtures/product.ts';
import { keepScreenshot } from '../fixtures/screenshot.ts';
import { startTrainedProduct } from '../fixtures/trained.ts';

let product: Product;
let api: Api;

test.beforeAll(async () => {
  product = await startTrainedProduct();
  api = await apiWithToken(product.url);
});
test.afterAll(async () => {
  await product.remove();
});

test('somebody searches over two settings, watches four runs being ranked, and opens the best', async ({ browser }) => {
  const { projectId } = await articleRun(api);
  const context = await browser.newContext({ locale: 'en-US', timezoneId: 'Asia/Shanghai' });
  const page = await context.newPage();
  await page.goto(`${product.url}/sign-in`);
  await page.getByTestId('sign-in-email').fill(ADMIN.email);
  await page.getByTestId('sign-in-password').fill(ADMIN.password);
  await page.getByTestId('sign-in-submit').click();
  await expect(page).not.toHaveURL(/sign-in/);

  await page.goto(`${product.url}/projects/${projectId}/training/new`);
  for (const [label, value] of [
    ['d_model', '16'],
    ['Heads (nhead)', '2'],
    ['Feed-forward width', '16'],
    ['Epochs', '2'],
  ] as const)
    await page.getByLabel(label, { exact: true }).fill(value);
  await page.getByTestId('search-settings').click();

  await expect(page.getByRole('heading', { level: 1, name: 'New sweep' })).toBeVisible();
  const values = (setting: string) => page.getByTestId(`axis-${setting}`).getByLabel('Values', { exact: true });
  await values('learningRate').fill('0.01, 0.0001');
  await page.getByRole('button', { name: 'Vary another setting' }).click();
  await values('batchSize').fill('1, 4096');
  await expect(values('batchSize')).toHaveAccessibleDescription(
    'batch size cannot be 4096; give a value that the form of a run allows',
  );
  await values('batchSize').fill('1, 4');
  await expect(page.getByTestId('sweep-preview').locator('tbody tr')).toHaveCount(4);
  await expect(page.getByTestId('sweep-totals')).toContainText('4 runs:');
  await keepScreenshot(page, 'sweep-new');
  await page.setViewportSize({ width: 390, height: 844 });
  await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  await keepScreenshot(page, 'sweep-new-phone');
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.getByTestId('start-sweep').click();

  await expect(page.getByRole('heading', { level: 1, name: 'Sweep 1' })).toBeVisible();
  await expect(page.getByTestId('sweep-state')).toHaveAttribute('data-active', 'false');
  const [made] = (await api.call(listSweeps, { params: { projectId } })).items;
  const sweep = await api.call(getSweep, { params: { sweepId: made?.id ?? '' } });
  expect(sweep.counts).toMatchObject({ total: 4, finished: 4 });
  const ranked = rankedRuns(sweep.runs, 'lower');
  await expect(page.getByTestId('sweep-verdict')).toContainText(`by #${ranked[0]?.run.number} with `);
  await expect(page.getByTestId('sweep-runs').locator('tbody th')).toHaveText(
    ranked.map(({ run }) => `#${run.number}`),
  );
  await expect(page.getByTestId('chart-learningRate').locator('.recharts-surface [data-kind="done"]')).toHaveCount(3);
  await expect(page.getByTestId('chart-batchSize').locator('.recharts-surface [data-kind="best"]')).toBeVisible();
  await keepScreenshot(page, 'sweep-finished');
  await page.setViewportSize({ width: 390, height: 844 });
  await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  await keepScreenshot(page, 'sweep-finished-phone');
  await page.setViewportSize({ width: 1280, height: 800 });

  await page.getByTestId('open-best').click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Sweep 1: learning rate');
  await page.getByRole('link', { name: 'Sweep 1', exact: true }).click();
  await expect(page.getByTestId('sweep-verdict')).toBeVisible();
  await page.goto(`${product.url}/projects/${projectId}/training`);
  await expect(page.getByTestId('sweeps').getByRole('link', { name: 'Sweep 1', exact: true })).toBeVisible();
  await keepScreenshot(page, 'runs-with-sweep');
  await context.close();
});
