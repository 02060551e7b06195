import { expect, test } from '@playwright/test';
import { signInLinkIn, startProduct, type Product } from '../fixtures/product.ts';
import { keepScreenshot } from '../fixtures/screenshot.ts';

let product: Product;

test.beforeAll(async () => {
  product = await startProduct({ admin: false });
});
test.afterAll(async () => {
  await product.remove();
});

test('a first visitor signs in by the printed link, watches the article train, and reads what it writes', async ({
  page,
}) => {
  const link = signInLinkIn(product.output());
  expect(link).not.toBeNull();
  await page.goto(link ?? '');
  await expect(page).not.toHaveURL(/sign-in/);

  await page.goto(`${product.url}/projects`);
  await page.getByText('文章示例').first().click();
  await expect(page).toHaveURL(/\/projects\/[0-9a-f-]{36}/);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('文章示例');
  await keepScreenshot(page, 'overview-while-training');

  await page.goto(
    `${page
      .url()
      .replace(/[?#].*$/, '')
      .replace(/\/$/, '')}/training`,
  );
  await page.locator('a[href*="/runs/"]').first().click();
  await expect(page.getByTestId('chart-loss')).toBeVisible();
  await keepScreenshot(page, 'run-while-training');

  await expect(page.getByTestId('run-state')).toHaveAttribute('data-state', 'finished');
  await expect(page.getByTestId('chart-roc')).toBeVisible();
  await expect(page.getByTestId('chart-loss')).toHaveAttribute('data-step', '30');
  await expect(page.getByTestId('sample-text').first()).toContainText('Python编程世界。');

  await page.getByTestId('generate-prompt').fill('你好，欢迎来到');
  await page.getByTestId('generate-submit').click();
  await expect(page.getByTestId('generate-text')).toContainText('Python编程世界。');
  await keepScreenshot(page, 'run-finished');

  await page.getByTestId('open-evaluation').click();
  await expect(page).toHaveURL(/\/evaluations?\//);
  await expect(page.getByTestId('metric-value-auc-micro')).toBeVisible();
  await expect(page.getByTestId('metric-value-f1-macro')).toBeVisible();
  await keepScreenshot(page, 'evaluation-finished');
});

test('the link signs in once only', async ({ browser }) => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(signInLinkIn(product.output()) ?? '');
  await expect(page.getByRole('alert').first()).toBeVisible();
  await page.goto(`${product.url}/projects`);
  await expect(page).toHaveURL(/sign-in/);
  await context.close();
});
