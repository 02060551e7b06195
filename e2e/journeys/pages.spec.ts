import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { addCandidate } from '@greenlight/shared/stages/selection/candidates-contract.ts';
import { saveSelection, startSelection } from '@greenlight/shared/stages/selection/contract.ts';
import { getRun } from '@greenlight/shared/stages/training/contract.ts';
import { apiWithToken, articleRun, runEnded, type Api } from '../fixtures/api.ts';
import { ADMIN, startProduct, type Product } from '../fixtures/product.ts';
import { keepScreenshot } from '../fixtures/screenshot.ts';

let product: Product;
let paths: Record<string, string>;

test.beforeAll(async () => {
  product = await startProduct();
  const api = await apiWithToken(product.url);
  const { projectId, runId } = await articleRun(api);
  await runEnded(api, runId, 180_000);
  const { evaluationId } = await api.call(getRun, { params: { runId } });
  await weighed(api, projectId);
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
    evaluations: `${project}/evaluation`,
    evaluation: `${project}/evaluation/evaluations/${evaluationId}`,
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

/** A draft of the decision matrix with two candidates for the article's generator, one score missing. */
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
      score: 0.9 - 0.1 * row - 0.05 * column,
      evidence,
    })),
  );
  await api.call(saveSelection, {
    params: { selectionId: id },
    body: { revision, content: { candidateIds, criteria, cells } },
  });
}

async function signIn(page: Page): Promise<void> {
  await page.goto(`${product.url}/sign-in`);
  await page.getByTestId('sign-in-email').fill(ADMIN.email);
  await page.getByTestId('sign-in-password').fill(ADMIN.password);
  await page.getByTestId('sign-in-submit').click();
  await expect(page).not.toHaveURL(/sign-in/);
}

for (const { language, scheme } of [
  { language: 'zh-CN', scheme: 'light' },
  { language: 'zh-CN', scheme: 'dark' },
  { language: 'en-US', scheme: 'light' },
  { language: 'en-US', scheme: 'dark' },
] as const) {
  test(`every page reads well in ${language}, ${scheme}`, async ({ browser }) => {
    const context = await browser.newContext({ locale: language, colorScheme: scheme, timezoneId: 'Asia/Shanghai' });
    const page = await context.newPage();
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(`page error: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error' && !/status of 401/.test(message.text()))
        problems.push(`console: ${message.text()}`);
    });
    await page.goto(`${product.url}/sign-in`);
    await expect(page.getByTestId('sign-in-submit')).toBeVisible();
    await keepScreenshot(page, `sign-in-${language}-${scheme}`);
    await signIn(page);
    for (const [name, path] of Object.entries(paths)) {
      await page.goto(product.url + path);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await expect(page.locator('.ant-skeleton')).toHaveCount(0);
      await keepScreenshot(page, `${name}-${language}-${scheme}`);
      const sideways = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      if (sideways > 0) problems.push(`${name} scrolls sideways by ${sideways} px`);
      const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa']).analyze();
      for (const violation of violations.filter((found) => found.impact === 'serious' || found.impact === 'critical'))
        problems.push(`${name}: ${violation.id} at ${violation.nodes.map((node) => node.target.join(' ')).join(', ')}`);
      if (language === 'zh-CN') problems.push(...(await englishLeft(page)).map((text) => `${name}: English "${text}"`));
    }
    await context.close();
    expect(problems).toEqual([]);
  });
}

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
