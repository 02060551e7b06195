import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildWeb } from '../launcher/web-build.ts';
import { playwrightCounts, vitestCounts, type Counts } from './counts.ts';

const root = join(import.meta.dirname, '..', '..');

/** Where every process and thread that tests start finds the project's code compiled: they start in half of the time. */
const compiled = join(root, 'node_modules', '.cache', 'greenlight-compiled');

/** Runs a tool of node_modules with this terminal; the signals that end this process end it too. */
async function run(script: string, toolArguments: readonly string[], environment: NodeJS.ProcessEnv): Promise<number> {
  const child = spawn(process.execPath, [join(root, 'node_modules', script), ...toolArguments], {
    cwd: root,
    env: { ...process.env, NODE_COMPILE_CACHE: compiled, ...environment },
    stdio: 'inherit',
  });
  const forward = (signal: NodeJS.Signals): boolean => child.kill(signal);
  process.on('SIGINT', forward).on('SIGTERM', forward);
  const [code] = (await once(child, 'exit')) as [number | null];
  process.off('SIGINT', forward).off('SIGTERM', forward);
  return code ?? 1;
}

/** Runs Vitest with `vitestArguments` and counts its tests. */
export async function runVitest(
  vitestArguments: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<Counts> {
  const folder = mkdtempSync(join(tmpdir(), 'greenlight-tests-'));
  const report = join(folder, 'report.json');
  try {
    const code = await run(
      'vitest/vitest.mjs',
      ['run', ...vitestArguments, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
      environment,
    );
    return vitestCounts(report, code);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs the journeys in a browser with `playwrightArguments` and counts them. */
export async function runPlaywright(playwrightArguments: readonly string[]): Promise<Counts> {
  const report = join(root, 'e2e', 'artifacts', 'results.json');
  // Once, and not by each of the products that start together.
  buildWeb();
  rmSync(report, { force: true });
  const code = await run(
    '@playwright/test/cli.js',
    ['test', '--config', join(root, 'e2e', 'playwright.config.ts'), ...playwrightArguments],
    {},
  );
  return playwrightCounts(report, code);
}
