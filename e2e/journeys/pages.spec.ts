import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type Locator, type Page } from '@playwright/test';
import { getSession } from '@greenlight/shared/across/governance/contract.ts';
import { createProject } from '@greenlight/shared/projects/contract.ts';
import { createTextDatasetVersion } from '@greenlight/shared/stages/data/contract.ts';
import { addCandidate } from '@greenlight/shared/stages/selection/candidates-contract.ts';
import { saveSelection, startSelection } from '@greenlight/shared/stages/selection/contract.ts';
import { cancelRun, getRun, startRun } from '@greenlight/shared/stages/training/contract.ts';
import { cancelSweep, startSweep } from '@greenlight/shared/stages/training/sweep/contract.ts';
import { apiWithToken, articleRun, type Api } from '../fixtures/api.ts';
import { ADMIN, type Product } from '../fixtures/product.ts';
import { keepScreenshot } from '../fixtures/screenshot.ts';
import { startTrainedProduct } from '../fixtures/trained.ts';
import { twoClassifiers } from '../fixtures/two-classifiers.ts';

let product: Product;
let paths: Record<string, string>;

test.beforeAll(async () => {
  product = await startTrainedProduct();
  const api = await apiWithToken(product.url);
  const { projectId, runId } = await articleRun(api);
  const { evaluationId } = await api.call(getRun, { params: { runId } });
  await weighed(api, projectId);
  const { projectId: other, evaluationIds } = await twoClassifiers(api);
  const ids = evaluationIds.join(',');
  const sweepId = await searched(api, projectId, runId);
  const project = `/projects/${projectId}`;
  paths = {
    projects: '/projects',
    overview: project,
    selection: `${project}/selection`,
    catalogue: `${project}/selection?view=catalogue&problem=all&architecture=encoder-decoder-transformer`,
    candidates: `${project}/selection?view=candidates`,
    requirements: `${project}/requirements`,
    'requirements-matrix': `${project}/requirements?view=matrix`,
    'requirements-history': `${project}/requirements?view=history`,
    data: `${project}/data`,
    uploads: `${project}/data/uploads`,
    erasures: `${project}/data/erasures`,
    training: `${project}/training`,
    'new-run': `${project}/training/new`,
    run: `${project}/training/runs/${runId}`,
    'new-sweep': `${project}/training/sweeps/new`,
    sweep: `${project}/training/sweeps/${sweepId}`,
    evaluations: `${project}/evaluation`,
    evaluation: `${project}/evaluation/evaluations/${evaluationId}`,
    'evaluations-chosen': `/projects/${other}/evaluation?ids=${ids}`,
    comparison: `/projects/${other}/evaluation/compare?ids=${ids}&changed=${evaluationIds[1]}&direction=better`,
    decisions: `${project}/decisions`,
    tokens: '/governance/tokens',
    workers: '/governance/workers',
    audit: '/governance/audit',
    'audit-filtered': '/governance/audit?targetKind=project&from=2026-01-01T00:00:00.000Z',
    'project-audit': `${project}/audit`,
    members: `${project}/members`,
    accounts: '/governance/people',
    rights: '/governance/rights',
    encryption: '/governance/encryption',
    account: '/account',
  };
});
test.afterAll(async () => {
  await product.remove();
});

/** A draft of the decision matrix with two candidates for the article's generator, one score missing and a leader all the same. */
async function weighed(api: Api, projectId: string): Promise<void> {
  const params = { projectId };
  const candidateIds: string[] = [];
  for (const architecture of ['encoder-decoder-transformer', 'gpt-2-small'])
    candidateIds.push((await api.call(addCandidate, { params, body: { kind: 'catalogue', architecture } })).id);
  const { id, revision, criteria } = await api.call(startSelection, { params, body: { basedOn: null } });
  const evidence = { kind: 'judgement' as const, text: { zh: '试用所得。', en: 'Seen in a trial.' } };
  const cells = candidateIds.flatMap((candidateId, row) =>
    criteria.slice(row).map((criterion, column) => ({
      criterionId: criterion.id,
      candidateId,
      score: 0.99 - 0.03 * row - 0.02 * column,
      evidence,
    })),
  );
  await api.call(saveSelection, {
    params: { selectionId: id },
    body: { revision, content: { candidateIds, criteria, cells } },
  });
}

/** A sweep of two runs that were stopped at once. */
async function searched(api: Api, projectId: string, runId: string): Promise<string> {
  const { datasetVersionId } = await api.call(getRun, { params: { runId } });
  const search = { strategy: 'grid', axes: [{ setting: 'optimiser', values: ['adam', 'sgd'] }] };
  const body = { datasetVersionId, configuration: { dModel: 8, feedForward: 8 }, search, objective: 'loss' };
  const { id: sweepId } = await api.call(startSweep, { params: { projectId }, body });
  await api.call(cancelSweep, { params: { sweepId } });
  return sweepId;
}

const SCHEMES = ['light', 'dark'] as const;
/** What a change of colours can break; everything else that axe looks at stays as it was. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block'];

async function showIn(page: Page, scheme: (typeof SCHEMES)[number]): Promise<void> {
  await page.emulateMedia({ colorScheme: scheme });
  if (!page.url().startsWith('http')) return;
  await expect(page.locator('html')).toHaveAttribute('data-theme', scheme);
  await finishAnimations(page);
}

/** A colour on its way has neither the contrast of before nor that of after. */
async function finishAnimations(page: Page): Promise<void> {
  await page.evaluate(() => {
    for (const animation of document.getAnimations())
      if (Number.isFinite(animation.effect?.getComputedTiming().endTime)) animation.finish();
  });
}

/** Serious findings of axe, with where they are. What it found while a button was on its way to another colour is gone when it looks again. */
async function violationsOn(page: Page, name: string, rules?: readonly string[]): Promise<string[]> {
  await finishAnimations(page);
  const found = await findingsOf(page, name, rules);
  if (found.length === 0) return found;
  await finishAnimations(page);
  return findingsOf(page, name, rules);
}

async function findingsOf(page: Page, name: string, rules?: readonly string[]): Promise<string[]> {
  // Looked at in the page itself, which has no frames: the other way opens a second page for each look, and took twice as long.
  const axe = new AxeBuilder({ page }).setLegacyMode(true).options({ resultTypes: ['violations'] });
  const { violations } = await (rules ? axe.withRules([...rules]) : axe.withTags(['wcag2a', 'wcag2aa'])).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${name}: ${id} at ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
}

for (const [order, language] of ['zh-CN', 'en-US'].entries()) {
  test(`every page reads well in ${language}, light and dark`, async ({ browser }) => {
    const context = await browser.newContext({ locale: language, timezoneId: 'Asia/Shanghai' });
    const page = await context.newPage();
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(`page error: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error' && !/status of 401/.test(message.text()))
        problems.push(`console: ${message.text()}`);
    });

    /** Looks at the open page in the colours that it was loaded with, whole, and in the others. */
    const look = async (name: string, first: (typeof SCHEMES)[number]): Promise<void> => {
      const sideways = await sidewaysOf(page);
      if (sideways > 0) problems.push(`${name} scrolls sideways by ${sideways} px`);
      if (language === 'zh-CN') problems.push(...(await englishLeft(page)).map((text) => `${name}: English "${text}"`));
      problems.push(...(await violationsOn(page, `${name}, ${first}`)));
      await keepScreenshot(page, `${name}-${language}-${first}`);
      const second = first === 'light' ? 'dark' : 'light';
      await showIn(page, second);
      problems.push(...(await violationsOn(page, `${name}, ${second}`, COLOUR_RULES)));
      await keepScreenshot(page, `${name}-${language}-${second}`);
    };

    await showIn(page, 'light');
    await page.goto(`${product.url}/sign-in`);
    await expect(page.getByTestId('sign-in-submit')).toBeVisible();
    await look('sign-in', 'light');
    await page.getByTestId('sign-in-email').fill(ADMIN.email);
    await page.getByTestId('sign-in-password').fill(ADMIN.password);
    await page.getByTestId('sign-in-submit').click();
    await expect(page).not.toHaveURL(/sign-in/);
    for (const [index, [name, path]] of Object.entries(paths).entries()) {
      // Every other page is loaded dark, in the second language those that the first had light.
      const first = SCHEMES[(index + order) % 2]!;
      await showIn(page, first);
      await page.goto(product.url + path);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await expect(page.locator('.ant-skeleton')).toHaveCount(0);
      await look(name, first);
    }
    await context.close();
    expect(problems).toEqual([]);
  });
}

/** How far a page can be pushed sideways, in pixels. */
function sidewaysOf(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

async function signInAt(page: Page): Promise<void> {
  await page.goto(`${product.url}/sign-in`);
  await page.getByTestId('sign-in-email').fill(ADMIN.email);
  await page.getByTestId('sign-in-password').fill(ADMIN.password);
  await page.getByTestId('sign-in-submit').click();
  await expect(page).not.toHaveURL(/sign-in/);
}

test('a session that ends takes nothing with it that was entered', async ({ page }) => {
  await signInAt(page);
  await page.getByRole('button', { name: '新建项目' }).click();
  await page.getByLabel('名称').fill('会话中断前填写的项目');
  await page.getByLabel('一句话目标').fill('重新登录后继续。');
  await page.context().clearCookies();
  await page.getByRole('button', { name: '创建项目' }).click();
  const ended = page.getByRole('dialog', { name: '登录已失效' });
  await expect(ended.getByTestId('session-password')).toBeFocused();
  expect(await violationsOn(page, 'session ended')).toEqual([]);
  await ended.getByTestId('session-password').fill('not the password');
  await ended.getByTestId('session-enter').click();
  await expect(ended.getByRole('alert')).toBeVisible();
  await ended.getByTestId('session-password').fill(ADMIN.password);
  await ended.getByTestId('session-enter').click();
  await expect(ended).toBeHidden();
  await page.getByRole('button', { name: '创建项目' }).click();
  await expect(page.getByRole('heading', { level: 1, name: '会话中断前填写的项目' })).toBeVisible();
});

test('names without a blank push no page sideways on a phone', async ({ browser }) => {
  const api = await apiWithToken(product.url);
  const name = 'unbroken'.repeat(15);
  const { id: projectId } = await api.call(createProject, { body: { name, goal: { zh: name } } });
  const params = { projectId };
  const { id: datasetVersionId } = await api.call(createTextDatasetVersion, {
    params,
    body: {
      ...{ datasetName: { zh: name }, source: { zh: name }, licence: name, notes: { zh: name }, seed: 1 },
      content: { train: [name], validation: [], test: [] },
    },
  });
  const { id: runId } = await api.call(startRun, {
    params,
    body: { name: { zh: name }, notes: { zh: name }, datasetVersionId, configuration: { dModel: 8, feedForward: 8 } },
  });
  await api.call(cancelRun, { params: { runId } });
  const page = await browser.newPage({ viewport: { width: 390, height: 800 } });
  await signInAt(page);
  const problems: string[] = [];
  for (const path of [
    '',
    '/data',
    '/data/items',
    '/data/history',
    '/training',
    '/training/new',
    `/training/runs/${runId}`,
  ]) {
    await page.goto(`${product.url}/projects/${projectId}${path}?version=${datasetVersionId}`);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(page.locator('.ant-skeleton')).toHaveCount(0);
    const sideways = await sidewaysOf(page);
    if (sideways > 0) problems.push(`${path} scrolls sideways by ${sideways} px`);
  }
  for (const list of [
    'data',
    'training',
    'evaluations',
    'evaluations-chosen',
    'workers',
    'tokens',
    'audit',
    'requirements',
  ]) {
    await page.goto(product.url + paths[list]);
    const regions = page.locator('.scrolling:has(tbody tr)');
    await expect(regions.first()).toBeVisible();
    const room = await regions.evaluateAll((all) => all.map((region) => region.scrollWidth - region.clientWidth));
    if (room.some((missing) => missing > 0)) problems.push(`a table of ${list} is wider than a phone`);
  }
  await page.goto(product.url + paths['selection']);
  const [weight, row] = [page.getByTestId('weight').first(), page.locator('.matrix-criterion').first()];
  await expect(weight).toBeVisible();
  const rightEdge = async (part: Locator) => {
    const box = (await part.boundingBox())!;
    return box.x + box.width;
  };
  if ((await rightEdge(weight)) > (await rightEdge(row))) problems.push('a weight covers the scores beside it');
  await page.goto(product.url + paths['evaluation']);
  const metric = page.getByRole('rowheader', { name: /^精确率（加权/ });
  await expect(metric).toBeVisible();
  if ((await metric.boundingBox())!.width < 80) problems.push('the name of a metric stands one character a line');
  const table = page.locator('.metric-table');
  const width = (await table.boundingBox())!.width;
  const room = await table.evaluate((drawn) => drawn.parentElement!.clientWidth);
  if (width > room) problems.push(`the metrics are ${width - room} px wider than a phone`);
  const notes = await table.locator('tbody .note:not(:empty)').evaluateAll((all) => all.map((n) => n.clientWidth));
  if (!(Math.min(...notes) > 0.95 * width)) problems.push('a note on a metric has less than the row');
  await page.goto(product.url + paths['comparison']);
  await expect(page.locator('.chart .recharts-surface')).toHaveCount(3);
  await expect(page.getByTestId('items')).toBeVisible();
  if ((await sidewaysOf(page)) > 0) problems.push('a comparison scrolls sideways');
  await keepScreenshot(page, 'comparison-phone');
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.route(`**${getSession.path}`, async (route) => {
    const reply = await route.fetch();
    const { account } = getSession.reply!.parse(await reply.json());
    await route.fulfill({ json: { account: { ...account, name } } });
  });
  await page.reload();
  await expect(page.getByTestId('account-menu')).toHaveText(name);
  if ((await sidewaysOf(page)) > 0) problems.push('the name of whoever is signed in pushes the page sideways');
  await page.close();
  expect(problems).toEqual([]);
});

test('a chart takes the same room while it is on its way as when it is drawn', async ({ browser }) => {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await signInAt(page);
  const heights = () =>
    page.locator('.panel:has(.chart)').evaluateAll((all) => all.map((panel) => panel.getBoundingClientRect().height));
  for (const [name, charts] of [
    ['run', 4],
    ['evaluation', 3],
    ['comparison', 3],
    ['selection', 2],
  ] as const) {
    const arrive = Promise.withResolvers<void>();
    await page.route(/-drawing-[^/]*\.js$/, async (route) => {
      await arrive.promise;
      await route.continue();
    });
    await page.goto(product.url + paths[name], { waitUntil: 'commit' });
    await expect(page.locator('.chart .ant-skeleton')).toHaveCount(charts);
    const before = await heights();
    arrive.resolve();
    await expect(page.locator('.chart .recharts-surface')).toHaveCount(charts);
    expect(await heights(), name).toEqual(before);
    await page.unrouteAll({ behavior: 'wait' });
  }
  await page.close();
});

test('the button that starts a run stays where it is when the plan comes', async ({ browser }) => {
  const page = await browser.newPage();
  await signInAt(page);
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 800 });
    const arrive = Promise.withResolvers<void>();
    const asked = page.waitForRequest(/\/run-plans$/);
    await page.route(/\/run-plans$/, async (route) => {
      await arrive.promise;
      await route.continue();
    });
    await page.goto(product.url + paths['new-run']);
    const start = page.getByTestId('start-run');
    await expect(start).toBeEnabled();
    const placeOf = () => start.evaluate((button) => button.getBoundingClientRect().top + scrollY);
    await asked;
    const before = await placeOf();
    arrive.resolve();
    await expect(page.getByTestId('plan-sentence')).toBeVisible();
    expect(await placeOf(), `${width} px`).toBe(before);
    await page.unrouteAll({ behavior: 'wait' });
  }
  await page.close();
});

/** Sentences of three or more English words on a Chinese page, outside data, code and names that stay English. */
async function englishLeft(page: Page): Promise<string[]> {
  const visible = await page.evaluate(() => {
    const texts: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement;
      if (!element || element.closest('script,style,code,pre,[lang="en"],[data-raw]')) continue;
      if (element.checkVisibility()) texts.push(node.textContent ?? '');
    }
    return texts;
  });
  return visible.map((text) => text.trim()).filter((text) => /[A-Za-z]{2,} [a-z]{2,} [a-z]{2,}/.test(text));
}
