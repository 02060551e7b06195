/**
 * The whole product while its parts are killed: `npm run bench -- chaos [minutes] [seed]`. Uploads, imports, preparations, tokenizers, runs, exports,
 * erasures and changes of the master key go on and on; at random moments the server, the worker, the inference service or the database is killed, or the worker
 * stands still for up to a minute. Each piece of work has to end well, the same work with the same outcome to the last bit, and no answer may be a fault of ours.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { descendantsRunning } from '../e2e/fixtures/processes.ts';
import { startProduct } from '../e2e/fixtures/product.ts';
import { randomKey, uniformAt } from '../worker/src/model/random.ts';
import { writeResult } from './results.ts';
import { changeKeys, erase, prepareData, train, type Witness } from './support/chaos-work.ts';
import { patientApi, type Journey } from './support/patient-api.ts';

const [minutes = 8, seed = 1] = process.argv.slice(3).map(Number);

/** Parts by what their command lines contain; a part that is a family of processes is ended by the first of them. */
const PARTS = {
  server: 'server/src/main.ts',
  worker: 'worker/src/main.ts',
  inference: 'worker/src/serve.ts',
  database: 'bin/postgres',
} as const;
const EVENTS = ['server', 'server', 'server', 'worker', 'inference', 'database', 'standstill'] as const;

const SHORTEST_PAUSE_MS = 10_000;
const LONGEST_PAUSE_MS = 36_000;
const LONGEST_STANDSTILL_MS = 55_000;

const counts: Record<string, number> = {};
const problems: string[] = [];
const outcomes = new Map<string, string>();
const witness: Witness = {
  count: (what) => (counts[what] = (counts[what] ?? 0) + 1),
  problem: (what) => {
    problems.push(what);
    console.log(`Problem: ${what}`);
  },
  same: (what, outcome) => {
    witness.count(what);
    const text = JSON.stringify(outcome);
    const before = outcomes.get(what) ?? text;
    outcomes.set(what, before);
    if (before !== text) witness.problem(`${what} differs: ${text.slice(0, 300)} from ${before.slice(0, 300)}`);
  },
};

let drawn = 0;
const draw = (): number => uniformAt(randomKey(seed, 31), drawn++);

const product = await startProduct();
const journey: Journey = { retried: 0, faults: [] };
const api = patientApi(product.url, journey);
let isOver = false;
const works = [prepareData, train, changeKeys, erase].map((work) =>
  work(api, witness, () => isOver).catch((error: unknown) => witness.problem(String(error))),
);

const end = Date.now() + minutes * 60_000;
while (Date.now() < end) {
  await pause(SHORTEST_PAUSE_MS + draw() * (LONGEST_PAUSE_MS - SHORTEST_PAUSE_MS));
  const event = EVENTS[Math.floor(draw() * EVENTS.length)] ?? 'server';
  const [first] = descendantsRunning(product.launcherPid, PARTS[event === 'standstill' ? 'worker' : event]);
  console.log(`${new Date().toISOString().slice(11, 19)} ${event}`);
  if (first === undefined) continue;
  witness.count(event === 'standstill' ? 'worker stood still' : `${event} killed`);
  process.kill(first, event === 'standstill' ? 'SIGSTOP' : 'SIGKILL');
  if (event !== 'standstill') continue;
  await pause(draw() * LONGEST_STANDSTILL_MS);
  process.kill(first, 'SIGCONT');
}
isOver = true;
await Promise.all(works);
await product.remove();
await writeResult('chaos', {
  command: `npm run bench -- chaos ${minutes} ${seed}`,
  counts,
  retried: journey.retried,
  problems: [...problems, ...journey.faults],
});
if (problems.length + journey.faults.length > 0) process.exitCode = 1;
