import type { ShapePlan } from './batch-shapes.ts';
import { speedOf, type MachineCalibration } from './calibration.ts';
import { lanesOf } from './lanes.ts';
import { acceleratedGradientMs, BESIDE_THE_PRODUCT, gradientMs, updateMs } from './step-time.ts';
import { workOf, type PlannedModel } from './step-work.ts';

/** Milliseconds of an average step over the batches that were drawn. */
export function meanStepMs(
  model: PlannedModel,
  parameters: number,
  { shapes, batches }: ShapePlan,
  calibration: MachineCalibration,
): number {
  const { gradientAccumulation } = model.settings;
  let [parts, gradients] = [0, 0];
  for (const { shape, batches: count } of shapes) {
    const lanes = lanesOf(model.settings, parameters, shape);
    parts += count * lanes;
    gradients += count * gradientMs(workOf(model, shape), calibration, lanes);
  }
  const perBatch = gradients / Math.max(1, batches);
  const partsOfStep = (gradientAccumulation * parts) / Math.max(1, batches);
  const updating = updateMs(parameters, model.settings, partsOfStep, calibration);
  const { factor, updateFactor, stepMs } = BESIDE_THE_PRODUCT;
  return factor * perBatch * gradientAccumulation + updateFactor * updating + stepMs / speedOf(calibration);
}

/** The same on a graphics processor of which nothing is known yet. */
export function acceleratedStepMs(model: PlannedModel, { shapes, batches }: ShapePlan): number {
  const gradients = shapes.reduce(
    (sum, { shape, batches: count }) => sum + count * acceleratedGradientMs(workOf(model, shape)),
    0,
  );
  return (gradients / Math.max(1, batches)) * model.settings.gradientAccumulation;
}
