import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { machineCalibration, type MachineCalibration } from '@greenlight/shared/stages/training/plan/calibration.ts';
import { z } from 'zod';
import { processorName } from '../runtime/processor.ts';
import { bestOf } from './best-of.ts';
import { untilCalm } from './until-calm.ts';

const LIMIT_MS = 60_000;
/** Measurements of the same machine after which no further one is made. */
const ENOUGH = 5;
/** How long a machine may be busy before it is measured all the same: what is known of it already is not worth a long wait. */
const PATIENCE_MS = { first: 10_000, again: 1000 } as const;

const keptCalibration = z.object({ machine: z.string(), measurements: z.number(), calibration: machineCalibration });

/** Raised when something else is measured: what was kept before says nothing of it. */
const MEASUREMENT = 3;

/** What a calibration holds for: another processor, width of its vectors, number of cores or version of Node is measured anew. */
function machineKey(): string {
  const parts = [MEASUREMENT, processorName(), availableParallelism(), process.arch, process.platform, process.version];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}

async function kept(path: string): Promise<z.infer<typeof keptCalibration> | null> {
  const text = await readFile(path, 'utf8').catch(() => 'null');
  try {
    const parsed = keptCalibration.safeParse(JSON.parse(text));
    return parsed.success && parsed.data.machine === machineKey() ? parsed.data : null;
  } catch {
    return null;
  }
}

async function measureApart(signal: AbortSignal): Promise<MachineCalibration> {
  const entry = fileURLToPath(new URL('./calibration-process.ts', import.meta.url));
  const { NODE_OPTIONS: _, ...env } = process.env;
  const { stdout } = await promisify(execFile)(process.execPath, [entry], { env, signal, timeout: LIMIT_MS });
  return machineCalibration.parse(JSON.parse(stdout));
}

/**
 * How quick this machine is: the best of its first few measurements, one at each start, kept in the worker's folder; null where it
 * cannot be measured, which is said in `onProblem` and keeps nobody from training.
 */
export async function calibrate(
  workerFolder: string,
  signal: AbortSignal,
  onProblem: (problem: string) => void,
  calm: (signal: AbortSignal, patienceMs: number) => Promise<void> = untilCalm,
): Promise<MachineCalibration | null> {
  const path = join(workerFolder, 'calibration.json');
  const before = await kept(path);
  if (before !== null && before.measurements >= ENOUGH) return before.calibration;
  try {
    await calm(signal, before === null ? PATIENCE_MS.first : PATIENCE_MS.again);
    const measured = await measureApart(signal);
    const calibration = before === null ? measured : bestOf(before.calibration, measured);
    const next = `${path}.next`;
    const content = { machine: machineKey(), measurements: (before?.measurements ?? 0) + 1, calibration };
    await writeFile(next, JSON.stringify(content), { flush: true });
    await rename(next, path);
    return calibration;
  } catch (error) {
    if (!signal.aborted) onProblem(error instanceof Error ? error.message : String(error));
    return before?.calibration ?? null;
  }
}
