import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathOf } from '@greenlight/shared/api/define-route.ts';
import { streamRunEvents } from '@greenlight/shared/stages/training/contract.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from './database/free-port.ts';
import { EventReader } from './testing/event-reader.ts';
import { startInstallation, type TestInstallation } from './testing/installation.ts';
import { signedInAdmin } from './testing/people.ts';
import { lossEvent, TestWorker } from './testing/worker.ts';

let installation: TestInstallation;
let child: ChildProcess;
let url: string;
/** Stays the same over restarts, as readers come back to it. */
let PORT: number;

async function startProcess(): Promise<void> {
  const settings = Object.entries({ ...installation.environment, PORT }).map(([key, value]) => [key, String(value)]);
  child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], {
    env: {
      PATH: process.env['PATH'],
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      ...(Object.fromEntries(settings) as Record<string, string>),
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const early = once(child, 'exit').then(() => Promise.reject(new Error('the server ended before it was ready')));
  const [ready] = (await Promise.race([once(child, 'message'), early])) as [{ url: string }];
  early.catch(() => undefined);
  url = ready.url;
}

async function kill(): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

beforeAll(async () => {
  installation = await startInstallation();
  PORT = await freePort();
  await startProcess();
});
afterAll(async () => {
  await kill();
  await installation.close();
});

test('a server that is killed in mid-stream loses no acknowledged point, doubles none, and its readers miss none', async () => {
  const admin = await signedInAdmin(url);
  const worker = await TestWorker.register(url);
  const run = await worker.mustClaim();
  const seen: number[] = [];
  let acknowledged = 0;

  for (const target of [60, 120, 180]) {
    const path = pathOf(streamRunEvents.path, { runId: run.runId });
    const after = String(seen.at(-1) ?? 0);
    const reader = await EventReader.open(url + path, { ...admin.headers, 'last-event-id': after });
    // The kill meets batches under way: what was not acknowledged is sent again, as a worker does from its spool.
    const dying = reader.until(({ ids }) => (ids.at(-1) ?? 0) >= target - 30).then(kill);
    for (let isAlive = true; isAlive && acknowledged < target;) {
      const batch = Array.from({ length: 10 }, (_, index) => acknowledged + index + 1);
      const answer = await worker
        .mustReport(
          run,
          batch.map((sequence) => lossEvent(sequence, sequence, sequence)),
        )
        .catch(() => undefined);
      if (answer === undefined) isAlive = false;
      else acknowledged = answer.acknowledgedSequence;
    }
    await dying;
    reader.close();
    seen.push(...reader.ids);
    await startProcess();
  }

  const points = await installation.database.metricPoint.findMany({ where: { runId: run.runId } });
  const steps = points.map(({ step }) => step).toSorted((first, second) => first - second);
  expect(acknowledged).toBeGreaterThanOrEqual(60);
  expect(steps.length).toBeGreaterThanOrEqual(acknowledged);
  expect(steps).toEqual(steps.map((_, index) => index + 1));
  expect(points.every(({ step, value }) => step === value)).toBe(true);
  expect(seen).toEqual(seen.map((_, index) => index + 1));
});
