import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { supervise, type ProcessPlan } from './supervised-process.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlight-supervised-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** A plan for a program of a few lines, and a queue of the messages it sends. */
async function planFor(program: string): Promise<{ plan: ProcessPlan; nextMessage: () => Promise<unknown> }> {
  const file = join(folder, 'program.mjs');
  await writeFile(file, program);
  const received: unknown[] = [];
  let arrived = Promise.withResolvers<void>();
  const plan = {
    name: 'program',
    command: [file],
    environment: process.env,
    logFile: join(folder, 'program.log'),
    onMessage: (message: unknown) => {
      received.push(message);
      arrived.resolve();
    },
  };
  return {
    plan,
    nextMessage: async () => {
      if (received.length === 0) await arrived.promise;
      arrived = Promise.withResolvers();
      return received.shift();
    },
  };
}

const waitsForever =
  "process.send({ pid: process.pid }); process.on('SIGTERM', () => process.exit(0)); setInterval(() => {}, 1000);";

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('a process that crashes is started again and reported', async () => {
  const { plan, nextMessage } = await planFor(waitsForever);
  const reports: string[] = [];
  const supervised = supervise(plan, (sentence) => reports.push(sentence));
  const first = (await nextMessage()) as { pid: number };
  process.kill(first.pid, 'SIGKILL');
  const second = (await nextMessage()) as { pid: number };
  expect(second.pid).not.toBe(first.pid);
  expect(reports).toEqual([expect.stringContaining('The program ended unexpectedly (SIGKILL)')]);
  await supervised.stop(5_000);
  expect(isAlive(second.pid)).toBe(false);
});

test('a process that ignores the request to end is killed', async () => {
  const { plan, nextMessage } = await planFor(waitsForever.replace('process.exit(0)', '{}'));
  const supervised = supervise(plan, () => {});
  const { pid } = (await nextMessage()) as { pid: number };
  await supervised.stop(100);
  expect(isAlive(pid)).toBe(false);
});

test('what a process writes is in its log', async () => {
  const { plan, nextMessage } = await planFor(`console.log('hello'); console.error('trouble'); ${waitsForever}`);
  const supervised = supervise(plan, () => {});
  await nextMessage();
  await supervised.stop(5_000);
  expect(await readFile(plan.logFile, 'utf8')).toBe('hello\ntrouble\n');
});

test('a process ends when its launcher is killed', async () => {
  const ended = join(folder, 'ended');
  const { plan } = await planFor(
    `import { writeFileSync } from 'node:fs';
     process.on('SIGTERM', () => { writeFileSync(${JSON.stringify(ended)}, ''); process.exit(0); });
     console.log('running'); setInterval(() => {}, 1000);`,
  );
  const launcher = join(folder, 'launcher.ts');
  const source = join(import.meta.dirname, 'supervised-process.ts');
  await writeFile(
    launcher,
    `import { supervise } from ${JSON.stringify(source)};
     supervise(${JSON.stringify({ ...plan, environment: {} })}, () => {});`,
  );
  const child = spawn(process.execPath, [launcher], { stdio: 'inherit' });
  await expect
    .poll(() => existsSync(plan.logFile) && readFile(plan.logFile, 'utf8'), { timeout: 90_000 })
    .toBe('running\n');
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
  await expect.poll(() => existsSync(ended), { timeout: 90_000 }).toBe(true);
});

test('a log that grows large while its process runs is put aside, and the process writes on', async () => {
  const { plan } = await planFor(
    `process.stdout.write('x'.repeat(11_000_000) + '\\n'); process.on('SIGUSR2', () => console.log('after')); ${waitsForever}`,
  );
  let pid = 0;
  const supervised = supervise(
    { ...plan, onMessage: (message) => (pid = (message as { pid: number }).pid) },
    () => {},
    20,
  );
  const aside = `${plan.logFile}.1`;
  const sizeOf = async (file: string) => (existsSync(file) ? (await readFile(file)).length : 0);
  // Of a line that was still being written the end stays.
  await expect.poll(() => sizeOf(aside), { timeout: 90_000 }).toBeGreaterThan(10_000_000);
  await expect.poll(() => sizeOf(plan.logFile), { timeout: 90_000 }).toBeLessThan(1_100_000);
  await expect.poll(() => pid, { timeout: 90_000 }).toBeGreaterThan(0);
  process.kill(pid, 'SIGUSR2');
  await expect.poll(() => readFile(plan.logFile, 'utf8'), { timeout: 90_000 }).toMatch(/^x*\n?after\n$/);
  await supervised.stop(5_000);
});

test('a large log that cannot be put aside makes room, and the process starts', async () => {
  const { plan, nextMessage } = await planFor(`console.log('hello'); ${waitsForever}`);
  await writeFile(plan.logFile, 'x'.repeat(11_000_000));
  // A folder of that name, as a full disk does, refuses the copy.
  await mkdir(`${plan.logFile}.1`);
  await writeFile(join(`${plan.logFile}.1`, 'kept'), '');
  const supervised = supervise(plan, () => {});
  await nextMessage();
  await supervised.stop(5_000);
  expect(await readFile(plan.logFile, 'utf8')).toBe('hello\n');
});
