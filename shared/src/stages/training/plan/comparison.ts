import type { RunProgress } from '../contract.ts';
import { isAccelerator } from './device-kinds.ts';
import { costOf } from './plan-run.ts';
import { scaled, type Estimate } from './interval.ts';
import type { RunPlan } from './run-plan.ts';
import type { RunUsage } from './usage.ts';

/** What plans and runs are compared in; milliseconds, tokens a second, bytes, kilowatt-hours, money. */
export const COMPARED = ['time', 'stepMs', 'tokensPerSecond', 'memory', 'energy', 'cost'] as const;

/** A quantity that plans and runs are compared in. */
export type Compared = (typeof COMPARED)[number];

/** A planned quantity beside the measured one. */
export interface Comparison {
  readonly quantity: Compared;
  readonly planned: Estimate;
  /** Null where nothing is measured yet. */
  readonly actual: number | null;
  /** The run goes on: `actual` says how it will end at the present pace. */
  readonly isProjected: boolean;
  /** The actual rests on rated instead of measured power. */
  readonly isEstimated: boolean;
}

const JOULES_PER_KILOWATT_HOUR = 3.6e6;

/** Kilowatt-hours of a run: what the driver measured, else the power of the plan in the share of time that the processor was at work. */
function energyOf(plan: RunPlan, usage: RunUsage): { kilowattHours: number; isEstimated: boolean } | null {
  if (usage.measuredKilowattHours !== null) {
    return { kilowattHours: usage.measuredKilowattHours, isEstimated: false };
  }
  if (plan.energy === null || plan.worker === null) return null;
  if (isAccelerator(plan.device ?? 'cpu')) {
    // The processor waits while the card works: its time says nothing of the power.
    const joules = (plan.energy.watts * usage.wallMs) / 1000;
    return { kilowattHours: joules / JOULES_PER_KILOWATT_HOUR, isEstimated: true };
  }
  const { source, watts } = plan.energy;
  const fullWatts = plan.energy.fullWatts ?? (source === 'measured' ? watts : watts / 0.9);
  const joules = (fullWatts * usage.cpuMs) / 1000 / plan.worker.cores;
  return { kilowattHours: joules / JOULES_PER_KILOWATT_HOUR, isEstimated: true };
}

/** Milliseconds that a run takes in all: its own where it has ended, else what the present pace and the plan leave. */
function totalMs(plan: RunPlan, usage: RunUsage, progress: RunProgress | null, hasEnded: boolean): number | null {
  if (hasEnded) return usage.wallMs;
  if (progress === null || progress.remainingMs === null) return null;
  const { finalEvaluation = 0, delivery = 0 } = plan.time?.parts ?? {};
  const evaluation = Math.max(0, finalEvaluation - usage.finalEvaluationMs);
  return usage.wallMs + progress.remainingMs + evaluation + delivery;
}

/** Whether a run ended before the last step that was planned: early stopping, a failure, somebody who cancelled it. */
export function endedEarly(plan: RunPlan, usage: RunUsage | null, hasEnded: boolean): usage is RunUsage {
  return hasEnded && usage !== null && usage.steps < plan.steps;
}

/** A plan for as many steps as a run took, with an evaluation after them where there was one: time, and what follows it. */
function upTo(plan: RunPlan, { steps, finalEvaluationMs }: RunUsage): RunPlan {
  const { time, energy, cost } = plan;
  if (time === null) return plan;
  const { parts } = time;
  const done = steps / Math.max(1, plan.steps);
  const repeated = parts.steps + parts.evaluations + parts.reporting;
  const afterwards = parts.finalEvaluation + parts.delivery;
  const whole = parts.preparation + parts.recording + repeated + afterwards;
  const ended = finalEvaluationMs > 0 ? afterwards : 0;
  const share = (parts.preparation + parts.recording + done * repeated + ended) / whole;
  return {
    ...plan,
    time: { ...time, total: scaled(time.total, share) },
    energy: energy && { ...energy, kilowattHours: scaled(energy.kilowattHours, share) },
    cost: cost && { ...cost, amount: scaled(cost.amount, share) },
  };
}

/**
 * The plan of a run beside what it has taken, quantity by quantity; leaves out what was not planned. A run that ended early is compared
 * with the plan for as many steps.
 */
export function comparePlan(
  whole: RunPlan,
  usage: RunUsage | null,
  progress: RunProgress | null,
  hasEnded: boolean,
): Comparison[] {
  const plan = endedEarly(whole, usage, hasEnded) ? upTo(whole, usage) : whole;
  const isProjected = !hasEnded;
  const total = usage && totalMs(plan, usage, progress, hasEnded);
  const energy = usage && energyOf(plan, usage);
  // Energy follows time: at the present pace each remaining millisecond draws what the past ones did.
  const growth = usage && total !== null && usage.wallMs > 0 ? total / usage.wallMs : null;
  const kilowattHours = energy && growth !== null ? energy.kilowattHours * growth : null;
  const isMeasured = usage !== null && usage.steps > 0 && usage.stepsMs > 0;
  const rows: (Omit<Comparison, 'planned'> & { planned: Estimate | undefined })[] = [
    { quantity: 'time', planned: plan.time?.total, actual: total, isProjected, isEstimated: false },
    {
      quantity: 'stepMs',
      planned: plan.time?.stepMs,
      actual: isMeasured ? usage.stepsMs / usage.steps : null,
      isProjected: false,
      isEstimated: false,
    },
    {
      quantity: 'tokensPerSecond',
      planned: plan.time?.tokensPerSecond,
      actual: isMeasured ? (1000 * usage.tokens) / usage.stepsMs : null,
      isProjected: false,
      isEstimated: false,
    },
    {
      quantity: 'memory',
      planned: plan.memory.total,
      actual: usage && usage.peakMemoryBytes > 0 ? usage.peakMemoryBytes : null,
      isProjected: false,
      isEstimated: false,
    },
    {
      quantity: 'energy',
      planned: plan.energy?.kilowattHours,
      actual: kilowattHours,
      isProjected,
      isEstimated: energy?.isEstimated ?? false,
    },
    {
      quantity: 'cost',
      planned: plan.cost?.amount,
      actual: total === null ? null : costOf(plan.rates, total, kilowattHours),
      isProjected,
      isEstimated: plan.rates.pricePerKilowattHour !== null && (energy?.isEstimated ?? false),
    },
  ];
  return rows.flatMap(({ planned, ...row }) => (planned === undefined ? [] : [{ ...row, planned }]));
}

/** Share within which a run counts as taking what was planned. */
const CLOSE = 0.05;

/** How far an actual value lies from its plan: as a signed share of the plan, and in a word. */
export function deviationOf(
  planned: Estimate,
  actual: number,
): { share: number; word: 'as-planned' | 'within' | 'above' | 'below' } {
  const share = planned.value === 0 ? 0 : actual / planned.value - 1;
  if (Math.abs(share) <= CLOSE) return { share, word: 'as-planned' };
  if (actual >= planned.low && actual <= planned.high) return { share, word: 'within' };
  return { share, word: share > 0 ? 'above' : 'below' };
}
