import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathOf } from '@greenlight/shared/api/define-route.ts';
import { createProject } from '@greenlight/shared/projects/contract.ts';
import { completeSource, createSource, putSourcePart } from '@greenlight/shared/stages/data/source-contract.ts';
import type { SourceFormat } from '@greenlight/shared/stages/data/preparation/reading/source.ts';
import { cancelRun } from '@greenlight/shared/stages/training/contract.ts';
import { apiWithToken, articleRun, runEnded, type Api } from '../../e2e/fixtures/api.ts';
import { descendantsRunning } from '../../e2e/fixtures/processes.ts';
import { startProduct, type Product } from '../../e2e/fixtures/product.ts';
import { MemoryGroup, type GroupOutcome } from './memory-group.ts';
import { rounded } from './statistics.ts';

const LOOK_MS = 500;
const RUN_LIMIT_MS = 60_000;

/** A file in parts of the size that the server takes. */
interface LargeFile {
  readonly format: SourceFormat;
  readonly sizeBytes: number;
  readonly parts: Iterable<Buffer> | AsyncIterable<Buffer>;
}

/** Sends a file part by part and has it checked as a whole; answers the id of the source. */
export async function sendFile(api: Api, projectId: string, file: LargeFile): Promise<string> {
  const { format, sizeBytes, parts } = file;
  const body = { name: `large.${format}`, format, sizeBytes, idempotencyKey: 'a-large-file' };
  const { id } = await api.call(createSource, { params: { projectId }, body });
  const whole = createHash('sha256');
  let offset = 0;
  for await (const part of parts) {
    whole.update(part);
    const sha256 = createHash('sha256').update(part).digest('hex');
    const query = new URLSearchParams({ offset: String(offset), sha256, sizeBytes: String(part.length) });
    const reply = await api.raw(`${pathOf(putSourcePart.path, { sourceId: id })}?${query.toString()}`, {
      method: putSourcePart.method,
      headers: { 'content-type': 'application/octet-stream' },
      body: new Uint8Array(part),
    });
    if (!reply.ok) throw new Error(`part at ${offset}: ${reply.status} ${await reply.text()}`);
    offset += part.length;
  }
  await api.call(completeSource, { params: { sourceId: id }, body: { sha256: whole.digest('hex') } });
  return id;
}

/** Largest resident sizes of the product's processes, looked at again and again because some end before the job does; MB. */
class Peaks {
  readonly #product: Product;
  readonly #timer: NodeJS.Timeout;
  #largest = { server: 0, worker: 0, job: 0 };

  constructor(product: Product) {
    this.#product = product;
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
  }

  #look(): void {
    const sizeOf = (part: string): number =>
      Math.max(
        0,
        ...descendantsRunning(this.#product.launcherPid, part).map((pid) => {
          try {
            const kilobytes = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
            return rounded((Number(kilobytes) * 1024) / 1e6, 0);
          } catch {
            return 0;
          }
        }),
      );
    this.#largest = {
      server: Math.max(this.#largest.server, sizeOf('server/src/')),
      worker: Math.max(this.#largest.worker, sizeOf('worker/src/main.ts')),
      job: Math.max(this.#largest.job, sizeOf('worker/src/jobs/job-process.ts')),
    };
  }

  /** What was seen up to now. */
  sofar(): Record<'server' | 'worker' | 'job', number> {
    this.#look();
    return { ...this.#largest };
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

/** Stops what the first start trains: it would take the processors away. */
async function cancelFirstRun(api: Api): Promise<void> {
  const { runId } = await articleRun(api);
  await api.call(cancelRun, { params: { runId } });
  await runEnded(api, runId, RUN_LIMIT_MS);
}

/** A product with an empty project, and what is measured in it. */
interface Measured {
  readonly api: Api;
  readonly projectId: string;
  readonly peaks: Peaks;
  /** By the names of the work that was timed. */
  readonly seconds: Record<string, number>;
  timed<Value>(name: string, work: () => Promise<Value>): Promise<Value>;
  /** What became of the server under its limit up to now, and how often it was started again; null without a limit. */
  limited(): (GroupOutcome & { readonly restarts: number }) | null;
}

/** Starts a product that does nothing else, its server below `limitBytes` where these are given, has it measured, and removes it. */
export async function inEmptyProject(
  measure: (measured: Measured) => Promise<void>,
  limitBytes: number | null = null,
): Promise<void> {
  const group = limitBytes === null ? null : new MemoryGroup(limitBytes);
  try {
    await inProduct(group, measure);
  } finally {
    await group?.remove();
  }
}

async function inProduct(group: MemoryGroup | null, measure: (measured: Measured) => Promise<void>): Promise<void> {
  const launcher = join(import.meta.dirname, 'start-limited.ts');
  const product = await startProduct(
    group === null ? {} : { launcher, environment: { GREENLIGHT_BENCH_NODE: group.node } },
  );
  const limited = () =>
    group && {
      ...group.outcome(),
      restarts: product.output().split('The server ended unexpectedly').length - 1,
    };
  const peaks = new Peaks(product);
  try {
    const api = await apiWithToken(product.url);
    await cancelFirstRun(api);
    const { id: projectId } = await api.call(createProject, { body: { name: 'Large', goal: { en: 'measure' } } });
    const seconds: Record<string, number> = {};
    const timed = async <Value>(name: string, work: () => Promise<Value>): Promise<Value> => {
      const startedAt = performance.now();
      const value = await work();
      seconds[name] = rounded((performance.now() - startedAt) / 1000, 1);
      return value;
    };
    await measure({ api, projectId, peaks, seconds, timed, limited });
  } finally {
    peaks.stop();
    await product.remove();
  }
}
