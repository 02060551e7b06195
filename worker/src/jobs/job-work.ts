import { fork, type ChildProcess } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { JobProgress } from '@greenlight/shared/jobs/contract.ts';
import { endJob, jobHeartbeat, type ClaimedJob, type JobOutcome } from '@greenlight/shared/worker-protocol/jobs.ts';
import { RefusedError, type ServerAddress } from '../report/client.ts';
import { watchMemory } from '../runtime/resident-memory.ts';
import type { JobLimit, JobMessage, JobTask } from './job-protocol.ts';
import type { WorkContext } from './train.ts';

/** Often enough for a progress bar and a prompt cancel, seldom enough for the server. */
const HEARTBEAT_MS = 1000;

const ENTRY = fileURLToPath(new URL('./job-process.ts', import.meta.url));

function diedOutcome(how: string): JobOutcome {
  return {
    state: 'failed',
    error: {
      code: 'job-process-died',
      message: {
        zh: `执行该项工作的进程意外退出（${how}），未保留任何结果。`,
        en: `The process that did this work ended unexpectedly (${how}). Nothing of it was kept.`,
      },
      advice: {
        zh: '文件损坏或内存不足是常见原因，请检查后重试。',
        en: 'A damaged file or too little memory is the usual cause: check both, then try again.',
      },
    },
  };
}

function refusedOutcome(reason: string): JobOutcome {
  return {
    state: 'failed',
    error: {
      code: 'result-refused',
      message: {
        zh: `服务器不接受该项工作的结果：${reason}`,
        en: `The server does not take the result of this work: ${reason}`,
      },
      advice: {
        zh: '未保留任何结果。请检查输入的数据；若再次出现，请查看训练机的输出。',
        en: 'Nothing of it was kept. Look at the data that went in; if it repeats, look at the worker’s output.',
      },
    },
  };
}

/** The most that any part of a job gets, whatever it says. */
interface MostOfParts {
  readonly limitMs: number;
  readonly bytes: number;
}

const UNLIMITED: MostOfParts = { limitMs: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY };

/** Works on one claimed job in a process of its own until it has ended, is cancelled, lost to another worker, or the worker stops. */
export class JobWork {
  readonly #job: ClaimedJob;
  readonly #context: WorkContext;
  readonly #child: ChildProcess;
  readonly #over = new AbortController();
  #progress: JobProgress | null = null;
  #outcome: JobOutcome | null = null;
  #isCancelled = false;
  readonly #most: MostOfParts;
  #limit: NodeJS.Timeout | undefined;
  #stopWatching: () => void = () => undefined;
  #isLost = false;

  private constructor(job: ClaimedJob, context: WorkContext, most: MostOfParts) {
    this.#job = job;
    this.#context = context;
    this.#most = most;
    // Without the options of this process: what is preloaded into it unrefs the channel, and a job would end before its work.
    this.#child = fork(ENTRY, { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  }

  /** Takes a claimed job to its end; parts of it that have limits get no more than `most`. */
  static async perform(
    job: ClaimedJob,
    context: WorkContext,
    address: ServerAddress,
    most: MostOfParts = UNLIMITED,
  ): Promise<void> {
    const folder = join(context.workerFolder, 'jobs', job.jobId);
    const keptFolder = join(context.workerFolder, 'kept-jobs', job.jobId);
    const release = await context.copies.use('jobs', job.jobId);
    try {
      // What an earlier attempt left may be half a file.
      await rm(folder, { recursive: true, force: true });
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await new JobWork(job, context, most).#perform({ job, address, folder, keptFolder });
    } finally {
      await rm(folder, { recursive: true, force: true });
      release();
    }
  }

  async #perform(task: JobTask): Promise<void> {
    const { terminal, shutdown } = this.#context;
    const { kind } = this.#job;
    const stop = (): void => void this.#child.kill('SIGKILL');
    shutdown.addEventListener('abort', stop, { once: true });
    if (shutdown.aborted) stop();
    const beating = this.#keepLease();
    const how = await this.#run(task);
    this.#keepLimit(null);
    shutdown.removeEventListener('abort', stop);
    try {
      if (this.#isLost || (this.#outcome === null && shutdown.aborted)) {
        terminal.line(`${kind}: given up here (${this.#isLost ? 'another worker has it' : 'the worker stops'})`);
        return;
      }
      const outcome = this.#outcome ?? (this.#isCancelled ? { state: 'cancelled' as const } : diedOutcome(how));
      if (outcome.state !== 'cancelled') await rm(task.keptFolder, { recursive: true, force: true });
      const told = await this.#tell(outcome);
      terminal.line(`${kind}: ${told.state === 'failed' ? `failed (${told.error.code})` : told.state}`);
    } catch (error) {
      // A machine that slept for a while may have done its work and still come too late.
      if (!(error instanceof RefusedError) || error.code !== 'lease-lost') throw error;
      terminal.line(`${kind}: given up here (another worker has it)`);
    } finally {
      this.#over.abort();
      await beating;
    }
  }

  /** Tells the server how the job ended; a result that it refuses ends the job as failed, instead of having it done again and again. */
  async #tell(outcome: JobOutcome): Promise<JobOutcome> {
    const { client, shutdown } = this.#context;
    const { jobId, lease } = this.#job;
    const end = (how: JobOutcome) =>
      client.call(endJob, { params: { jobId }, body: { lease, outcome: how } }, { signal: shutdown });
    try {
      await end(outcome);
      return outcome;
    } catch (error) {
      const isRefused = error instanceof RefusedError && (error.status === 400 || error.status === 413);
      if (outcome.state !== 'finished' || !isRefused) throw error;
      const failed = refusedOutcome(error.message);
      await end(failed);
      return failed;
    }
  }

  /** Runs the process to its end and says how that was. */
  #run(task: JobTask): Promise<string> {
    return new Promise((resolve) => {
      this.#child.on('message', (message: JobMessage) => {
        if (message.type === 'progress') this.#progress = message.progress;
        else if (message.type === 'limit') this.#keepLimit(message.limit);
        else this.#outcome = message.outcome;
      });
      this.#child.once('error', (error) => resolve(error.message));
      // The process can be gone before its last message is read; only a closed channel holds nothing more.
      const exited = new Promise<string>((exit) => {
        this.#child.once('exit', (code, signal) => exit(signal ?? `exit code ${code}`));
      });
      this.#child.once('disconnect', () => void exited.then(resolve));
      this.#child.send(task, () => undefined);
    });
  }

  #keepLimit(limit: JobLimit | null): void {
    clearTimeout(this.#limit);
    this.#stopWatching();
    if (limit === null) return;
    const endAs = (outcome: JobOutcome): void => {
      this.#outcome = outcome;
      this.#child.kill('SIGKILL');
    };
    const { limitMs, late, memory } = limit;
    this.#limit = setTimeout(() => endAs(late), Math.min(limitMs, this.#most.limitMs));
    if (memory === null) return;
    const bytes = Math.min(memory.bytes, this.#most.bytes);
    this.#stopWatching = watchMemory(this.#child.pid, bytes, () => endAs(memory.large));
  }

  async #keepLease(): Promise<void> {
    const { jobId, lease } = this.#job;
    const signal = this.#over.signal;
    while (!signal.aborted) {
      try {
        const body = { lease, progress: this.#progress };
        const request = { params: { jobId }, body };
        const reply = await this.#context.client.call(jobHeartbeat, request, { signal, attempts: 1 });
        if (reply.cancelRequested) {
          this.#isCancelled = true;
          this.#child.kill('SIGKILL');
        }
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof RefusedError) {
          this.#isLost = this.#outcome === null;
          this.#child.kill('SIGKILL');
          return;
        }
      }
      await delay(HEARTBEAT_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}
