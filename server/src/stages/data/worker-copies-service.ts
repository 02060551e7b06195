import type { CopiesOnWorker, DeletionCertificate } from '@greenlight/shared/stages/data/retention-contract.ts';
import type { WorkerCopies } from '@greenlight/shared/worker-protocol/copies.ts';
import type { AuditService } from '../../across/governance/audit-service.ts';
import type { Database } from '../../database/client.ts';
import { AppError } from '../../plugins/app-error.ts';
import type { DeletionStore } from './deletion-store.ts';
import {
  namesOf,
  type CopyName,
  type GivenUpData,
  type WorkerCopiesStore,
  type WorkerWithCopies,
} from './worker-copies-store.ts';

/** The door to what is known of copies on the disks of workers. */
export interface WorkerCopiesService {
  /** Keeps which copies a worker holds and answers which of them nothing needs any more; can be repeated. Throws `not-found`. */
  report(workerId: string, held: WorkerCopies): Promise<WorkerCopies>;
  /** What each worker that may have had a copy of what a certificate is about says of it. */
  of(certificate: Pick<DeletionCertificate, 'id' | 'projectId' | 'kind' | 'createdAt'>): Promise<CopiesOnWorker[]>;
  /** The same of data that was just given up. */
  ofData(data: GivenUpData): Promise<CopiesOnWorker[]>;
}

/** What the service stands on. */
export interface WorkerCopiesParts {
  readonly database: Database;
  readonly store: WorkerCopiesStore;
  readonly deletions: DeletionStore;
  readonly audit: AuditService;
}

const MOST_WORKERS = 200;

const nameOf = ({ kind, key }: CopyName) => `${kind} ${key}`;

/** Builds the service. */
export function createWorkerCopiesService({
  database,
  store,
  deletions,
  audit,
}: WorkerCopiesParts): WorkerCopiesService {
  async function noteReport(workerId: string, held: readonly CopyName[]): Promise<void> {
    await database.$transaction(async (transaction) => {
      const worker = await store.lockReporter(transaction, workerId);
      if (worker === undefined) throw new AppError('not-found');
      const known = await store.heldBy(transaction, workerId);
      const [before, now] = [new Set(known.map(nameOf)), new Set(held.map(nameOf))];
      const came = held.filter((one) => !before.has(nameOf(one)));
      const went = known.filter((one) => !now.has(nameOf(one)));
      await store.keep(transaction, workerId, { at: new Date(), before: worker.copiesToldAt, came, went });
      const contents = went.filter(({ kind }) => kind === 'dataset').map(({ key }) => key);
      if (contents.length === 0) return;
      for (const { id, projectId, contentSha256 } of await store.givenUpWith(contents)) {
        await audit.record(transaction, {
          actor: `worker:${worker.name}`,
          action: 'dataset-version.copy-removed',
          target: `dataset-version:${id}`,
          projectId,
          details: { workerId, contentSha256 },
        });
      }
    });
  }

  async function obsoleteAmong(held: WorkerCopies): Promise<WorkerCopies> {
    const runs = await store.endedRuns(held.runs);
    const ended = await store.endedJobs(held.jobs);
    const trainedOn = await store.trainedOn(held.datasets);
    const inputsOfEnded = ended.flatMap(({ inputs }) => inputs);
    const needed = await deletions.needed(database, inputsOfEnded);
    // A job that was cancelled goes on from its folder when it is asked for again.
    const mayGoOn = ({ state, inputs }: (typeof ended)[number]) =>
      state === 'cancelled' && inputs.some((sha256) => needed.has(sha256));
    return {
      // Data lies in clear on a worker, so only while it is worked on; it is fetched anew for the next run.
      datasets: held.datasets.filter((sha256) => !trainedOn.has(sha256)),
      runs,
      jobs: ended.filter((job) => !mayGoOn(job)).map(({ id }) => id),
    };
  }

  async function ofData(data: GivenUpData): Promise<CopiesOnWorker[]> {
    const givenUp = await store.givenUp(data);
    if (givenUp === undefined) return [];
    const { versions, names, since } = givenUp;
    const contents = versions.map(({ contentSha256 }) => contentSha256);
    const needed = await deletions.needed(database, contents);
    const first = Math.min(data.at.getTime(), ...versions.map(({ deletedAt }) => deletedAt.getTime()));
    const workers = await store.workersBetween(since, data.at, names, MOST_WORKERS);
    return workers.map((worker) => ({
      worker: worker.name,
      lastSeenAt: worker.lastSeenAt.toISOString(),
      ...standingOf(worker, data.at, new Date(first), needed),
    }));
  }

  return {
    async report(workerId, held) {
      await noteReport(workerId, namesOf(held));
      return obsoleteAmong(held);
    },
    of: async ({ id, projectId, kind, createdAt }) =>
      ofData({
        projectId,
        versionIds: await store.versionsOf(id),
        includesJobs: kind === 'erasure',
        at: new Date(createdAt),
      }),
    ofData,
  };
}

/** What a worker's reports say of copies that should be gone since `at`; the first of them was given up at `firstAt`. */
function standingOf(
  { copies, copiesCertainAt }: WorkerWithCopies,
  at: Date,
  firstAt: Date,
  needed: ReadonlySet<string>,
): Pick<CopiesOnWorker, 'state' | 'at'> {
  const held = copies.filter(({ goneAt }) => goneAt === null);
  const isNeeded = ({ kind, key }: CopyName) => kind === 'dataset' && needed.has(key);
  if (copiesCertainAt === null || copiesCertainAt < at) return { state: 'unconfirmed', at: null };
  if (held.some((one) => !isNeeded(one))) return { state: 'held', at: null };
  if (held.length > 0) return { state: 'needed', at: copiesCertainAt.toISOString() };
  const gone = copies.flatMap(({ goneAt }) => (goneAt !== null && goneAt >= firstAt ? [goneAt.getTime()] : []));
  if (gone.length > 0) return { state: 'removed', at: new Date(Math.max(...gone)).toISOString() };
  return { state: 'none', at: copiesCertainAt.toISOString() };
}
