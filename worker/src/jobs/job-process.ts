import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobProgress } from '@greenlight/shared/jobs/contract.ts';
import { getJobInput, putJobFile, type JobOutcome } from '@greenlight/shared/worker-protocol/jobs.ts';
import { RefusedError, ServerClient, StorageFullError } from '../report/client.ts';
import { isDiskFull } from '../report/full-disk.ts';
import { endThisFirst } from '../runtime/resident-memory.ts';
import { JobError, type JobContext } from './job-performer.ts';
import { loadPerformer } from './job-performers.ts';
import type { JobMessage, JobTask } from './job-protocol.ts';
import { sha256Of } from './run-folder.ts';

/*
 * The entry of the process that performs one job. Jobs open files that come from outside; one that takes the process down
 * with it, or that is cancelled in the middle of a long call, leaves the worker and a run that it trains unharmed.
 */

/** How long a job waits with its result for room at the server: somebody has to notice and to make it. */
const FULL_LIMIT_MS = 60 * 60_000;

const WAITING_FOR_ROOM = {
  zh: '服务器没有空间存放结果：正在等待，腾出空间后自动继续',
  en: 'The server has no room for the result: waiting, and going on by itself once there is',
};

function send(message: JobMessage): Promise<void> {
  return new Promise((resolve) => process.send?.(message, () => resolve()));
}

function contextOf({ job, address, folder, keptFolder }: JobTask): JobContext {
  const client = new ServerClient(address);
  const { jobId, lease, inputs } = job;
  let latest: JobProgress = { share: 0, message: null };
  const tell = (progress: JobProgress): void => void send({ type: 'progress', progress });
  return {
    folder,
    keptFolder,
    async input(name) {
      const file = inputs.find((one) => one.name === name);
      if (file === undefined) throw new Error(`The job has no input '${name}'`);
      const path = join(folder, 'inputs', name);
      const from = { params: { jobId, name }, query: { lease } };
      await client.download(getJobInput, from, { path, sha256: file.sha256 }).catch((error: unknown) => {
        throw lostInput(error) ?? error;
      });
      return path;
    },
    async upload(name, path) {
      const { size } = await stat(path);
      const query = { lease, sha256: await sha256Of(path), sizeBytes: size };
      const whenFull = {
        limitMs: FULL_LIMIT_MS,
        tell: () => tell({ ...latest, message: WAITING_FOR_ROOM }),
      };
      await client.upload(putJobFile, { params: { jobId, name }, query }, path, { whenFull });
      tell(latest);
    },
    async within({ limitMs, late, memory: given }, work) {
      if (given !== undefined) endThisFirst();
      const memory = given === undefined ? null : { bytes: given.bytes, large: failureOf(given.large) };
      // Told before it begins: it may leave no time for telling.
      await send({ type: 'limit', limit: { limitMs, late: failureOf(late), memory } });
      try {
        return await work();
      } finally {
        await send({ type: 'limit', limit: null });
      }
    },
    progress(share, message) {
      latest = { share, message: message ?? null };
      tell(latest);
    },
  };
}

/** What is said where a file that the work begins with is damaged at the server, or is there no more; null for any other error. */
function lostInput(error: unknown): JobError | null {
  if (!(error instanceof RefusedError)) return null;
  if (error.code !== 'content-damaged' && error.code !== 'content-deleted' && error.code !== 'not-found') return null;
  const isDamaged = error.code === 'content-damaged';
  return new JobError(
    isDamaged ? 'input-damaged' : 'input-gone',
    isDamaged
      ? {
          zh: '所需的文件在服务器上已损坏或被改动，因此未作任何处理。',
          en: 'A file that this work begins with was damaged or altered at the server, so nothing was done with it.',
        }
      : {
          zh: '所需的文件已不在服务器上，因此未作任何处理。',
          en: 'A file that this work begins with is no longer at the server, so nothing was done.',
        },
    {
      zh: '请重新上传该文件，或从备份中恢复后重试。',
      en: 'Upload the file anew, or restore it from a backup and try again.',
    },
  );
}

function failureOf(error: unknown): JobOutcome {
  if (error instanceof JobError) {
    return { state: 'failed', error: { code: error.code, message: error.said, advice: error.advice } };
  }
  if (error instanceof StorageFullError) {
    return {
      state: 'failed',
      error: {
        code: 'storage-full',
        message: {
          zh: '服务器一小时内一直没有空间存放结果，因此未保留结果；所用的文件和数据版本都在。',
          en: 'For an hour the server had no room for the result, so it was not kept. The files and versions that it was made of are all there.',
        },
        advice: {
          zh: '请在服务器上腾出空间，然后重试。',
          en: 'Make room on the server, then try again.',
        },
      },
    };
  }
  if (isDiskFull(error)) {
    return {
      state: 'failed',
      error: {
        code: 'disk-full',
        message: {
          zh: '训练机的磁盘已满，处理已停止。未保留任何中间结果；所用的文件和数据版本都在。',
          en: 'The disk of the worker is full, and the work was stopped. Nothing half-done was kept; the files and versions that it began with are all there.',
        },
        advice: {
          zh: '请在训练机上腾出空间（约为文件大小的四倍），然后重试。',
          en: 'Make room on the worker, about four times the size of the file, then try again.',
        },
      },
    };
  }
  console.error(error);
  const message = error instanceof Error ? error.message : String(error);
  return {
    state: 'failed',
    error: {
      code: 'job-failed',
      message: { zh: `处理时出现意外错误：${message}`, en: `The work ended with an unexpected error: ${message}` },
      advice: {
        zh: '请重试；若再次出现，请查看训练机的输出。',
        en: 'Try again; if it repeats, look at the worker’s output.',
      },
    },
  };
}

async function perform(task: JobTask): Promise<JobOutcome> {
  try {
    const { perform: work } = await loadPerformer(task.job.kind);
    return { state: 'finished', result: await work(task.job.payload, contextOf(task)) };
  } catch (error) {
    return failureOf(error);
  }
}

// Without the worker there is nobody to work for.
process.once('disconnect', () => process.exit(1));
process.once('message', (task: JobTask) => {
  void perform(task)
    .then((outcome) => send({ type: 'ended', outcome }))
    .then(() => process.exit(0));
});
