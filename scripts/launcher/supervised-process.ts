import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, copyFileSync, openSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const preload = join(import.meta.dirname, 'end-with-launcher.ts');
const largestLogBytes = 10_000_000;
/** How often the size of a log is looked at: whoever sends request after request fills a disk with lines. */
const lookAtLogMs = 5_000;
const firstPauseMs = 500;
const longestPauseMs = 30_000;
/** A process that ran this long is healthy: its next crash starts the pauses anew. */
const healthyAfterMs = 60_000;

/** What to run and where its output goes. */
export interface ProcessPlan {
  /** Name in messages, such as "server". */
  readonly name: string;
  /** Arguments of Node: the file to run, preceded by options of Node. */
  readonly command: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  readonly logFile: string;
  /** Whether standard output goes to this terminal instead of the log. */
  readonly ownsTerminal?: boolean;
  /** Called with each message that the process sends. */
  readonly onMessage?: (message: unknown) => void;
}

/** A process that is started again when it ends by itself. */
export interface SupervisedProcess {
  /** Asks the process to end and kills it when it has not after `limitMs`; it is not started again. */
  stop(limitMs: number): Promise<void>;
}

/** Puts what a large log holds aside, in place of what was put aside before; whoever appends to it goes on. */
function putAside(file: string): void {
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) <= largestLogBytes) return;
  const aside = `${file}.1`;
  try {
    rmSync(aside, { force: true });
    copyFileSync(file, aside);
  } catch {
    // A full disk must not end what the log is of; what could not be put aside makes room.
    if (statSync(aside, { throwIfNoEntry: false })?.isFile() === true) rmSync(aside);
  }
  truncateSync(file);
}

/** Opens a log for appending. */
function openLog(file: string): number {
  putAside(file);
  return openSync(file, 'a', 0o600);
}

/** Starts the process of `plan` once; it never outlives this process. */
function startProcess(plan: ProcessPlan): ChildProcess {
  const log = openLog(plan.logFile);
  const child = spawn(process.execPath, ['--import', preload, ...plan.command], {
    env: plan.environment,
    stdio: ['ignore', plan.ownsTerminal ? 'inherit' : log, log, 'ipc'],
    // Its own session: the terminal's Ctrl-C must not end all processes at once, but one after the other, through us.
    detached: true,
  });
  closeSync(log);
  const endAtOnce = (): boolean => child.kill('SIGKILL');
  process.once('exit', endAtOnce);
  child.once('exit', () => process.removeListener('exit', endAtOnce));
  if (plan.onMessage) child.on('message', plan.onMessage);
  return child;
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** Starts the process of `plan` and keeps it running and its log small; `report` gets one sentence for each unexpected end. */
export function supervise(
  plan: ProcessPlan,
  report: (sentence: string) => void,
  lookMs = lookAtLogMs,
): SupervisedProcess {
  const stopping = new AbortController();
  let child = startProcess(plan);
  const watch = setInterval(() => {
    try {
      putAside(plan.logFile);
    } catch {
      // No room beside it, or somebody took it away: it is looked at again.
    }
  }, lookMs);

  async function keepRunning(): Promise<void> {
    for (let pauseMs = firstPauseMs; ;) {
      const startedAt = performance.now();
      const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
      if (stopping.signal.aborted) return;
      if (performance.now() - startedAt > healthyAfterMs) pauseMs = firstPauseMs;
      report(
        `The ${plan.name} ended unexpectedly (${signal ?? `code ${code}`}) and is started again in ${pauseMs / 1000} s; its log is ${plan.logFile}.`,
      );
      await wait(pauseMs, undefined, { signal: stopping.signal }).catch(() => {});
      if (stopping.signal.aborted) return;
      pauseMs = Math.min(2 * pauseMs, longestPauseMs);
      child = startProcess(plan);
    }
  }

  const finished = keepRunning();
  return {
    stop: async (limitMs) => {
      stopping.abort();
      clearInterval(watch);
      if (!hasEnded(child)) child.kill('SIGTERM');
      const impatience = setTimeout(() => child.kill('SIGKILL'), limitMs);
      await finished;
      clearTimeout(impatience);
    },
  };
}
