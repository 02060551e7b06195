import { expect, test, type Browser, type Page } from '@playwright/test';
import { ADMIN, type Product } from '../fixtures/product.ts';
import { keepScreenshot } from '../fixtures/screenshot.ts';
import { startTrainedProduct } from '../fixtures/trained.ts';

let product: Product;

test.beforeAll(async () => {
  product = await startTrainedProduct();
});
test.afterAll(async () => {
  await product.remove();
});

async function signedInPage(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ locale: 'en-US', timezoneId: 'Asia/Shanghai' });
  const page = await context.newPage();
  await page.goto(`${product.url}/sign-in`);
  await page.getByTestId('sign-in-email').fill(ADMIN.email);
  await page.getByTestId('sign-in-password').fill(ADMIN.password);
  await page.getByTestId('sign-in-submit').click();
  await expect(page).not.toHaveURL(/sign-in/);
  return page;
}

const saveState = (page: Page) => page.getByTestId('save-state');

test('somebody new writes what a moderation model must achieve, loses the network, and gets it approved', async ({
  browser,
}) => {
  const page = await signedInPage(browser);
  await page.goto(`${product.url}/projects`);
  await page.getByRole('button', { name: 'New project' }).click();
  await page.getByLabel('Name').fill('Comment moderation');
  await page.getByLabel('Goal in one sentence').fill('Find abusive comments before people read them.');
  await page.getByRole('button', { name: 'Start the project' }).click();
  await page.getByRole('link', { name: 'Write the requirement' }).click();
  await page.getByTestId('start-requirement').click();

  const picker = page.getByRole('dialog');
  await picker.getByRole('radio', { name: 'Content moderation' }).check();
  await expect(picker.getByText('Recall (macro) ≥ 0.9')).toBeVisible();
  await keepScreenshot(page, 'requirement-scenario');
  await picker.locator('.ant-modal-footer .ant-btn-primary').click();
  await expect(saveState(page)).toHaveAttribute('data-state', 'saved');

  await page.getByRole('button', { name: /^Edit Recall/ }).click();
  await page.getByLabel('Threshold', { exact: true }).fill('90');
  await expect(page.getByText(/90 can never be measured/)).toBeVisible();
  await expect(saveState(page)).toHaveAttribute('data-state', 'incomplete');
  await keepScreenshot(page, 'requirement-refused');
  await page.getByLabel('Threshold', { exact: true }).fill('0.92');
  await expect(saveState(page)).toHaveAttribute('data-state', 'saved');

  await page.context().setOffline(true);
  await page.getByLabel('Allowed data sources').fill('Comments that readers reported in the last year.');
  await expect(saveState(page)).toHaveAttribute('data-state', 'offline');
  await page.context().setOffline(false);
  await expect(saveState(page)).toHaveAttribute('data-state', 'saved');

  await page.getByTestId('submit-requirement').click();
  await expect(page.getByTestId('requirement-state')).toHaveAttribute('data-state', 'in-review');
  await keepScreenshot(page, 'requirement-review');
  await page.getByTestId('approve-requirement').click();
  await expect(page.getByText(/an override and needs a reason/)).toBeVisible();
  await page.getByLabel('Reason').fill('I work alone on this pilot.');
  await page.getByTestId('approve-requirement').click();
  await expect(page.getByTestId('requirement-state')).toHaveAttribute('data-state', 'approved');
  await expect(page.getByText('Approved by its own author')).toBeVisible();
  await keepScreenshot(page, 'requirement-approved');
  await page.context().close();
});

test('edits that never left the browser are offered after a reload, and two editors do not overwrite each other', async ({
  browser,
}) => {
  const page = await signedInPage(browser);
  await page.goto(`${product.url}/projects`);
  await page.getByRole('link', { name: 'Comment moderation' }).first().click();
  await expect(page).toHaveURL(/\/projects\/[0-9a-f-]{36}/);
  const address = `${page
    .url()
    .replace(/[?#].*$/, '')
    .replace(/\/$/, '')}/requirements`;
  await page.goto(address);
  await page.getByTestId('start-requirement').click();
  const goal = page.getByRole('textbox', { name: 'Goal', exact: true });
  await goal.fill('Saved by the first.');
  await expect(saveState(page)).toHaveAttribute('data-state', 'saved');

  const other = await signedInPage(browser);
  await other.goto(`${address}?view=edit`);
  await expect(other.getByRole('textbox', { name: 'Goal', exact: true })).toHaveValue('Saved by the first.');
  await goal.fill('Saved by the first, again.');
  await expect(saveState(page)).toHaveAttribute('data-state', 'saved');
  await other.getByRole('textbox', { name: 'Goal', exact: true }).fill('Saved by the second.');
  await expect(other.getByTestId('overtaken')).toBeVisible();
  await keepScreenshot(other, 'requirement-overtaken');
  await other.getByRole('button', { name: 'Take theirs' }).click();
  await expect(other.getByRole('textbox', { name: 'Goal', exact: true })).toHaveValue('Saved by the first, again.');

  // Nothing is sent until the page was loaded anew: an attempt in between would leave nothing to restore.
  const isRequirement = '**/api/requirements/*';
  await other.route(isRequirement, (route) => (route.request().method() === 'GET' ? route.continue() : route.abort()));
  await other.getByRole('textbox', { name: 'Goal', exact: true }).fill('Written on a train.');
  await expect(saveState(other)).toHaveAttribute('data-state', 'offline');
  await other.reload();
  await expect(other.getByText('Edits that were not sent')).toBeVisible();
  await other.unroute(isRequirement);
  await keepScreenshot(other, 'requirement-restore');
  await other.getByRole('button', { name: 'Restore my edits' }).click();
  await expect(other.getByRole('textbox', { name: 'Goal', exact: true })).toHaveValue('Written on a train.');
  await expect(saveState(other)).toHaveAttribute('data-state', 'saved');
  await other.context().close();
  await page.context().close();
});

test('a second person joins by a link, approves what the first sent to review, and the timeline says so', async ({
  browser,
}) => {
  const page = await signedInPage(browser);
  await page.goto(`${product.url}/projects`);
  await page.getByRole('link', { name: 'Comment moderation' }).first().click();
  await page.getByRole('link', { name: 'People', exact: true }).click();
  const project = page.url().replace(/\/members.*$/, '');
  await page.getByTestId('invite').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('checkbox', { name: 'Approver' }).check();
  await dialog.getByRole('button', { name: 'Make the link' }).click();
  const link = (await page.getByTestId('invitation-link').textContent()) ?? '';

  const other = await (await browser.newContext({ locale: 'en-US', timezoneId: 'Asia/Shanghai' })).newPage();
  await other.goto(link.trim());
  await other.getByTestId('join-name').fill('Second Person');
  await other.getByTestId('join-email').fill('second@journeys.example');
  await other.getByTestId('join-password').fill('another-long-password');
  await other.getByTestId('join-submit').click();
  await expect(other).toHaveURL(new RegExp(project.replace(/^.*\/projects/, '/projects')));

  await page.goto(`${project}/requirements?view=edit`);
  await page.getByTestId('submit-requirement').click();
  await expect(page.getByTestId('requirement-state')).toHaveAttribute('data-state', 'in-review');
  await expect(page.getByText(/decided by somebody else: Second Person/)).toBeVisible();
  await expect(page.getByTestId('approve-requirement')).toBeDisabled();

  await other.goto(`${project}/requirements`);
  await expect(other.getByTestId('effects')).toContainText('The first evaluation will be judged by this version.');
  await other.getByLabel('Reason').fill('Agreed with the moderators.');
  await other.context().setOffline(true);
  await other.getByTestId('approve-requirement').click();
  await expect(other.getByText(/Your device has no connection/)).toBeVisible();
  await other.context().setOffline(false);
  await other.getByTestId('approve-requirement').dblclick();
  await expect(other.getByTestId('requirement-state')).toHaveAttribute('data-state', 'approved');

  await page.goto(`${project}/decisions`);
  const newest = page.getByTestId('decision').first();
  await expect(newest).toContainText('Approved version 2 of the requirement');
  await expect(newest).toContainText('Second Person');
  await expect(newest).toContainText('Agreed with the moderators.');
  await expect(page.getByTestId('decision').nth(1)).toContainText('override: own work');
  await page.goto(`${project}/audit?action=requirement.approved`);
  await expect(page.getByTestId('audit-event').first()).toContainText('second@journeys.example');

  // What an approver may not do is said before they begin, not refused at the end.
  await other.goto(`${project}/data`);
  await expect(other.getByText('Data is added and prepared by the data scientists of this project.')).toBeVisible();
  await expect(other.getByRole('button', { name: 'Add text data' })).toHaveCount(0);
  await other.goto(`${project}/data/items`);
  await expect(other.getByRole('link', { name: 'To the data page' })).toBeVisible();
  await other.goto(`${project}/training`);
  await expect(other.getByText('Runs and models are started and imported by the data scientists')).toBeVisible();
  await expect(other.getByRole('link', { name: 'New run' })).toHaveCount(0);

  // A project that is not theirs is not said to be empty.
  await other.goto(`${product.url}/projects/${crypto.randomUUID()}/requirements`);
  await expect(other.getByRole('heading', { name: 'There is no such project for you' })).toBeVisible();
  await expect(other.getByText('No requirement is written yet')).toHaveCount(0);
  await other.context().close();
  await page.context().close();
});
