import type { LocalizedText } from '@greenlight/shared/api/localized-text.ts';
import {
  runConfiguration,
  namedVocabularySize,
  type RunConfiguration,
} from '@greenlight/shared/stages/training/configuration.ts';
import type { Run, RunError, RunState, RunSummary } from '@greenlight/shared/stages/training/contract.ts';
import type { RunPlan } from '@greenlight/shared/stages/training/plan/run-plan.ts';
import {
  cancelDecision,
  configurationProblems,
  type ConfigurationProblem,
} from '@greenlight/shared/stages/training/rules.ts';
import type { AuditService } from '../../across/governance/audit-service.ts';
import type { Database, Transaction } from '../../database/client.ts';
import { AppError } from '../../plugins/app-error.ts';
import { decodeTimeCursor, timePage } from '../../plugins/cursor.ts';
import { isUniqueViolation } from '../../plugins/database-errors.ts';
import type { JobQueue } from '../../plugins/job-queue.ts';
import type { Live } from '../../plugins/live.ts';
import { actorOf, type UserPrincipal } from '../../plugins/principal.ts';
import { requestFingerprint, requireSameRequest } from '../../plugins/request-fingerprint.ts';
import type { DataService } from '../data/service.ts';
import type { TokenizerService } from '../data/tokenizer-service.ts';
import type { PlanService } from './plan-service.ts';
import type { CheckpointService } from './checkpoint-service.ts';
import type { NewRun, RunStore } from './run-store.ts';

/** A wish to train. */
export interface RunRequest {
  readonly name?: LocalizedText | undefined;
  readonly notes?: LocalizedText | undefined;
  readonly datasetVersionId: string;
  readonly configuration: RunConfiguration;
  readonly idempotencyKey?: string | undefined;
}

/** What is to be trained on which data. */
type TrainingWish = Pick<RunRequest, 'datasetVersionId' | 'configuration'>;

/** The settings to train with, completed by what their tokenizer is, and why they cannot be trained; empty where they can. */
type Judge = (settings: RunConfiguration) => {
  readonly configuration: RunConfiguration;
  readonly problems: readonly ConfigurationProblem[];
};

/** A run that a person starts. */
export type StartedRun = Omit<NewRun, 'seedKey' | 'createdById'>;

/** The door to runs for people and their scripts. */
export interface RunService {
  /** Throws `idempotency-key-reused`, and the reasons for which the settings cannot be trained. */
  start(person: UserPrincipal, projectId: string, request: RunRequest): Promise<Run>;
  /** What a run would take on each worker, if it were started; throws as `start` does. */
  plan(projectId: string, request: TrainingWish): Promise<RunPlan[]>;
  /**
   * Reads once what decides whether runs on a data version can be trained that share its tokenizer and checkpoint with these settings. Throws what refuses
   * them all, whatever their other settings are.
   */
  judge(projectId: string, request: TrainingWish): Promise<Judge>;
  /** Creates and queues a run that a person starts, inside a transaction; `recordStarted` belongs to it, `announceQueued` after the commit. */
  queueStarted(transaction: Transaction, person: UserPrincipal, run: StartedRun): Promise<string>;
  /** Writes it into the audit log, which nobody else can write into until the transaction ends: last. */
  recordStarted(transaction: Transaction, person: UserPrincipal, runId: string, run: StartedRun): Promise<void>;
  /** Creates and queues a run inside a transaction; call `announceQueued` after the commit. */
  queue(transaction: Transaction, run: NewRun): Promise<string>;
  announceQueued(): void;
  list(
    projectId: string,
    cursor: string | undefined,
    limit: number,
    state?: RunState,
  ): Promise<{ items: RunSummary[]; nextCursor: string | null }>;
  get(runId: string): Promise<Run>;
  cancel(person: UserPrincipal, runId: string): Promise<Run>;
  /** The same; false where it had been asked to stop before, which is not recorded again. */
  stop(person: UserPrincipal, runId: string): Promise<boolean>;
  /** Ends the runs on these versions that have not ended; whoever trains one loses its lease, and brings nothing any more. */
  stopOn(versionIds: readonly string[], why: RunStop): Promise<void>;
  countOpenOn(versionIds: readonly string[]): Promise<number>;
  /** Has whoever follows one of these runs read it anew, because what it had told before was changed. */
  announceRewritten(runIds: ReadonlySet<string>): Promise<void>;
  projectOf(runId: string): Promise<string | undefined>;
  /** Runs of each project that has any, and how many of them go on. */
  counts(projectIds: readonly string[]): Promise<Map<string, { count: number; active: number }>>;
}

/** Who stops runs and why; `details` go into the audit log. */
export interface RunStop {
  readonly actor: string;
  readonly error: RunError;
  readonly details: Readonly<Record<string, unknown>>;
}

/** What the run service stands on. */
export interface RunServiceParts {
  readonly database: Database;
  readonly store: RunStore;
  readonly data: DataService;
  readonly tokenizers: TokenizerService;
  readonly checkpoints: CheckpointService;
  readonly plans: PlanService;
  readonly audit: AuditService;
  readonly jobs: JobQueue;
  readonly live: Live;
}

/** Builds the run service. */
export function createRunService(parts: RunServiceParts): RunService {
  const { database, store, data, tokenizers, checkpoints, plans, audit, jobs, live } = parts;

  async function get(runId: string): Promise<Run> {
    const found = await store.find(runId);
    if (found === undefined) throw new AppError('not-found');
    if (found.configuration.startFromArtifactId === null) return { ...found, startedFrom: null };
    const version = await data.get(found.datasetVersionId);
    return { ...found, startedFrom: await checkpoints.startOf(found.projectId, found.configuration, version) };
  }

  async function queue(transaction: Transaction, run: NewRun): Promise<string> {
    const runId = await store.create(transaction, run);
    await store.setJob(transaction, runId, await jobs.enqueue(transaction, runId));
    await live.announce(transaction, { kind: 'run-queued' });
    return runId;
  }

  /** The run that the key made, if it made one; throws where it made it for another request. */
  async function existing(projectId: string, key: string | undefined, requestSha256: string): Promise<Run | undefined> {
    const run = key === undefined ? null : await store.findByKey(projectId, key);
    if (run === null) return undefined;
    requireSameRequest(run.requestSha256, requestSha256);
    return get(run.id);
  }

  /** What the chosen tokenizer makes of settings; throws where no run can have it. */
  async function tokenizerFor(
    projectId: string,
    { tokenizerId, startFromArtifactId }: RunConfiguration,
  ): Promise<Partial<RunConfiguration>> {
    if (tokenizerId === null) return {};
    const { settings, size, sha256, upload } = await tokenizers.forRun(projectId, tokenizerId);
    if (startFromArtifactId !== null) {
      const known = await checkpoints.tokenizerOf(projectId, startFromArtifactId);
      if (known !== undefined && known !== (upload?.runSha256 ?? sha256)) throw new AppError('other-tokenizer');
    }
    return { tokenizer: settings.kind, vocabularySize: namedVocabularySize(settings.kind, size) };
  }

  async function judge(projectId: string, request: TrainingWish): Promise<Judge> {
    if ((await data.projectOf(request.datasetVersionId)) !== projectId) throw new AppError('not-found');
    const version = await data.get(request.datasetVersionId);
    if (version.retention.deleted !== null) throw new AppError('content-deleted');
    if (version.images !== null) throw new AppError('holds-images');
    const tokenizer = await tokenizerFor(projectId, request.configuration);
    const startProblems = await checkpoints.judge(projectId, request.configuration.startFromArtifactId);
    const { splits, characters, distinctCharacters, labelKind, labels, tasks } = version;
    const facts = { trainItems: splits.train, characters, distinctCharacters, labelKind, labels: labels.length, tasks };
    return (settings) => {
      const configuration = runConfiguration.parse({ ...settings, ...tokenizer });
      const problems = configurationProblems(configuration, facts);
      return { configuration, problems: [...problems, ...startProblems(configuration, { labels, tasks })] };
    };
  }

  /** The configuration to train with; throws where it cannot be trained. */
  async function trainable(projectId: string, request: TrainingWish): Promise<RunConfiguration> {
    const judged = await judge(projectId, request);
    const { configuration, problems: fields } = judged(request.configuration);
    if (fields.length > 0) throw new AppError('invalid-configuration', { fields });
    return configuration;
  }

  function queueStarted(transaction: Transaction, person: UserPrincipal, run: StartedRun): Promise<string> {
    return queue(transaction, { ...run, seedKey: null, createdById: person.userId });
  }

  async function recordStarted(transaction: Transaction, person: UserPrincipal, runId: string, run: StartedRun) {
    const { projectId, datasetVersionId, configuration, sweep } = run;
    const { tokenizerId } = configuration;
    const details = { datasetVersionId, ...(tokenizerId && { tokenizerId }), ...(sweep && { sweepId: sweep.id }) };
    const target = `run:${runId}`;
    await audit.record(transaction, { actor: actorOf(person), action: 'run.started', target, projectId, details });
  }

  async function stop(person: UserPrincipal, runId: string): Promise<boolean> {
    const now = new Date();
    const isFirst = await database.$transaction(async (transaction) => {
      const run = await store.lock(transaction, runId);
      if (run === undefined) throw new AppError('not-found');
      const decision = cancelDecision(run.state);
      if (decision === 'too-late') throw new AppError('run-not-active');
      if (run.cancelRequestedAt !== null) return false;
      if (decision === 'cancel-now') {
        if (run.jobId !== null) await jobs.withdraw(transaction, run.jobId);
        const ended = { state: 'cancelled', finishedAt: now, cancelRequestedAt: now, jobId: null } as const;
        await store.change(transaction, run, ended);
      } else {
        await store.change(transaction, run, { cancelRequestedAt: now });
      }
      const target = `run:${runId}`;
      const entry = {
        actor: actorOf(person),
        action: 'run.cancelled',
        target,
        projectId: run.projectId,
        details: {},
      };
      await audit.record(transaction, entry);
      await live.announce(transaction, { kind: 'run-changed', runId });
      return true;
    });
    if (isFirst) live.emit({ kind: 'run-changed', runId });
    return isFirst;
  }

  return {
    async start(person, projectId, request) {
      const { idempotencyKey, ...asked } = request;
      const requestSha256 = requestFingerprint(person.userId, asked);
      const before = await existing(projectId, idempotencyKey, requestSha256);
      if (before !== undefined) return before;
      const configuration = await trainable(projectId, request);
      const [plan = null] = await plans.plansToKeep(request.datasetVersionId, [configuration]);
      try {
        const runId = await database.$transaction(async (transaction) => {
          await data.holdContent(transaction, request.datasetVersionId);
          const run = {
            projectId,
            name: request.name,
            notes: request.notes ?? { zh: '', en: '' },
            datasetVersionId: request.datasetVersionId,
            configuration,
            idempotencyKey: idempotencyKey ?? null,
            requestSha256,
            sweep: null,
            plan,
          };
          const created = await queueStarted(transaction, person, run);
          await recordStarted(transaction, person, created, run);
          return created;
        });
        live.emit({ kind: 'run-queued' });
        return await get(runId);
      } catch (error) {
        // Two starts with one key at the same moment: the other one was first.
        const winner = isUniqueViolation(error) ? await existing(projectId, idempotencyKey, requestSha256) : undefined;
        if (winner === undefined) throw error;
        return winner;
      }
    },
    async plan(projectId, request) {
      return plans.plans(request.datasetVersionId, await trainable(projectId, request));
    },
    judge,
    queueStarted,
    recordStarted,
    queue,
    announceQueued: () => live.emit({ kind: 'run-queued' }),
    async list(projectId, cursor, limit, state) {
      const rows = await store.page(projectId, decodeTimeCursor(cursor), limit + 1, state);
      const page = timePage(rows, limit, (row) => ({ at: new Date(row.createdAt), id: row.id }));
      return { items: page.rows, nextCursor: page.nextCursor };
    },
    get,
    async cancel(person, runId) {
      await stop(person, runId);
      return get(runId);
    },
    stop,
    async stopOn(versionIds, { actor, error, details }) {
      const leaseGone = { leaseSha256: null, leaseExpiresAt: null, workerId: null, jobId: null } as const;
      const stopped = await database.$transaction(async (transaction) => {
        const open = await store.lockOpenOn(transaction, versionIds);
        for (const run of open) {
          if (run.jobId !== null) await jobs.withdraw(transaction, run.jobId);
          await store.change(transaction, run, { ...leaseGone, state: 'failed', error, finishedAt: new Date() });
        }
        for (const { id, projectId } of open) {
          await audit.record(transaction, { actor, action: 'run.stopped', target: `run:${id}`, projectId, details });
          await live.announce(transaction, { kind: 'run-changed', runId: id });
        }
        return open;
      });
      for (const { id } of stopped) live.emit({ kind: 'run-changed', runId: id });
    },
    countOpenOn: store.countOpenOn,
    async announceRewritten(runIds) {
      const signals = [...runIds].map((runId) => ({ kind: 'run-rewritten', runId }) as const);
      if (signals.length === 0) return;
      await database.$transaction(async (transaction) => {
        for (const signal of signals) await live.announce(transaction, signal);
      });
      for (const signal of signals) live.emit(signal);
    },
    projectOf: store.projectOf,
    counts: store.counts,
  };
}
