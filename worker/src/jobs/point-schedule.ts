/** Steps whose values become points; a longer run is thinned evenly. */
const MAX_STEP_POINTS = 20_000;

/** The steps of a run at which something happens: pure arithmetic on the step, so that a resumed run does the same. */
export interface RunSchedule {
  totalSteps: number;
  stepsPerEpoch: number;
  epochs: number;
  /** As configured; null evaluates at ends of epochs. */
  evaluateEverySteps: number | null;
  /** Every how many epochs the model is evaluated where no steps are configured. */
  evaluateEveryEpochs: number;
  checkpointEverySteps: number | null;
}

/** Epoch (from 1) that a step (from 1) belongs to. */
export function epochOf(schedule: RunSchedule, step: number): number {
  return Math.max(1, Math.ceil(step / schedule.stepsPerEpoch));
}

/** Whether a step is the last of its epoch. */
export function endsEpoch(schedule: RunSchedule, step: number): boolean {
  return step % schedule.stepsPerEpoch === 0;
}

/** Whether a step's values become points: every step of up to 20,000, else 20,000 spread evenly, the first and the last among them. */
export function isPointStep({ totalSteps }: RunSchedule, step: number): boolean {
  if (totalSteps <= MAX_STEP_POINTS || step === 1) return true;
  return Math.floor((step * MAX_STEP_POINTS) / totalSteps) !== Math.floor(((step - 1) * MAX_STEP_POINTS) / totalSteps);
}

/** Steps between two points of a value that stays the same. */
const STEADY_STEPS = 50;

/** Whether a point step's learning rate becomes a point: where it has changed or is about to, else now and then. */
export function isRatePointStep({ totalSteps }: RunSchedule, rateOf: (step: number) => number, step: number): boolean {
  if (step === 1 || step === totalSteps || step % STEADY_STEPS === 0) return true;
  const rate = rateOf(step);
  return rate !== rateOf(step - 1) || rate !== rateOf(step + 1);
}

/** Whether the model is evaluated after a step before the last one: as configured, else at the ends of evenly spread epochs. */
export function isEvaluationStep(schedule: RunSchedule, step: number): boolean {
  if (step === schedule.totalSteps) return false;
  if (schedule.evaluateEverySteps !== null) return step % schedule.evaluateEverySteps === 0;
  if (!endsEpoch(schedule, step)) return false;
  return epochOf(schedule, step) % schedule.evaluateEveryEpochs === 0;
}

/** Whether a checkpoint is configured after a step before the last one; others may be written at evaluation points. */
export function isCheckpointStep(schedule: RunSchedule, step: number): boolean {
  if (step === schedule.totalSteps) return false;
  return schedule.checkpointEverySteps !== null && step % schedule.checkpointEverySteps === 0;
}
