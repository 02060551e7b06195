import { expect, test, type Page } from '@playwright/test';
import { createProject } from '@greenlight/shared/projects/contract.ts';
import { getCurrentSelection } from '@greenlight/shared/stages/selection/contract.ts';
import { apiWithToken, type Api } from '../fixtures/api.ts';
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

const saveState = (page: Page) => page.getByTestId('save-state');

async function fillScore(page: Page, row: number, column: number, value: string): Promise<void> {
  await page.getByTestId('decision-matrix').locator('tbody tr').nth(row).getByTestId('edit-score').nth(column).click();
  const editor = page.getByRole('dialog');
  await editor.getByTestId('score').fill(value);
  await editor.getByLabel('What it rests on', { exact: true }).fill('Tried on 600 comments.');
  await editor.getByTestId('keep-score').click();
  await expect(editor).toBeHidden();
}

test('somebody weighs two models, sees what would change the outcome, and decides against the leader with a reason', async ({
  browser,
}) => {
  const body = {
    name: 'Comment moderation',
    goal: { en: 'Find abusive comments before people read them.' },
    problemType: 'text-classification' as const,
  };
  const { id: projectId } = await api.call(createProject, { body });
  const context = await browser.newContext({ locale: 'en-US', timezoneId: 'Asia/Shanghai' });
  const page = await context.newPage();
  await page.goto(`${product.url}/sign-in`);
  await page.getByTestId('sign-in-email').fill(ADMIN.email);
  await page.getByTestId('sign-in-password').fill(ADMIN.password);
  await page.getByTestId('sign-in-submit').click();
  await expect(page).not.toHaveURL(/sign-in/);

  await page.goto(`${product.url}/projects/${projectId}/selection?view=catalogue`);
  await page.getByRole('button', { name: 'Add Logistic regression on TF-IDF as candidate' }).click();
  // The columns stand in the order in which the candidates came: two on their way at once may change places.
  await expect(page.getByRole('tab', { name: 'Candidates (1)' })).toBeVisible();
  await page.getByRole('button', { name: 'Add Encoder classifier, trained here as candidate' }).click();
  await expect(page.getByRole('tab', { name: 'Candidates (2)' })).toBeVisible();
  await page.getByTestId('start-selection').click();

  for (const name of ['Recall', 'Explainability']) {
    await page.getByTestId('add-criterion').click();
    await page.getByRole('dialog').getByLabel('Name', { exact: true }).fill(name);
    await page.getByTestId('keep-criterion').click();
    await expect(page.getByRole('dialog')).toBeHidden();
  }
  await expect(saveState(page)).toHaveAttribute('data-state', 'saved');
  for (const [row, column, value] of [
    [0, 0, '0.88'],
    [0, 1, '0.94'],
    [1, 0, '5'],
  ] as const)
    await fillScore(page, row, column, value);
  await expect(page.getByTestId('leader')).toContainText(
    'Encoder classifier, trained here is ahead (0.50 – 1.00), but missing scores leave open whether',
  );
  await expect(page.getByText('it leaves a range of 0.50 open')).toBeVisible();
  await keepScreenshot(page, 'selection-open');
  await fillScore(page, 1, 1, '3');
  await expect(page.getByTestId('leader')).toContainText('has the same total');

  await page.getByTestId('weight').first().fill('0.8');
  await expect(page.getByTestId('leader')).toContainText('Encoder classifier, trained here leads with 0.62');
  await expect(page.getByTestId('weight-sentences')).toContainText(
    'A weight of “Recall” below 0.50 makes Logistic regression on TF-IDF win (now 0.62).',
  );
  await expect(page.getByTestId('contributions').locator('.recharts-bar-rectangle').first()).toBeVisible();
  await expect(saveState(page)).toHaveAttribute('data-state', 'saved');
  await page.reload();
  await expect(page.getByTestId('leader')).toContainText('leads with 0.62');

  await page.getByTestId('decide-candidate').click();
  await page.getByTitle('Logistic regression on TF-IDF').last().click();
  await expect(page.getByTestId('against-ranking')).toBeVisible();
  await page.getByTestId('decide-rationale').fill('Every removal must be explained to whoever wrote it.');
  await page.getByTestId('decide-dissent').fill('Safety wanted the higher recall.');
  await page.getByTestId('decide').click();
  await expect(page.getByText('This is needed.')).toBeVisible();
  await page.getByTestId('decide-explanation').fill('The regulator asks for weights that can be read.');
  await page.getByTestId('decide').click();
  await expect(page.getByTestId('selection-state')).toHaveAttribute('data-state', 'decided');
  await expect(page.getByTestId('decided')).toContainText('Logistic regression on TF-IDF');
  await expect(page.getByText('Chosen although it did not lead for certain')).toBeVisible();
  await keepScreenshot(page, 'selection-decided');

  const { decision } = (await api.call(getCurrentSelection, { params: { projectId } }))!;
  await page.goto(`${product.url}/projects/${projectId}/decisions/${decision?.decisionId}`);
  await expect(page.getByText('Safety wanted the higher recall.')).toBeVisible();
  await expect(page.getByText('The regulator asks for weights that can be read.')).toBeVisible();
  await keepScreenshot(page, 'selection-decision');

  await page.goto(`${product.url}/projects/${projectId}/selection`);
  await page.getByTestId('start-selection').click();
  await expect(page.getByTestId('selection-state')).toHaveAttribute('data-state', 'draft');
  await page.goto(`${product.url}/projects/${projectId}/selection?version=1`);
  await expect(page.getByTestId('decided')).toContainText('Logistic regression on TF-IDF');
  await context.close();
});
