/**
 * Measures the lag from a step's end in the worker to its pixel in the browser, on the whole product with a real
 * browser: `npm run bench -- live-lag`. The chart names the moment of the last point that it drew; the lag is read two
 * animation frames after that changes, on the one clock that worker and browser share here.
 */
import { chromium } from '@playwright/test';
import { getRun, startRun } from '@greenlight/shared/stages/training/contract.ts';
import { apiWithToken, articleRun, runEnded } from '../e2e/fixtures/api.ts';
import { ADMIN, startProduct } from '../e2e/fixtures/product.ts';
import { writeResult } from './results.ts';

const STEPS_TO_WATCH_MS = 30_000;

const product = await startProduct();
try {
  const api = await apiWithToken(product.url);
  const article = await articleRun(api);
  const { datasetVersionId } = await runEnded(api, article.runId, 180_000);
  const run = await api.call(startRun, {
    params: { projectId: article.projectId },
    body: {
      datasetVersionId,
      configuration: { dModel: 128, heads: 4, feedForward: 256, encoderLayers: 1, decoderLayers: 1, epochs: 5000 },
    },
  });
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
  });
  const page = await browser.newPage();
  await page.goto(`${product.url}/sign-in`);
  await page.getByTestId('sign-in-email').fill(ADMIN.email);
  await page.getByTestId('sign-in-password').fill(ADMIN.password);
  await page.getByTestId('sign-in-submit').click();
  await page.waitForURL((url) => !url.pathname.includes('sign-in'));
  await page.goto(`${product.url}/projects/${article.projectId}/training/runs/${run.id}`);
  await page.waitForSelector('[data-testid="chart-loss"][data-at]', { timeout: 60_000 });

  const lagsMs = await page.evaluate(async (watchMs: number) => {
    const chart = document.querySelector('[data-testid="chart-loss"]');
    const lags: number[] = [];
    const observer = new MutationObserver(() => {
      const at = Date.parse(chart?.getAttribute('data-at') ?? '');
      requestAnimationFrame(() => requestAnimationFrame(() => lags.push(Date.now() - at)));
    });
    if (chart) observer.observe(chart, { attributes: true, attributeFilter: ['data-at'] });
    await new Promise((resolve) => setTimeout(resolve, watchMs));
    observer.disconnect();
    return lags;
  }, STEPS_TO_WATCH_MS);

  const { progress } = await api.call(getRun, { params: { runId: run.id } });
  await browser.close();
  lagsMs.sort((a, b) => a - b);
  const quantile = (share: number) => lagsMs[Math.min(lagsMs.length - 1, Math.floor(share * lagsMs.length))] ?? null;
  await writeResult('live-lag', {
    command: 'npm run bench -- live-lag',
    drawnPoints: lagsMs.length,
    stepsPerSecond: progress ? Math.round((progress.step / progress.elapsedMs) * 1000) : null,
    lagMs: { median: quantile(0.5), p95: quantile(0.95), maximum: lagsMs.at(-1) ?? null },
  });
} finally {
  await product.remove();
}
