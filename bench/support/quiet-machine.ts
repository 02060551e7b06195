import { cpus } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';

const SAMPLE_MS = 500;
/** Share of the processor that may be in use by others while a measurement counts. */
const MOST_BUSY = 0.08;

function processorTimes(): { idle: number; total: number } {
  const times = cpus().map((core) => core.times);
  const total = times.reduce((sum, { user, nice, sys, idle, irq }) => sum + user + nice + sys + idle + irq, 0);
  return { idle: times.reduce((sum, core) => sum + core.idle, 0), total };
}

/** Waits, doing nothing itself, for half a second in which the machine is idle; throws after `patienceMs`: ratios measured under load are wrong. */
export async function waitForQuietMachine(patienceMs: number): Promise<void> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const before = processorTimes();
    await pause(SAMPLE_MS);
    const after = processorTimes();
    const busy = 1 - (after.idle - before.idle) / (after.total - before.total);
    if (busy <= MOST_BUSY) return;
    if (performance.now() > deadline) {
      throw new Error(
        `The machine is ${Math.round(busy * 100)} % busy with other work: ratios measured now would be wrong`,
      );
    }
  }
}
