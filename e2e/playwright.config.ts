import { defineConfig } from '@playwright/test';

/** Two files at a time, each with a product of its own: a journey mostly waits for one thread, of the page or of the server. */
export default defineConfig({
  testDir: '.',
  globalSetup: './fixtures/shared-folder.ts',
  outputDir: './artifacts/results',
  workers: 2,
  retries: 0,
  // Limits say that something hangs: a busy machine may take many times as long as a quiet one.
  timeout: 1_200_000,
  expect: { timeout: 240_000 },
  reporter: [['list'], ['json', { outputFile: './artifacts/results.json' }]],
  use: {
    viewport: { width: 1280, height: 800 },
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    launchOptions: {
      executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
    },
    // A trace of every step took a third of a journey's time: `npm run e2e -- <file> --trace on` records one.
    screenshot: 'only-on-failure',
  },
});
