/**
 * Plans runs and then really makes them, through the whole product and its worker: `npm run bench -- planner`, or with the numbers of
 * some cases (`npm run bench -- planner 0 3`), whose results join those that are kept. `npm run bench -- planner random 10 7` draws so many
 * settings by a seed instead, as somebody would type them, each for about as many seconds as half a coffee takes. Time is from taking the
 * run to its end and memory the peak resident size of the worker's process; where others used the processor meanwhile, only memory counts.
 * The plan of record is the one frozen into the run; `before` is that of the same settings when no run of the measurement had finished.
 */
import { createTextDatasetVersion } from '@greenlight/shared/stages/data/contract.ts';
import { runConfiguration } from '@greenlight/shared/stages/training/configuration.ts';
import { getRun, startRun, type Run } from '@greenlight/shared/stages/training/contract.ts';
import { comparePlan, type Comparison } from '@greenlight/shared/stages/training/plan/comparison.ts';
import { planTraining } from '@greenlight/shared/stages/training/plan/contract.ts';
import type { RunPlan } from '@greenlight/shared/stages/training/plan/run-plan.ts';
import { apiWithToken, articleRun, runEnded, type Api } from '../e2e/fixtures/api.ts';
import { startProduct } from '../e2e/fixtures/product.ts';
import { readResult, writeResult } from './results.ts';
import { watchOtherWork } from './support/other-work.ts';
import { contentOf, DATASETS, PLANNER_CASES, type DatasetName, type PlannerCase } from './support/planner-cases.ts';
import { randomPlannerCases } from './support/random-planner-cases.ts';
import { rounded } from './support/statistics.ts';
import { takenParts } from './support/taken-parts.ts';

const LIMIT_MS = 300_000;
const MOST_DEVIATION = 0.3;
/** Share of the processor that others may use while a case counts, and how often a disturbed one is tried again. */
const MOST_OTHER_WORK = 0.08;
const MOST_ATTEMPTS = 3;
/** Settings that are drawn train for about so many seconds. */
const DRAWN_SECONDS = 15;

/** What one case showed; ratios are actual ÷ planned, and within says whether the actual lay in the plan's interval. */
interface Outcome {
  case: string;
  runsThatCorrected: number;
  /** Planned steps that the run made: fewer than 1 where it stopped early. */
  stepsShare: number;
  timeRatio: number;
  timeWithin: boolean;
  stepRatio: number;
  /** The step against the estimate before any correction. */
  uncorrectedStepRatio: number;
  memoryRatio: number;
  memoryWithin: boolean;
  beforeTimeRatio: number;
  beforeTimeWithin: boolean;
  beforeMemoryRatio: number;
  beforeMemoryWithin: boolean;
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
      ...takenParts(usage),
      ...{ stepMs: usage.stepsMs / usage.steps, tokens: usage.tokens, evaluationCount: usage.evaluations },
    }),
  };
}

function outcomeOf(name: string, run: Run, before: RunPlan): Omit<Outcome, 'othersShare'> {
  const { plan, usage } = run;
  if (run.state !== 'finished' || plan === null || usage === null) throw new Error(`${name}: ${run.state}`);
  const row = (of: RunPlan, quantity: Comparison['quantity']): { ratio: number; within: boolean } => {
    const found = comparePlan(of, usage, run.progress, true).find((one) => one.quantity === quantity);
    if (found?.actual == null) return { ratio: Number.NaN, within: false };
    const { actual, planned } = found;
    return { ratio: rounded(actual / planned.value, 3), within: actual >= planned.low && actual <= planned.high };
  };
  const [time, memory, beforeTime, beforeMemory] = [
    ...[row(plan, 'time'), row(plan, 'memory')],
    ...[row(before, 'time'), row(before, 'memory')],
  ] as const;
  return {
    case: name,
    runsThatCorrected: plan.basis.runs,
    stepsShare: rounded(usage.steps / plan.steps, 3),
    timeRatio: time.ratio,
    timeWithin: time.within,
    stepRatio: row(plan, 'stepMs').ratio,
    uncorrectedStepRatio: rounded(usage.stepsMs / usage.steps / (plan.basis.stepMs ?? Number.NaN), 3),
    memoryRatio: memory.ratio,
    memoryWithin: memory.within,
    beforeTimeRatio: beforeTime.ratio,
    beforeTimeWithin: beforeTime.within,
    beforeMemoryRatio: beforeMemory.ratio,
    beforeMemoryWithin: beforeMemory.within,
    actualSeconds: rounded(usage.wallMs / 1000, 2),
    actualMegabytes: rounded(usage.peakMemoryBytes / 1e6, 1),
    ...partsOf(plan, run),
  };
}

/** How often a ratio was close enough and within its interval, and how far it was off at most. */
function summaryOf(outcomes: readonly Outcome[], quantity: 'time' | 'memory' | 'beforeTime' | 'beforeMemory') {
  const deviations = outcomes.map((outcome) => Math.abs(outcome[`${quantity}Ratio`] - 1));
  return {
    of: outcomes.length,
    withinThirtyPercent: deviations.filter((deviation) => deviation <= MOST_DEVIATION).length,
    withinInterval: outcomes.filter((outcome) => outcome[`${quantity}Within`]).length,
    largestDeviation: rounded(Math.max(0, ...deviations), 3),
  };
}

/** Joins outcomes to those that are kept, and keeps all; one whose time counts is not replaced by a disturbed one. */
async function keep(name: string, command: string, outcomes: readonly Outcome[]): Promise<void> {
  const kept = (await readResult<{ cases: Outcome[] }>(name))?.cases ?? [];
  const isQuiet = ({ othersShare }: Outcome): boolean => othersShare <= MOST_OTHER_WORK;
  const fresh = outcomes.filter(
    (outcome) => isQuiet(outcome) || !kept.some((old) => old.case === outcome.case && isQuiet(old)),
  );
  const all = [...kept.filter((old) => !fresh.some((outcome) => outcome.case === old.case)), ...fresh];
  const quiet = all.filter(isQuiet);
  await writeResult(name, {
    command,
    time: summaryOf(quiet, 'time'),
    memory: summaryOf(all, 'memory'),
    timeBeforeAnyRun: summaryOf(quiet, 'beforeTime'),
    memoryBeforeAnyRun: summaryOf(all, 'beforeMemory'),
    cases: all,
  });
}

/** A drawn case with as many epochs as take about the wanted time. */
async function withEpochs(
  one: PlannerCase,
  planOf: (of: PlannerCase) => Promise<RunPlan | undefined>,
): Promise<PlannerCase> {
  const plan = await planOf({ ...one, configuration: { ...one.configuration, epochs: 10 } });
  const epochMs = (plan?.time?.parts.steps ?? Number.NaN) / 10;
  const epochs = Math.min(200, Math.max(1, Math.round((1000 * DRAWN_SECONDS) / epochMs)));
  return { ...one, configuration: { ...one.configuration, epochs } };
}

const [, , , first, ...others] = process.argv;
const isDrawn = first === 'random';
const [count = 10, seed = 1] = others.map(Number);
const chosen = isDrawn ? [] : [first, ...others].filter((one) => one !== undefined).map(Number);
const command = isDrawn ? `npm run bench -- planner random ${count} ${seed}` : 'npm run bench -- planner';
const cases = isDrawn
  ? randomPlannerCases(count, seed)
  : PLANNER_CASES.filter((_, index) => chosen.length === 0 || chosen.includes(index));
const product = await startProduct();
try {
  const api = await apiWithToken(product.url);
  const { projectId, runId } = await articleRun(api);
  await runEnded(api, runId, LIMIT_MS);
  const datasets = await addDatasets(api, projectId);
  const planOf = async (one: PlannerCase): Promise<RunPlan | undefined> =>
    (await api.call(planTraining, { params: { projectId }, body: requestOf(one, datasets) })).plans[0];
  const before = new Map<PlannerCase, RunPlan>();
  for (const drawn of cases) {
    const one = isDrawn ? await withEpochs(drawn, planOf) : drawn;
    const plan = await planOf(one);
    if (plan === undefined) throw new Error('The plan is missing');
    before.set(one, plan);
  }
  for (const [one, plan] of before) {
    for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
      const otherWork = watchOtherWork([process.pid, product.launcherPid]);
      const { id } = await api.call(startRun, { params: { projectId }, body: requestOf(one, datasets) });
      await runEnded(api, id, LIMIT_MS);
      const othersShare = rounded(otherWork(), 3);
      const run = await api.call(getRun, { params: { runId: id } });
      const outcome = { ...outcomeOf(one.name, run, plan), othersShare };
      await keep(isDrawn ? `planner-random-${seed}` : 'planner', command, [outcome]);
      if (othersShare <= MOST_OTHER_WORK) break;
      console.log(`${one.name}: others used ${othersShare} of the processor`);
    }
  }
} finally {
  await product.remove();
}
