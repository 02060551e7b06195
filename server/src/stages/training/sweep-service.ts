import type { InBothLanguages } from '@greenlight/shared/api/localized-text.ts';
import { findMetric } from '@greenlight/shared/metrics/registry.ts';
import { runConfiguration, type RunConfiguration } from '@greenlight/shared/stages/training/configuration.ts';
import type { RunPlan } from '@greenlight/shared/stages/training/plan/run-plan.ts';
import { hasEnded } from '@greenlight/shared/stages/training/rules.ts';
import { combinationsOf, type Combination } from '@greenlight/shared/stages/training/sweep/combinations.ts';
import type {
  PlannedCombination,
  Sweep,
  SweepRun,
  SweepSummary,
} from '@greenlight/shared/stages/training/sweep/contract.ts';
import {
  combinationWords,
  countsOf,
  rankedRuns,
  remainingMs,
  sweepRunName,
} from '@greenlight/shared/stages/training/sweep/results.ts';
import type { SweepSearch } from '@greenlight/shared/stages/training/sweep/search.ts';
import type { Objective } from '@greenlight/shared/stages/training/sweep/settings.ts';
import type { AuditService } from '../../across/governance/audit-service.ts';
import type { Database } from '../../database/client.ts';
import { AppError } from '../../plugins/app-error.ts';
import { decodeTimeCursor, timePage } from '../../plugins/cursor.ts';
import { isUniqueViolation } from '../../plugins/database-errors.ts';
import { actorOf, type UserPrincipal } from '../../plugins/principal.ts';
import { requestFingerprint, requireSameRequest } from '../../plugins/request-fingerprint.ts';
import type { DataService } from '../data/service.ts';
import type { PlanService } from './plan-service.ts';
import type { RunService, StartedRun } from './run-service.ts';
import type { Reached, SweepRow, SweepStore } from './sweep-store.ts';

/** What a sweep is to search, and in which settings. */
interface SweepWish {
  readonly datasetVersionId: string;
  readonly configuration: RunConfiguration;
  readonly search: SweepSearch;
}

/** A wish to search over settings. */
export interface SweepRequest extends SweepWish {
  readonly objective: Objective;
  readonly idempotencyKey?: string | undefined;
}

/** The door to sweeps for people and their scripts. */
export interface SweepService {
  /**
   * Makes a run of each combination, all or none. Throws `combinations-refused`, `idempotency-key-reused`, and what refuses a run whatever its
   * settings are.
   */
  start(person: UserPrincipal, projectId: string, request: SweepRequest): Promise<Sweep>;
  /** What `start` would make, with what it would take; throws what refuses a run whatever its settings are. */
  plan(projectId: string, wish: SweepWish): Promise<{ workerName: string | null; combinations: PlannedCombination[] }>;
  get(sweepId: string): Promise<Sweep>;
  list(
    projectId: string,
    cursor: string | undefined,
    limit: number,
  ): Promise<{ items: SweepSummary[]; nextCursor: string | null }>;
  /** Stops the runs that have neither ended nor been asked to stop; throws `sweep-not-active` where all have ended. */
  cancel(person: UserPrincipal, sweepId: string): Promise<Sweep>;
  projectOf(sweepId: string): Promise<string | undefined>;
  /** The best of its finished runs once all have ended; null before, and where none has a value. */
  chosenRun(sweepId: string): Promise<string | null>;
}

/** A combination with its settings where they can be trained, and with why not where they cannot. */
interface TriedCombination {
  readonly values: Combination;
  readonly configuration: RunConfiguration | null;
  readonly problems: readonly InBothLanguages[];
}

/** What the sweep service stands on. */
export interface SweepServiceParts {
  readonly database: Database;
  readonly store: SweepStore;
  readonly runs: RunService;
  readonly plans: PlanService;
  readonly data: DataService;
  readonly audit: AuditService;
}

function betterOf(objective: Objective): 'lower' | 'higher' {
  return findMetric(objective)?.better === 'lower' ? 'lower' : 'higher';
}

/** What the contract of a run's settings says of them, in both languages. */
function contradictionsOf(settings: object): InBothLanguages[] {
  const { error } = runConfiguration.safeParse(settings);
  return (error?.issues ?? []).map((issue) => {
    const { zh } = ('params' in issue ? (issue.params ?? {}) : {}) as { zh?: string };
    return { en: issue.message, zh: zh ?? issue.message };
  });
}

/** A sweep as lists show it. */
function summaryOf(row: SweepRow, reached: ReadonlyMap<string, Reached>): SweepSummary {
  const { runs, createdAt, id, projectId, number, datasetVersionId, search, objective } = row;
  const all = runs.map((one) => ({ ...one, reached: reached.get(one.run.id) ?? null }));
  const first = rankedRuns(all, betterOf(objective))[0];
  return {
    ...{ id, projectId, number, datasetVersionId, search, objective, createdAt: createdAt.toISOString() },
    counts: countsOf(
      runs.map(({ run }) => run.state),
      runs.filter(({ isStopping }) => isStopping).length,
    ),
    best:
      first === undefined || first.rank === null || first.reached === null
        ? null
        : { runId: first.run.id, runNumber: first.run.number, values: first.values, value: first.reached.value },
  };
}

function plannedOf({ parameters, time, energy, cost }: RunPlan): PlannedCombination['plan'] {
  return { parameters, time: time?.total ?? null, energy: energy?.kilowattHours ?? null, cost };
}

/** Builds the sweep service. */
export function createSweepService(parts: SweepServiceParts): SweepService {
  const { database, store, runs, plans, data, audit } = parts;

  async function get(sweepId: string): Promise<Sweep> {
    const found = await store.find(sweepId);
    if (found === undefined) throw new AppError('not-found');
    // Counts, the best run and the list of runs tell of the same moment.
    const swept = await store.runs(found);
    const row = { ...found, runs: swept };
    // After the runs: one that has finished by then has told all that it reached.
    const reached = await store.reachedValues([row]);
    return {
      ...summaryOf(row, reached),
      runs: swept.map(({ place, values, run, validationItems, allValidationItems }): SweepRun => ({
        ...{ place, values, run, validationItems, allValidationItems },
        reached: reached.get(run.id) ?? null,
      })),
      remainingMs: remainingMs(swept.map(({ run, plannedMs }) => ({ ...run, plannedMs }))),
    };
  }

  /** The sweep that the key made, if it made one; throws where it made it for another request. */
  async function existing(projectId: string, key: string | undefined, requestSha256: string) {
    const found = key === undefined ? null : await store.findByKey(projectId, key);
    if (found === null) return undefined;
    requireSameRequest(found.requestSha256, requestSha256);
    return get(found.id);
  }

  async function triedAll(projectId: string, wish: SweepWish): Promise<TriedCombination[]> {
    const judged = await runs.judge(projectId, wish);
    return combinationsOf(wish.search).map((values) => {
      const settings = { ...wish.configuration, ...values };
      const contradictions = contradictionsOf(settings);
      if (contradictions.length > 0) return { values, configuration: null, problems: contradictions };
      const { configuration, problems } = judged(settings as RunConfiguration);
      const isTrainable = problems.length === 0;
      return {
        values,
        configuration: isTrainable ? configuration : null,
        problems: problems.map(({ message }) => message),
      };
    });
  }

  function requireAllTrainable(all: readonly TriedCombination[]): RunConfiguration[] {
    const fields = all.flatMap(({ values, problems }, place) => {
      const words = combinationWords(values);
      return problems.map(({ en, zh }) => ({
        field: `combinations.${place}`,
        message: { en: `${words.en}: ${en}`, zh: `${words.zh}：${zh}` },
      }));
    });
    if (fields.length > 0) throw new AppError('combinations-refused', { fields });
    return all.flatMap(({ configuration }) => configuration ?? []);
  }

  /** False where somebody else was first, or the run ended by itself. */
  async function stop(person: UserPrincipal, runId: string): Promise<boolean> {
    try {
      return await runs.stop(person, runId);
    } catch (error) {
      if (error instanceof AppError && error.code === 'run-not-active') return false;
      throw error;
    }
  }

  return {
    async start(person, projectId, request) {
      const { idempotencyKey, ...asked } = request;
      const { datasetVersionId, search, objective } = request;
      const requestSha256 = requestFingerprint(person.userId, asked);
      const before = await existing(projectId, idempotencyKey, requestSha256);
      if (before !== undefined) return before;
      const values = combinationsOf(search);
      const configurations = requireAllTrainable(await triedAll(projectId, request));
      const kept = await plans.plansToKeep(datasetVersionId, configurations);
      try {
        const sweepId = await database.$transaction(async (transaction) => {
          await data.holdContent(transaction, datasetVersionId);
          const key = idempotencyKey ?? null;
          const { id, number } = await store.create(transaction, {
            ...{ projectId, datasetVersionId, search, objective, idempotencyKey: key, requestSha256 },
            createdById: person.userId,
          });
          const made: [runId: string, run: StartedRun][] = [];
          for (const [place, configuration] of configurations.entries()) {
            const run = {
              ...{ projectId, datasetVersionId, configuration, plan: kept[place] ?? null, sweep: { id, place } },
              ...{ name: sweepRunName(number, values[place] ?? {}), notes: { zh: '', en: '' } },
              ...{ idempotencyKey: null, requestSha256: null },
            };
            made.push([await runs.queueStarted(transaction, person, run), run]);
          }
          // Last, because nobody else writes into the audit log from here to the end.
          await audit.record(transaction, {
            ...{ actor: actorOf(person), action: 'sweep.started', target: `sweep:${id}`, projectId },
            details: { datasetVersionId, runs: configurations.length },
          });
          for (const [runId, run] of made) await runs.recordStarted(transaction, person, runId, run);
          return id;
        });
        runs.announceQueued();
        return await get(sweepId);
      } catch (error) {
        // Two starts with one key at the same moment: the other one was first.
        const winner = isUniqueViolation(error) ? await existing(projectId, idempotencyKey, requestSha256) : undefined;
        if (winner === undefined) throw error;
        return winner;
      }
    },
    async plan(projectId, wish) {
      const all = await triedAll(projectId, wish);
      const settings = all.flatMap(({ configuration }) => configuration ?? []);
      const made = settings.length === 0 ? [] : await plans.likeliestPlans(wish.datasetVersionId, settings);
      const waiting = made.map(plannedOf);
      return {
        workerName: made[0]?.worker?.name ?? null,
        combinations: all.map(({ values, configuration, problems }) => ({
          values,
          problems: [...problems],
          plan: configuration === null ? null : (waiting.shift() ?? null),
        })),
      };
    },
    get,
    async list(projectId, cursor, limit) {
      const rows = await store.page(projectId, decodeTimeCursor(cursor), limit + 1);
      const page = timePage(rows, limit, ({ id, createdAt }) => ({ id, at: createdAt }));
      const reached = await store.reachedValues(page.rows);
      return { items: page.rows.map((row) => summaryOf(row, reached)), nextCursor: page.nextCursor };
    },
    async cancel(person, sweepId) {
      const row = await store.find(sweepId);
      if (row === undefined) throw new AppError('not-found');
      const open = row.runs.filter(({ run }) => !hasEnded(run.state));
      if (open.length === 0) throw new AppError('sweep-not-active');
      let stopped = 0;
      // Those that wait longest first: a worker that becomes free takes the one whose turn it is.
      for (const { run, isStopping } of open.toReversed()) {
        if (!isStopping && (await stop(person, run.id))) stopped++;
      }
      const { projectId } = row;
      const entry = { actor: actorOf(person), action: 'sweep.cancelled', target: `sweep:${sweepId}`, projectId };
      if (stopped > 0) await audit.recordAlone({ ...entry, details: { runs: stopped } });
      return get(sweepId);
    },
    projectOf: store.projectOf,
    async chosenRun(sweepId) {
      const row = await store.find(sweepId);
      if (row === undefined || row.runs.some(({ run }) => !hasEnded(run.state))) return null;
      return summaryOf(row, await store.reachedValues([row])).best?.runId ?? null;
    },
  };
}
