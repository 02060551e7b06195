import { setImmediate } from 'node:timers/promises';
import { runConfiguration, type RunConfiguration } from '@greenlight/shared/stages/training/configuration.ts';
import { planRun } from '@greenlight/shared/stages/training/plan/plan-run.ts';
import { WORKER_STATES, type RunPlan } from '@greenlight/shared/stages/training/plan/run-plan.ts';
import type { DataService } from '../data/service.ts';
import type { Database } from '../../database/client.ts';
import type { Live } from '../../plugins/live.ts';
import type { LengthService } from './length-service.ts';
import type { KnownWorker, PlanStore } from './plan-store.ts';

/** The door to what runs are expected to take. */
export interface PlanService {
  /** Plans a run on each worker, the one that will likely take it first; one plan without a worker where there is none. */
  plans(datasetVersionId: string, settings: RunConfiguration): Promise<RunPlan[]>;
  /** A plan for each of several settings on the worker that will likely take them. */
  likeliestPlans(datasetVersionId: string, settings: readonly RunConfiguration[]): Promise<RunPlan[]>;
  /** The plans to freeze into runs that are started; null where one cannot be made, which must keep nobody from training. */
  plansToKeep(datasetVersionId: string, settings: readonly RunConfiguration[]): Promise<(RunPlan | null)[]>;
  /** Plans a run that was queued without a plan, for the worker that has taken it. */
  planTaken(runId: string, workerId: string): Promise<void>;
}

/** Workers in the order in which they may take a run: idle ones, busy ones, silent ones. */
function byReadiness(workers: readonly KnownWorker[]): KnownWorker[] {
  const rank = ({ state }: KnownWorker): number => WORKER_STATES.indexOf(state);
  return workers.toSorted((a, b) => rank(a) - rank(b) || b.lastSeenAt.getTime() - a.lastSeenAt.getTime());
}

/** What the plan service stands on. */
export interface PlanServiceParts {
  readonly database: Database;
  readonly store: PlanStore;
  readonly data: DataService;
  readonly lengths: LengthService;
  readonly live: Live;
}

/** Builds the plan service. */
export function createPlanService({ database, store, data, lengths, live }: PlanServiceParts): PlanService {
  async function dataOf(datasetVersionId: string) {
    const { characters, distinctCharacters, labels, tasks, splits } = await data.get(datasetVersionId);
    const profile = await lengths.profileOf(datasetVersionId, () => data.openContent(datasetVersionId));
    return { profile, items: splits, characters, distinctCharacters, labels: labels.length, tasks };
  }

  async function plans(datasetVersionId: string, settings: RunConfiguration): Promise<RunPlan[]> {
    const planned = await dataOf(datasetVersionId);
    const workers = byReadiness(await store.workers());
    const now = new Date().toISOString();
    if (workers.length === 0) return [planRun(settings, planned, null, now)];
    return workers.map((worker) => planRun(settings, planned, worker, now));
  }

  async function likeliestPlans(datasetVersionId: string, settings: readonly RunConfiguration[]): Promise<RunPlan[]> {
    const planned = await dataOf(datasetVersionId);
    const [worker = null] = byReadiness(await store.workers());
    const now = new Date().toISOString();
    const made: RunPlan[] = [];
    for (const one of settings) {
      made.push(planRun(one, planned, worker, now));
      // Others are answered between two plans of a long list.
      await setImmediate();
    }
    return made;
  }

  return {
    plans,
    likeliestPlans,
    async plansToKeep(datasetVersionId, settings) {
      try {
        const made = await likeliestPlans(datasetVersionId, settings);
        return made.map((plan) => (plan.worker === null ? null : plan));
      } catch (error) {
        console.error('A run is started without a plan:', error);
        return settings.map(() => null);
      }
    },
    async planTaken(runId, workerId) {
      try {
        const run = await store.unplanned(runId);
        const worker = run && (await store.worker(workerId));
        if (run === undefined || worker === undefined) return;
        const settings = runConfiguration.parse(run.configuration);
        const plan = planRun(settings, await dataOf(run.datasetVersionId), worker, new Date().toISOString());
        await database.$transaction(async (transaction) => {
          await store.freeze(transaction, runId, plan);
          await live.announce(transaction, { kind: 'run-changed', runId });
        });
        live.emit({ kind: 'run-changed', runId });
      } catch (error) {
        console.error(`Run ${runId} goes without a plan:`, error);
      }
    },
  };
}
