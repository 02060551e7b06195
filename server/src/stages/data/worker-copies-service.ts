import {
  MINUTES_BEFORE_STATEMENT,
  type CopiesOnWorker,
  type CopyOutcome,
  type DeletionCertificate,
} from '@greenlight/shared/stages/data/retention-contract.ts';
import { maskedWhole } from '@greenlight/shared/stages/data/masked-text.ts';
import { prepareDatasetJob } from '@greenlight/shared/stages/data/preparation/preparation-job.ts';
import { trainTokenizerJob } from '@greenlight/shared/stages/data/tokenizer-job.ts';
import type { WorkerCopies } from '@greenlight/shared/worker-protocol/copies.ts';
import { HOURS_OF_CANCELLED_WORK } from '@greenlight/shared/worker-protocol/jobs.ts';
import type { AuditService } from '../../across/governance/audit-service.ts';
import type { Database } from '../../database/client.ts';
import { AppError } from '../../plugins/app-error.ts';
import { silentFor } from '../../plugins/clock-watch.ts';
import { actorOf, type UserPrincipal } from '../../plugins/principal.ts';
import type { DeletionStore } from './deletion-store.ts';
import {
  namesOf,
  type CopyName,
  type CopyStatement,
  type EndedJob,
  type GivenUpData,
  type WorkerCopiesStore,
  type WorkerWithCopies,
} from './worker-copies-store.ts';

/** The door to what is known of copies on the disks of workers. */
export interface WorkerCopiesService {
  /** Keeps which copies a worker holds and answers which of them nothing needs any more; can be repeated. Throws `not-found`. */
  report(workerId: string, held: WorkerCopies): Promise<WorkerCopies>;
  /** What each worker that may have had a copy of what a certificate is about says of it, and what people said of those that do not come back. */
  of(certificate: CertificateOfCopies): Promise<CopiesOnWorker[]>;
  /** Keeps what a person says became of a worker's disk; can be repeated. Throws `not-found`, `worker-answers`. */
  state(
    person: UserPrincipal,
    certificate: CertificateOfCopies,
    statement: Pick<CopyStatement, 'workerId' | 'outcome' | 'reason'>,
  ): Promise<void>;
  /** The same of data that was just given up. */
  ofData(data: GivenUpData): Promise<CopiesOnWorker[]>;
}

type CertificateOfCopies = Pick<DeletionCertificate, 'id' | 'projectId' | 'kind' | 'createdAt'>;

/** What the service stands on. */
export interface WorkerCopiesParts {
  readonly database: Database;
  readonly store: WorkerCopiesStore;
  readonly deletions: DeletionStore;
  readonly audit: AuditService;
}

const MOST_WORKERS = 200;
/** Kinds of jobs that leave on the worker what a later attempt goes on from. */
const GOES_ON: ReadonlySet<string> = new Set([prepareDatasetJob.kind, trainTokenizerJob.kind]);

/** What a worker has not settled by itself. */
const OPEN_STATES: ReadonlySet<string> = new Set(['unconfirmed', 'held'] satisfies CopiesOnWorker['state'][]);

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
      for (const { id, projectId, contentSha256 } of await store.givenUpWith(transaction, contents)) {
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
    const since = Date.now() - HOURS_OF_CANCELLED_WORK * 3_600_000;
    // A job that was cancelled goes on from its folder when it is asked for again soon.
    const mayGoOn = ({ kind, state, finishedAt, inputs }: EndedJob) =>
      state === 'cancelled' &&
      GOES_ON.has(kind) &&
      finishedAt.getTime() >= since &&
      inputs.some((sha256) => needed.has(sha256));
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
      ...{ workerId: worker.id, worker: worker.name, stated: null },
      lastSeenAt: worker.lastSeenAt.toISOString(),
      ...standingOf(worker, data.at, new Date(first), needed),
    }));
  }

  async function of({ id, projectId, kind, createdAt }: CertificateOfCopies): Promise<CopiesOnWorker[]> {
    const found = await ofData({
      projectId,
      versionIds: await store.versionsOf(id),
      includesJobs: kind === 'erasure',
      at: new Date(createdAt),
    });
    const ids = found.map(({ workerId }) => workerId);
    const statements = await store.statements(id, ids);
    return found.map((worker) => {
      const statement = statements.get(worker.workerId);
      if (statement === undefined) return worker;
      const { outcome, reason, statedBy: by, statedAt } = statement;
      const stated = { outcome: outcome as CopyOutcome, reason, by, at: statedAt.toISOString() };
      return { ...worker, stated };
    });
  }

  return {
    async report(workerId, held) {
      await noteReport(workerId, namesOf(held));
      return obsoleteAmong(held);
    },
    of,
    async state(person, certificate, { workerId, outcome, reason }) {
      const worker = (await of(certificate)).find((one) => one.workerId === workerId);
      if (worker === undefined) throw new AppError('not-found');
      const said = maskedWhole(reason);
      const { id: certificateId, projectId } = certificate;
      const statement = { certificateId, workerId, outcome, reason: said, statedBy: actorOf(person) };
      const { state, lastSeenAt, stated } = worker;
      if (stated?.outcome === outcome && stated.reason === said && stated.by === statement.statedBy) return;
      const isSilent = silentFor(new Date(lastSeenAt), Date.now()) >= MINUTES_BEFORE_STATEMENT * 60_000;
      if (!OPEN_STATES.has(state) || !isSilent) throw new AppError('worker-answers');
      await database.$transaction(async (transaction) => {
        await store.keepStatement(transaction, statement);
        await audit.record(transaction, {
          actor: statement.statedBy,
          action: 'deletion-certificate.copy-outcome-stated',
          target: `deletion-certificate:${certificateId}`,
          projectId,
          details: { workerId, worker: worker.worker, outcome, reason: said },
        });
      });
    },
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
