// npm run sample -- <name>: creates a sample project on the server that runs here, with real data and a training run; `comments`
// ends where training begins.
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { inLanguage } from '@greenlight/shared/api/localized-text.ts';
import { getRun, type Run } from '@greenlight/shared/stages/training/contract.ts';
import { publicUrl, readLauncherEnvironment } from '../server/src/env.ts';
import { ServerClient } from '../worker/src/report/client.ts';
import { Terminal } from '../worker/src/report/terminal.ts';
import { accessToken, postAsAdmin } from './samples/access.ts';
import { createModerationProject, type Approve } from './samples/comments.ts';
import { moderation } from './samples/moderation.ts';
import { poetry } from './samples/poetry.ts';
import { createSample, type Sample } from './samples/sample.ts';

const SAMPLES: Readonly<Record<string, Sample>> = { moderation, poetry };
/** The project that is made step by step instead of with a run. */
const COMMENTS = 'comments';
const POLL_MS = 2000;

async function watch(client: ServerClient, started: Run): Promise<Run> {
  const terminal = new Terminal(process.stdout);
  for (let run = started; ; await delay(POLL_MS)) {
    run = await client.call(getRun, { params: { runId: run.id } });
    const name = inLanguage(run.name, 'en');
    if (run.progress) terminal.progress(name, run.progress, run.finalMetrics['training/loss'] ?? null);
    if (run.state === 'finished' || run.state === 'failed' || run.state === 'cancelled') {
      terminal.line(`${name}: ${run.state}${run.error ? ` (${inLanguage(run.error.message, 'en')})` : ''}`);
      return run;
    }
  }
}

async function main(): Promise<void> {
  const name = process.argv[2] ?? '';
  const sample = SAMPLES[name];
  if (!sample && name !== COMMENTS)
    throw new Error(`Usage: npm run sample -- ${[...Object.keys(SAMPLES), COMMENTS].join(' | ')}`);
  const environment = readLauncherEnvironment(process.env);
  const serverUrl = process.env['GREENLIGHT_URL'] || publicUrl(environment);
  const token = await accessToken(serverUrl, environment.GREENLIGHT_DATA_DIR, process.env);
  const client = new ServerClient({ serverUrl, token });
  if (!sample) {
    const approve: Approve = (path, body) => postAsAdmin(serverUrl, path, body, process.env);
    const { projectId, isApproved, isClean } = await createModerationProject(client, approve);
    if (!isApproved)
      console.log(`Its requirement waits for your approval: ${serverUrl}/projects/${projectId}/requirements`);
    console.log(`Look at it here: ${serverUrl}/projects/${projectId}`);
    if (!isClean) throw new Error('The preparation of its data did not finish; the page Data says why.');
    return;
  }
  const content = await sample.prepare(join(environment.GREENLIGHT_DATA_DIR, 'samples'));
  const { train, validation, test } = content;
  console.log(`${train.length} training, ${validation.length} validation and ${test.length} test items.`);
  const run = await createSample(client, sample, content);
  console.log(`Watch it here: ${serverUrl}/projects/${run.projectId}/training/runs/${run.id}`);
  const ended = await watch(client, run);
  if (ended.state === 'failed') process.exitCode = 1;
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
