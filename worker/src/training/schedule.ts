import type { OptimiserSettings } from './engine.ts';

/**
 * Learning rate of a step counted from 1. All schedules rise linearly over the warm-up; then `constant` stays, `linear` falls in a line and
 * `warmup-cosine` along half a cosine (Loshchilov & Hutter 2017) towards 0, which they would reach one step after the last, so that it counts too.
 */
export function learningRateAt(settings: OptimiserSettings, step: number): number {
  const { learningRate, warmupSteps, totalSteps, schedule } = settings;
  if (step <= warmupSteps) return (learningRate * step) / warmupSteps;
  if (schedule === 'constant') return learningRate;
  const progress = Math.min(1, (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps + 1));
  return schedule === 'linear'
    ? learningRate * (1 - progress)
    : (learningRate * (1 + Math.cos(Math.PI * progress))) / 2;
}
