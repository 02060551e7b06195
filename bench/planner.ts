/**
 * Plans runs and then really makes them, through the whole product and its worker: `npm run bench -- planner`, or with the numbers of
 * some cases (`npm run bench -- planner 0 3`), whose results join those that are kept. Time is from taking the run to its end and memory
 * the peak resident size of the worker's process. The plan of record is the one frozen into the run; `before` is that of the same
 * settings when no run of the measurement had finished.
 */
import { createTextDatasetVersion } from '@greenlight/shared/stages/data/contract.ts';
import { runConfiguration } from '@greenlight/shared/stages/training/configuration.ts';
import { getRun, startRun, type Run } from '@greenlight/shared/stages/training/contract.ts';
import { comparePlan } from '@greenlight/shared/stages/training/plan/comparison.ts';
import { planTraining } from '@greenlight/shared/stages/training/plan/contract.ts';
import type { RunPlan } from '@greenlight/shared/stages/training/plan/run-plan.ts';
import { apiWithToken, articleRun, runEnded, type Api } from '../e2e/fixtures/api.ts';
import { startProduct } from '../e2e/fixtures/product.ts';
import { readResult, writeResult } from './results.ts';
import { contentOf, DATASETS, PLANNER_CASES, type DatasetName, type PlannerCase } from './support/planner-cases.ts';
import { watchOtherWork } from './support/other-work.ts';
import { rounded } from './support/statistics.ts';

const LIMIT_MS = 120_000;
const MOST_DEVIATION = 0.3;
/** Share of the processor that others may use while a case counts, and how often a disturbed one is tried again. */
const MOST_OTHER_WORK = 0.08;
const MOST_ATTEMPTS = 4;

/** What one case showed; ratios are actual ÷ planned. */
interface Outcome {
  case: string;
  runsThatCorrected: number;
  timeRatio: number;
  stepRatio: number;
  /** The step against the estimate before any correction. */
  uncorrectedStepRatio: number;
  memoryRatio: number;
  beforeTimeRatio: number;
  beforeMemoryRatio: number;
  actualSeconds: number;
  actualMegabytes: number;
  /** Share of the processor that other programs used meanwhile. */
  othersShare: number;
  planned: Record<string, number>;
  actual: Record<string, number>;
}

async function addDatasets(api: Api, projectId: string): Promise<Map<DatasetName, string>> {
  const ids = new Map<DatasetName, string>();
  for (const name of DATASETS) {
    const text = { zh: '', en: `Made for a measurement: ${name}` };
    const body = {
      ...{ datasetName: text, source: text, licence: 'none', notes: text, seed: 1 },
      content: contentOf(name),
    };
    ids.set(name, (await api.call(createTextDatasetVersion, { params: { projectId }, body })).id);
  }
  return ids;
}

function requestOf({ dataset, configuration }: PlannerCase, datasets: ReadonlyMap<DatasetName, string>) {
  return {
    datasetVersionId: datasets.get(dataset),
    configuration: runConfiguration.parse({ device: 'cpu', ...configuration }),
  };
}

function partsOf(plan: RunPlan, run: Run): Pick<Outcome, 'planned' | 'actual'> {
  const { time } = plan;
  const { usage } = run;
  if (time === null || usage === null) throw new Error('The run was not planned, or its worker told nothing');
  const round = (values: Record<string, number>) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, rounded(value, 1)]));
  return {
    planned: round({
      ...time.parts,
      stepMs: time.stepMs.value,
      tokens: plan.tokens,
      evaluationCount: plan.evaluations,
    }),
    actual: round({
      ...{ preparation: usage.preparationMs, recording: usage.recordingMs, steps: usage.stepsMs },
      ...{ evaluations: usage.evaluationMs, reporting: usage.reportingMs, finalEvaluation: usage.finalEvaluationMs },
      ...{ stepMs: usage.stepsMs / usage.steps, tokens: usage.tokens, evaluationCount: usage.evaluations },
    }),
  };
}

function outcomeOf(name: string, run: Run, before: RunPlan): Omit<Outcome, 'othersShare'> {
  const { plan, usage } = run;
  if (run.state !== 'finished' || plan === null || usage === null) throw new Error(`${name}: ${run.state}`);
  const ratio = (of: RunPlan, quantity: string): number => {
    const row = comparePlan(of, usage, run.progress, true).find((one) => one.quantity === quantity);
    return row?.actual == null ? Number.NaN : rounded(row.actual / row.planned.value, 3);
  };
  return {
    case: name,
    runsThatCorrected: plan.basis.runs,
    timeRatio: ratio(plan, 'time'),
    stepRatio: ratio(plan, 'stepMs'),
    uncorrectedStepRatio: rounded(usage.stepsMs / usage.steps / (plan.basis.stepMs ?? Number.NaN), 3),
    memoryRatio: ratio(plan, 'memory'),
    beforeTimeRatio: ratio(before, 'time'),
    beforeMemoryRatio: ratio(before, 'memory'),
    actualSeconds: rounded(usage.wallMs / 1000, 2),
    actualMegabytes: rounded(usage.peakMemoryBytes / 1e6, 1),
    ...partsOf(plan, run),
  };
}

/** Joins outcomes to those that are kept, and keeps all. */
async function keep(outcomes: readonly Outcome[]): Promise<void> {
  const kept = (await readResult<{ cases: Outcome[] }>('planner'))?.cases ?? [];
  const others = kept.filter((old) => !outcomes.some((outcome) => outcome.case === old.case));
  const all = [...others, ...outcomes];
  const largest = (key: 'timeRatio' | 'memoryRatio' | 'beforeTimeRatio' | 'beforeMemoryRatio') =>
    rounded(Math.max(...all.map((outcome) => Math.abs(outcome[key] - 1))), 3);
  await writeResult('planner', {
    command: 'npm run bench -- planner',
    largestDeviation: {
      ...{ time: largest('timeRatio'), memory: largest('memoryRatio') },
      ...{ timeBeforeAnyRun: largest('beforeTimeRatio'), memoryBeforeAnyRun: largest('beforeMemoryRatio') },
    },
    withinThirtyPercent: all.filter(
      ({ timeRatio, memoryRatio }) =>
        Math.abs(timeRatio - 1) <= MOST_DEVIATION && Math.abs(memoryRatio - 1) <= MOST_DEVIATION,
    ).length,
    of: all.length,
    cases: all,
  });
}

const chosen = process.argv.slice(3).map(Number);
const cases = PLANNER_CASES.filter((_, index) => chosen.length === 0 || chosen.includes(index));
const product = await startProduct();
const outcomes: Outcome[] = [];
try {
  const api = await apiWithToken(product.url);
  const { projectId, runId } = await articleRun(api);
  await runEnded(api, runId, LIMIT_MS);
  const datasets = await addDatasets(api, projectId);
  const before = new Map<string, RunPlan>();
  for (const one of cases) {
    const { plans } = await api.call(planTraining, { params: { projectId }, body: requestOf(one, datasets) });
    if (plans[0] !== undefined) before.set(one.name, plans[0]);
  }
  for (const one of cases) {
    const plan = before.get(one.name);
    if (plan === undefined) throw new Error('The plan is missing');
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      const otherWork = watchOtherWork([process.pid, product.launcherPid]);
      const { id } = await api.call(startRun, { params: { projectId }, body: requestOf(one, datasets) });
      await runEnded(api, id, LIMIT_MS);
      const othersShare = rounded(otherWork(), 3);
      const run = await api.call(getRun, { params: { runId: id } });
      if (othersShare > MOST_OTHER_WORK) {
        console.log(`${one.name}: others used ${othersShare} of the processor, again`);
        continue;
      }
      const outcome = { ...outcomeOf(one.name, run, plan), othersShare };
      outcomes.push(outcome);
      console.log(JSON.stringify(outcome));
      await keep(outcomes);
      break;
    }
  }
} finally {
  await product.remove();
}
