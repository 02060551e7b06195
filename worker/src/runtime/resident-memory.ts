import { readFileSync, writeFileSync } from 'node:fs';

const KIBIBYTE = 1024;

/** Often enough that a process which fills memory as fast as a machine can gets no more than some hundred megabytes further. */
const LOOK_MS = 50;

/** What a process keeps in memory and in swap, as Linux says; null elsewhere, and of a process that is gone. */
export function residentBytes(pid: number): number | null {
  let status: string;
  try {
    status = readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return null;
  }
  const sizes = [...status.matchAll(/^Vm(?:RSS|Swap):\s+(\d+) kB$/gm)].map(([, size]) => Number(size));
  return sizes.reduce((sum, size) => sum + size, 0) * KIBIBYTE;
}

/** Looks at a process's memory until it is told to stop, and calls `beyond` once where that is more than a limit. */
export function watchMemory(pid: number | undefined, limitBytes: number, beyond: () => void): () => void {
  if (pid === undefined) return () => undefined;
  const timer = setInterval(() => {
    if ((residentBytes(pid) ?? 0) <= limitBytes) return;
    clearInterval(timer);
    beyond();
  }, LOOK_MS);
  return () => clearInterval(timer);
}

/** Where the machine has no memory left all the same, Linux ends this process before any other. */
export function endThisFirst(): void {
  try {
    writeFileSync('/proc/self/oom_score_adj', '1000');
  } catch {
    // There is no such file on other systems, and a sandbox may keep it from being written: the limit holds without it.
  }
}
